"""What the rules and checks must know of the world beside a profile: `schemas/scoring.yml`, validated."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from pydantic import Field

from pipeline.records import CellTable
from pipeline.vocabulary import StrictData, load_yaml


class Limits(StrictData):
    """From where a coincidence or a change is worth a finding."""

    budget_rise: Decimal
    boilerplate_length: int
    reused_length: int
    reused_forms: int
    uniform_forms: int
    noun_length: int
    goal_length: int
    idle_rate: Decimal
    far_above: Decimal
    reason_length: int
    reason_rows: int
    explained_over: Decimal
    rounded_rows: int
    mixed_factor: int


class Slips(StrictData):
    """What a recogniser takes for what, and which characters it loses."""

    misread: dict[str, str]
    lost: tuple[str, ...]
    longest: int


class Flags(StrictData):
    """Flags of readings (`pipeline.units`) by the finding that speaks of them."""

    unit_missing: frozenset[str]
    grade_not_in_set: frozenset[str]
    grade_in_text: frozenset[str]
    option_set_typo: frozenset[str]
    unit_is_rate: frozenset[str]
    month_ambiguous: frozenset[str]
    approximate: frozenset[str]
    inside_sentence: frozenset[str]
    unit_mismatch: tuple[str, ...]
    unit_assumed: frozenset[str]
    plain: frozenset[str]
    percent_suspected: frozenset[str]
    magnitude_doubted: frozenset[str]


class CostAsked(StrictData):
    """Which profiles ask for a cost indicator, from which budget year on."""

    profiles: frozenset[str]
    from_year: int


class NotAsked(StrictData):
    """Codes that cannot hold of forms of targets, nor of forms that print no points."""

    of_targets: frozenset[str]
    without_points: frozenset[str]


class Misclassed(StrictData):
    """A name that tells a class (in Chinese), and the classes, or beginnings of them, where it is out of place."""

    name: re.Pattern[str]
    label: str = Field(alias="class")
    under: tuple[str, ...]


class ScoringFacts(StrictData):
    """The words and limits of `schemas/scoring.yml`; what each is for is said there."""

    default_profile: str
    blank_marks: frozenset[str]
    no_reason: frozenset[str]
    placeholder_name: re.Pattern[str]
    name_prefix: re.Pattern[str]
    spending_names: tuple[str, ...]
    cost_classes: tuple[str, ...]
    satisfaction_classes: tuple[str, ...]
    benefit_classes: tuple[str, ...]
    cost_label: str
    satisfaction_label: str
    benefit_label: str
    payment_words: tuple[str, ...]
    in_progress_words: tuple[str, ...]
    type_markers: frozenset[str]
    limits: Limits
    slips: Slips
    flags: Flags
    quantity: re.Pattern[str]
    percent_signs: tuple[str, ...]
    malformed_unit: re.Pattern[str]
    clause_break: re.Pattern[str]
    money: re.Pattern[str]
    unit_cost: re.Pattern[str]
    unit_cost_units: re.Pattern[str]
    breakdown_name: re.Pattern[str]
    cost_asked: CostAsked
    splits_with_cost: tuple[tuple[Decimal, Decimal, Decimal], ...]
    not_asked: NotAsked
    asked_of_blank: frozenset[str]
    share_names: re.Pattern[str]
    vague_targets: re.Pattern[str]
    misclassed: tuple[Misclassed, ...]
    copied_goal_words: re.Pattern[str]
    reason_words: tuple[str, ...]
    prompts: re.Pattern[str]
    rests_on_rule: frozenset[str]
    rests_on_reading: frozenset[str]
    nothing: re.Pattern[str]
    counted_names: re.Pattern[str]
    same_counters: tuple[tuple[str, ...], ...]
    magnitude: Decimal
    aligned_grids: frozenset[str]
    stray_texts: frozenset[str]
    joined_rows: frozenset[str]
    joined_texts: frozenset[str]
    unsettled: dict[str, dict[str, tuple[CellTable, ...]]]


@lru_cache(maxsize=1)
def scoring_facts() -> ScoringFacts:
    """Read `schemas/scoring.yml` once per process."""
    return load_yaml("scoring.yml", ScoringFacts)


def is_blank(text: str | None) -> bool:
    """Tell whether a cell says nothing: empty, absent, or one of the marks that stand for nothing."""
    return text is None or text.strip() in scoring_facts().blank_marks


def is_unnamed(name: str | None) -> bool:
    """Tell whether a row has no indicator of its own: blank, or a bare number of the template (指标2：)."""
    return is_blank(name) or bool(scoring_facts().placeholder_name.match((name or "").strip()))
