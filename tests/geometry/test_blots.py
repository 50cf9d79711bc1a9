"""Blots of ink: labels of either length tell the same; neighbours are found in strips."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.geometry.blots import find_blots, label_blots, look_up, strips


@pytest.mark.parametrize(
    ("side", "density", "kind"), [(100, 0.2, np.uint16), (900, 0.02, np.uint16), (1200, 0.2, np.int32)]
)
def test_blots_are_told_apart_whatever_their_number(side: int, density: float, kind: type) -> None:
    mask = ((np.random.default_rng(side).random((side, side)) < density) * 255).astype(np.uint8)
    stats, labels = label_blots(mask)
    assert len(stats) == cv2.connectedComponents(mask)[0]
    assert (labels > 0).tolist() == (mask > 0).tolist()
    assert labels.dtype == kind


@pytest.mark.parametrize(("side", "kind"), [(100, np.uint16), (700, np.uint16), (700, np.int32)])
def test_every_pixel_has_the_value_of_its_label(side: int, kind: type) -> None:
    rng = np.random.default_rng(side)
    labels = rng.integers(0, 900, (side, side)).astype(kind)
    values = rng.integers(0, 256, 900).astype(np.uint8)
    assert (look_up(values, labels) == values[labels]).all()


def test_only_what_is_kept_stays() -> None:
    mask = np.zeros((9, 9), np.uint8)
    mask[1, 1] = mask[5:8, 5:8] = 255
    blots = find_blots(mask)
    kept = blots.keep(blots.stats[:, 4] == 9)
    assert cv2.countNonZero(kept) == 9
    assert kept[6, 6] == 255
    assert blots.keep(np.ones(2, dtype=bool)) is mask


@pytest.mark.parametrize("shape", [(0, 0), (0, 7), (7, 0)])
def test_nothing_has_no_blots(shape: tuple[int, int]) -> None:
    blots = find_blots(np.zeros(shape, np.uint8))
    assert len(blots.stats) == 0
    assert blots.labels.shape == shape


@pytest.mark.parametrize(("count", "reach"), [(0, 3.0), (1, 0.0), (40, 0.0), (700, 3.5)])
def test_strips_hold_every_blot_against_all_that_lie_on_its_height(count: int, reach: float) -> None:
    rng = np.random.default_rng(count)
    blots, others = (rng.integers(1, (400, 2000, 30, 60, 9), (count, 5)).astype(np.int32) for _ in range(2))
    seen: list[int] = []
    for chosen, near in strips(blots, others, reach):
        seen += chosen.tolist()
        for i in chosen:
            above, below = (
                others[:, 1] + others[:, 3] < blots[i, 1] - reach,
                others[:, 1] > sum(blots[i, 1::2][:2]) + reach,
            )
            assert set(np.flatnonzero(~above & ~below)) <= set(near.tolist())
    assert sorted(seen) == list(range(count))


def test_strips_leave_out_what_is_far() -> None:
    blots = np.array([[0, 20 * i, 5, 5, 25] for i in range(2000)], np.int32)
    assert max(len(near) for _, near in strips(blots, blots, 10.0)) < 300
