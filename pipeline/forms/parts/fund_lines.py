"""The fund lines of a form as they were read: the four usual kinds by name, the others from row 5, and what adds up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import get_args

from pipeline.dataset.fields import AMOUNT_NAMES
from pipeline.forms.parts.pairs import has_amount
from pipeline.labels.templates import Parts
from pipeline.labels.words import find_fund_word, form_words
from pipeline.models import FundLine, PageIssue, Readings
from pipeline.records import FUND_TYPES, FundType

TOTALS = ("total", "department_total")
"""Kinds of lines that are a total: of a project's funds, which has a row of its own, and of a whole department."""


@dataclass(slots=True)
class Funds:
    """The fund lines of a form: the four usual kinds by name, the others, and what is known of them."""

    usual: dict[str, Readings] = field(default_factory=dict)
    further: list[FundLine] = field(default_factory=list)
    kinds: dict[int, str] = field(default_factory=dict)
    unlisted: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def add(self, kind: str, readings: Readings) -> None:
        """Keep a line; the first of a usual kind has its place, any other is counted from 5."""
        if kind in FUND_TYPES and kind not in self.usual:
            self.usual[kind] = readings
            self.kinds[FUND_TYPES.index(kind) + 1] = kind
            return
        number = len(FUND_TYPES) + 1 + len(self.further)
        self.further.append(FundLine(number, fund_type(kind), readings))
        self.kinds[number] = kind

    def add_foreign(self, line: Readings) -> None:
        """Keep a line whose label no wording explains: a total by its ending or as the only line, else by a word."""
        text = line["label_raw"].text if "label_raw" in line else ""
        ends = text.endswith(form_words().funds.total_endings) or not text
        if ends and not self.has_total and (text or not self.kinds):
            self.add("total", line)
            return
        kind = find_fund_word(text)
        if kind is None:
            self.unknown.append(text[-20:] or "(blank)")
        if prints_amount(line):
            self.unlisted.append(text)
        self.add(kind or "unlisted", line)

    def complete_total(self, execution: Readings) -> None:
        """Give the total the points of the execution rate that are printed elsewhere, where its own line has none."""
        total = self.usual.get("total", {})
        fresh = {name: reading for name, reading in execution.items() if name not in total or not total[name].text}
        if fresh:
            self.usual["total"] = {**total, **fresh}
            self.kinds.setdefault(FUND_TYPES.index("total") + 1, "total")

    @property
    def has_total(self) -> bool:
        """Tell whether a line of a total was read."""
        return any(kind in TOTALS for kind in self.kinds.values())

    @property
    def issues(self) -> list[PageIssue]:
        """Return what was not understood, for a person to look at."""
        return [PageIssue("unknown_label", f"fund table: unknown label {text}") for text in self.unknown]

    def parts(self, own: Parts | None = None) -> dict[int, bool]:
        """Return by row_no whether a line is one of the parts that make the total; unknown lines are left out.

        `own` is what the form's template says of that, in place of what holds of all forms.
        """
        printed = {number: kind for number, kind in self.kinds.items() if kind not in TOTALS}
        rules = form_words().funds.parts
        shared = next((rule for rule in rules if set(rule.told_by) & set(printed.values())), None)
        rule = own or shared
        found = {number: False for number, kind in self.kinds.items() if kind in TOTALS}
        if rule is None:
            return found
        repeated = {kind for kind in printed.values() if list(printed.values()).count(kind) > 1}
        repeated -= set(rule.inside)
        whole = sum(kind in rule.add_up for kind in printed.values()) > 1 and not repeated & {
            "fiscal",
            "carryover",
            "other",
        }
        for number, kind in printed.items():
            if kind in rule.inside:
                found[number] = False
            elif kind in rule.add_up and whole:
                found[number] = True
        return found


def prints_amount(line: Readings) -> bool:
    """Tell whether a fund line prints an amount other than zero."""
    return any(name in line and has_amount(line[name].text) for name in AMOUNT_NAMES)


def fund_type(kind: str) -> str:
    """Return the type of a line of some kind; kinds that the dataset does not tell apart are unlisted."""
    if kind in TOTALS:
        return "total"
    return kind if kind in get_args(FundType) else "unlisted"


def is_unknown_kind(kind: str) -> bool:
    """Tell whether no rule of sums names a kind of lines."""
    return not any(kind in (*rule.add_up, *rule.inside, *TOTALS) for rule in form_words().funds.parts)
