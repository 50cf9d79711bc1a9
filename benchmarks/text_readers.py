"""Hold the two readers of text pages against each other: pdfium, and pdfplumber as the oracle.

    python benchmarks/text_readers.py FILE...

For each PDF: how many cells of tables came out alike, how many differ in white space alone, and each cell that differs
otherwise, with what either reader made of it. Pages that either reader leaves to a picture are passed over.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.ingest.pdf.document import read_pdf
from pipeline.layout.cells import reconstruct_cells
from pipeline.layout.regions import find_regions
from pipeline.models import Page
from pipeline.settings import ReadSettings, TextReaderChoice

SHOWN = 5
"""Differences of a file that are printed."""


def leave_picture(image: Any, number: int, width: float, height: float) -> Page:
    """Stand for a picture that is not read."""
    return Page(number, width, height, (), (), "ocr", "none")


def read_texts(path: Path, reader: TextReaderChoice) -> list[list[str] | None]:
    """Return for each page the texts of its cells, table by table; None where it is left to a picture."""
    pages = read_pdf(path.read_bytes(), ReadSettings(text_reader=reader), leave_picture)
    return [cell_texts(page) if isinstance(page, Page) and page.source == "text" else None for page in pages]


def cell_texts(page: Page) -> list[str]:
    """Return the texts of the cells of a page."""
    return [cell.text for region in find_regions(page).regions for cell in reconstruct_cells(region).cells]


def compare(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield for each cell how the readers agree on it, and what either made of it."""
    for ours, theirs in zip(read_texts(path, "pdfium"), read_texts(path, "pdfplumber"), strict=True):
        if ours is None or theirs is None:
            continue
        if len(ours) != len(theirs):
            yield "other grid", f"{len(ours)} cells", f"{len(theirs)} cells"
            continue
        for one, other in zip(ours, theirs, strict=True):
            yield _agreement(one, other), one, other


def _agreement(one: str, other: str) -> str:
    if one == other:
        return "alike"
    return "but for white space" if "".join(one.split()) == "".join(other.split()) else "differ"


def main(names: list[str]) -> None:
    """Print the comparison of each file, and the sum of all."""
    total: Counter[str] = Counter()
    for name in names:
        found = list(compare(Path(name)))
        counts = Counter(how for how, _, _ in found)
        total += counts
        print(Path(name).name, dict(counts))
        for how, one, other in [difference for difference in found if difference[0] in {"differ", "other grid"}][
            :SHOWN
        ]:
            print(f"  {how}: pdfium {one!r}, pdfplumber {other!r}")
    print("all", dict(total))


if __name__ == "__main__":
    main(sys.argv[1:])
