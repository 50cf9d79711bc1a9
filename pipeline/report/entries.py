"""What the list of forms knows of each form, as data for the pages' scripts; and the words that a search looks through.

The list is one file that every page shares; the words are another, which is only loaded when somebody searches. Both
are ASCII and hold nothing that could end a script element.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.records import FormRow
from pipeline.report.cards import FindingCard
from pipeline.report.printed import PrintedForm
from pipeline.report.sheet import bundle

COLUMNS = (
    *("id", "project", "department", "district", "year", "kind", "score", "expected", "violations", "potential"),
    *("doubted", "executed", "amount", "points", "weight", "why", "findings", "profile", "sources", "complete"),
    *("place", "duplicate", "placed"),
)
"""What an entry says, in this order."""

Entry = Mapping[str, Any]

KINDS = {"project": "项目支出", "department": "部门整体", "transfer": "转移支付", "target": "绩效目标"}
"""Kinds of forms in Chinese."""


def plain_text(text: str | None) -> str:
    """Return a text without characters that have no picture or turn the direction of writing."""
    return "".join(char if char.isprintable() or char in "\n\t\u3000" else "�" for char in text or "")


def name_form(row: FormRow) -> str:
    """Return what a form is called: its project, else its department and kind, for forms about a whole department."""
    if row.project_name:
        return plain_text(row.project_name)
    return f"{plain_text(row.department)}（{KINDS[row.form_kind]}）" if row.department else "（项目名称为空）"


def make_entry(form: PrintedForm) -> Entry:
    """Return what the list shows of a form and filters by."""
    row, weight = form.form, form.weight
    statuses = [finding.status for finding in form.findings]
    return {
        "id": row.form_id,
        "project": name_form(row),
        "department": plain_text(row.department),
        "district": plain_text(row.district),
        "year": row.year,
        "kind": row.form_kind,
        "score": None if row.total_score is None else float(row.total_score),
        "expected": form.total.expected if form.total else "—",
        "violations": statuses.count("violation"),
        "potential": statuses.count("potential"),
        "doubted": form.doubted,
        "executed": None if weight.executed is None else float(weight.executed),
        "amount": None if weight.amount is None else float(weight.amount),
        "points": float(weight.points),
        "weight": weight.weight,
        "why": plain_text(weight.why),
        "findings": [f"{one.code}:{one.status}:{one.severity}" for one in form.findings],
        "profile": form.profile,
        "sources": list(form.sources),
        "complete": bool(row.complete),
        "place": f"{plain_text(row.file_name)} 第 {row.form_no} 表",
        "duplicate": row.duplicate_of,
        "placed": any(field.place for field in form.fields),
    }


def list_words(form: PrintedForm) -> str:
    """Return everything that is printed on a form, found in it or said about it, in lower case."""
    said: list[str | None] = [form.form.title, form.form.file_name, form.form.district, form.form.notes]
    said += [field.text for field in form.fields]
    said += [f"{one.title} {one.message}" for one in form.findings]
    said += [line.score.explanation for line in form.lines if line.score]
    return plain_text(" ".join(text for text in said if text)).casefold()


def list_findings(form: PrintedForm) -> list[list[Any]]:
    """Return the findings that weigh something, for lists that are printed: in words, with page and rows."""
    return [
        [
            *(one.first.title, one.first.status_name, plain_text(one.first.message), one.count),
            *(plain_text(one.first.expected) if one.count == 1 else "", one.first.amount),
            *(_page(one.first), one.where),
        ]
        for one in bundle(form.findings)
    ]


def _page(finding: FindingCard) -> int | None:
    return finding.first.place.page if finding.first and finding.first.place else None


def prefer_pictured(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries so that of a form and its copies the one counts whose pages can be shown, where one's can.

    A Word file has no picture to prove anything by; its copy as PDF has.
    """
    hidden = {entry["id"] for entry in entries if not entry["placed"] and not entry["duplicate"]}
    shown: dict[str, str] = {}
    for entry in entries:
        if entry["placed"] and entry["duplicate"] in hidden:
            shown.setdefault(entry["duplicate"], entry["id"])
    return [dict(entry) | {"duplicate": _repeats(entry, shown)} for entry in entries]


def _repeats(entry: Entry, shown: Mapping[str, str]) -> str | None:
    """Return the form that an entry repeats; `shown` has for originals without pictures the copy that counts."""
    counts = shown.get(entry["duplicate"] or entry["id"], entry["duplicate"])
    return None if counts == entry["id"] else counts


def order_entries(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries with the most at stake first; of those alike, the larger project, then in print order."""
    return sorted(
        entries, key=lambda one: (-one["weight"], -(one["amount"] or 0), -(one["executed"] or 0), one["place"])
    )


def script_data(name: str, content: Any) -> str:
    """Return a script that sets `window.<name>`: ASCII only, and nothing that could end a script element."""
    data = json.dumps(content, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")
    return f"window.{name} = {data};\n"


def entry_rows(entries: Sequence[Entry]) -> dict[str, Any]:
    """Return the entries as rows without the names of their columns, which come once."""
    return {"columns": COLUMNS, "forms": [[entry[name] for name in COLUMNS] for entry in entries]}
