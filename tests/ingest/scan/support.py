"""Small drawn scans: a ruled table of 8 rows and 5 columns at 200 dpi, doubles for the recogniser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry.blots import find_blots
from pipeline.ingest.ocr.reading import CharReading, GrayImage, LineReading, PixelBox, Recognizer
from pipeline.ingest.scan.ink.marks import read_marks
from pipeline.ingest.scan.ink.textlines import tell_written
from pipeline.ingest.scan.page import begin_scanned_page
from pipeline.models import Page

Picture = NDArray[np.uint8]

A4 = (595.44, 842.04)
"""Points of the page."""

WIDTH, HEIGHT = 1654, 2339
LEFT, TOP, COLUMN, PITCH = 160, 220, 260, 120
ROWS, COLUMNS = 8, 5


def read_scanned_page(image: Picture, number: int, width: float, height: float, recognizer: Recognizer) -> Page:
    """Read a picture of a page from beginning to end."""
    return begin_scanned_page(image, number, width, height, lambda: recognizer).finish()


def without_specks(ink: Picture, em: float) -> Picture:
    """Return the ink of a cell without dust."""
    blots = find_blots(ink)
    return blots.keep(tell_written(blots.stats, em))


def mark_in(ink: Picture, em: float) -> str | None:
    """Return the mark that the ink of a cell is."""
    return read_marks(ink, find_blots(ink).stats, em)


def rotate(picture: Picture, degrees: float) -> Picture:
    """Turn a page about its middle, counter-clockwise."""
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(picture, matrix, (WIDTH, HEIGHT), borderValue=(255,)), dtype=np.uint8)


def blank_page(level: int = 250) -> Picture:
    return np.full((HEIGHT, WIDTH), level, np.uint8)


def rule_table(thickness: int = 3, ink: int = 20, page: Picture | None = None) -> Picture:
    """Draw the whole grid."""
    picture = blank_page() if page is None else page.copy()
    right, bottom = LEFT + COLUMNS * COLUMN, TOP + ROWS * PITCH
    for row in range(ROWS + 1):
        cv2.line(picture, (LEFT, TOP + row * PITCH), (right, TOP + row * PITCH), (ink,), thickness)
    for col in range(COLUMNS + 1):
        cv2.line(picture, (LEFT + col * COLUMN, TOP), (LEFT + col * COLUMN, bottom), (ink,), thickness)
    return picture


def write(picture: Picture, text: str, row: int, col: int, size: float = 1.0) -> None:
    """Write Latin text into a cell."""
    at = LEFT + col * COLUMN + 40, TOP + row * PITCH + 70
    cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, size, (10,), 2, cv2.LINE_AA)


def bend(picture: Picture, height: float) -> Picture:
    """Bend the paper by a wave of some pixels."""
    y, x = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]].astype(np.float32)
    wave = (height * np.sin(x / picture.shape[1] * 4.0)).astype(np.float32)
    return np.asarray(cv2.remap(picture, x, y + wave, cv2.INTER_LINEAR, borderValue=(255,)), dtype=np.uint8)


@dataclass
class FakeRecognizer:
    """Reads every line as the same text and remembers what it was asked."""

    text: str = "7"
    probability: float = 0.9
    turned: bool = False
    name: str = "fake"
    version: str = "0"
    crops: list[GrayImage] = field(default_factory=list)

    def read(self, crops: Sequence[GrayImage], alphabet: str | None = None) -> list[LineReading]:
        self.crops += crops
        line = LineReading(tuple(CharReading(char, self.probability) for char in self.text))
        return [line] * len(crops)

    def upside_down(self, crops: Sequence[GrayImage]) -> float:
        return float(self.turned)

    def find_lines(self, image: GrayImage) -> list[PixelBox]:
        return [(0, 0, image.shape[1], image.shape[0])]


def draw_sign(sign: str, size: int = 12) -> GrayImage:
    """Return a sign as a scan shows it: drawn eight times as large, reduced, and so blurred."""
    big = np.full((size * 16, size * 16), 245, np.uint8)
    apex, end = (size * 12, size * 4) if sign in ">≥" else (size * 4, size * 12)
    for y in (size * 4, size * 9):
        cv2.line(big, (end, y), (apex, int(size * 6.5)), 30, size, cv2.LINE_AA)
    if sign in "≥≤":
        cv2.line(big, (end, int(size * 11.2)), (apex, int(size * 8.7)), 30, size, cv2.LINE_AA)
    return np.asarray(cv2.resize(big, None, fx=1 / 8, fy=1 / 8, interpolation=cv2.INTER_AREA), dtype=np.uint8)
