"""A sheet stands on its head where its written lines do; folds and stains are not asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from pipeline.ingest.ocr.reading import CharReading, GrayImage, LineReading
from pipeline.ingest.scan.orientation import MORE, PROBES, choose_probes, stands_on_head
from pipeline.ingest.scan.sheetlines import SheetLine
from pipeline.ingest.scan.straight_page import StraightPage
from tests.ingest.scan.support import FakeRecognizer

SHEET = StraightPage(np.full((100, 100), 250, np.uint8), None, (), (), 2.78, np.eye(3))


def written(seed: int = 0) -> SheetLine:
    crop = np.full((30, 150), 250, np.uint8)
    cv2.putText(crop, f"8B5G{seed % 10}", (4, 25), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (10,), 2)
    return SheetLine((0, 0, 150, 30), crop)


def empty() -> SheetLine:
    crop = np.full((30, 150), 240, np.uint8)
    crop[14:17, 60:90] = 200
    return SheetLine((0, 0, 150, 30), crop)


@dataclass
class Doubtful(FakeRecognizer):
    """Is of two minds about what it is asked first, and surer of lines in one position when it reads them."""

    later: float = 0.5
    asked: int = 0
    reads_turned: bool = False

    def upside_down(self, crops: Sequence[GrayImage]) -> float:
        self.asked += len(crops)
        return 0.5 if self.asked <= PROBES else self.later

    def read(self, crops: Sequence[GrayImage], alphabet: str | None = None) -> list[LineReading]:
        first = not self.crops
        self.crops += crops
        return [LineReading((CharReading("7", 0.4 if first == self.reads_turned else 0.9),))] * len(crops)


def test_lines_without_characters_are_not_asked() -> None:
    probes = choose_probes(SHEET, [empty(), empty(), *map(written, range(4)), empty()])
    assert len(probes) == 4


def test_where_all_lines_are_empty_they_are_asked_all_the_same() -> None:
    assert len(choose_probes(SHEET, [empty()])) == 1
    assert not stands_on_head(SHEET, [], FakeRecognizer(turned=True))


@pytest.mark.parametrize("later", [0.0, 1.0])
def test_where_the_first_lines_disagree_more_are_asked(later: float) -> None:
    recognizer = Doubtful(later=later)
    assert stands_on_head(SHEET, list(map(written, range(40))), recognizer) == (later > 0.5)
    assert recognizer.asked == MORE


@pytest.mark.parametrize("turned", [False, True])
def test_where_lines_never_agree_reading_decides(turned: bool) -> None:
    recognizer = Doubtful(reads_turned=turned)
    assert stands_on_head(SHEET, list(map(written, range(40))), recognizer) == turned
