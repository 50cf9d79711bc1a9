"""How total scores are spread, as SVG; every bar bears its number, and the table of the numbers stands beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from pipeline.query.svg import add_box, add_group, add_text, begin_svg, to_text

BINS: tuple[tuple[str, float, float], ...] = (
    ("60 以下", 0.0, 60.0),
    ("60—80", 60.0, 80.0),
    ("80—90", 80.0, 90.0),
    ("90—95", 90.0, 95.0),
    ("95—98", 95.0, 98.0),
    ("98—99", 98.0, 99.0),
    ("99—100", 99.0, 100.0),
    ("100", 100.0, 100.000001),
    ("100 以上", 100.000001, float("inf")),
)
"""Ranges of total scores, the lower end inclusive; finer where scores cluster, and 100 by itself."""

STEP = 0.0001
"""What a total score differs by at least from another."""

WIDTH, HEIGHT, BASE, TOP = 76, 210, 170, 24


def count_scores(scores: Iterable[float]) -> list[tuple[str, int]]:
    """Return how many scores lie in each range, in order."""
    found = Counter(name for score in scores for name, low, high in BINS if low <= score < high)
    return [(name, found[name]) for name, _, _ in BINS]


def draw_bars(counts: Sequence[tuple[str, int]], title: str) -> str:
    """Return upright bars, one per range, as SVG; each leads to its forms. Lengths are SVG pixels."""
    root = begin_svg(WIDTH * len(counts), HEIGHT, **{"role": "group", "aria-label": title, "class": "chart"})
    most = max((count for _, count in counts), default=0) or 1
    for index, (name, count) in enumerate(counts):
        height = round((BASE - TOP) * count / most, 1)
        left = index * WIDTH
        parent = add_group(root, "a", href=_link(index), aria_label=f"{name}：{count} 张") if count else root
        add_box(parent, left + 10, BASE - height, WIDTH - 20, height, class_="bar")
        add_text(parent, left + WIDTH / 2, BASE - height - 6, str(count) if count else "", text_anchor="middle")
        add_text(root, left + WIDTH / 2, BASE + 20, name, text_anchor="middle")
    add_group(root, "line", x1="0", x2=str(WIDTH * len(counts)), y1=str(BASE), y2=str(BASE), **{"class": "axis"})
    return to_text(root)


def _link(index: int) -> str:
    """Return the list of the forms whose total lies in a range; its filter takes both ends."""
    _, low, high = BINS[index]
    ends = {"low": low} | ({"high": max(low, round(high - STEP, 4))} if high != float("inf") else {})
    return f"forms.html#{urlencode(ends)}"
