"""How total scores are spread, as SVG; every bar bears its number, and the table of the numbers stands beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

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
    size = {"viewBox": f"0 0 {WIDTH * len(counts)} {HEIGHT}", "role": "group", "aria-label": title, "class": "chart"}
    root = ET.Element("svg", size)
    most = max((count for _, count in counts), default=0) or 1
    for index, (name, count) in enumerate(counts):
        height = round((BASE - TOP) * count / most, 1)
        left = index * WIDTH
        parent = (
            ET.SubElement(root, "a", {"href": _link(index), "aria-label": f"{name}：{count} 张"}) if count else root
        )
        bar = {"x": str(left + 10), "y": str(BASE - height), "width": str(WIDTH - 20), "height": str(height)}
        ET.SubElement(parent, "rect", bar | {"class": "bar"})
        _text(parent, left + WIDTH / 2, BASE - height - 6, str(count) if count else "")
        _text(root, left + WIDTH / 2, BASE + 20, name)
    line = {"x1": "0", "x2": str(WIDTH * len(counts)), "y1": str(BASE), "y2": str(BASE), "class": "axis"}
    ET.SubElement(root, "line", line)
    return ET.tostring(root, encoding="unicode")


def _link(index: int) -> str:
    """Return the list of the forms whose total lies in a range; its filter takes both ends."""
    _, low, high = BINS[index]
    ends = {"low": low} | ({"high": max(low, round(high - STEP, 4))} if high != float("inf") else {})
    return f"forms.html#{urlencode(ends)}"


def _text(root: ET.Element, x: float, y: float, text: str) -> None:
    ET.SubElement(root, "text", {"x": f"{x:g}", "y": f"{y:g}", "text-anchor": "middle"}).text = text
