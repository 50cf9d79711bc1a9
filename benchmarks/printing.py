"""What the typesetters of the benchmarks share: running a program that prints, and its failure."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pypdfium2

SECONDS = 120


class TypesetterFailed(Exception):
    """A program wrote no PDF; the message is what it said."""


def count_pages(path: Path) -> int:
    """Return the number of pages of a PDF."""
    with pypdfium2.PdfDocument(str(path)) as document:
        return len(document)


def run_program(command: Sequence[str], wanted: Path) -> None:
    """Run a program that is to write a file. Raises TypesetterFailed where it does not."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    if not wanted.exists():
        raise TypesetterFailed(f"{command[0]}: {done.stderr.strip()[-300:]}")
