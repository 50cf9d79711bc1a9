"""What comparisons of forms must know of the world: `schemas/sets.yml`, validated."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.vocabulary import StrictData, load_yaml


class Names(StrictData):
    """How names are folded, and what in a name tells projects apart."""

    code: re.Pattern[str]
    year: re.Pattern[str]
    punctuation: re.Pattern[str]
    generic: re.Pattern[str]
    telling: re.Pattern[str]
    synonyms: tuple[tuple[str, ...], ...]


class Matching(StrictData):
    """From which likeness two names may be one project's, alone or borne out by indicators or money."""

    alone: float
    supported: float
    overlap: float
    margin: float
    same_edition: float


class SetLimits(StrictData):
    """From where a coincidence between forms is worth a finding."""

    full_forms: int
    copied_share: float
    copied_rows: int
    name_length: int
    text_length: int
    sum_tolerance: float
    budget_rise: float
    peers: int
    peer_score: float
    peer_factor: float


class SetRules(StrictData):
    """The whole of `schemas/sets.yml`."""

    names: Names
    edition_words: re.Pattern[str]
    matching: Matching
    limits: SetLimits


@lru_cache(maxsize=1)
def set_rules() -> SetRules:
    """Read `schemas/sets.yml` once per process."""
    return load_yaml("sets.yml", SetRules)
