"""Risk–coverage curves: how wrong the accepted fields are when the least sure ones are left to a person.

Coverage is the share of fields that are accepted, taken in the order of their confidence; risk is the share of wrong
ones among them. Terms as in El-Yaniv and Wiener, "On the Foundations of Noise-free Selective Classification" (2010).
Drawn as SVG by hand, so that a benchmark needs no plotting library.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, LEFT, TOP, PLOT_W, PLOT_H = 860, 420, 60, 20, 520, 350
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999933")


@dataclass(frozen=True, slots=True)
class Point:
    """Risk among the `coverage` surest fields, both shares of 1."""

    coverage: float
    risk: float
    confidence: float


def risk_coverage(fields: Sequence[tuple[float, bool]]) -> list[Point]:
    """Return one point per distinct confidence; `fields` are pairs of confidence and whether the field is right.

    Fields of equal confidence cannot be told apart, so they are accepted together.
    """
    ordered = sorted(fields, key=lambda f: -f[0])
    points, wrong = [], 0
    for n, (confidence, right) in enumerate(ordered, 1):
        wrong += not right
        if n == len(ordered) or ordered[n][0] != confidence:
            points.append(Point(n / len(ordered), wrong / n, confidence))
    return points


def risk_at(points: Sequence[Point], coverage: float) -> float:
    """Return the risk of the first point that covers at least `coverage`."""
    return next((p.risk for p in points if p.coverage >= coverage), 0.0)


def area_under(points: Sequence[Point]) -> float:
    """Return the mean risk over all coverages (AURC), by steps."""
    area, before = 0.0, 0.0
    for point in points:
        area += (point.coverage - before) * point.risk
        before = point.coverage
    return area


def polyline(points: Sequence[Point], colour: str, dash: str, top_risk: float) -> str:
    """Return one curve."""
    places = [
        f"{LEFT + p.coverage * PLOT_W:.1f},{TOP + PLOT_H * (1 - min(p.risk, top_risk) / top_risk):.1f}" for p in points
    ]
    return f'<polyline fill="none" stroke="{colour}" stroke-dasharray="{dash}" points="{" ".join(places)}"/>'


def axis(top_risk: float) -> list[str]:
    """Return the frame with its ticks and names."""
    parts = [f'<rect x="{LEFT}" y="{TOP}" width="{PLOT_W}" height="{PLOT_H}" fill="none" stroke="#888"/>']
    for n in range(6):
        x, y = LEFT + PLOT_W * n / 5, TOP + PLOT_H * (1 - n / 5)
        parts.append(f'<text x="{x:.0f}" y="{TOP + PLOT_H + 16}" text-anchor="middle">{n / 5:.1f}</text>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.0f}" text-anchor="end">{top_risk * n / 5:.3f}</text>')
    parts.append(f'<text x="{LEFT + PLOT_W / 2}" y="{HEIGHT - 8}" text-anchor="middle">coverage</text>')
    parts.append(f'<text x="12" y="{TOP - 6}">risk</text>')
    return parts


def draw_curves(curves: Mapping[str, Sequence[Point]]) -> str:
    """Return an SVG with one curve per name, the worst end on top of the scale."""
    top_risk = max([0.005, *(p.risk for points in curves.values() for p in points[-1:])]) * 1.1
    parts = axis(top_risk)
    for n, (name, points) in enumerate(curves.items()):
        colour, dash = COLOURS[n % len(COLOURS)], ("", "6 3", "2 2", "8 2 2 2")[n // len(COLOURS) % 4]
        y = TOP + 8 + n * (PLOT_H / max(24, len(curves)))
        parts.append(polyline(points, colour, dash, top_risk))
        parts.append(f'<text x="{LEFT + PLOT_W + 14}" y="{y:.0f}" fill="{colour}">{name}</text>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
    return f'{head} font-size="11">\n' + "\n".join(parts) + "\n</svg>\n"
