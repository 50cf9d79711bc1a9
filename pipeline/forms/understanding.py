"""How far the words of a form were understood, and what a template file for the rest would say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import yaml

from pipeline.forms.template import Label, Match, printed_labels, rank_templates
from pipeline.models import Form, Table

PART_NAMES = {
    "head": "fields",
    "funds": "heads of the funds",
    "fund_lines": "lines of the funds",
    "goals": "heads of the goals",
    "indicators": "heads of the indicators",
    "after": "below the indicators",
}
"""The parts of a form in their order, and what they are called in English."""

SECTIONS = {"head": "single", "funds": "fund_columns", "goals": "goals", "indicators": "indicators", "after": "after"}
"""The section of the vocabulary that a template adds wordings of a part to; fund lines are told by their own code."""

TO_FILL_IN = "FIELD"
"""What stands in a stub in place of a field that a person has to name."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """One form: the labels that it prints with their fields, the nearest templates, and what was not understood."""

    form: Form
    labels: tuple[Label, ...]
    nearest: tuple[Match, ...]
    unassigned: tuple[str, ...]

    @property
    def unknown(self) -> tuple[Label, ...]:
        """Return the labels that no wording explains, unknown lines of the funds among them."""
        heads = [label for label in self.labels if label.field is None]
        known = {label.text for label in self.labels}
        return (*heads, *(Label(text, "fund_lines", None) for text in self.form.unlisted_funds if text not in known))

    @property
    def whole(self) -> bool:
        """Tell whether every label was understood."""
        return not self.unknown


def understand(form: Form, table: Table) -> Understanding:
    """Return how far a form was understood."""
    labels = tuple(printed_labels(table))
    kind = form.form_kind
    assert kind in {"project", "department", "transfer", "target"}  # noqa: S101 - forms have no other kind
    return Understanding(
        form=form,
        labels=labels,
        nearest=tuple(rank_templates(labels, kind)[:3]),  # type: ignore[arg-type]
        unassigned=tuple(issue.message for issue in form.issues if issue.code == "unassigned_text"),
    )


def describe(found: Understanding) -> str:
    """Return for people what every label was taken for, what was not understood, and the nearest templates."""
    title = found.form.readings.get("title")
    lines = [f"form {found.form.form_no}: {title.text if title else '(no title)'}, kind {found.form.form_kind}"]
    lines.append(f"template: {found.form.template or 'none'}")
    lines += [f"  {one.template.name}: explains {one.explained:.0%}" for one in found.nearest]
    for part, name in PART_NAMES.items():
        of_part = [label for label in found.labels if label.part == part]
        if of_part:
            lines.append(f"{name}:")
            lines += [f"  {label.text}  →  {label.field or '?'}" for label in of_part]
    lines += [f"not understood: {label.text} ({PART_NAMES[label.part]})" for label in found.unknown]
    lines += [f"without a field: {text}" for text in found.unassigned]
    return "\n".join(lines)


def write_stub(found: Understanding) -> str:
    """Return a template file with all the labels of a form; `FIELD` stands where a person must say what one means."""
    form, title = found.form, found.form.readings.get("title")
    prints = {part: _texts(found, part) for part in PART_NAMES}
    words: dict[str, dict[str, list[str]]] = {}
    for number, label in enumerate(found.unknown, 1):
        section = "fund_rows" if label.part == "fund_lines" else SECTIONS[label.part]
        words.setdefault(section, {})[f"{TO_FILL_IN}_{number}"] = [label.text]
    stub: dict[str, object] = {
        "name": "NAME",
        "title": title.text if title else "TITLE",
        "kind": form.form_kind,
        "titles": [title.text if title else "TITLE"],
        "divisions": [form.district_code[:4]] if form.district_code else [],
        "profile": "national",
        "read_at": "WHERE IT WAS SEEN",
        "prints": {part: texts for part, texts in prints.items() if texts},
        "total": "row"
        if "total_weight_raw" in form.readings
        else "head"
        if "total_score_raw" in form.readings
        else "none",
        "points": "rows" if form.has_points else "none",
    }
    if words:
        stub["words"] = words
    return yaml.safe_dump(stub, allow_unicode=True, sort_keys=False, width=120)


def _texts(found: Understanding, part: str) -> list[str]:
    labels: Sequence[Label] = [*found.labels, *found.unknown]
    texts = (label.text for label in labels if label.part == part and not (label.field or "").startswith("section:"))
    return list(dict.fromkeys(texts))
