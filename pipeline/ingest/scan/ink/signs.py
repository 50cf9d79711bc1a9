"""Signs of which a recogniser is surer than it may be: comparison signs without their bar, and rows of points.

In small print the bar of `≥` runs into its lower arm, and a recogniser takes it for `>`. At the open end the two arms
stand apart, and with the bar the lower one has twice the ink of the upper; or all three stand apart. That tells whether
a comparison sign has it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.ingest.ocr.reading import CharReading, GrayImage, LineReading
from pipeline.ingest.scan.ink.dashes import ink_share

BARRED = {">": "≥", "＞": "≥", "<": "≤", "＜": "≤"}
BARE = {"≥": ">", "≤": "<"}
OPEN_LEFT = frozenset(">＞≥")

WITH_BAR, WITHOUT_BAR = 1.6, 1.4
"""Ink of the lower arm over that of the upper, from which there is a bar and up to which there is none; measured on
eleven fonts of 8 to 12 points at 150 to 300 dpi, blurred and noisy: 1.7 to 2.4 with a bar, 0.87 to 1.3 without."""

THREE, AGREEING = 3, 0.8
"""Strokes of a sign whose bar stands off its arm, and the share of its columns in which that many are seen."""

ELLIPSIS = "…"
PRINTED = 2
"""Characters of an ellipsis in Chinese print (GB/T 15834-2011); a recogniser may count one more."""

PLAUSIBLE = (0.6, 3.0)
"""What lies outside is not the ratio of two arms: dust, or the remains of a ruling."""

SEEN = 0.97
"""Confidence at least of a sign of which recogniser and strokes say the same."""

SEEN_OTHERWISE = 0.92
"""Confidence of a sign by its strokes where the recogniser says otherwise."""

DARK = 0.4
"""Share of ink from which a column belongs to a character."""

STEPS = 6.0
"""Steps of the recogniser in the height of a line: of 8 pixels where it is 48 high."""

BESIDE = 2
"""Pixels of paper that are looked at on both sides of a sign."""

UNCLEAR = 0.6
"""Confidence at most of a sign whose strokes leave it open."""


def weigh_sign(crop: GrayImage, reading: LineReading) -> LineReading:
    """Return the reading with its comparison signs as their strokes and the recogniser together see them.

    Within a line only a sign without a bar is looked at: a recogniser loses bars there, and makes none up.
    """
    if len(reading.chars) != 1:
        return _weigh_in_line(crop, reading) if any(char.text in BARRED for char in reading.chars) else reading
    if reading.chars[0].text not in BARRED and reading.chars[0].text not in BARE:
        return reading
    char = reading.chars[0]
    barred = has_bar(crop, open_left=char.text in OPEN_LEFT)
    if barred is None:
        return replace(reading, chars=(replace(char, probability=min(char.probability, UNCLEAR)),))
    text = BARRED.get(char.text, char.text) if barred else BARE.get(char.text, char.text)
    if text == char.text:
        return replace(reading, chars=(replace(char, probability=max(char.probability, SEEN)),))
    seen = replace(char, text=text, probability=SEEN_OTHERWISE, second=char.text, second_probability=UNCLEAR)
    return replace(reading, chars=(seen,))


def _weigh_in_line(crop: GrayImage, reading: LineReading) -> LineReading:
    weighed = (_weigh_bare(crop, char) if char.text in BARRED and char.step >= 0 else char for char in reading.chars)
    return replace(reading, chars=tuple(weighed))


def _weigh_bare(crop: GrayImage, char: CharReading) -> CharReading:
    """Return a sign without a bar, or with the one that its ink shows; doubted where the ink leaves it open."""
    own = _ink_at(crop, char.step)
    barred = has_bar(own, open_left=char.text in OPEN_LEFT) if own is not None else None
    if barred is None:
        return replace(char, probability=min(char.probability, UNCLEAR))
    if not barred:
        return char
    text = BARRED[char.text]
    return replace(char, text=text, probability=SEEN_OTHERWISE, second=char.text, second_probability=UNCLEAR)


def _ink_at(crop: GrayImage, step: float) -> GrayImage | None:
    """Return the columns of the ink at a recogniser's step, up to the gaps beside it; None where there is none."""
    filled = ink_share(crop).max(axis=0) > DARK
    columns = np.flatnonzero(filled)
    if not len(columns):
        return None
    middle = (step + 0.5) * crop.shape[0] / STEPS
    at = int(columns[np.abs(columns - middle).argmin()])
    gaps = np.flatnonzero(~filled)
    left = int(gaps[gaps < at].max(initial=-1)) + 1
    right = int(gaps[gaps > at].min(initial=len(filled)))
    return crop[:, max(0, left - BESIDE) : right + BESIDE]


def doubt_points(reading: LineReading) -> LineReading:
    """Return the reading, doubted where it is nothing but points and not the two characters that `……` is printed as."""
    if set(reading.text) != {ELLIPSIS} or len(reading.chars) == PRINTED:
        return reading
    return replace(reading, chars=tuple(replace(c, probability=min(c.probability, UNCLEAR)) for c in reading.chars))


def has_bar(crop: GrayImage, *, open_left: bool) -> bool | None:
    """Tell whether a comparison sign has a bar, by three strokes below each other or by the ink of its arms.

    None where neither tells. A bar that stands off far from its arm leaves the arms alike.
    """
    share = lower_arm(crop, open_left=open_left)
    if share is not None and share >= WITH_BAR:
        return True
    if _count_strokes(crop, open_left=open_left) == THREE:
        return True
    return False if share is not None and share <= WITHOUT_BAR else None


def _count_strokes(crop: GrayImage, *, open_left: bool) -> int:
    """Return how many strokes lie below each other in the open half of a sign; 0 where its columns do not agree."""
    filled = ink_share(crop) > DARK
    columns = np.flatnonzero(filled.any(axis=0))
    half = columns[: len(columns) // 2 + 1] if open_left else columns[-(len(columns) // 2 + 1) :]
    counts = [int(np.count_nonzero(np.diff(filled[:, column].astype(np.int8), prepend=0) == 1)) for column in half]
    usual = max(set(counts), key=counts.count, default=0)
    return usual if counts.count(usual) >= AGREEING * len(counts) else 0


def lower_arm(crop: GrayImage, *, open_left: bool) -> float | None:
    """Return the ink of the lower arm over that of the upper, at the open end; None where they cannot be told apart."""
    paper, dark = float(np.percentile(crop, 80)), float(crop.min())
    ink = np.clip((paper - crop.astype(np.float64)) / max(1.0, paper - dark), 0.0, 1.0)
    ink[ink < 0.15] = 0.0
    columns = np.flatnonzero(ink.max(axis=0) > 0.4)
    if len(columns) < 3:
        return None
    third = max(2, round(len(columns) / 3))
    profile = ink[:, columns[:third] if open_left else columns[-third:]].sum(axis=1)
    rows = np.flatnonzero(profile > 0.15 * profile.max())
    gaps = np.diff(rows)
    if not len(gaps) or gaps.max() < 2:
        return None
    cut = int(rows[int(gaps.argmax())]) + 1
    upper, lower = float(profile[:cut].sum()), float(profile[cut:].sum())
    return lower / upper if PLAUSIBLE[0] <= lower / upper <= PLAUSIBLE[1] else None
