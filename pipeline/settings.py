"""What a reader of one document may be told, and what its worker is allowed; both cross process boundaries."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pipeline.machine.processes import usable_cores

OcrChoice = Literal["auto", "rapidocr", "tesseract"]
TextReaderChoice = Literal["pdfium", "pdfplumber"]
ExecutorChoice = Literal["local", "dask"]

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """How a document is read. A change of any value reads the documents again, but for `profile`, which scores them.

    `ocr`: recogniser of pictures; `auto` takes RapidOCR. `max_pages`: pages of one document. `max_pixels`: pixels of
    one rendered page or of one picture file. `max_unpacked`: bytes that a zipped file may unpack to. `profile`: scoring
    profile for every form, None to choose by its notes and district. `district_code`: the publisher's district, of
    one document that was fetched; it counts where the document itself does not tell. `allow_libreoffice`: whether
    LibreOffice may convert what has no reader; it changes what becomes of those documents alone. `text_reader`: who
    reads the characters and lines of PDF pages.
    """

    ocr: OcrChoice = "auto"
    max_pages: int = 2_000
    max_pixels: int = 100_000_000
    max_unpacked: int = 512 * MEBIBYTE
    profile: str | None = None
    district_code: str | None = None
    allow_libreoffice: bool = False
    text_reader: TextReaderChoice = "pdfium"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document was fetched from: its address, and the district (GB/T 2260) of the publisher."""

    url: str
    district: str | None = None


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """What one document may cost: wall time in seconds and resident memory in bytes of its worker's process group."""

    timeout: float = 300.0
    memory: int = 2_048 * MEBIBYTE


STREAMS = "JIXIAO_STREAMS"
"""The environment variable that says how many cores one process may recognise with."""


def recognizer_streams() -> int:
    """Return how many cores this process may recognise with: what `STREAMS` says, else all that it may use."""
    return int(os.environ.get(STREAMS) or usable_cores())


READER = "pipeline.read:read_document"
"""What a worker reads documents with, as MODULE:FUNCTION."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run is to be done.

    `jobs` 0 is one worker per core that the process may use. `corrections` is the folder with what reviewers decided;
    None publishes what was read. `scheduler` is the address of a Dask scheduler whose workers are to read, None for
    workers on this machine; where a document is read changes nothing of what is read. `accept` is a list of known
    failures that do not count for the exit status.
    """

    out: Path
    settings: ReadSettings = field(default_factory=ReadSettings)
    limits: WorkerLimits = field(default_factory=WorkerLimits)
    jobs: int = 0
    force: bool = False
    accept_shrink: bool = False
    reader: str = READER
    corrections: Path | None = None
    scheduler: str | None = None
    accept: Path | None = None
