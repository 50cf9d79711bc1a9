"""Characters that differ by a stroke or by their size alone, told by their ink: 目 from 日, : from ;, 6.77 from 6,77,
。 from 0, s from S.

A recogniser sees all characters at one size, and thin print loses a bar. The ink tells more: the bar that is left of 目
stands at a third of its height, that of 日 in the middle; a point has no tail; a full stop is a small ring; and a
small letter that stands alone is lower than a capital. What the ink does not tell stays as it was read, or is doubted.
Lengths are in heights of the line's characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.geometry.blots import label_blots
from pipeline.ingest.ocr.reading import CharReading, GrayImage, LineReading
from pipeline.ingest.scan.ink.dashes import ink_share
from pipeline.ingest.scan.ink.textlines import MARGIN

Ink = NDArray[np.float64]

SEEN = 0.97
"""Probability of a character that its ink tells."""

UNCLEAR = 0.6
"""Probability at most of a character whose ink speaks against it and for no other."""

DARK = 0.4
"""Share of ink from which a pixel belongs to a blot."""

BAR, BARS = 0.2, 4
"""Rise of the ink between two bars of a character, in that of its darkest bar; bars of 目."""

MIDDLE, THIRD = (0.42, 0.58), (0.38, 0.6)
"""Place of the inner bar between the outer ones: of 日, measured 0.47 to 0.53; beyond the second pair of 目 that lost
one of its two, measured up to 0.33 and from 0.62."""

SMALL = 0.45
"""Height of a mark of punctuation at most."""

TAIL, TAIL_INK = 1.1, 1.15
"""Height, and ink, of the lower mark over the upper, up to which it has no tail; measured from 1.25 for ；, up to 1.67
for ： on bad prints."""

ROUND, BELOW = 1.4, 0.06
"""Height over width of a point at most, and how far it reaches below the digits; commas measured from 1.5 and 0.1."""

RING, RING_ROUND = 0.42, (0.6, 1.6)
"""Height of the ring of 。 at most, and height over width; 0 measured from 0.6 on."""

LETTER, LETTER_OPEN = 0.68, 0.03
"""Height between small letters and capitals: measured up to 0.64 and from 0.72; how near to it nothing is told."""

THOUSANDS, GROUP = 0.985, 3
"""Probability from which a comma before three digits is believed: 0.999 and more on clear prints, up to 0.976 where a
point was taken for one on a print that is doubled; digits of a group."""

_DATE = re.compile(r"月\d{1,2}$")
"""What stands before the 日 of a date."""

ONE_SHAPE = frozenset("cosuvwxz")
"""Letters that are drawn alike small and large."""


@dataclass(frozen=True, slots=True)
class Line:
    """The ink of a line and its blots (x, y, width, height, area); the upper and lower edge of its characters."""

    ink: Ink
    blots: Sequence[tuple[int, int, int, int, int]]
    top: float
    bottom: float
    step: float

    @property
    def em(self) -> float:
        """The height of the characters in pixels."""
        return self.bottom - self.top

    def middle(self, char: CharReading) -> float:
        """Return the column in the middle of a character."""
        return (char.step + 0.5) * self.step

    def small_at(self, column: float) -> list[tuple[int, int, int, int, int]]:
        """Return the small blots around a column from the top down."""
        near = (b for b in self.blots if b[3] <= SMALL * self.em and abs(b[0] + b[2] / 2 - column) <= 0.25 * self.em)
        return sorted(near, key=lambda blot: blot[1])


def weigh_shapes(crop: GrayImage, reading: LineReading) -> LineReading:
    """Return the reading with each character that its ink tells better than the recogniser as its ink tells it."""
    chars = reading.chars
    asked = [i for i in range(len(chars)) if chars[i].step >= 0 and _weigher(chars, i)]
    if not asked:
        return reading
    line = measure_line(crop, alone=len(reading.text.strip()) == 1)
    if line is None or max(char.step for char in chars) * line.step > crop.shape[1] + line.step:
        return reading
    weighed = list(chars)
    for i in asked:
        weigh = _weigher(chars, i)
        weighed[i] = weigh(line, chars[i]) if weigh else chars[i]
    return replace(reading, chars=tuple(weighed))


Weigher = Callable[[Line, CharReading], CharReading]


def _weigher(chars: Sequence[CharReading], at: int) -> Weigher | None:
    """Return what weighs a character where it stands; None where nothing does."""
    text = chars[at].text
    if text in "目日":
        return take_day if text == "目" and _ends_a_date(chars, at) else weigh_bars
    if text in ";；":
        return weigh_semicolon
    if text in ",，":
        return _comma_weigher(chars, at)
    if text in "0oOcC" and _ends_a_sentence(chars, at):
        return weigh_ring
    return weigh_letter if len(chars) == 1 and text.lower() in ONE_SHAPE else None


def _comma_weigher(chars: Sequence[CharReading], at: int) -> Weigher | None:
    if _parts_no_thousands(chars, at):
        return weigh_comma
    return doubt_comma if _parts_thousands(chars, at) and chars[at].probability < THOUSANDS else None


def _ends_a_date(chars: Sequence[CharReading], at: int) -> bool:
    return _DATE.search("".join(char.text for char in chars[max(0, at - 4) : at])) is not None


def _parts_no_thousands(chars: Sequence[CharReading], at: int) -> bool:
    """Tell whether a comma stands between digits and the group after it is none of three."""
    return at > 0 and chars[at - 1].text.isdigit() and _digits_after(chars, at) not in (0, GROUP)


def _parts_thousands(chars: Sequence[CharReading], at: int) -> bool:
    """Tell whether a comma stands between digits, a group of three after it: 1,274 and 1.274 are both amounts."""
    return at > 0 and chars[at - 1].text.isdigit() and _digits_after(chars, at) == GROUP


def _digits_after(chars: Sequence[CharReading], at: int) -> int:
    after = "".join(char.text for char in chars[at + 1 : at + 5])
    return len(after) - len(after.lstrip("0123456789"))


def _ends_a_sentence(chars: Sequence[CharReading], at: int) -> bool:
    """Tell whether 。 may stand at a place: at the end, alone or behind a character that is no digit or letter."""
    return at == len(chars) - 1 and (at == 0 or not chars[at - 1].text.isascii())


def measure_line(crop: GrayImage, *, alone: bool) -> Line | None:
    """Return the ink of a line; None where it has no character to go by. A lone character fills its crop or less.

    `alone` tells that the line is one character: its crop is as high as the page's characters and a margin.
    """
    ink = ink_share(crop)
    stats = label_blots((ink > DARK).astype(np.uint8))[0][1:]
    blots = [(int(x), int(y), int(w), int(h), int(area)) for x, y, w, h, area in stats]
    high = [blot for blot in blots if blot[3] > 0.45 * crop.shape[0]]
    step = crop.shape[0] / 6.0  # steps are 8 pixels of a line that is 48 high
    if alone:
        margin = crop.shape[0] * MARGIN / (1 + 2 * MARGIN)
        return Line(ink, blots, margin, crop.shape[0] - margin, step)
    if not high:
        return None
    top, bottom = (float(np.median(edge)) for edge in zip(*((b[1], b[1] + b[3]) for b in high), strict=True))
    return Line(ink, blots, top, bottom, step)


def weigh_bars(line: Line, char: CharReading) -> CharReading:
    """Return 目 or 日 by its bars."""
    at = line.middle(char)
    boxes = [b for b in line.blots if b[0] <= at <= b[0] + b[2] and b[3] > 0.5 * line.em and b[2] > 0.3 * line.em]
    if not boxes:
        return char
    x, y, w, h, _ = max(boxes, key=lambda blot: blot[3])
    inner = line.ink[max(0, y - 1) : y + h + 1, x + round(0.35 * w) : x + round(0.65 * w) + 1]
    bars = find_bars(inner.mean(axis=1))
    if len(bars) == BARS:
        return _told(char, "目")
    if len(bars) != BARS - 1:
        return char
    place = (bars[1] - bars[0]) / (bars[2] - bars[0])
    if not THIRD[0] <= place <= THIRD[1]:
        return _told(char, "目")
    return _told(char, "日") if char.text == "日" and MIDDLE[0] <= place <= MIDDLE[1] else char


def find_bars(profile: NDArray[Any]) -> list[int]:
    """Return the places of the bars in a profile of ink: its peaks with a dip of `BAR` to either side."""
    rise = BAR * float(profile.max())
    bars: list[int] = []
    peak = dip = at = 0.0
    climbing = True
    for place, value in enumerate(float(v) for v in profile):
        if climbing:
            if value > peak:
                peak, at = value, place
            elif peak - value > rise and peak > 2 * rise:
                bars.append(int(at))
                climbing, dip = False, value
        elif value - dip > rise:
            climbing, peak, at = True, value, place
        else:
            dip = min(dip, value)
    return [*bars, int(at)] if climbing and peak > 2 * rise else bars


def weigh_semicolon(line: Line, char: CharReading) -> CharReading:
    """Return the colon that a semicolon is whose lower mark is like the upper and stands above the lower edge."""
    marks = line.small_at(line.middle(char))
    if len(marks) != 2:
        return char
    (_, _, _, high, ink), (_, y, _, low_high, low_ink) = marks
    above = y + low_high <= line.bottom - BELOW * line.em
    if above and low_high <= TAIL * high and low_ink <= TAIL_INK * ink:
        return _told(char, ":" if char.text == ";" else "：")
    return char


def weigh_comma(line: Line, char: CharReading) -> CharReading:
    """Return the point that a comma between digits is where it is round and stands on the line; else doubt it."""
    marks = line.small_at(line.middle(char))
    if marks:
        _, y, w, h, _ = marks[-1]
        if h <= ROUND * w and y + h <= line.bottom + BELOW * line.em:
            return _told(char, ".")
    return replace(char, probability=min(char.probability, UNCLEAR))


def take_day(_: Line, char: CharReading) -> CharReading:
    """Return 日 where a date ends that was read as 目."""
    return _told(char, "日")


def doubt_comma(_: Line, char: CharReading) -> CharReading:
    """Return a comma that may be a point, doubted; the form's sums may tell which it is."""
    return replace(char, probability=min(char.probability, UNCLEAR), second=".", second_probability=1.0 - UNCLEAR)


def weigh_ring(line: Line, char: CharReading) -> CharReading:
    """Return the full stop of Chinese that a 0, o or c is which is as small as its ring."""
    marks = line.small_at(line.middle(char))
    if len(marks) != 1:
        return char
    _, y, w, h, _ = marks[0]
    small = h <= RING * line.em and RING_ROUND[0] * w <= h <= RING_ROUND[1] * w
    return _told(char, "。") if small and y > line.top else char


def weigh_letter(line: Line, char: CharReading) -> CharReading:
    """Return a letter that stands alone in the case that its height tells."""
    if not line.blots:
        return char
    top, bottom = min(b[1] for b in line.blots), max(b[1] + b[3] for b in line.blots)
    height = (bottom - top) / line.em
    if abs(height - LETTER) <= LETTER_OPEN:
        return replace(char, probability=min(char.probability, UNCLEAR))
    text = char.text.lower() if height < LETTER else char.text.upper()
    return char if text == char.text else _told(char, text)


def _told(char: CharReading, text: str) -> CharReading:
    """Return a character as its ink tells it; what was read otherwise is its second choice."""
    if text == char.text:
        return replace(char, probability=max(char.probability, SEEN))
    return replace(char, text=text, probability=SEEN, second=char.text, second_probability=1.0 - SEEN)
