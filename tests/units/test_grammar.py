"""The readings of domain/value-grammar.json, each parsed directly in the context of its row."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from pipeline.labels.levels import level_codes
from pipeline.units import Value, ValueContext, parse_amount, parse_number, parse_rate, parse_value
from tests.places import SHARED

GRAMMAR = SHARED / "domain" / "value-grammar.json"
TRUTH = SHARED / "corpus" / "dev" / "truth.json"
SIGNS = {"≥": ">=", "≤": "<=", "=": "=", ">": ">", "<": "<", None: None, "range": None}
NEEDED = {"kind": 0.99, "comparator": 1.0, "base_value": 0.995, "base_unit": 0.99}

pytestmark = pytest.mark.skipif(not GRAMMAR.exists(), reason="the shared value grammar is not here (../shared)")


@cache
def entries() -> list[dict[str, Any]]:
    return list(json.loads(GRAMMAR.read_text(encoding="utf-8")))


def bare(text: str | None) -> str:
    return re.sub(r"\s", "", text or "")


@cache
def printed_levels() -> dict[tuple[str, str, str], tuple[str, str]]:
    """Return (project, raw, indicator) → printed labels of the development corpus."""
    if not TRUTH.exists():
        return {}
    rows = defaultdict(list)
    for document in json.loads(TRUTH.read_text(encoding="utf-8")):
        for form in document["forms"]:
            for row in form["indicators"]:
                for raw in (row["target"], row["actual"]):
                    key = (bare(form["project_name"]), bare(raw), bare(row["level3"]))
                    rows[key].append((row["level1"], row["level2"]))
    return {key: labels[0] for key, labels in rows.items()}


def parse_entry(entry: dict[str, Any]) -> Value:
    _, project, name = [*entry["where"].split("/", 2), "", ""][:3]
    level1, level2 = printed_levels().get((bare(project), bare(entry["raw"]), bare(name)), ("", ""))
    codes = level_codes(level1, level2) if level1 else (None, None)
    row = (entry["sign_column"], entry["unit_column"], name, *codes, 2024)
    labels = level1 + level2
    target_raw = entry["target_context"]
    target = parse_value(target_raw, ValueContext("target", *row, labels=labels)) if target_raw is not None else None
    return parse_value(entry["raw"], ValueContext(entry["role"], *row, target, target_raw, labels=labels))


def differences(entry: dict[str, Any], value: Value) -> dict[str, tuple[Any, Any]]:
    """Return what was checked of an entry: name → (expected, read)."""
    checked: dict[str, tuple[Any, Any]] = {"kind": (entry["kind"], value.kind)}
    if entry["kind"] == "quantitative":
        checked["comparator"] = (SIGNS[entry["comparator"]], value.comparator)
        checked["base_unit"] = (entry["base_unit"], value.base_unit)
    if entry["kind"] in {"quantitative", "duration"}:
        checked["base_value"] = (Decimal(str(entry["base_value"])), value.base_value)
    if entry["kind"] == "date" and entry["base_value_max"] is None:
        checked["last day"] = (entry["base_value"], str(value.end))
    if entry["kind"] == "compound":
        wanted = [(Decimal(str(part["base_value"])), part["base_unit"], part["label"]) for part in entry["parts"]]
        checked["parts"] = (wanted, [(part.base_value, part.base_unit, part.label) for part in value.parts])
    return checked


def test_targets_and_actuals_are_read_as_the_grammar_says() -> None:
    total: Counter[str] = Counter()
    right: Counter[str] = Counter()
    mismatches = []
    for entry in (one for one in entries() if one["role"] in {"target", "actual"}):
        for name, (wanted, got) in differences(entry, parse_entry(entry)).items():
            total[name] += 1
            right[name] += wanted == got
            if wanted != got:
                mismatches.append(
                    f"{entry['role']} {entry['raw']!r} ({entry['where']}): {name} {wanted!r}, got {got!r}"
                )
    report = "\n".join(mismatches)
    shares = {name: right[name] / total[name] for name in total}
    assert all(shares[name] >= needed for name, needed in NEEDED.items()), report
    assert shares["last day"] == 1, report
    assert shares["parts"] == 1, report


def test_fund_cells_are_read_as_the_grammar_says() -> None:
    for entry in (one for one in entries() if one["role"] == "fund"):
        wanted = None if entry["base_value"] is None else Decimal(str(entry["base_value"]))
        is_rate = "执行率" in entry["where"]
        assert (parse_rate(entry["raw"]) if is_rate else parse_amount(entry["raw"], "万元")) == wanted, entry


def test_score_cells_are_read_as_the_grammar_says() -> None:
    for entry in (one for one in entries() if one["role"] == "score"):
        wanted = None if entry["value"] is None else Decimal(str(entry["value"]))
        assert parse_number(entry["raw"]) == wanted


def test_skeleton_names_are_placeholders() -> None:
    for entry in (one for one in entries() if one["role"] == "name"):
        assert parse_value(entry["raw"], ValueContext("target")).kind == "placeholder"
