"""Scans by a foreign hand: pages degraded with `augraphy`, which runs in an environment of its own (`.venv-bench`).

augraphy is MIT licensed and needs a second OpenCV, so that it is neither a dependency nor installed beside the
pipeline; `make bench` sets its environment up. Where that is missing, `available` says so and the benchmark draws
without it.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from tests.typeset import Truth
from tests.typeset.container import Shot, write_pdf
from tests.typeset.optics import Picture
from tests.typeset.scan import render

ROOT = Path(__file__).parent.parent
PYTHON = ROOT / ".venv-bench/bin/python"
WORKER = Path(__file__).with_name("augraphy_worker.py")
PREFIX = "augraphy_"

EFFECTS = (
    "folding", "stains", "bleed_through", "dirty_drum", "dirty_rollers", "noisy_lines", "lines_degradation", "moire",
    "shadow_cast", "bad_photo_copy", "ink_bleed", "low_ink_random", "low_ink_periodic", "letterpress", "faxify",
    "dithering", "lighting_gradient", "noise_texture", "brightness_texture", "subtle_noise", "ink_mottling",
    "double_exposure", "colour_paper", "highlighter", "office_mixture", "copy_mixture", "archive_mixture",
)  # fmt: skip
"""The effects that the worker knows; as conditions their names begin with `PREFIX`."""

TWO_LEVELS = frozenset({"faxify", "dithering"})


class DegradingFailed(Exception):
    """augraphy did not answer with a picture; the message is what it said."""


def available() -> bool:
    """Tell whether the environment of augraphy is there."""
    return PYTHON.exists()


@cache
def start_worker() -> subprocess.Popen[str]:
    """Start augraphy once per process; importing it takes seconds. Each thread of Numba would have seeds of its own."""
    worker = subprocess.Popen(
        [PYTHON, "-W", "ignore", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        stderr=subprocess.DEVNULL, env=os.environ | {"NUMBA_NUM_THREADS": "1"},
    )  # fmt: skip
    atexit.register(worker.kill)
    return worker


def apply(picture: Picture, effect: str, seed: int) -> Picture:
    """Return a picture, H x W or H x W x 3 RGB, after one of `EFFECTS`. Raises DegradingFailed."""
    worker = start_worker()
    with tempfile.TemporaryDirectory() as folder:
        before, after = f"{folder}/in.png", f"{folder}/out.png"
        cv2.imwrite(before, picture if picture.ndim == 2 else picture[..., ::-1])
        request = {"picture": before, "effect": effect, "seed": seed, "out": after}
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(json.dumps(request) + "\n")
        worker.stdin.flush()
        answer = json.loads(worker.stdout.readline() or '{"error": "augraphy ended"}')
        if "error" in answer:
            raise DegradingFailed(answer["error"])
        made = cv2.imread(after, cv2.IMREAD_UNCHANGED)
    grey = made.ndim == 2 or bool((made.max(axis=2) - made.min(axis=2)).max() < 3)
    return made if made.ndim == 2 else np.ascontiguousarray(made[..., 0] if grey else made[..., ::-1])


def degrade_foreign(clean: Path, condition: str, seed: int, path: Path, truth: Truth) -> Truth:
    """Write the scan of a text PDF under a condition whose name begins with `PREFIX` and return its truth."""
    effect = condition.removeprefix(PREFIX)
    shots = []
    for number, page in enumerate(render(clean, 200)):
        made = apply(page, effect, (seed * 31 + number) % 2**31)
        two = effect in TWO_LEVELS and made.ndim == 2
        shots.append(Shot(made, 200, None if two else 80, two))
    write_pdf(shots, path)
    return truth.renamed(path.name, "scan")
