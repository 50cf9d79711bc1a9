"""Tesseract (`chi_sim`) through pytesseract: `--ocr tesseract`, and an independent second reader.

The program is started once for many lines: a list of picture files is given instead of a picture. Words, not
characters, have a confidence here, and there is no second choice.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from pipeline.errors import MissingDependency
from pipeline.ingest.ocr.reading import LONE, CharReading, GrayImage, LineReading, PixelBox
from pipeline.ingest.ocr.tesseract_lines import load_pytesseract

pytesseract = load_pytesseract()

LANGUAGE = "chi_sim"
INSTALL = "apt-get install tesseract-ocr tesseract-ocr-chi-sim"

SINGLE_LINE, SINGLE_CHAR, SPARSE = 7, 10, 11
"""Page segmentation modes of Tesseract."""

LINE_HEIGHT = 56
"""Pixels to which lines are scaled; its models were trained on lines of some 48 pixels (their border apart)."""

BORDER = 12

BATCH = 80
"""Lines that are given to one process."""

TIMEOUT = 90.0
"""Seconds after which a process is stopped; its lines stay unread."""


class TesseractRecognizer:
    """Reads lines in batches; a line that is not read in time is empty."""

    name = "tesseract"

    def __init__(self, version: str) -> None:
        self.version = version

    def read(self, crops: Sequence[GrayImage], alphabet: str | None = None) -> list[LineReading]:
        """Read text lines, lone characters apart from longer ones."""
        readings = [LineReading()] * len(crops)
        lone = [i for i, crop in enumerate(crops) if crop.shape[1] < LONE * crop.shape[0]]
        longer = sorted(set(range(len(crops))) - set(lone))
        for mode, chosen in ((SINGLE_CHAR, lone), (SINGLE_LINE, longer)):
            for start in range(0, len(chosen), BATCH):
                batch = chosen[start : start + BATCH]
                for i, reading in zip(batch, _read_batch([crops[i] for i in batch], mode, alphabet), strict=True):
                    readings[i] = reading
        return readings

    def upside_down(self, crops: Sequence[GrayImage]) -> float:
        """Compare how sure the lines read as they stand and on their heads."""
        if not crops:
            return 0.0
        upright = _total(self.read(crops))
        turned = _total(self.read([np.ascontiguousarray(crop[::-1, ::-1]) for crop in crops]))
        return turned / (upright + turned) if upright + turned else 0.0

    def find_lines(self, image: GrayImage) -> list[PixelBox]:
        """Return the boxes of the lines that Tesseract's own search for sparse text finds."""
        data = _run(image, SPARSE, None)
        words = [i for i, text in enumerate(data.get("text", ())) if text.strip()]
        boxes: dict[tuple[int, int, int], PixelBox] = {}
        for i in words:
            key = data["block_num"][i], data["par_num"][i], data["line_num"][i]
            x, y, w, h = (int(data[side][i]) for side in ("left", "top", "width", "height"))
            old = boxes.get(key, (x, y, x + w, y + h))
            boxes[key] = min(old[0], x), min(old[1], y), max(old[2], x + w), max(old[3], y + h)
        return list(boxes.values())


def _total(readings: Sequence[LineReading]) -> float:
    return sum(reading.mean for reading in readings)


def _read_batch(crops: Sequence[GrayImage], mode: int, alphabet: str | None) -> list[LineReading]:
    with tempfile.TemporaryDirectory(prefix="jixiao-") as folder:
        paths = [Path(folder) / f"{i}.png" for i in range(len(crops))]
        for path, crop in zip(paths, crops, strict=True):
            cv2.imwrite(str(path), _prepare(crop))
        listing = Path(folder) / "lines.txt"
        listing.write_text("\n".join(map(str, paths)), "utf-8")
        data = _run(str(listing), mode, alphabet)
    words: list[list[tuple[str, float]]] = [[] for _ in crops]
    for text, confidence, page in zip(
        data.get("text", ()), data.get("conf", ()), data.get("page_num", ()), strict=True
    ):
        if text.strip():
            words[int(page) - 1].append((text, max(0.0, float(confidence)) / 100))
    return [join_words(line) for line in words]


def _prepare(crop: GrayImage) -> GrayImage:
    width = max(8, round(crop.shape[1] * LINE_HEIGHT / crop.shape[0]))
    line = cv2.resize(crop, (width, LINE_HEIGHT), interpolation=cv2.INTER_CUBIC)
    paper = int(np.percentile(crop, 95))
    framed = cv2.copyMakeBorder(line, BORDER, BORDER, BORDER, BORDER, cv2.BORDER_CONSTANT, value=(paper,))
    return np.asarray(framed, dtype=np.uint8)


def _run(picture: Any, mode: int, alphabet: str | None) -> dict[str, list[Any]]:
    """Call the program; an empty result where it is stopped for its time."""
    config = f"--psm {mode}"
    if alphabet:
        config += f" -c tessedit_char_whitelist={''.join(sorted(set(alphabet) - set(' ')))}"
    try:
        data: dict[str, list[Any]] = pytesseract.image_to_data(
            picture, lang=LANGUAGE, config=config, timeout=TIMEOUT, output_type=pytesseract.Output.DICT
        )
    except pytesseract.TesseractNotFoundError as error:
        raise MissingDependency(f"tesseract is not installed; run: {INSTALL}") from error
    except RuntimeError:
        return {}
    return data


def join_words(words: Sequence[tuple[str, float]]) -> LineReading:
    """Join the words of a line; spaces are kept between Latin words only, for Chinese has none."""
    chars: list[CharReading] = []
    for text, confidence in words:
        if chars and _latin(chars[-1].text) and _latin(text[0]):
            chars.append(CharReading(" ", confidence))
        chars += [CharReading(char, confidence) for char in text]
    return LineReading(tuple(chars))


def _latin(char: str) -> bool:
    return char.isascii() and char.isalpha()


def load_tesseract() -> TesseractRecognizer:
    """Find the program and its Chinese model; one thread per process, for the pages are read side by side.

    Raises:
        MissingDependency: the program or `chi_sim` is not installed.
    """
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    try:
        version = str(pytesseract.get_tesseract_version())
        languages = pytesseract.get_languages()
    except pytesseract.TesseractNotFoundError as error:
        raise MissingDependency(f"tesseract is not installed; run: {INSTALL}") from error
    if LANGUAGE not in languages:
        raise MissingDependency(f"tesseract has no model for simplified Chinese ({LANGUAGE}); run: {INSTALL}")
    return TesseractRecognizer(f"{version} {LANGUAGE}")
