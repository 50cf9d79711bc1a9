"""Digits and colons of several rows, one below the other, are no ruling; dots, dashes and long pieces are one."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.geometry.blots import Stats
from pipeline.ingest.scan.rulings.strokes import are_strokes
from pipeline.models import Ruling

ROWS = (100.0, 114.0, 128.0, 142.0)
"""Where the rulings across lie, in points; a pixel is a tenth of a point."""

UNIT = 10.0
ACROSS = [Ruling(0.0, y, 100.0, y) for y in ROWS]
LINE = Ruling(50.0, ROWS[0], 50.0, ROWS[-1], 0.5, "trace")


def pieces(*tops: float, size: float, wide: float = 0.7) -> Stats:
    rows = [((50 - wide / 2) * UNIT, top * UNIT, wide * UNIT, size * UNIT, 10) for top in tops]
    return np.array(rows, dtype=np.int32)


def in_rows(*offsets: float) -> list[float]:
    return [row + offset for row in ROWS[:-1] for offset in offsets]


@pytest.mark.parametrize(
    ("blots", "expected"),
    [
        (pieces(*in_rows(3.5), size=7, wide=1), True),
        (pieces(*in_rows(3.5), size=7, wide=4), True),
        (pieces(*in_rows(4, 8), size=1.1), True),
        (pieces(*np.arange(100, 142, 2.0), size=1), False),
        (pieces(*np.arange(100, 141, 5.0), size=3), False),
        (pieces(*np.arange(100, 141, 9.0), size=6), False),
        (pieces(102, 125, size=15), False),
        (pieces(200, size=5), False),
    ],
    ids=["thin digits", "digits", "colons", "dots", "dashes", "long dashes", "what is left of a ruling", "nothing"],
)
def test_what_makes_a_broken_line(blots: Stats, expected: bool) -> None:
    assert are_strokes(LINE, blots, ACROSS, UNIT) is expected


def test_a_lying_line_is_told_likewise() -> None:
    blots = pieces(*in_rows(3.5), size=7, wide=1)[:, [1, 0, 3, 2, 4]]
    line = Ruling(LINE.y0, LINE.x0, LINE.y1, LINE.x1, 0.5, "trace")
    assert are_strokes(line, blots, [Ruling(r.y0, r.x0, r.y1, r.x1) for r in ACROSS], UNIT)
