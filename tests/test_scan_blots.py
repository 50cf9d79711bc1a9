"""Blots of ink: labels of either length tell the same."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.ingest.blots import FEW, count_corners, keep_blots, label_blots


@pytest.mark.parametrize(
    ("side", "density", "kind"), [(100, 0.2, np.uint16), (900, 0.02, np.uint16), (900, 0.2, np.int32)]
)
def test_blots_are_told_apart_whatever_their_number(side: int, density: float, kind: type) -> None:
    mask = ((np.random.default_rng(side).random((side, side)) < density) * 255).astype(np.uint8)
    stats, labels = label_blots(mask)
    assert len(stats) == cv2.connectedComponents(mask)[0]
    assert (labels > 0).tolist() == (mask > 0).tolist()
    assert labels.dtype == kind
    assert (count_corners(mask) < FEW) == (kind == np.uint16)


def test_no_blot_has_more_than_its_corners() -> None:
    mask = np.zeros((9, 9), np.uint8)
    assert count_corners(mask) == 0
    mask[2:7, [2, 6]] = mask[6, 2:7] = 255  # a U: one blot, begun twice
    assert count_corners(mask) == 2
    assert len(label_blots(mask)[0]) == 2


def test_only_what_is_kept_stays() -> None:
    mask = np.zeros((9, 9), np.uint8)
    mask[1, 1] = mask[5:8, 5:8] = 255
    stats, labels = label_blots(mask)
    kept = keep_blots(labels, stats[:, 4] == 9)
    assert cv2.countNonZero(kept) == 9
    assert kept[6, 6] == 255
