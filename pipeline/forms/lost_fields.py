"""Fields that a form read from a picture should have, and for which nothing was found.

A lost ruling or a misread label can take a whole column with it, and what is not there carries no mark. Where written
cells of a part of the form belong to no field and are no label, the fields that this part usually has and does not
have here are kept as not found, for a person to look at. A form whose cells are all accounted for simply has no such
field; nothing is added to it, nor to what a text layer says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from pipeline.dataset.fields import names_of_part
from pipeline.forms.fields import doubt_fields
from pipeline.forms.inferred import is_inferred
from pipeline.labels.levels import is_level_label
from pipeline.labels.sections import find_head
from pipeline.labels.titles import is_title
from pipeline.labels.words import find_label, form_words, is_label, labels_inside, section_labels
from pipeline.models import Cell, Form, IndicatorLine, PageIssue, Place, Reading, Readings, Table
from pipeline.records import FUND_TYPES

NOT_FOUND = "not_found"
"""Review reason of a field for which no cell was found; its column is null."""

CUT = "odd_shape"
"""Review reason of a field beside which text stands that belongs to no field."""

SINGLE = ("project_name", "department", "implementing_unit")
GOALS = ("expected_goal", "actual_goal")
TOTALS = names_of_part("total")
"""Fields that nearly every form has; the leader and the phone often are not printed."""

LABEL = 4
"""Characters of a label that is set in two lines of two."""

PARTS = {"fund_columns": "funds", "goals": "goals", "indicators": "indicators"}

PART_NAMES = {"single": "表头", "funds": "资金表", "goals": "目标栏", "indicators": "指标表"}
"""The parts in Chinese, by which `unsettled` of `schemas/scoring.yml` knows them."""

LEAST_LABELS = {"fund_columns": 2, "goals": 1, "indicators": 3}
"""Labels that tell where a part of the form begins, less than are needed to read it."""


def mark_lost_fields(form: Form, table: Table) -> Form:
    """Return the form with the fields that are lost in it.

    A form that was neither read from a picture nor through fitted columns is unchanged.
    """
    if table.source != "ocr" and not is_inferred(table.reader):
        return form
    lost = {*_parts_with_strays(form, table), *(("goals",) if _goals_are_lost(form, table) else ())}
    names = [*(SINGLE if "single" in lost else _swallowed(form)), *(GOALS if "goals" in lost else ())]
    names += TOTALS if "indicators" in lost or (form.indicators and not form.complete) else ()
    marked = replace(
        form,
        readings={**_with_cut_texts(form, table, lost), **_missing(form.readings, names)},
        funds=_with_lost_funds(form) if "funds" in lost or _has_no_funds(form, table) else form.funds,
        indicators=tuple(map(_with_lost_columns, form.indicators)) if "indicators" in lost else form.indicators,
    )
    if marked == form:
        return form
    if not lost:
        return marked
    parts = "、".join(PART_NAMES[part] for part in sorted(lost))
    issue = PageIssue("unknown_label", f"{parts}有内容未归入任何栏目", form.page_first)
    return replace(marked, issues=(*marked.issues, issue))


def _swallowed(form: Form) -> set[str]:
    """Return the fields whose label stands in the text of another: the ruling between them was not found."""
    texts = [form.readings[name].text for name in SINGLE if name in form.readings]
    whole = {name for text in texts for name in labels_inside("single", text)} & set(SINGLE)
    return whole | {name for name in SINGLE if name not in form.readings and any(_holds_half(t, name) for t in texts)}


def _holds_half(text: str, name: str) -> bool:
    """Tell whether a text begins or ends with half of a field's label: the other line of it went elsewhere."""
    labels = (
        label for label in section_labels("single") if len(label) == LABEL and find_label("single", label) == name
    )
    said = "".join(text.split())
    half = LABEL // 2
    return any(said.startswith(label[:half]) or said.endswith(label[half:]) for label in labels if said != label)


def _goals_are_lost(form: Form, table: Table) -> bool:
    """Tell whether a label of the goals stands above the indicators, and no goal was found."""
    if any(name in form.readings for name in form_words().goals.columns):
        return False
    head = find_head(table, "indicators", LEAST_LABELS["indicators"])
    above = (cell.text for cell in table.cells if head is None or cell.row < head.row)
    return any(find_label("goals", text) or find_label("sections", text) == "goals" for text in above)


def _has_no_funds(form: Form, table: Table) -> bool:
    """Tell whether no fund line was read of a scanned form that prints points; all of those print funds."""
    whole = table.source == "ocr" and form.has_points and bool(form.indicators)
    return whole and not form.further_funds and not any(form.funds.values())


def _with_cut_texts(form: Form, table: Table, lost: Collection[str]) -> Readings:
    """Return the form's own fields; a text beside one that belongs to none was cut off from it."""
    cut = (*(GOALS if "goals" in lost else ()), *(_beside_strays(form, table) if "single" in lost else ()))
    return doubt_fields(form.readings, cut, CUT)


def _beside_strays(form: Form, table: Table) -> Iterator[str]:
    """Yield the form's own fields right beside whose cell another is written that belongs to no field."""
    used = set(_used_places(form))
    strays = [cell for cell in table.cells if _is_stray(cell, used)]
    for name, reading in form.readings.items():
        own = [cell for cell in table.cells if name not in GOALS and not set(reading.places).isdisjoint(cell.places)]
        if any(_touch(cell, stray) for cell in own for stray in strays):
            yield name


def _touch(one: Cell, other: Cell) -> bool:
    """Tell whether two cells of one row stand side by side."""
    return one.row == other.row and (one.col + one.colspan == other.col or other.col + other.colspan == one.col)


def _with_lost_funds(form: Form) -> dict[str, dict[str, Reading]]:
    columns = tuple(form_words().funds.columns)
    return {kind: {**(row := form.funds.get(kind, {})), **_missing(row, columns)} for kind in FUND_TYPES}


def _with_lost_columns(line: IndicatorLine) -> IndicatorLine:
    columns = tuple(form_words().indicators.columns)
    return replace(line, readings={**line.readings, **_missing(line.readings, columns)})


def _missing(known: Iterable[str], wanted: Iterable[str]) -> dict[str, Reading]:
    lost = Reading("", (), "ocr", 0.0, needs_review=True, review_reason=NOT_FOUND)
    return {name: lost for name in wanted if name not in set(known)}


def _parts_with_strays(form: Form, table: Table) -> Iterator[str]:
    """Yield the part of the form for each written cell that is neither a label nor a field's.

    Of the indicators only the head counts: a stray cell there was the head of a column.
    """
    used = set(_used_places(form))
    heads = {part: head for part, least in LEAST_LABELS.items() if (head := find_head(table, part, least))}
    for cell in table.cells:
        if not _is_stray(cell, used):
            continue
        above = [(head.row, part) for part, head in heads.items() if head.row <= cell.row]
        part = PARTS[max(above)[1]] if above else "single"
        if part != "indicators" or cell.row < heads["indicators"].first_value_row:
            yield part


def _used_places(form: Form) -> Iterator[Place]:
    rows = [form.readings, *form.funds.values(), *(line.readings for line in form.indicators)]
    return (place for readings in rows for reading in readings.values() for place in reading.places)


def _is_stray(cell: Cell, used: set[Place]) -> bool:
    text = cell.text.strip()
    if len(text) < 2 or not any(char.isalnum() for char in text) or not used.isdisjoint(cell.places):
        return False
    return not (is_label(text) or is_level_label(text) or is_title(text) or find_label("sections", text))
