"""A screen that shows light writing on a dark ground is read as paper is; paper on a dark table stays as it is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.ingest.scan.ground import is_dark, turn_to_paper
from pipeline.ingest.scan.straight_page import straighten_page


def table() -> np.ndarray:
    """A white page with a ruled table and short strokes in its cells."""
    page = np.full((1100, 800, 3), 255, np.uint8)
    for at in range(5):
        cv2.line(page, (80, 150 + 200 * at), (720, 150 + 200 * at), (0, 0, 0), 2)
        cv2.line(page, (80 + 160 * at, 150), (80 + 160 * at, 950), (0, 0, 0), 2)
        for row in range(4):
            cv2.putText(page, "115600", (95 + 160 * at, 260 + 200 * row), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (0, 0, 0), 2)
    return page


def photograph(light: int) -> np.ndarray:
    """The page as a small sheet on a dark table, in some light."""
    desk = np.full((2000, 1800, 3), 15, np.uint8)
    desk[300:1400, 300:1100] = (table().astype(int) * light // 255).clip(20).astype(np.uint8)
    return desk


@pytest.mark.parametrize("ground", [0, 30])
def test_light_on_dark_is_turned_round(ground: int) -> None:
    dark = np.maximum(255 - table(), ground).astype(np.uint8)
    assert is_dark(dark)
    assert is_dark(cv2.cvtColor(dark, cv2.COLOR_RGB2GRAY))
    assert np.median(turn_to_paper(dark)) > 200
    turned, plain = (straighten_page(picture, 576, 792).rulings for picture in (dark, table()))
    assert len(turned) == len(plain) > 8


@pytest.mark.parametrize(
    "picture",
    [table(), (table() * 0.3).astype(np.uint8), photograph(255), photograph(90), np.zeros((500, 500, 3), np.uint8)],
    ids=["paper", "in little light", "on a dark table", "there in little light", "nothing"],
)
def test_paper_in_any_light_stays_as_it_is(picture: np.ndarray) -> None:
    assert not is_dark(picture)
    assert turn_to_paper(picture) is picture
