"""What it costs to hold text pages against their own picture, beside reading them.

    python benchmarks/witness.py FILE...

CPU milliseconds a page of each side, turn by turn over the same pages: pdfplumber's `extract_tables`, our whole way
from bytes to scored rows, and of it what drawing the small picture and asking it takes. Pages that are read from a
picture are passed over by the witness. The median of the rounds is printed, with the least and the greatest.
"""

from __future__ import annotations

import gc
import io
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pdfplumber

from pipeline.ingest.pdf import document
from pipeline.read import read_document
from pipeline.running.worker import SELDOM
from pipeline.settings import ReadSettings

ROUNDS = 5


def with_pdfplumber(paths: list[Path]) -> float:
    """Return the CPU seconds of pdfplumber's tables of all pages."""
    start = time.process_time()
    for path in paths:
        with pdfplumber.open(io.BytesIO(path.read_bytes())) as pdf:
            for page in pdf.pages:
                page.extract_tables()
                page.close()
    return time.process_time() - start


def with_us(paths: list[Path]) -> tuple[float, float]:
    """Return the CPU seconds of reading all documents, and of the witness alone."""
    spent = 0.0

    def timed(ask: Callable[..., object]) -> Callable[..., object]:
        """Add up what the witness takes."""

        def asked(*arguments: object) -> object:
            """Ask the witness."""
            nonlocal spent
            start = time.process_time()
            found = ask(*arguments)
            spent += time.process_time() - start
            return found

        return asked

    with mock.patch.object(document, "_witnessed", timed(document._witnessed)):
        start = time.process_time()
        for path in paths:
            read_document(path, ReadSettings())
        return time.process_time() - start, spent


def main(paths: list[Path]) -> None:
    """Print a line for each side; both look for rings of references as seldom as a worker of ours does."""
    gc.set_threshold(SELDOM)
    pages = sum(read_document(path, ReadSettings()).document.pages or 0 for path in paths)
    rounds = [(with_pdfplumber(paths), *with_us(paths)) for _ in range(ROUNDS)]
    for name, seconds in zip(
        ("pdfplumber extract_tables", "bytes to scored rows", "of it the witness"),
        zip(*rounds, strict=True),
        strict=True,
    ):
        each = [1000 * value / pages for value in seconds]
        print(f"{name:28} {statistics.median(each):6.1f} ms a page ({min(each):.1f} to {max(each):.1f})")
    ratios = [ours / theirs for theirs, ours, _ in rounds]
    print(f"ours / pdfplumber {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}), {pages} pages")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
