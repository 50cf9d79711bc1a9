"""Field accuracy, silent errors and the worth of `confidence`, on random forms in every condition.

usage: python -m benchmarks.accuracy [--forms 540] [--conditions a,b] [--jobs 2] [--ocr auto] [--out benchmarks]
                                     [--kept FILE]

Draws forms with the test suite's typesetter (no two alike), spoils them, reads them with the pipeline and compares
every field with what is printed. Writes `accuracy.md`, `accuracy.svg` and `accuracy-errors.tsv` (every wrong field) to
`--out`. The same options give the same documents. A field is silent when it is wrong and not marked for review.

With `--kept`, what has been read is kept in a file and not read again: a run that was stopped goes on where it ended.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
import time
import traceback
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from pathlib import Path

from benchmarks.curves import area_under, draw_curves, risk_at, risk_coverage
from tests.typeset import (
    BAND_NOTES,
    CONDITIONS,
    SCHEME_NOTES,
    Truth,
    degrade,
    draw_docx,
    draw_pdf,
    missing_packages,
    random_document,
    random_layout,
)
from tests.typeset.compare import Judgement, judge

PLAIN = ("text", "docx")
LANDSCAPE = "landscape_scan"
ALL = (*PLAIN, *CONDITIONS, LANDSCAPE)
TWO_PAGES = frozenset({"turned_some", "scan_in_text", "uneven_feed", "tiff_file"})
ONE_PAGE = frozenset({"jpeg_file", "png_file"})
COVERAGES = (0.9, 0.95, 0.99, 1.0)
BINS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0)


@dataclass(frozen=True, slots=True)
class Job:
    """One document to draw and read."""

    condition: str
    seed: int
    ocr: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One document as it was read: its judged fields, seconds of reading, and the error where reading failed."""

    job: Job
    forms: int
    pages: int
    seconds: float
    fields: tuple[Judgement, ...]
    error: str = ""


@dataclass(slots=True)
class Tally:
    """All outcomes of one condition."""

    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def fields(self) -> list[Judgement]:
        """All judged fields."""
        return [j for o in self.outcomes for j in o.fields]

    @property
    def accuracy(self) -> float:
        """Share of right fields."""
        return share(j.right for j in self.fields)

    @property
    def row_accuracy(self) -> float:
        """Share of indicator rows with every field right."""
        rows: dict[tuple[str, int, str], bool] = defaultdict(lambda: True)
        for j in self.fields:
            if j.row.startswith("row"):
                rows[j.file, j.form_no, j.row] &= j.right
        return share(rows.values())

    @property
    def silent_per_10k(self) -> float:
        """Wrong fields that nobody is asked to look at, per 10,000."""
        return 1e4 * share(j.silent for j in self.fields)

    @property
    def review_load(self) -> float:
        """Share of fields marked for review."""
        return share(j.flagged for j in self.fields)


def share(marks: Iterable[bool]) -> float:
    """Return the share of true marks; 0 where there are none."""
    known = list(marks)
    return sum(known) / len(known) if known else 0.0


def draw(job: Job, folder: Path) -> tuple[Path, Truth]:
    """Draw the document of a job."""
    # Notes would take the pages that these conditions spoil, or pass the only page.
    notes = () if job.condition in ONE_PAGE | TWO_PAGES else (BAND_NOTES + SCHEME_NOTES)[job.seed % 4]
    count = 2 if job.condition in (*PLAIN, *TWO_PAGES) else 1
    rows = 6 if job.condition in ONE_PAGE else None
    forms = random_document(job.seed, count, notes=notes, rows=rows)
    if job.condition in PLAIN:
        path = folder / f"{job.condition}-{job.seed}{'.pdf' if job.condition == 'text' else '.docx'}"
        layout = random_layout(job.seed)
        return path, draw_pdf(forms, layout, path) if job.condition == "text" else draw_docx(forms, layout, path)
    given: dict[str, object] = {"radicals": False, "new_page": True}
    if job.condition in ONE_PAGE:
        given |= {"paper": "portrait", "size": 9.0, "leading": 1.2, "padding": 1.0, "top_margin": 30.0}
    layout = random_layout(job.seed, **given | ({"paper": "landscape"} if job.condition == LANDSCAPE else {}))
    clean = folder / f"clean-{job.condition}-{job.seed}.pdf"
    truth = draw_pdf(forms, layout, clean)
    condition = (
        "skew" if job.condition == LANDSCAPE or (job.condition in ONE_PAGE and truth.pages > 1) else job.condition
    )
    path = folder / f"{job.condition}-{job.seed}{CONDITIONS[condition].suffix}"
    truth = degrade(clean, condition, job.seed, path, truth)
    clean.unlink()
    return path, truth


def read(job: Job) -> Outcome:
    """Draw, read and judge one document; what goes wrong in reading counts every field as wrong."""
    from pipeline.read import read_document
    from pipeline.settings import ReadSettings

    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        path, truth = draw(job, Path(folder))
        started = time.perf_counter()
        try:
            records = read_document(path, ReadSettings(ocr=job.ocr))  # type: ignore[arg-type]
        except Exception:  # noqa: BLE001 - a crash is a result here, and is listed
            return Outcome(job, len(truth.forms), truth.pages, 0.0, (), traceback.format_exc(limit=-2))
        seconds = time.perf_counter() - started
        return Outcome(job, len(truth.forms), truth.pages, seconds, tuple(judge(truth, records)))


def plan(conditions: Sequence[str], forms: int, ocr: str) -> Iterator[Job]:
    """Yield jobs, the conditions in turn, until they hold the number of forms."""
    drawn = seed = 0
    while drawn < forms:
        for condition in conditions:
            yield Job(condition, 1000 * (1 + ALL.index(condition)) + seed, ocr)
            drawn += 2 if condition in (*PLAIN, *TWO_PAGES) else 1
        seed += 1


def load_kept(kept: Path | None) -> list[Outcome]:
    """Return the outcomes that an earlier run kept."""
    if kept is None or not kept.exists():
        return []
    return [_from_line(line) for line in kept.read_text("utf-8").splitlines()]


def _from_line(line: str) -> Outcome:
    facts = json.loads(line)
    fields = tuple(Judgement(**judged) for judged in facts.pop("fields"))
    return Outcome(job=Job(**facts.pop("job")), fields=fields, **facts)


def run(jobs: Sequence[Job], workers: int, kept: Path | None = None) -> dict[str, Tally]:
    """Read all documents that are not kept yet and gather all of them by condition."""
    tallies: dict[str, Tally] = {job.condition: Tally() for job in jobs}
    known = {outcome.job: outcome for outcome in load_kept(kept)}
    for job in known.keys() & set(jobs):
        tallies[job.condition].outcomes.append(known[job])
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(read, job) for job in jobs if job not in known]
        for done, future in enumerate(as_completed(waiting), 1):
            outcome = future.result()
            tallies[outcome.job.condition].outcomes.append(outcome)
            if kept is not None:
                with kept.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(outcome), ensure_ascii=False) + "\n")
            wrong = sum(not j.right for j in outcome.fields)
            name = f"{outcome.job.condition} {outcome.job.seed}"
            print(
                f"{done}/{len(waiting)} {name}: {wrong} wrong of {len(outcome.fields)} {outcome.error}", file=sys.stderr
            )
    for tally in tallies.values():
        tally.outcomes.sort(key=lambda o: o.job.seed)
    return tallies


def table_row(name: str, tally: Tally) -> str:
    """Return one condition as a row of the table."""
    points = risk_coverage([(j.confidence, j.right) for j in tally.fields])
    risks = " | ".join(f"{1e4 * risk_at(points, c):.1f}" for c in COVERAGES)
    pages = sum(o.pages for o in tally.outcomes)
    seconds = sum(o.seconds for o in tally.outcomes) / max(1, pages)
    forms, failed = sum(o.forms for o in tally.outcomes), sum(bool(o.error) for o in tally.outcomes)
    return (
        f"| {name} | {forms} | {failed} | {len(tally.fields)} | {tally.accuracy:.4f} | {tally.row_accuracy:.4f} "
        f"| {tally.silent_per_10k:.1f} | {tally.review_load:.4f} | {risks} | {1e4 * area_under(points):.2f} "
        f"| {seconds:.2f} |"
    )


def calibration(fields: Sequence[Judgement]) -> list[str]:
    """Return the rows of the table that compares stated confidence with the share of right fields."""
    rows = []
    for low, high in zip(BINS, [*BINS[1:], 1.01], strict=True):
        inside = [j.right for j in fields if low <= j.confidence < high]
        if inside:
            rows.append(f"| {low:.2f} to {min(high, 1.0):.2f} | {len(inside)} | {share(inside):.4f} |")
    return rows


def report(tallies: dict[str, Tally], command: str) -> str:
    """Return the whole report as Markdown."""
    everything = Tally([o for t in tallies.values() for o in t.outcomes])
    scans = [j for name, t in tallies.items() if name not in PLAIN for j in t.fields]
    risks = " | ".join(f"risk at {c:.0%}" for c in COVERAGES)
    heads = f"condition | forms | failed | fields | field accuracy | row accuracy | silent | review load | {risks}"
    lines = [
        "# Accuracy on drawn forms", "", f"`{command}`", "",
        "Random forms, one layout each, read end to end. Silent errors, risk and AURC are per 10,000 fields; risk at a",
        "coverage is the share of wrong fields among the surest ones, AURC its mean over all coverages.", "",
        f"| {heads} | AURC | s/page |",
        "| --- " * (10 + len(COVERAGES)) + "|",
        *(table_row(name, tally) for name, tally in tallies.items()),
        table_row("all", everything), "",
        "![risk against coverage](accuracy.svg)", "",
        "## What confidence is worth (scans)", "", "| confidence | fields | right |", "| --- | --- | --- |",
        *calibration(scans), "",
    ]  # fmt: skip
    return "\n".join(lines)


def list_errors(tallies: dict[str, Tally]) -> Iterator[str]:
    """Yield every wrong field and every failure as a tab-separated line."""
    yield "condition\tseed\tform\trow\tcolumn\tsilent\tconfidence\twant\tgot"
    for name, tally in tallies.items():
        for outcome in tally.outcomes:
            if outcome.error:
                yield f"{name}\t{outcome.job.seed}\t\t\t\t\t\t\t{outcome.error.strip().splitlines()[-1]}"
            for j in outcome.fields:
                if not j.right:
                    where = f"{name}\t{outcome.job.seed}\t{j.form_no}\t{j.row}\t{j.column}\t{j.silent}"
                    yield f"{where}\t{j.confidence:.4f}\t{j.want}\t{j.got}"


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--forms", type=int, default=540)
    parser.add_argument("--conditions", default=",".join(ALL), help="names separated by commas")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--ocr", choices=("auto", "rapidocr", "tesseract"), default="auto")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    parser.add_argument("--kept", type=Path, help="file of what has been read")
    return parser.parse_args()


def main() -> int:
    """Run the benchmark; 2 for a condition that does not exist, 5 where fonts are missing."""
    options = parse_arguments()
    conditions = options.conditions.split(",")
    if unknown := [name for name in conditions if name not in ALL]:
        print(f"no such condition: {', '.join(unknown)}; there are {', '.join(ALL)}", file=sys.stderr)
        return 2
    if missing := missing_packages():
        print(f"install the fonts: apt-get install {' '.join(missing)}", file=sys.stderr)
        return 5
    tallies = run(list(plan(conditions, options.forms, options.ocr)), options.jobs, options.kept)
    options.out.mkdir(parents=True, exist_ok=True)
    command = f"python -m benchmarks.accuracy --forms {options.forms} --ocr {options.ocr}"
    (options.out / "accuracy.md").write_text(report(tallies, command), encoding="utf-8")
    curves = {name: risk_coverage([(j.confidence, j.right) for j in t.fields]) for name, t in tallies.items()}
    (options.out / "accuracy.svg").write_text(draw_curves(curves), encoding="utf-8")
    (options.out / "accuracy-errors.tsv").write_text("\n".join(list_errors(tallies)) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
