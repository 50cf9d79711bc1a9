"""Runs over broken and hostile files with sound ones beside them, and tells what became of each.

`python benchmarks/hostile.py FOLDER [--beside FILE ...] > benchmarks/hostile.md`; FOLDER holds the files and, if it has
one, a `manifest.json` that says of what kind each is. The sound files (by default the samples of `data/raw`) are first
read alone, then among the hostile ones; their rows must be the same. Limits are those of `jixiao run`. Ends with status
1 where a promise is broken: a file without a row or with two, a form out of a hostile file, rows lost from a sound one,
a limit passed, an exit status other than 3, a process or a temporary folder left behind. Prints Markdown.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import pyarrow.parquet as pq  # noqa: E402 - the root comes first

from pipeline.dataset.archive_paths import MARK  # noqa: E402
from pipeline.machine.processes import descendants  # noqa: E402
from pipeline.records import TABLES  # noqa: E402
from pipeline.run import Observer, run  # noqa: E402
from pipeline.running.supervise import Outcome  # noqa: E402
from pipeline.settings import MEBIBYTE, RunOptions, WorkerLimits  # noqa: E402

LIMITS = WorkerLimits()

GRACE = 5.0
"""Seconds past the time limit after which a document must be over."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one file: its row, and what reading it cost at most."""

    file: str
    kind: str
    outcome: str
    error: str
    forms: int
    seconds: float
    memory: int


def read_all(sources: list[Path], out: Path, jobs: int) -> tuple[int, dict[str, Outcome]]:
    """Run, and return the exit status and the outcome of each document that was read."""
    seen: dict[str, Outcome] = {}

    def note(event: object) -> None:
        if isinstance(event, Outcome):
            seen[event.job.document_id] = event

    summary = run(sources, RunOptions(out, limits=LIMITS, jobs=jobs), Observer(happened=note))
    return summary.exit_status, seen


def kinds_of(folder: Path) -> dict[str, str]:
    """Return the kind of each file by the SHA-256 of its bytes, as far as the manifest tells."""
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        return {}
    return {item["sha256"]: item["category"] for item in json.loads(manifest.read_text("utf-8"))["files"]}


def judge(folder: Path, out: Path, seen: dict[str, Outcome]) -> list[Verdict]:
    """Return a verdict for each row of `documents` whose file lies in the folder."""
    kinds, verdicts = kinds_of(folder), []
    for row in pq.read_table(out / "documents").to_pylist():
        path = Path(row["source_path"])
        if not path.is_relative_to(folder):
            continue
        outcome = seen.get(row["document_id"])
        verdicts.append(
            Verdict(
                str(path.relative_to(folder)),
                kinds.get(row["document_id"], ""),
                row["status"] if row["status"] != "failed" else row["error_code"],
                row["error"] or "",
                row["form_count"] or 0,
                outcome.seconds if outcome else 0.0,
                outcome.memory if outcome else 0,
            )
        )
    return sorted(verdicts, key=lambda verdict: verdict.file)


def rows_of(out: Path, documents: set[str]) -> dict[str, str]:
    """Return a digest of the rows of some documents by table, times and costs left out."""
    digests = {}
    for table in TABLES:
        rows = pq.read_table(out / table).to_pylist()
        mine = [row for row in rows if (row.get("document_id") or row["form_id"])[:64] in documents]
        kept = [{name: row[name] for name in row if name not in {"seconds", "extracted_at"}} for row in mine]
        digests[table] = hashlib.sha256(json.dumps(kept, default=str, sort_keys=True).encode()).hexdigest()
    return digests


def broken_promises(folder: Path, work: Path, status: int, sound: set[str], verdicts: list[Verdict]) -> list[str]:
    """Return in words which promises do not hold; `work` holds both datasets, `sound` are ids of documents."""
    out, alone = work / "among", work / "alone"
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    checks = {
        "not every file has exactly one row": files != [v.file for v in verdicts if MARK not in v.file],
        "a hostile file gave a form": any(verdict.forms for verdict in verdicts),
        "rows of a sound file differ": rows_of(out, sound) != rows_of(alone, sound),
        "a document took longer than its limit": any(v.seconds > LIMITS.timeout + GRACE for v in verdicts),
        f"the exit status is {status}, not 3": status != 3,
        "a process was left behind": list(descendants(os.getpid())) != [os.getpid()],
        "a temporary folder was left behind": any((out / ".store" / "scratch").iterdir()),
    }
    return [promise for promise, broken in checks.items() if broken]


def write_report(verdicts: list[Verdict], broken: list[str], sound: int) -> None:
    """Print the table and what it comes to."""
    outcomes = Counter(verdict.outcome for verdict in verdicts)
    slowest = max(verdicts, key=lambda verdict: verdict.seconds)
    largest = max(verdicts, key=lambda verdict: verdict.memory)
    limit = LIMITS.memory // MEBIBYTE
    print("# Hostile files\n\nWritten by `python benchmarks/hostile.py FOLDER`, which says what is checked.\n")
    members = sum(MARK in verdict.file for verdict in verdicts)
    print(f"- {len(verdicts) - members} files and {members} members of archives, each with exactly one row;")
    print(f"  {sound} sound files beside them.")
    print(f"- Outcomes: {', '.join(f'{count} `{word}`' for word, count in outcomes.most_common())}.")
    print(f"- Slowest: `{slowest.file}`, {slowest.seconds / LIMITS.timeout:.0%} of the time limit.")
    print(f"- Largest: `{largest.file}`, {largest.memory / MEBIBYTE:.0f} MiB of {limit}.")
    print(f"- Promises broken: {'; '.join(broken) or 'none'}.\n")
    print("Time is a share of the limit of 300 s; memory is the most that the worker, models included, was seen to")
    print("hold while it had the file, looked at every 50 ms.\n")
    print("| file | kind | outcome | of the time | MiB | what the row says |\n| --- | --- | --- | --- | --- | --- |")
    for v in verdicts:
        error = v.error.replace("|", r"\|")[:100]
        share = f"{v.seconds / LIMITS.timeout:.1%}"
        print(f"| {v.file} | {v.kind} | `{v.outcome}` | {share} | {v.memory / MEBIBYTE:.0f} | {error} |")


def main() -> int:
    """Run twice, judge, and print the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--beside", nargs="*", type=Path, default=sorted((ROOT / "data" / "raw").glob("*.pdf")))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--work", type=Path, help="folder for the two datasets; a temporary one if left out")
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    with tempfile.TemporaryDirectory() as temporary:
        work = arguments.work or Path(temporary)
        read_all(arguments.beside, work / "alone", arguments.jobs)
        status, seen = read_all([folder, *arguments.beside], work / "among", arguments.jobs)
        verdicts = judge(folder, work / "among", seen)
        sound = {hashlib.sha256(path.read_bytes()).hexdigest() for path in arguments.beside}
        broken = broken_promises(folder, work, status, sound, verdicts)
    write_report(verdicts, broken, len(sound))
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
