"""The forms of `correct_forms.yml` and `faulty_forms.yml`, and the figures of what is found in them.

Every entry is one small form that is sound but for what the entry says: one indicator row with its full points, other
cells of the fund table, another total.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from pipeline.records import FindingRow
from pipeline.scoring import ScoringInput, find_discrepancies, load_profile
from tests.scoring.support import fund_row, row, small_form

FOLDER = Path(__file__).parent

CLASSES = {
    "数量": ("产出指标", "数量指标"),
    "质量": ("产出指标", "质量指标"),
    "时效": ("产出指标", "时效指标"),
    "成本": ("成本指标", "经济成本指标"),
    "效益": ("效益指标", "社会效益指标"),
    "满意": ("满意度指标", "服务对象满意度指标"),
}
CELLS = ("nature", "unit", "weight", "score", "deviation", "level2")
OF_THE_FORM = ("total", "total_weight_raw")


@dataclass(frozen=True)
class PlantedForm:
    """One entry: the form, what is expected of it (a code) or must not be found (`quiet`), and the entry as a text."""

    text: str
    source: ScoringInput
    code: str = ""
    status: str | None = None
    quiet: frozenset[str] = frozenset()
    profile: str = "national"
    row_no: int | None = None

    def findings(self, profile: str | None = None) -> tuple[FindingRow, ...]:
        """Return what is found under a profile, the entry's own unless told otherwise."""
        return find_discrepancies(self.source, load_profile(profile or self.profile))

    def accused(self, profile: str | None = None) -> list[FindingRow]:
        """Return the violations."""
        return [finding for finding in self.findings(profile) if finding.status == "violation"]

    def is_found(self) -> bool:
        """Tell whether the planted fault is found, on its row and with its status."""
        return any(
            finding.code == self.code
            and (self.status is None or finding.status == self.status)
            and (self.row_no is None or finding.table != "indicator" or finding.row_no == self.row_no)
            for finding in self.findings()
        )


def describe_row(entry: list[Any]) -> dict[str, Any]:
    """Return the cells of an entry's row as `small_form` takes them."""
    label, name, target, actual, *more = entry
    level1, level2 = CLASSES[label]
    own = more[0] if more else {}
    cells = {"level1": level1, "level2": level2, "level3": name}
    cells |= {key: value for key, value in own.items() if key in CELLS}
    weight, score = cells.pop("weight", "10"), cells.pop("score", "10")
    return row(target, actual, weight, score, **cells)


def build_form(entry: Any, changes: dict[str, Any]) -> ScoringInput:
    """Build the form of an entry."""
    own = entry if isinstance(entry, dict) else (entry[4] if len(entry) > 4 else {})
    rows = [] if isinstance(entry, dict) else [entry, *own.get("more", [])]
    changes = changes | {key: own[key] for key in OF_THE_FORM if key in own}
    source = small_form(*map(describe_row, rows), fund=own.get("fund"), **changes)
    if "fiscal" not in own:
        return source
    cells = {"initial": "30", "full_year": "30", "executed": "30", "weight": "—", "score": "—"} | own["fiscal"]
    fiscal = fund_row("fiscal", cells)
    return replace(source, funds=(source.funds[0], fiscal, *source.funds[2:]))


def read_forms(name: str) -> Iterator[PlantedForm]:
    """Yield the entries of one of the two files."""
    for group in yaml.load((FOLDER / name).read_text(encoding="utf-8"), yaml.BaseLoader):
        for entry in group["rows"]:
            own = entry if isinstance(entry, dict) else (entry[4] if len(entry) > 4 else {})
            yield PlantedForm(
                text=f"{group.get('about') or group['code']}: {entry}",
                source=build_form(entry, group.get("form", {})),
                code=group.get("code", ""),
                status=own.get("status", group.get("status")),
                quiet=frozenset(group.get("quiet", ())),
                profile=group.get("profile", "national"),
                row_no=None if isinstance(entry, dict) or own.get("more") else 1,
            )


def correct_forms() -> tuple[PlantedForm, ...]:
    """Return the forms that are right and look as if they were not."""
    return tuple(read_forms("correct_forms.yml"))


def faulty_forms() -> tuple[PlantedForm, ...]:
    """Return the forms with one planted fault each."""
    return tuple(read_forms("faulty_forms.yml"))
