"""Scoring profiles: named, versioned rule sets under `schemas/profiles/`.

A profile says how many points what earns and where each rule is printed; what could not be verified is marked
`verified: false`, in the whole file or beside a rule. Shares are of the weight (分值): 0.8 is 80 % of it. A profile
whose bands overlap or leave a gap, or that has a key nobody knows, is refused with the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Literal, Protocol

import yaml
from pydantic import Field, model_validator

from pipeline.records import FormKind, Grade
from pipeline.vocabulary import StrictData, load_yaml, refuse, schema_path

RatioRule = Literal["actual_over_target", "target_over_actual", "linear_overrun"]


class Applies(StrictData):
    """What tells that a form was scored by this profile: notes that print its rules, its kind, or its division.

    The expressions of a list, all of which must be found, are of this profile alone; they are held against notes as
    `profiles.choice` folds them.
    """

    notes: tuple[tuple[re.Pattern[str], ...], ...]
    district_codes: tuple[str, ...]
    form_kinds: tuple[FormKind, ...] = ()


_UNSURE = re.compile("not stated|not verified|not printed|未核实")


class Sourced(StrictData):
    """A rule with its source; one whose source does not state it cannot call itself verified."""

    source: str
    verified: bool = True

    @model_validator(mode="after")
    def _is_stated_where_verified(self) -> Sourced:
        if self.verified and _UNSURE.search(self.source):
            raise ValueError(f"a rule that is verified has no such source: {self.source}")
        return self


class Weights(StrictData):
    """Points in all, of the execution row and, in principle, of the first-level classes.

    `execution_also` are other points of the execution row that were seen under the same rules.
    """

    total: Decimal
    execution: Decimal
    execution_also: tuple[Decimal, ...] = ()
    classes: dict[str, Decimal]
    source: str


class Execution(Sourced):
    """Points of the execution rate. Within `tolerance` points a score is consistent, above `rounding_note` rounded.

    A rate below `reason_below` (1.0 is 100 %) is to be explained.
    """

    formula: Literal["rate_times_weight"]
    tolerance: Decimal
    rounding_note: Decimal
    reason_below: Decimal | None = None


class UnmetRule(Sourced):
    """What a missed target still earns; a score by one of `also` is in use under the same rules and not disputed."""

    unmet: RatioRule
    also: tuple[RatioRule, ...] = ()


class EqualRule(Sourced):
    """What an `=` target earns: met as a share of the weight, from below, exceeded, and where the target is 0.

    What is null is not known, and left to judgement.
    """

    met: Decimal = Decimal(1)
    below: RatioRule
    exceeded: RatioRule | Literal["full"] | None = None
    zero: Decimal | None = None


class Quantitative(StrictData):
    """Rules of measured indicators by direction; a met target earns the whole weight."""

    positive: UnmetRule
    reverse: UnmetRule
    equal: EqualRule
    tolerance: Decimal


class HalfOpenRange(StrictData):
    """A range, from `from` to below `to`; open upwards where no end is given."""

    lower: Decimal = Field(alias="from")
    upper: Decimal | None = Field(default=None, alias="to")


class DeductionBand(HalfOpenRange):
    """Share of the weight that is taken where (B-A)/A is at least `from` and below `to`."""

    deduct: Decimal


class ShareBand(HalfOpenRange):
    """Share of the weight that a measured rate from `from` to below `to` earns."""

    share: Decimal


class NamedBand(HalfOpenRange):
    """A named range from `from` to below `to`: shares of the weight, or points of the total."""

    name: str


class GradeBand(HalfOpenRange):
    """A grade and the total, in points, from which it is given."""

    name: Grade


class OverTarget(StrictData):
    """Deductions for a target that was set too low; a matter of judgement, hence `potential`."""

    status: Literal["potential"]
    bands: tuple[DeductionBand, ...]
    source: str


class SatisfactionSteps(StrictData):
    """Steps for measured satisfaction, instead of the ratio to the target."""

    bands: tuple[ShareBand, ...]
    source: str


class QualitativeBands(StrictData):
    """Shares that a qualitative indicator can earn, best first."""

    bands: tuple[NamedBand, ...]
    source: str


class GradeBands(StrictData):
    """Grades of the total score, best first."""

    bands: tuple[GradeBand, ...]
    source: str


class TotalRule(StrictData):
    """How far the total may be from the sum, and what becomes of indicators that were left out (`-`).

    They count 0, or the others are rescaled to the full marks; where that is not said, neither is disputed.
    """

    tolerance: Decimal
    left_out: Literal["zero", "rescaled"] | None = None
    source: str


class Profile(StrictData):
    """One rule set."""

    name: str
    title: str
    version: int
    verified: bool
    note: str
    applies: Applies
    weights: Weights
    execution: Execution
    quantitative: Quantitative
    over_target: OverTarget | None = None
    satisfaction: SatisfactionSteps | None = None
    qualitative: QualitativeBands
    grades: GradeBands
    total: TotalRule


class Band(Protocol):
    """A half-open range."""

    @property
    def lower(self) -> Decimal:
        """First value inside."""

    @property
    def upper(self) -> Decimal | None:
        """First value outside, null where the range is open."""


def check_bands(bands: Sequence[Band]) -> Iterator[tuple[int, str]]:
    """Yield the place and the fault of every band that overlaps the next one, leaves a gap before it, or is empty."""
    order = sorted(range(len(bands)), key=lambda i: bands[i].lower)
    for i in order:
        upper = bands[i].upper
        if upper is not None and upper <= bands[i].lower:
            yield i, f"the band is empty: {bands[i].lower} to {upper}"
    for here, following in pairwise(order):
        upper, start = bands[here].upper, bands[following].lower
        if upper is None or upper > start:
            yield following, f"the band from {start} overlaps the band from {bands[here].lower}"
        elif upper < start:
            yield following, f"no band covers {upper} to {start}"


def check_whole(bands: Sequence[Band]) -> Iterator[tuple[int, str]]:
    """Yield the fault of bands that do not begin at 0 or end at all: every share and every total has its band."""
    lowest = min(range(len(bands)), key=lambda i: bands[i].lower)
    if bands[lowest].lower > 0:
        yield lowest, f"no band covers 0 to {bands[lowest].lower}"
    if all(band.upper is not None for band in bands):
        yield max(range(len(bands)), key=lambda i: bands[i].lower), "no band is open at its upper end"


def find_contradiction(profile: Profile) -> tuple[tuple[str | int, ...], str] | None:
    """Return the place and the fault of the first band that contradicts the others, or None."""
    whole: dict[str, Sequence[Band]] = {"qualitative": profile.qualitative.bands, "grades": profile.grades.bands}
    if profile.satisfaction:
        whole["satisfaction"] = profile.satisfaction.bands
    partial: dict[str, Sequence[Band]] = {"over_target": profile.over_target.bands} if profile.over_target else {}
    for section, bands in (whole | partial).items():
        faults = [*check_bands(bands), *(check_whole(bands) if section in whole else ())]
        if faults:
            return (section, "bands", faults[0][0]), faults[0][1]
    return None


def read_profile(path: Path) -> Profile:
    """Read one profile file; raise VocabularyError with the line where it contradicts itself."""
    profile = load_yaml(str(path), Profile)
    fault = find_contradiction(profile)
    if profile.name != path.stem:
        fault = ("name",), f"the profile is named {profile.name} in a file named {path.name}"
    if fault:
        raise refuse(path, yaml.compose(path.read_text(encoding="utf-8"), yaml.SafeLoader), *fault)
    return profile


@lru_cache(maxsize=1)
def list_profiles() -> tuple[str, ...]:
    """Return the names of all profiles, in alphabetical order, as they were when first asked for."""
    return tuple(sorted(path.stem for path in schema_path("profiles").glob("*.yml")))


@lru_cache(maxsize=32)
def load_profile(name: str) -> Profile:
    """Read a profile by name; raise VocabularyError where there is none or where it contradicts itself."""
    return read_profile(schema_path(f"profiles/{name}.yml"))


def grade(total: Decimal | None, profile: Profile) -> Grade | None:
    """Return the grade of a total score in points; null where it is unknown or outside 0 to the full marks."""
    if total is None or not 0 <= total <= profile.weights.total:
        return None
    bands = sorted(profile.grades.bands, key=lambda band: band.lower, reverse=True)
    return next((band.name for band in bands if total >= band.lower), None)
