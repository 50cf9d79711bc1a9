"""Everything that the page shows of one field, and of its place in the report."""

from __future__ import annotations

from typing import Any

from pipeline.desk.decide import list_rows
from pipeline.desk.evidence import (
    as_decided,
    describe_row,
    describe_typed,
    find_cell,
    find_form,
    list_checks,
    list_history,
    list_messages,
    list_readings,
)
from pipeline.desk.holdings import Holdings
from pipeline.desk.places import find_spot
from pipeline.desk.queue import CellKey, find_stake, is_found, read_text
from pipeline.desk.words import desk_words, field_label


def field_facts(holdings: Holdings, key: CellKey) -> dict[str, Any]:
    """Return one field with its readings, its doubts, the sums it stands in, and what was decided about it."""
    read = holdings.records(key.document_id)
    decisions = holdings.decisions(key.document_id)
    form, cell = find_form(read, key.address.form_no), find_cell(read, key.address)
    current = read_text(holdings, key) if is_found(holdings, key) else None
    spot = find_spot(read, key.address)
    now = as_decided(read, decisions)
    state, words = decisions.state(key.address), desk_words()
    reason = words.reason(cell.review_reason if cell else "correction_misfit")
    return {
        "key": str(key),
        "label": field_label(key.address.table, key.address.field),
        "row": describe_row(read, key.address),
        "rows": [address.row_no for address in list_rows(holdings, key)],
        "file": read.document.file_name,
        "report": _report_page(holdings, form.form_id if form else "", key),
        "form_no": key.address.form_no,
        "project": (form.project_name if form else None) or "",
        "department": (form.department if form else None) or "",
        "district": (form.district if form else None) or "",
        "year": form.year if form else None,
        "page": spot.page if spot else None,
        "box": [spot.box.x0, spot.box.y0, spot.box.x1, spot.box.y1] if spot and spot.box else None,
        "expected": spot.expected if spot else False,
        "there": cell is not None,
        "text": current,
        "readings": list_readings(read, cell, current) if cell and current is not None else [],
        "confidence": cell.confidence if cell else None,
        "doubted": cell.needs_review if cell else False,
        "reason": {"title": reason.title, "look": reason.look},
        "stake": find_stake(holdings, key, current or ""),
        "typed": describe_typed(read, key.address),
        "checks": list_checks(now, key.address) or list_checks(read, key.address),
        "messages": list(list_messages(read, key.address)),
        "conflict": state.conflict,
        "decision": _show_decision(state.decision) if state.decision else None,
        "history": list_history(decisions, key.address),
        "seen": {
            str(address.row_no or 0): [head.id for head in decisions.state(address).heads]
            for address in list_rows(holdings, key)
        },
    }


def _report_page(holdings: Holdings, form_id: str, key: CellKey) -> str:
    """Return the address of the field in the report; empty where the form has no page there."""
    if not (holdings.out / "report" / "forms" / f"{form_id}.html").is_file():
        return ""
    _, table, row_no, field = key.address
    anchor = "-".join(["v", table, *([str(row_no)] if row_no else []), field.removesuffix("_raw")])
    return f"/report/forms/{form_id}.html#{anchor}"


def _show_decision(decision: Any) -> dict[str, Any]:
    return {"action": decision.action, "new": decision.new, "reviewer": decision.reviewer, "reason": decision.reason}
