"""Nobody is accused by what was not read for certain: one field in doubt, and no violation that rests on it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.records import CellRow, Coded, FindingRow
from pipeline.scoring import ScoringInput, find_discrepancies, load_profile
from pipeline.scoring.case import read_text
from pipeline.scoring.trust.certainty import is_certain
from pipeline.scoring.trust.slips import with_text
from pipeline.scoring.unsettled import ALL_TABLES, FieldKey, FieldPlace, joined_fields, unsettled_tables
from tests.examples import examples
from tests.scoring.support import cells_of, from_cells, row, small_form

BEIJING = load_profile("beijing-2024")

ROWS = st.tuples(
    st.sampled_from(["≥10家", "10家", "≤5件", "", "2024年6月前", "≥95%"]),
    st.sampled_from(["8家", "10家", "7件", "", "—", "2024年9月", "90%"]),
    st.sampled_from(["10", "5", ""]),
    st.sampled_from(["10", "4", "12", ""]),
    st.sampled_from(["服务企业数量", "", "投诉件数"]),
    st.sampled_from(["", "略有偏差"]),
)
FUNDS = st.fixed_dictionaries(
    {
        "initial": st.sampled_from(["30", "20", ""]),
        "full_year": st.sampled_from(["30", "25", ""]),
        "executed": st.sampled_from(["30", "27", "31"]),
        "rate": st.sampled_from(["100%", "90%", "0.9", "70%"]),
        "score": st.sampled_from(["10", "9", "11"]),
    }
)


def draw_form(rows: list[tuple[str, ...]], fund: dict[str, str], total: str) -> ScoringInput:
    names = ("target", "actual", "weight", "score", "level3", "deviation")
    return small_form(*(row(**dict(zip(names, cells, strict=True))) for cells in rows), fund=fund, total=total)


def violations(source: ScoringInput) -> list[FindingRow]:
    return [finding for finding in find_discrepancies(source, BEIJING) if finding.status == "violation"]


def key_of(cell: CellRow) -> str:
    return f"{cell.table}:{'' if cell.row_no is None else cell.row_no}:{cell.field}"


def doubted(cell: CellRow) -> CellRow:
    return replace(cell, needs_review=True, review_reason="low_confidence")


def blank_on_a_picture(cell: CellRow) -> CellRow:
    return replace(cell, source="ocr", text="")


@given(st.lists(ROWS, min_size=1, max_size=3), FUNDS, st.sampled_from(["100", "95", ""]), st.data())
@settings(max_examples=examples(60))
def test_no_violation_survives_a_doubt_about_one_field_that_it_rests_on(
    rows: list[tuple[str, ...]], fund: dict[str, str], total: str, data: st.DataObject
) -> None:
    source = draw_form(rows, fund, total)
    cells = cells_of(source)
    accused = violations(from_cells(source, cells))
    if not accused:
        return
    evidence = {key for finding in accused for key in finding.evidence}
    place = data.draw(st.sampled_from([i for i, cell in enumerate(cells) if key_of(cell) in evidence]))
    degraded = [doubted(cell) if i == place else cell for i, cell in enumerate(cells)]
    left = violations(from_cells(source, degraded))
    assert not [finding for finding in left if key_of(cells[place]) in finding.evidence]
    kept = {(f.code, f.row_no) for f in accused if key_of(cells[place]) not in f.evidence}
    assert kept == {(f.code, f.row_no) for f in left}, "and nothing else is taken back"


@given(st.lists(ROWS, min_size=1, max_size=3), FUNDS, st.sampled_from(["100", "95", ""]), st.data())
@settings(max_examples=examples(150))
def test_a_violation_names_every_field_that_could_explain_it(
    rows: list[tuple[str, ...]], fund: dict[str, str], total: str, data: st.DataObject
) -> None:
    """Whatever field is read otherwise, a violation that does not name it stays as it is."""
    source = draw_form(rows, fund, total)
    cells = [cell for cell in cells_of(source) if cell.table != "form" or cell.field.startswith("total")]
    cell = data.draw(st.sampled_from(cells))
    key: FieldKey = (cell.table, cell.row_no, cell.field)
    other = with_text(source, key, data.draw(st.sampled_from(["", "10", "90%", "≥10家", "3", "—"])))
    after = {(f.code, f.row_no, f.field) for f in violations(other)}
    for finding in violations(source):
        if key_of(cell) not in finding.evidence:
            assert (finding.code, finding.row_no, finding.field) in after, (finding, key, read_text(other, key))


@pytest.mark.parametrize("degrade", [doubted, blank_on_a_picture])
def test_a_blank_actual_accuses_only_where_it_was_surely_seen_to_be_blank(
    degrade: Callable[[CellRow], CellRow],
) -> None:
    source = small_form(row("≥10家", "", "10", "10"))
    cells = cells_of(source)
    assert "scored_without_actual" in {f.code for f in violations(from_cells(source, cells))}
    unsure = [degrade(c) if (c.row_no, c.field) == (1, "actual_raw") else c for c in cells]
    assert "scored_without_actual" not in {f.code for f in violations(from_cells(source, unsure))}


def test_a_column_that_the_form_does_not_print_is_no_blank() -> None:
    source = small_form(row("≥1000家", "27家", "10", "10", deviation=""))
    seen = from_cells(source, [replace(cell, source="ocr") for cell in cells_of(source)])
    assert is_certain(("indicator", 1, "unit_raw"), seen), "no row has a unit column"
    assert not is_certain(("indicator", 1, "deviation_raw"), seen), "here a blank was seen, or nothing"
    assert is_certain(("indicator", 1, "deviation_raw"), from_cells(source, cells_of(source)))


@pytest.mark.parametrize("table", sorted(ALL_TABLES))
def test_what_was_not_understood_in_a_table_accuses_nobody_by_that_table(table: str) -> None:
    source = replace(
        small_form(row("≥10家", "", "10", "12"), total="1", fund={"rate": "70%"}), unsettled=frozenset({table})
    )
    assert not [f for f in violations(source) if any(key.startswith(f"{table}:") for key in f.evidence)]


@pytest.mark.parametrize(
    ("code", "message", "tables"),
    [
        ("unknown_label", "资金表中有未收录的行“财政专户”", {"fund"}),
        ("unknown_label", "指标表中有未收录的栏目“上年完成值”", {"indicator", "form"}),
        ("unknown_label", "目标栏、资金表有内容未归入任何栏目", {"fund", "form"}),
        ("unknown_label", "something else", set(ALL_TABLES)),
        ("irregular_cells", "3 cells", set(ALL_TABLES)),
        ("form_incomplete", "no total", set()),
    ],
)
def test_what_a_reader_could_not_settle_tells_the_tables(code: str, message: str, tables: set[str]) -> None:
    assert unsettled_tables([notice(code, message)], {}) == tables


def notice(code: str, message: str, **place: Any) -> FindingRow:
    return FindingRow(
        form_id="f-001",
        code=Coded(code),
        status="extraction_suspect",
        severity="warning",
        profile=Coded("none"),
        message=message,
        **place,
    )


@pytest.mark.parametrize(("y", "tables"), [(15.0, {"fund"}), (55.0, {"indicator"}), (90.0, set())])
def test_a_stray_text_reaches_over_the_table_that_it_stands_in(y: float, tables: set[str]) -> None:
    places: dict[FieldKey, FieldPlace] = {
        ("fund", 1, "score_raw"): (1, 0.0, 10.0, 5.0, 20.0),
        ("indicator", 1, "score_raw"): (1, 0.0, 40.0, 5.0, 50.0),
        ("indicator", 2, "score_raw"): (1, 0.0, 60.0, 5.0, 70.0),
    }
    stray = notice("unassigned_text", "“财务负责人：李某”不属于任何栏目", page=1, y0=y - 2, y1=y + 2)
    assert unsettled_tables([stray], places) == tables
    assert unsettled_tables([replace(stray, page=2)], places) == set()


def test_without_geometry_only_a_stray_number_makes_everything_uncertain() -> None:
    assert unsettled_tables([notice("unassigned_text", "“6.30”不属于任何栏目")], {}) == ALL_TABLES
    assert unsettled_tables([notice("unassigned_text", "“财务负责人：李某”不属于任何栏目")], {}) == set()


def test_columns_that_only_alignment_tells_accuse_nobody() -> None:
    drawn = small_form(row("≥10家", "", "10", "10"), reader="pdfium+rulings")
    aligned = replace(drawn, form=replace(drawn.form, reader="pdfium+fitted"))
    assert violations(from_cells(drawn, cells_of(drawn)))
    assert not violations(from_cells(aligned, cells_of(aligned)))


def test_a_row_put_together_over_a_page_break_is_uncertain_and_no_other() -> None:
    places: dict[FieldKey, FieldPlace] = {
        ("indicator", 1, "score_raw"): (1, 0.0, 40.0, 5.0, 50.0),
        ("indicator", 2, "score_raw"): (1, 0.0, 60.0, 5.0, 70.0),
        ("indicator", 2, "level3"): (1, 0.0, 60.0, 5.0, 66.0),
        ("indicator", 3, "score_raw"): (2, 0.0, 10.0, 5.0, 20.0),
    }
    cut = notice("row_cut_by_page_break", "a row was put together across the page break", page=2)
    assert joined_fields([cut], places) == {("indicator", 2, "level3")}
    assert unsettled_tables([cut], places) == set()
