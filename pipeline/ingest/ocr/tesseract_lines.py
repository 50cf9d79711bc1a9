"""Tesseract on many small pictures of single lines in one call, held to an alphabet: a second reader of numbers.

One process reads a whole list of files; a process per line would cost more than the reading. Its English model is
asked, for digits are all it is asked about: on 195 numbers of drawn forms in seven conditions of scanning it agreed
with what is printed on 187 and read 3 otherwise, the Chinese model 169 and 12, in twice the time.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from pipeline.ingest.ocr.reading import CharReading, GrayImage, LineReading
from pipeline.machine.deferred import import_without

LANGUAGE = "eng"

LINE_HEIGHT = 48
"""Pixels of height that a line is scaled to; Tesseract's own advice is capitals of 30 to 33 pixels."""

MARGIN = 16
"""Pixels of white around a line: without a margin its layout analysis drops lone characters."""

SURE = 0.9
"""Confidence of what it reads; it is asked for another opinion, not for how sure it is."""

KNOWN = frozenset(map(chr, range(32, 127))) | {"—"}
"""Characters that the English model tells apart; a dash of any length is `-` to it."""

TIMEOUT = 60.0
"""Seconds after which the program is stopped; its lines stay unread."""

PAGE_END = "\f"


def load_pytesseract() -> Any:
    """Return the package `pytesseract`. Its tables would need pandas: 100 MiB and a second."""
    return import_without("pytesseract", "pandas")


class TesseractLines:
    """Reads lines with `tesseract --psm 7` (the picture is a single text line)."""

    def read(self, crops: Sequence[GrayImage], alphabet: str | None = None) -> list[LineReading]:
        """Return one reading per picture; empty ones where Tesseract sees nothing or does not know the alphabet."""
        if not crops or not set(alphabet or "") <= KNOWN:
            return [LineReading()] * len(crops)
        pytesseract = load_pytesseract()
        with tempfile.TemporaryDirectory() as folder:
            names = list(_write_pictures(crops, Path(folder)))
            listing = Path(folder) / "lines.txt"
            listing.write_text("\n".join(names) + "\n", encoding="utf-8")
            config = f"--psm 7 {_whitelist(alphabet)}"
            try:
                text = pytesseract.image_to_string(str(listing), lang=LANGUAGE, config=config, timeout=TIMEOUT)
            except RuntimeError:  # stopped for its time, or the program failed on a picture: no opinion
                text = ""
        pages = text.split(PAGE_END)
        return [_reading(page) for page in (*pages, *[""] * len(crops))[: len(crops)]]


def _write_pictures(crops: Sequence[GrayImage], folder: Path) -> Iterator[str]:
    for number, crop in enumerate(crops):
        path = folder / f"{number}.png"
        cv2.imwrite(str(path), prepare_line(crop))
        yield str(path)


def prepare_line(crop: GrayImage) -> GrayImage:
    """Scale a line to the height that Tesseract reads best and put it on white paper."""
    width = max(1, round(crop.shape[1] * LINE_HEIGHT / crop.shape[0]))
    line = cv2.resize(crop, (width, LINE_HEIGHT), interpolation=cv2.INTER_CUBIC)
    light = cv2.normalize(line, None, 0, 255, cv2.NORM_MINMAX)  # type: ignore[call-overload]
    padded = cv2.copyMakeBorder(light, MARGIN, MARGIN, MARGIN, MARGIN, cv2.BORDER_CONSTANT, value=(255,))
    return np.asarray(padded, dtype=np.uint8)


def _whitelist(alphabet: str | None) -> str:
    """Return the setting that allows an alphabet."""
    if not alphabet:
        return ""
    allowed = "".join(dict.fromkeys(char if char.isascii() else "-" for char in alphabet))
    return f"-c tessedit_char_whitelist={allowed}"


def _reading(page: str) -> LineReading:
    text = "".join(page.split())
    return LineReading(tuple(CharReading(char, SURE) for char in text))


@lru_cache(maxsize=1)
def load_tesseract_lines() -> TesseractLines | None:
    """Return the reader, or None where the program or its language file is not installed.

    One thread per process, for documents are read side by side.
    """
    if shutil.which("tesseract") is None:
        return None
    pytesseract = load_pytesseract()
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    try:
        return TesseractLines() if LANGUAGE in pytesseract.get_languages() else None
    except (pytesseract.TesseractError, OSError):
        return None
