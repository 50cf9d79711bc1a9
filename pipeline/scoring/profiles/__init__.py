"""Rule sets: what a profile says, which one a form is scored by, and rules that a single row prints."""

from pipeline.scoring.profiles.choice import choose_profile
from pipeline.scoring.profiles.model import (
    EqualRule,
    Execution,
    Profile,
    RatioRule,
    Sourced,
    UnmetRule,
    grade,
    list_profiles,
    load_profile,
    read_profile,
)
from pipeline.scoring.profiles.row_rules import RowRule, read_row_rule

__all__ = [
    "EqualRule",
    "Execution",
    "Profile",
    "RatioRule",
    "RowRule",
    "Sourced",
    "UnmetRule",
    "choose_profile",
    "grade",
    "list_profiles",
    "load_profile",
    "read_profile",
    "read_row_rule",
]
