"""A red seal is lifted off the page; what it covered can be read; red print is left alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.ingest.scan.seal import find_seal, move_seal, remove_seal
from tests.ingest.scan.support import (
    HEIGHT,
    LEFT,
    TOP,
    WIDTH,
    FakeRecognizer,
    Picture,
    read_scanned_page,
    rule_table,
    write,
)

POINT = 72 / 200
RED = (205, 45, 50)


def sealed_page(opacity: float = 0.7) -> tuple[Picture, Picture]:
    """A table with text, stamped; the picture and the stamp's ink."""
    page = rule_table()
    write(page, "123456", 1, 1)
    ink = np.zeros((HEIGHT, WIDTH), np.float32)
    cv2.circle(ink, (LEFT + 400, TOP + 180), 150, (1.0,), 14, cv2.LINE_AA)
    cv2.line(ink, (LEFT + 260, TOP + 175), (LEFT + 540, TOP + 175), (1.0,), 20)
    color = np.repeat(page[:, :, None], 3, axis=2).astype(np.float32)
    stamped = color * (1 - opacity * ink[:, :, None]) + np.array(RED) * opacity * ink[:, :, None]
    return stamped.astype(np.uint8), ink > 0.5


def test_a_round_seal_is_found_where_it_is() -> None:
    page, ink = sealed_page()
    mask = find_seal(page, POINT)
    assert mask is not None
    assert mask[ink].mean() > 0.99
    assert mask.mean() < 0.03


def test_the_seal_goes_and_the_print_stays() -> None:
    page, ink = sealed_page()
    mask = find_seal(page, POINT)
    assert mask is not None
    gray = np.asarray(cv2.cvtColor(page, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    cleaned = remove_seal(page, gray, mask)
    plain = rule_table()
    write(plain, "123456", 1, 1)
    core = cv2.erode(ink.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    assert cleaned[core & (plain > 200)].mean() > 225
    assert cleaned[core & (plain < 60)].mean() < 110
    assert (cleaned[~mask] == gray[~mask]).all()


@pytest.mark.parametrize("corner", [(0.0, 0.0), (-700.0, 0.0), (5000.0, 0.0)])
def test_a_seal_moves_with_its_page(corner: tuple[float, float]) -> None:
    page, _ = sealed_page()
    mask = find_seal(page, POINT)
    assert mask is not None
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), 3.0, 1.0)
    matrix[:, 2] += corner
    whole = cv2.warpAffine(mask.astype(np.uint8), matrix, (WIDTH, HEIGHT))
    moved = move_seal(mask, np.vstack([matrix, (0.0, 0.0, 1.0)]))
    assert moved.shape == mask.shape
    assert (moved != (whole > 0)).sum() <= 0.01 * mask.sum()


def test_red_print_is_no_seal() -> None:
    page = np.full((HEIGHT, WIDTH, 3), 250, np.uint8)
    cv2.putText(page, "RED HEADING OF THE PAGE", (200, 300), cv2.FONT_HERSHEY_SIMPLEX, 2, RED, 5)
    assert find_seal(page, POINT) is None


def test_what_lies_under_a_seal_is_doubted() -> None:
    page, _ = sealed_page()
    read = read_scanned_page(page, 1, WIDTH * POINT, HEIGHT * POINT, FakeRecognizer(probability=1.0))
    assert any(glyph.doubt == "seal" and glyph.confidence < 1 for glyph in read.glyphs)
