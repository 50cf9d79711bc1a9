"""Field accuracy, silent errors and the worth of `confidence`, on random forms of every look in every condition.

usage: python -m benchmarks.accuracy [measure] [--half unseen] [--forms 540] [--source all|text|scan]
                                     [--conditions a,b] [--jobs 2] [--ocr auto] [--out benchmarks] [--kept FILE]
       python -m benchmarks.accuracy draw --out FOLDER [--half seen] [--forms 40] [--source …] [--conditions …]

`measure` draws forms (`benchmarks.drawn` says which), reads them with the pipeline and compares every field with what
is printed. It writes `accuracy.md` and `accuracy.svg` to `--out`, and for the half `seen` `accuracy-errors.tsv`, every
wrong field. `draw` only draws, into a folder with a `truth.json`. The same options give the same documents. The half
`seen` is for tuning; who tunes never looks at `unseen`, neither at its pages nor at its errors.

With `--least` and `--most-silent` the status is 1 where text or scans are worse: a gate for every night (`make gate`).
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
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace

from benchmarks.curves import draw_curves, risk_coverage
from benchmarks.degrading import DegradingFailed, available
from benchmarks.drawn import TEXT, WORD, Recipe, conditions, draw, draw_set, plan
from benchmarks.printing import TypesetterFailed
from benchmarks.tallies import Outcome, group, kind, list_errors, report
from benchmarks.typesetters import missing_programs
from tests.typeset import missing_packages
from tests.typeset.compare import Judgement, judge

NOTHING = SimpleNamespace(forms=(), funds=(), indicators=(), cells=())
"""The records of a document that could not be read."""


def read(recipe: Recipe, ocr: str) -> Outcome | None:
    """Draw, read and judge one document; where reading fails every field is wrong. None where drawing fails."""
    from pipeline.read import read_document
    from pipeline.settings import ReadSettings

    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        try:
            path, truth = draw(recipe, Path(folder))
        except (ValueError, DegradingFailed, TypesetterFailed):
            return None
        started, error = time.perf_counter(), ""
        try:
            records = read_document(path, ReadSettings(ocr=ocr))  # type: ignore[arg-type]
        except Exception:  # noqa: BLE001 - a crash is a result here, and is listed
            records, error = NOTHING, traceback.format_exc(limit=-2)
        seconds = time.perf_counter() - started
        return Outcome(recipe, len(truth.forms), truth.pages, seconds, tuple(judge(truth, records)), error)


def load_kept(kept: Path | None) -> dict[Recipe, Outcome]:
    """Return the outcomes that an earlier run kept."""
    lines = kept.read_text("utf-8").splitlines() if kept is not None and kept.exists() else []
    outcomes = [_from_line(line) for line in lines]
    return {outcome.recipe: outcome for outcome in outcomes}


def _from_line(line: str) -> Outcome:
    facts = json.loads(line)
    fields = tuple(Judgement(**judged) for judged in facts.pop("fields"))
    return Outcome(recipe=Recipe(**facts.pop("recipe")), fields=fields, **facts)


def run(planned: Sequence[Recipe], ocr: str, workers: int, kept: Path | None = None) -> list[Outcome]:
    """Read all documents that are not kept yet and return the outcomes of all, in their order."""
    known = load_kept(kept)
    outcomes = [known[recipe] for recipe in planned if recipe in known]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(read, recipe, ocr): recipe for recipe in planned if recipe not in known}
        for done, future in enumerate(as_completed(waiting), 1):
            outcome, name = future.result(), waiting[future].stem
            if outcome is None:
                print(f"{done}/{len(waiting)} {name}: left out, was not drawn whole", file=sys.stderr)
                continue
            outcomes.append(outcome)
            if kept is not None:
                with kept.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(outcome), ensure_ascii=False) + "\n")
            wrong = sum(not j.right for j in outcome.fields)
            print(f"{done}/{len(waiting)} {name}: {wrong} of {len(outcome.fields)} {outcome.error}", file=sys.stderr)
    return sorted(outcomes, key=lambda o: o.recipe.number)


def write_report(outcomes: Sequence[Outcome], command: str, half: str, out: Path) -> None:
    """Write the table and the curves, and for the half that may be looked at the wrong fields."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "accuracy.md").write_text(report(outcomes, command, half), encoding="utf-8")
    curves = {
        name: risk_coverage([(j.confidence, j.right) for j in tally.fields])
        for name, tally in group(outcomes, kind).items()
    }
    (out / "accuracy.svg").write_text(draw_curves(curves), encoding="utf-8")
    if half == "seen":
        (out / "accuracy-errors.tsv").write_text("\n".join(list_errors(outcomes)) + "\n", encoding="utf-8")


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=("measure", "draw"), default="measure")
    parser.add_argument("--half", choices=("seen", "unseen"), help="seen for draw, unseen for measure")
    parser.add_argument("--forms", type=int, help="540 to measure, 40 to draw")
    parser.add_argument("--source", choices=("all", "text", "scan"), default="all")
    parser.add_argument("--conditions", default="", help="names separated by commas; all of them where none is given")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--ocr", choices=("auto", "rapidocr", "tesseract"), default="auto")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--least", type=float, default=0.0, help="share of right fields below which the status is 1")
    parser.add_argument("--most-silent", type=float, default=1e4, help="silent errors above which the status is 1")
    parser.add_argument("--kept", type=Path, help="file of what has been read")
    options = parser.parse_args(arguments)
    if options.what == "draw" and options.out is None:
        parser.error("draw needs --out FOLDER")
    drawing = options.what == "draw"
    options.half = options.half or ("seen" if drawing else "unseen")
    options.forms = options.forms or (40 if drawing else 540)
    options.out = options.out or Path(__file__).parent
    options.conditions = tuple(filter(None, options.conditions.split(",")))
    return options


def complain(chosen: Sequence[str]) -> int:
    """Say what is unknown or missing: 2 for a condition that does not exist, 5 for fonts and programs, else 0."""
    names = (TEXT, WORD, *conditions())
    if unknown := [name for name in chosen if name not in names]:
        print(f"no such condition: {', '.join(unknown)}; there are {', '.join(names)}", file=sys.stderr)
        return 2
    if missing := [*missing_packages(), *missing_programs()]:
        print(f"apt-get install {' '.join(missing)}", file=sys.stderr)
        return 5
    if not available():
        print("augraphy is missing, so its conditions are left out; `make bench` installs it", file=sys.stderr)
    return 0


def fall_short(outcomes: Sequence[Outcome], least: float, most_silent: float) -> Iterator[str]:
    """Say of text and of scans what is worse than it may be: the share of right fields, silent errors per 10,000."""
    groups = group(outcomes, lambda recipe: "text" if recipe.condition in {TEXT, WORD} else "scan")
    for name, tally in groups.items():
        if tally.accuracy < least:
            yield f"{name}: {tally.accuracy:.4f} of the fields are right, {least} at least are wanted"
        if tally.silent_per_10k > most_silent:
            yield f"{name}: {tally.silent_per_10k:.1f} of 10,000 are wrong unmarked, {most_silent:g} may be"


def main() -> int:
    """Draw, or draw and measure."""
    options = parse_arguments()
    if status := complain(options.conditions):
        return status
    planned = plan(options.half, options.forms, options.source, options.conditions)
    if options.what == "draw":
        for line in draw_set(planned, options.out):
            print(line, file=sys.stderr)
        return 0
    outcomes = run(planned, options.ocr, options.jobs, options.kept)
    command = f"python -m benchmarks.accuracy --half {options.half} --forms {options.forms}"
    write_report(outcomes, f"{command} --ocr {options.ocr}", options.half, options.out)
    worse = list(fall_short(outcomes, options.least, options.most_silent))
    for line in worse:
        print(line, file=sys.stderr)
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
