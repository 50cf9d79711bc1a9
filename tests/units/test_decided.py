"""Five hundred texts of targets and actuals, decided by hand before the parser was asked (`decided_values.txt`)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pipeline.units import Value, ValueContext, parse_value

PLACES = Decimal("0.0001")


class Decided(NamedTuple):
    """One line of the file: the text, what its row says, what it is read as."""

    text: str
    row: dict[str, str]
    reading: str


def decided() -> Iterator[Decided]:
    for line in Path(__file__).with_name("decided_values.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            text, row, reading = line.split(" | ", 2) if line.count(" | ") == 2 else line.split("|", 2)
            facts = dict(fact.split("=", 1) for fact in row.strip().split(";") if fact.strip())
            yield Decided(text.strip(), facts, reading.strip())


CASES = list(decided())


def context_of(row: dict[str, str]) -> ValueContext:
    level2 = row.get("class", "output.quantity")
    common: dict[str, Any] = {
        "sign": row.get("sign"),
        "unit": row.get("unit"),
        "indicator": row.get("name", ""),
        "level1_code": level2.split(".")[0],
        "level2_code": level2,
        "year": int(row.get("year", "2024")),
    }
    if "target" not in row:
        return ValueContext("target", **common)
    target = parse_value(row["target"], ValueContext("target", **common))
    return ValueContext("actual", **common, target=target, target_raw=row["target"])


def number(value: Decimal | None) -> str:
    return "" if value is None else f"{value.quantize(PLACES).normalize():f}"


def shown(value: Value) -> str:
    """Say what a value was read as, in the words of the file."""
    if value.kind == "compound":
        return "compound " + " + ".join(f"{number(part.base_value)} {part.base_unit}" for part in value.parts)
    if value.kind == "date":
        return f"date {value.comparator or '-'} {value.end}"
    if value.kind in {"qualitative", "placeholder"}:
        return value.kind
    end = f"..{number(value.base_value_max)}" if value.base_value_max is not None else ""
    return f"{value.kind} {value.comparator or '-'} {number(value.base_value)}{end} {value.base_unit or '-'}"


def test_there_are_hundreds_and_no_two_alike() -> None:
    assert len(CASES) >= 480
    assert len({(case.text, *sorted(case.row.items())) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.text}|{';'.join(case.row.values())}")
def test_it_is_read_as_was_decided(case: Decided) -> None:
    value = parse_value(case.text, context_of(case.row))
    words = case.reading.split()
    wanted = " ".join(word for word in words if word[0] not in "!~")
    assert shown(value) == wanted, value
    flags = {flag.split(":")[0] for flag in value.flags}
    assert {word[1:] for word in words if word[0] == "!"} <= flags, value
    assert not {word[1:] for word in words if word[0] == "~"} & flags, value
