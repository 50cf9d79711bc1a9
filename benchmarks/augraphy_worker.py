"""Degrade pictures of pages with `augraphy` for `benchmarks.degrading`; runs in `.venv-bench`, imports nothing of ours.

usage: .venv-bench/bin/python benchmarks/augraphy_worker.py

Reads one request a line, `{"picture": "in.png", "effect": "folding", "seed": 3, "out": "out.png"}`, and answers each
with a line `{"out": "out.png"}` or `{"error": "…"}`. The same picture, effect and seed give the same pixels with one
version of augraphy. Settings are chosen so that a person can still read every value.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
from collections.abc import Callable, Mapping
from typing import Any

import augraphy as a
import cv2
import numpy as np
from numba import njit

EFFECTS: Mapping[str, Callable[[], list[Any]]] = {
    "folding": lambda: [a.Folding(fold_noise=0.0, gradient_width=(0.05, 0.12), gradient_height=(0.005, 0.015))],
    "stains": lambda: [a.Stains(stains_blend_alpha=0.25)],
    "bleed_through": lambda: [a.BleedThrough(intensity_range=(0.1, 0.3), alpha=0.25, offsets=(12, 20))],
    "dirty_drum": lambda: [a.DirtyDrum(line_concentration=0.03, noise_intensity=0.3, noise_value=(70, 150))],
    "dirty_rollers": lambda: [a.DirtyRollers(line_width_range=(8, 12))],
    "noisy_lines": lambda: [a.NoisyLines(noisy_lines_number_range=(4, 10))],
    "lines_degradation": lambda: [a.LinesDegradation(line_replacement_probability=(0.4, 0.5))],
    "moire": lambda: [a.Moire(moire_density=(15, 20), moire_blend_alpha=0.1)],
    "shadow_cast": lambda: [a.ShadowCast(shadow_opacity_range=(0.25, 0.5))],
    "bad_photo_copy": lambda: [a.BadPhotoCopy(noise_type=2, noise_iteration=(1, 1), noise_value=(120, 200))],
    "ink_bleed": lambda: [a.InkBleed(intensity_range=(0.3, 0.5), severity=(0.3, 0.4))],
    "low_ink_random": lambda: [a.LowInkRandomLines(count_range=(5, 12))],
    "low_ink_periodic": lambda: [a.LowInkPeriodicLines(count_range=(2, 4), period_range=(20, 40))],
    "letterpress": lambda: [a.Letterpress(n_samples=(100, 300), n_clusters=(100, 300), value_range=(160, 220))],
    "faxify": lambda: [a.Faxify((1.0, 1.2), monochrome=1, halftone=0, monochrome_method="threshold_otsu")],
    "dithering": lambda: [a.Dithering(dither="floyd-steinberg")],
    "lighting_gradient": lambda: [a.LightingGradient(min_brightness=120, mode="linear_dynamic")],
    "noise_texture": lambda: [a.NoiseTexturize(sigma_range=(3, 6), turbulence_range=(2, 4))],
    "brightness_texture": lambda: [a.BrightnessTexturize(texturize_range=(0.85, 0.95), deviation=0.03)],
    "subtle_noise": lambda: [a.SubtleNoise(subtle_range=14)],
    "ink_mottling": lambda: [a.InkMottling(ink_mottling_alpha_range=(0.2, 0.35))],
    "double_exposure": lambda: [a.DoubleExposure(gaussian_kernel_range=(3, 3), offset_range=(2, 3))],
    "colour_paper": lambda: [a.ColorPaper(hue_range=(20, 45), saturation_range=(10, 40))],
    "highlighter": lambda: [a.Markup(markup_type="highlight", num_lines_range=(2, 5), markup_thickness_range=(1, 2))],
    "office_mixture": lambda: [a.LowInkRandomLines(count_range=(3, 6)), a.DirtyRollers(), a.SubtleNoise(10)],
    "copy_mixture": lambda: [
        a.InkBleed((0.2, 0.4)), a.DirtyDrum(line_concentration=0.03, noise_value=(70, 150)), a.Jpeg((45, 70)),
    ],
    "archive_mixture": lambda: [
        a.BleedThrough(intensity_range=(0.1, 0.2)), a.Folding(fold_count=1, fold_noise=0.0), a.ColorPaper(),
    ],
}  # fmt: skip


@njit
def seed_compiled(seed: int) -> None:
    """Seed the two generators that compiled code has for itself."""
    random.seed(seed)
    np.random.seed(seed)


def seed_all(seed: int) -> None:
    """Seed every generator that augraphy draws from."""
    random.seed(seed)
    np.random.seed(seed)
    cv2.setRNGSeed(seed)
    seed_compiled(seed)


def degrade(picture: np.ndarray, effect: str, seed: int) -> np.ndarray:
    """Return a picture (RGB or grey) after an effect."""
    seed_all(seed)
    for step in EFFECTS[effect]():
        changed = step(picture, force=True)
        picture = changed[0] if isinstance(changed, tuple) else changed
    return np.clip(picture, 0, 255).astype(np.uint8)


def main() -> None:
    """Answer requests until the input ends."""
    answers, sys.stdout = sys.stdout, sys.stderr
    os.chdir(tempfile.mkdtemp())
    for line in sys.stdin:
        request = json.loads(line)
        try:
            made = degrade(cv2.imread(request["picture"]), request["effect"], request["seed"])
            cv2.imwrite(request["out"], made)
            answer = {"out": request["out"]}
        except Exception as problem:  # noqa: BLE001 - whatever a foreign effect raises is the answer
            answer = {"error": f"{request['effect']}: {problem!r}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
