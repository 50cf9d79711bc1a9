"""What was read, field by field against what is printed.

Forms and rows are paired in order by likeness, so that one lost row costs its own fields only. Two texts are the same
when they agree without white space (`strict`), or also after NFKC and with one kind of dash, quotation mark and
comparison sign (the folding of published evaluations). A field that is wrong and not marked for review is silent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from .records import FormFacts, Truth

FORM_FIELDS = {
    "project_name": "project_name", "department": "department", "unit": "implementing_unit",
    "leader": "project_leader", "phone": "phone", "year": "year", "goal_expected": "expected_goal",
    "goal_actual": "actual_goal", "total_weight": "total_weight_raw", "total_score": "total_score_raw",
}  # fmt: skip
FUND_FIELDS = {
    "initial": "initial_budget_raw", "full_year": "annual_budget_raw", "executed": "executed_raw",
    "weight": "weight_raw", "rate": "execution_rate_raw", "score": "score_raw",
}  # fmt: skip
ROW_FIELDS = {
    "level1": "level1", "level2": "level2", "level3": "level3", "nature": "nature_raw", "target": "target_raw",
    "unit": "unit_raw", "actual": "actual_raw", "weight": "weight_raw", "score": "score_raw",
    "deviation": "deviation_raw",
}  # fmt: skip
FUND_TYPES = ("total", "fiscal", "carryover", "other")

FOLDED = str.maketrans("“”‘’＂—－–﹣≧≦⩾⩽", '""\'\'"----≥≤≥≤')


@dataclass(frozen=True, slots=True)
class Judgement:
    """One field: where it is, what is printed, what was read, and what the reader said of it."""

    file: str
    form_no: int
    row: str
    column: str
    want: str
    got: str | None
    right: bool
    flagged: bool = False
    confidence: float = 0.0

    @property
    def silent(self) -> bool:
        return not self.right and not self.flagged

    def __str__(self) -> str:
        mark = "=" if self.right else "~" if self.flagged else "!"
        return f"{mark} {self.file}#{self.form_no} {self.row} {self.column}: want {self.want!r} got {self.got!r}"


def strict(text: object) -> str:
    """Return a text without white space."""
    return "" if text is None else re.sub(r"\s+", "", str(text))


def folded(text: object) -> str:
    """Return a text as published evaluations compare it."""
    plain = unicodedata.normalize("NFKC", strict(text)).translate(FOLDED)
    return re.sub(r"-+", "-", re.sub(r"\s+", "", plain))


Fold = Callable[[object], str]


def pair(wanted: Sequence[str], found: Sequence[str]) -> dict[int, int]:
    """Pair two sequences in order so that the sum of likenesses is largest."""
    n, m = len(wanted), len(found)
    like = [[SequenceMatcher(None, w, f, autojunk=False).ratio() + 1e-6 for f in found] for w in wanted]
    best = [[0.0] * (m + 1) for _ in range(n + 1)]
    for i in range(n - 1, -1, -1):
        for j in range(m - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + like[i][j])
    pairs, i, j = {}, 0, 0
    while i < n and j < m:
        if best[i][j] == best[i + 1][j + 1] + like[i][j]:
            pairs[i], i, j = j, i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


Cells = Mapping[tuple[str, str, int | None, str], Any]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One document's records beside its truth."""

    truth: Truth
    records: Any
    fold: Fold = folded

    def judge(self) -> list[Judgement]:
        """Judge every field that the forms have."""
        forms = sorted(self.records.forms, key=lambda f: f.form_no)
        pairs = pair([f.project_name for f in self.truth.forms], [f.project_name or "" for f in forms])
        cells = {(c.form_id, c.table, c.row_no, c.field): c for c in self.records.cells}
        return [
            judgement
            for at, want in enumerate(self.truth.forms)
            for judgement in self._judge_form(at + 1, want, forms[pairs[at]] if at in pairs else None, cells)
        ]

    def _judge_form(self, no: int, want: FormFacts, form: Any, cells: Cells) -> Iterator[Judgement]:
        form_id = form.form_id if form else ""
        facts = want.truth()
        for key, column in FORM_FIELDS.items():
            if facts[key] is not None:
                cell = cells.get((form_id, "form", None, column))
                yield self._judge_field(no, "form", column, facts[key], record=form, cell=cell)
        funds = {f.fund_type: f for f in self.records.funds if f.form_id == form_id}
        for row_no, (kind, fund) in enumerate(zip(FUND_TYPES, want.funds, strict=True), 1):
            for key, column in FUND_FIELDS.items():
                cell = cells.get((form_id, "fund", row_no, column))
                yield self._judge_field(no, kind, column, getattr(fund, key), record=funds.get(kind), cell=cell)
        yield from self._judge_rows(no, want, form_id, cells)

    def _judge_rows(self, no: int, want: FormFacts, form_id: str, cells: Cells) -> Iterator[Judgement]:
        found = sorted((r for r in self.records.indicators if r.form_id == form_id), key=lambda r: r.row_no)
        keys = [f"{r.level3}|{r.target}|{r.actual}|{r.score}" for r in want.indicators]
        pairs = pair(keys, [f"{r.level3}|{r.target_raw}|{r.actual_raw}|{r.score_raw}" for r in found])
        for at, facts in enumerate(want.indicators):
            row = found[pairs[at]] if at in pairs else None
            for key, column in ROW_FIELDS.items():
                printed = getattr(facts, key)
                if printed is not None:
                    cell = cells.get((form_id, "indicator", row.row_no if row else None, column))
                    yield self._judge_field(no, f"row {at + 1}", column, printed, record=row, cell=cell)

    def _judge_field(self, no: int, row: str, column: str, want: object, *, record: Any, cell: Any) -> Judgement:
        got = getattr(record, column) if record is not None else None
        right = record is not None and self.fold(want) == self.fold(got)
        flagged, confidence = (bool(cell.needs_review), float(cell.confidence)) if cell else (False, 1.0)
        shown = None if got is None else str(got)
        return Judgement(self.truth.file, no, row, column, str(want), shown, right, flagged, confidence)


def judge(truth: Truth, records: Any, fold: Fold = folded) -> list[Judgement]:
    """Compare a document's records with what it says."""
    return Comparison(truth, records, fold).judge()


def wrong(truth: Truth, records: Any, fold: Fold = strict) -> list[str]:
    """Return the fields that were read wrongly, and rows and forms too many, as text for an assertion."""
    problems = [str(j) for j in judge(truth, records, fold) if not j.right]
    if len(records.forms) != len(truth.forms):
        problems.append(f"{truth.file}: {len(records.forms)} forms instead of {len(truth.forms)}")
    for no, form in enumerate(truth.forms, 1):
        ids = [f.form_id for f in records.forms if f.form_no == no]
        rows = sum(r.form_id in ids for r in records.indicators)
        if rows != len(form.indicators):
            problems.append(f"{truth.file}#{no}: {rows} indicator rows instead of {len(form.indicators)}")
    return problems
