"""What one worker costs over many scanned pages, and how soon it starts.

usage: python benchmarks/steady.py [--pages 200] [--drawn FORMS]

A fresh process reads the pages of scanned documents over and over, through all stages to scored rows; with `--drawn`
that many forms, drawn in every condition of `benchmarks/accuracy.py`, no two alike: what a process keeps for every
size of page or line shows only there. Printed as a Markdown table: seconds from the start of the process to its first
page, resident memory after 20 pages and at the end, the peak, and the median time of a page.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

SCANS = sorted((ROOT / "data" / "raw").glob("*扫描*.pdf"))
EARLY = 20
"""Pages after which the memory is noted for the first time."""


def resident_mib() -> float:
    """Return the memory that the process holds now, in MiB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


def first_page(file: Path) -> bytes:
    """Return the first page of a PDF as a PDF of its own."""
    import io

    import pikepdf

    with pikepdf.open(file) as source, pikepdf.new() as single:
        single.pages.append(source.pages[0])
        out = io.BytesIO()
        single.save(out)
        return out.getvalue()


def read_one_page(folder: Path) -> None:
    """Read one scanned page in this process, from the imports on; prints nothing."""
    from pipeline.read import read_document
    from pipeline.settings import ReadSettings

    read_document(folder / "page.pdf", ReadSettings())


def time_first_page(scan: Path, folder: Path) -> float:
    """Return the seconds from the start of a process to the rows of its first scanned page."""
    (folder / "page.pdf").write_bytes(first_page(scan))
    started = time.perf_counter()
    subprocess.run([sys.executable, __file__, "--first-page", str(folder)], check=True)
    return time.perf_counter() - started


def read_on(scans: list[Path], wanted: int) -> tuple[list[float], dict[int, float]]:
    """Read scans until `wanted` pages are done; return seconds a page by document, and MiB by pages done."""
    from pipeline.ingest.ocr import load_recognizer
    from pipeline.read import read_document
    from pipeline.settings import ReadSettings

    recognizer: Any = load_recognizer(ReadSettings().ocr)
    seconds, memory, done = [], {}, 0
    for scan in itertools.cycle(scans):
        recognizer.forget()  # lines that were read are remembered
        started = time.perf_counter()
        pages = read_document(scan, ReadSettings()).document.pages or 1
        seconds.append((time.perf_counter() - started) / pages)
        done += pages
        memory[done] = resident_mib()
        if done >= wanted:
            return seconds, memory
    raise AssertionError("cycle() never ends")


def draw_forms(folder: Path, forms: int) -> None:
    """Draw forms into a folder, the conditions in turn; a document may hold two."""
    from benchmarks.drawn import CONDITIONS, draw, plain_recipe

    recipes = (plain_recipe(number, name) for number, name in enumerate(itertools.cycle(CONDITIONS)))
    while forms > 0:
        recipe = next(recipes)
        draw(recipe, folder)
        forms -= recipe.forms


def drawn_scans(folder: Path, forms: int) -> list[Path]:
    """Return documents that another process has drawn, so that its memory is not counted; the conditions take turns."""
    folder.mkdir()
    subprocess.run([sys.executable, __file__, "--draw-into", str(folder), "--drawn", str(forms)], check=True)
    return sorted(folder.iterdir())


def main() -> None:
    """Measure and print the table."""
    import tempfile

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scans", nargs="*", type=Path, default=SCANS)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--drawn", type=int, default=0, metavar="FORMS", help="forms to draw and read instead")
    parser.add_argument("--draw-into", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--first-page", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.first_page:
        read_one_page(arguments.first_page)
        return
    if arguments.draw_into:
        draw_forms(arguments.draw_into, arguments.drawn)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start = min(time_first_page(arguments.scans[0], folder) for _ in range(3))
        scans = drawn_scans(folder / "drawn", arguments.drawn) if arguments.drawn else arguments.scans
        seconds, memory = read_on(scans, arguments.pages)
    early = next(count for count in memory if count >= EARLY)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("| what | measured | wanted |\n| --- | --- | --- |")
    print(f"| start of the process to the rows of its first page | {start:.1f} s | under 3 s |")
    print(f"| a page, median over documents, models warm | {statistics.median(seconds):.2f} s | at most 1.0 s |")
    print(f"| resident after {early} pages | {memory[early]:.0f} MiB | |")
    print(f"| resident after {max(memory)} pages | {memory[max(memory)]:.0f} MiB | as after {early} |")
    print(f"| peak | {peak:.0f} MiB | at most 1024 MiB |")


if __name__ == "__main__":
    main()
