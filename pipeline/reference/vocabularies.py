"""The parts of the documentation that come from `schemas/`: flags of readings, dimensions, scoring profiles."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from pipeline.reference.markdown import quote, write_table
from pipeline.scoring.profiles import Profile, Sourced, UnmetRule, list_profiles, load_profile
from pipeline.scoring.wording import NOT_SCORABLE, show_number, show_percent
from pipeline.units.words import unit_words, value_words


def list_flags() -> str:
    """Return all flags of readings with what they say."""
    return write_table(("flag", "says"), [(quote(flag), meaning) for flag, meaning in value_words().flags.items()])


def list_dimensions() -> str:
    """Return the dimensions of units with the base unit that each is compared in, and their units."""
    words = unit_words()
    rows = [
        (
            quote(name),
            quote(dimension.base),
            "、".join(unit.name for unit in words.units if unit.dimension == name),
        )
        for name, dimension in words.dimensions.items()
    ]
    return write_table(("dimension", "base unit", "units"), rows)


def list_reasons() -> str:
    """Return the reasons why an item is not scored."""
    return write_table(("reason", "说明"), [(quote(code), text) for code, text in NOT_SCORABLE.items()])


def list_profile_names() -> str:
    """Return a table of all profiles: whose rules they are, whether they were verified, and what is not known."""
    profiles = [load_profile(name) for name in list_profiles()]
    rows = [(quote(p.name), p.title, "yes" if p.verified else "**no**", p.note) for p in profiles]
    return write_table(("profile", "rules of", "verified", "note"), rows)


def describe_profile(name: str) -> str:
    """Return the rules of one profile, each with its source."""
    return write_table(("rule", "what it gives", "source"), list(_rules(load_profile(name))))


def _rules(profile: Profile) -> Iterable[tuple[str, str, str]]:
    weights, quantitative = profile.weights, profile.quantitative
    classes = ", ".join(f"{name} {show_number(points)}" for name, points in weights.classes.items()) or "not given"
    total, execution = show_number(weights.total), show_number(weights.execution)
    yield "weights", f"{total} in all: execution {execution}; {classes}", weights.source
    below = profile.execution.reason_below
    reason = f"; below {show_percent(below)} a reason is asked for" if below else ""
    yield "execution", f"computed rate × weight, at most the weight{reason}", _source(profile.execution)
    yield "positive, unmet", _unmet(quantitative.positive), _source(quantitative.positive)
    yield "reverse, unmet", _unmet(quantitative.reverse), _source(quantitative.reverse)
    yield "`=`, below", RATIOS[quantitative.equal.below], _source(quantitative.equal)
    if over := profile.over_target:
        bands = [
            f"{_range(band.lower, band.upper)} takes {show_percent(band.deduct)} of the weight" for band in over.bands
        ]
        yield "over target, d = (B−A)/A (`potential`)", "; ".join(bands), over.source
    if steps := profile.satisfaction:
        shares = [
            f"{_range(band.lower, band.upper)} earns {show_percent(band.share)} of the weight" for band in steps.bands
        ]
        yield "measured satisfaction", "; ".join(shares), steps.source
    named = [f"{band.name} {_range(band.lower, band.upper)} of the weight" for band in profile.qualitative.bands]
    yield "qualitative", "; ".join(named), profile.qualitative.source
    grades = "; ".join(f"{band.name} from {show_number(band.lower)}" for band in profile.grades.bands)
    yield "grades", grades, profile.grades.source
    yield "total", TOTALS[profile.total.left_out], profile.total.source


def _source(rule: Sourced) -> str:
    """Return a rule's source, and whether it is not verified."""
    return rule.source if rule.verified else f"{rule.source} (**not verified**)"


def _unmet(rule: UnmetRule) -> str:
    """Return what a missed target earns, and what else is not disputed."""
    return "; not disputed: ".join(RATIOS[name] for name in (rule.unmet, *rule.also))


TOTALS = {
    None: "the sum of the printed scores; one rescaled without the indicators that have no actual is not disputed",
    "zero": "the sum of the printed scores; indicators without an actual count 0",
    "rescaled": "the sum of the printed scores, rescaled where indicators without an actual were left out",
}

RATIOS = {
    "actual_over_target": "B/A × weight",
    "target_over_actual": "A/B × weight",
    "linear_overrun": "(1 − (B−A)/A) × weight, nothing from B = 2A on",
}
"""The ratio rules in formulas: A is 年度指标值, B is 实际完成值; every one is kept between 0 and the weight."""


def _range(lower: Decimal, upper: Decimal | None) -> str:
    low = show_percent(lower)
    return f"{low} to under {show_percent(upper)}" if upper is not None else f"from {low}"
