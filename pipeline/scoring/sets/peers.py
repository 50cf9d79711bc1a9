"""The same kind of indicator in many forms: a target far outside what the others set is a question, never a verdict.

Far outside is told by a robust measure, the distance from the median in median absolute deviations, both of logarithms
since targets differ by factors, and only where enough forms have the indicator and the value is several times the
median or a fraction of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log
from statistics import median

from pipeline.scoring.facts import scoring_facts
from pipeline.scoring.sets.facts import IndicatorFacts
from pipeline.scoring.sets.rules import set_rules
from pipeline.scoring.sets.wording import show_value

TO_SIGMA = 0.6745
"""Median absolute deviation of a normal distribution in standard deviations (Iglewicz and Hoaglin, 1993)."""


@dataclass(frozen=True, slots=True)
class Peer:
    """One form's target of a kind of indicator; above 0."""

    form_id: str
    row_no: int
    district: str
    value: float


@dataclass(frozen=True, slots=True)
class Outlier:
    """A target far outside its peers: their median, its robust z-score, and the sentence that says so."""

    peer: Peer
    median: float
    score: float
    message: str


def is_comparable(row: IndicatorFacts) -> bool:
    """Tell whether an indicator's target can be held against those of other projects: what one thing costs, no sums."""
    if row.kind != "quantitative" or not row.name or row.target is None or row.target <= 0:
        return False
    facts = scoring_facts()
    cost = row.level in facts.cost_classes or row.level.startswith("cost.")
    unit_cost = bool(facts.unit_cost.search(row.name)) or "/" in row.target_raw
    return not cost or row.target_unit != "元" or unit_cost


def find_outliers(name: str, unit: str | None, peers: Sequence[Peer]) -> Iterator[Outlier]:
    """Yield the targets that lie far outside those of the other forms."""
    limits = set_rules().limits
    if len({peer.form_id for peer in peers}) < limits.peers:
        return
    middle = median(peer.value for peer in peers)
    distances = [log(peer.value / middle) for peer in peers] if middle > 0 else []
    spread = median(map(abs, distances)) or _mean_deviation(distances) if distances else 0.0
    if not spread:
        return
    for peer, distance in zip(peers, distances, strict=True):
        score = TO_SIGMA * distance / spread
        far = peer.value >= middle * limits.peer_factor or peer.value * limits.peer_factor <= middle
        if abs(score) >= limits.peer_score and far:
            message = (
                f"“{name}”的指标值为 {show_value(peer.value, unit)}，{len(peers)} 个同类指标的中位数为 "
                f"{show_value(middle, unit)}，稳健偏差 {abs(score):.1f}，是否可比须由人判断"
            )
            yield Outlier(peer, middle, round(score, 4), message)


def _mean_deviation(distances: Sequence[float]) -> float:
    """Return the mean absolute deviation, on the scale of the median's, where most values are equal."""
    return 1.253314 * TO_SIGMA * sum(map(abs, distances)) / len(distances)
