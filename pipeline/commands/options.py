"""The options that several commands share, and how a command speaks: data on stdout, everything else on stderr."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.settings import ExecutorChoice, OcrChoice, TextReaderChoice
from pipeline.speech.language import shown

RAW, PROCESSED, CORRECTIONS = Path("data/raw"), Path("data/processed"), Path("data/corrections")

Out = Annotated[Path, typer.Option("--out", "-o", help="Output folder.", show_default=True)]
Corrections = Annotated[Path, typer.Option("--corrections", help="Folder with what reviewers decided.")]
Json = Annotated[bool, typer.Option("--json", help="Print one machine-readable result on stdout, nothing else there.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Only errors on stderr.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Name every document as it is done.")]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=0, help="Worker processes; 0 is one per core.")]
Executor = Annotated[
    ExecutorChoice, typer.Option("--executor", help="Who reads: workers on this machine, or those of a Dask cluster.")
]
Scheduler = Annotated[
    str | None, typer.Option("--scheduler", metavar="ADDRESS", help="Dask scheduler, such as tcp://host:8786.")
]
Ocr = Annotated[OcrChoice, typer.Option("--ocr", help="Recogniser of scanned pages.")]
TextReader = Annotated[TextReaderChoice, typer.Option("--text-reader", help="Reader of PDF pages with text.")]
Force = Annotated[bool, typer.Option("--force", help="Read documents again even where nothing has changed.")]
AcceptShrink = Annotated[
    bool, typer.Option("--accept-shrink", help="Publish even where a table loses rows or columns.")
]
Accept = Annotated[
    Path | None, typer.Option("--accept", help="List of known failures, which do not count for the exit status.")
]
Timeout = Annotated[float, typer.Option("--timeout", min=0.1, help="Seconds that one document may take.")]
Memory = Annotated[int, typer.Option("--memory", min=64, help="MiB that one document's worker may use.")]
MaxPages = Annotated[int, typer.Option("--max-pages", min=1, help="Pages that one document may have.")]
MaxPixels = Annotated[int, typer.Option("--max-pixels", min=1, help="Pixels that one page's picture may have.")]
AllowLibreOffice = Annotated[
    bool, typer.Option("--allow-libreoffice", help="Let LibreOffice convert .doc, .wps, .rtf and other old files.")
]
Metrics = Annotated[
    Path | None, typer.Option("--metrics", help="Write the figures to this file, for Prometheus' textfile collector.")
]
Heartbeat = Annotated[
    Path | None, typer.Option("--heartbeat", help="Touch this file at the end, only if nothing went wrong.")
]
ProfileName = Annotated[str | None, typer.Option("--profile", help="Scoring profile; chosen form by form if left out.")]


def say(line: str) -> None:
    """Print a line for people, on stderr, in their language."""
    typer.echo(shown(line), err=True)


def print_json(content: Any) -> None:
    """Print one machine-readable result, on stdout."""
    typer.echo(json.dumps(content, ensure_ascii=False, default=str))
