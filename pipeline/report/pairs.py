"""Two forms side by side: editions of one form, targets and their self-evaluation, one project in two years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pipeline.report.fields import PrintedField
from pipeline.report.printed import INDICATORS, Line, PrintedForm
from pipeline.text import normalise_text

NAMED = ("level1", "level2", "level3")
"""Columns that say which indicator it is."""

COMPARED = tuple(name for name in INDICATORS if name not in NAMED)
"""Columns of an indicator that are laid side by side."""

LONGEST_GROUP = 12
"""Forms of one project that are paired; more than so many share a name by accident, as 其他 or 运转经费."""


@dataclass(frozen=True, slots=True)
class PairLine:
    """One line of the comparison: what it is about, and both texts; `differs` where they are not alike."""

    label: str
    left: str | None
    right: str | None

    @property
    def differs(self) -> bool:
        """Whether the two say different things, spaces apart."""
        return _key(self.left) != _key(self.right)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two forms and what makes them a pair, in Chinese."""

    left: PrintedForm
    right: PrintedForm
    kind: str
    sections: tuple[tuple[str, tuple[PairLine, ...]], ...]

    @property
    def name(self) -> str:
        """The file of the pair's page."""
        return f"{self.left.form.form_id}--{self.right.form.form_id}.html"

    @property
    def differences(self) -> int:
        """How many lines differ."""
        return sum(line.differs for _, lines in self.sections for line in lines)


def find_groups(forms: Iterable[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """Return the form_ids of each project that has several forms, ordered by year, kind and place.

    A project is told by its name and its department in one spelling, or by its printed code. `forms` are rows of the
    table `forms`.
    """
    groups: dict[tuple[str, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for row in forms:
        name = _key(row["project_name"])
        if row.get("project_code"):
            groups["code", row["project_code"], ""].append(row)
        elif name:
            groups[name, row.get("department_key") or _key(row["department"]), row["district_code"] or ""].append(row)
    found = (sorted(rows, key=_order) for rows in groups.values() if 1 < len(rows) <= LONGEST_GROUP)
    return [tuple(row["form_id"] for row in rows) for rows in found]


def _order(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (row["year"] or 0, row["form_kind"] != "target", row["file_name"], row["form_no"])


def _key(text: str | None) -> str:
    return "".join(normalise_text(text or "").split())


def add_links(groups: Sequence[tuple[str, ...]], links: Iterable[tuple[str, str]]) -> list[tuple[str, ...]]:
    """Return the groups, and those linked forms that no group has side by side; the earlier form comes first."""
    known = {frozenset(pair) for group in groups for pair in pairwise(group)}
    return [*groups, *(pair for pair in dict.fromkeys(links) if frozenset(pair) not in known)]


def make_pairs(groups: Iterable[Sequence[str]], forms: Mapping[str, PrintedForm]) -> Iterator[Pair]:
    """Yield each form of a group beside the next one."""
    for group in groups:
        for left, right in pairwise(form_id for form_id in group if form_id in forms):
            yield compare_forms(forms[left], forms[right])


def compare_forms(left: PrintedForm, right: PrintedForm) -> Pair:
    """Return two forms side by side: heads and funds by column, indicators by their name."""
    facts = tuple(_by_anchor(_own(left), _own(right)))
    funds = tuple(_by_anchor(_funds(left), _funds(right)))
    return Pair(
        left,
        right,
        _kind(left, right),
        (("表头、目标、总分与表末", facts), ("项目资金", funds), *_indicators(left, right)),
    )


def _kind(left: PrintedForm, right: PrintedForm) -> str:
    kinds = {left.form.form_kind, right.form.form_kind}
    if "target" in kinds and len(kinds) > 1:
        return "绩效目标表与自评表"
    if left.form.year != right.form.year:
        return f"{left.form.year or '年度不明'} 与 {right.form.year or '年度不明'} 两个年度"
    return "同一项目的两份表"


def _own(form: PrintedForm) -> list[PrintedField]:
    return [*form.facts, *form.goals, *form.totals, *form.below]


def _funds(form: PrintedForm) -> list[PrintedField]:
    return [field for _, _, fields in form.funds for field in fields]


def _by_anchor(left: Sequence[PrintedField], right: Sequence[PrintedField]) -> Iterator[PairLine]:
    texts = {field.anchor: field for field in right}
    known = [field for field in left if field.anchor in texts]
    for field in known:
        row = f"{field.row} " if field.row else ""
        pair = PairLine(f"{row}{field.label}", field.text, texts[field.anchor].text)
        if pair.left is not None or pair.right is not None:
            yield pair


def _indicators(left: PrintedForm, right: PrintedForm) -> Iterator[tuple[str, tuple[PairLine, ...]]]:
    """Yield a section per indicator: those of one name together, then those that only one form has."""
    waiting = {_key(_cell(line, right, "level3")): line for line in reversed(right.lines)}
    for line in left.lines:
        name = _cell(line, left, "level3")
        other = waiting.pop(_key(name), None) if _key(name) else None
        if _key(name):
            yield f"指标：{name}", tuple(_columns(line, left, other, right))
    for name_key, line in reversed(waiting.items()):
        if name_key:
            yield f"指标：{_cell(line, right, 'level3')}", tuple(_columns(None, left, line, right))


def _columns(line: Line | None, left: PrintedForm, other: Line | None, right: PrintedForm) -> Iterator[PairLine]:
    for column in COMPARED:
        texts = (_cell(line, left, column), _cell(other, right, column))
        if any(text is not None for text in texts):
            label = _label(line, left, column) or _label(other, right, column)
            yield PairLine(label, *texts)


def _cell(line: Line | None, form: PrintedForm, column: str) -> str | None:
    field = _field(line, form, column)
    return field.text if field else None


def _label(line: Line | None, form: PrintedForm, column: str) -> str:
    field = _field(line, form, column)
    return field.label if field else ""


def _field(line: Line | None, form: PrintedForm, column: str) -> PrintedField | None:
    if line is None or column not in form.columns or column not in INDICATORS:
        return None
    return line.cells[form.columns.index(column)][0]
