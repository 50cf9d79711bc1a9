"""Drawn text PDFs and Word files are read back exactly: every field of every form, in any layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pdfplumber
import pytest

from pipeline.dataset.documents import DocumentRecords
from pipeline.read import read_document
from pipeline.settings import ReadSettings
from tests.conftest import Draw
from tests.typeset import (
    BAND_NOTES,
    PLANTS,
    SCHEME_NOTES,
    FormFacts,
    Layout,
    Truth,
    draw_docx,
    draw_pdf,
    random_document,
    random_form,
    random_layout,
)
from tests.typeset.compare import folded, strict, wrong
from tests.typeset.fonts import FACES
from tests.typeset.layout import WIDTHS, WORDINGS
from tests.typeset.oddities import dashed_form, nameless_form, pasted_form, unfinished_form
from tests.typeset.plant import ARITHMETIC_CODES

pytestmark = pytest.mark.usefixtures("fonts")


def read(path: Path) -> DocumentRecords:
    """Read one document as a run does, without publishing it."""
    return read_document(path, ReadSettings())


def draw_and_read(forms: Sequence[FormFacts], layout: Layout, folder: Path) -> tuple[Truth, DocumentRecords]:
    """Draw forms as a text PDF and read it."""
    truth = draw_pdf(forms, layout, folder / "form.pdf")
    return truth, read(folder / "form.pdf")


EIGHT = random_form(11, has_nature=False, has_deviation=True, has_leader=True)
TEN = random_form(12, has_nature=True)
SHORT = random_form(13, has_nature=False, has_deviation=False)

LAYOUTS = {
    "eight columns": (EIGHT, Layout()),
    "ten columns": (TEN, Layout(size=9)),
    "without reasons": (SHORT, Layout()),
    "fund table with columns of its own": (EIGHT, Layout(fund_ends=(0.2, 0.34, 0.48, 0.62, 0.73, 0.86, 1.0))),
    "year beside the title": (SHORT, Layout(title="{title} （{year}年度）")),
    "year before the title": (SHORT, Layout(title="{year}年度{title}")),
    "an attachment line above": (SHORT, Layout(attachment="附件2-2")),
    "labels one character a line": (EIGHT, Layout(vertical_labels=True)),
    "labels wrapped by their column": (EIGHT, Layout(vertical_labels=False)),
    "labels broken before 指标": (TEN, Layout(break_labels=True, size=9)),
    "numbers torn by narrow columns": (TEN, Layout(widths={**WIDTHS, "target": 2.4, "weight": 1.6, "score": 1.6})),
    "texts that touch their rulings": (TEN, Layout(padding=0.3, size=9)),
    "texts from the top of their cells": (EIGHT, Layout(top_aligned=True)),
    "landscape": (TEN, Layout(paper="landscape")),
    "landscape on turned paper": (TEN, Layout(paper="landscape-rotated")),
    "two fonts": (EIGHT, Layout(font="ukai", title_font="zenhei")),
    "radical code points in the text layer": (EIGHT, Layout(radicals=True)),
    "stroked rulings": (EIGHT, Layout(ruling="lines", ruling_width=0.3)),
    "rulings as rectangles per cell": (EIGHT, Layout(ruling="cell-rects", ruling_width=0.75)),
    "rulings as long rectangles": (EIGHT, Layout(ruling="long-rects", ruling_width=1.0)),
    "rulings as outlines with curves": (EIGHT, Layout(ruling="curves")),
    "grey rulings": (EIGHT, Layout(ruling_grey=0.6, ruling_width=0.4)),
    "large print": (TEN, Layout(size=14, title_size=20)),
    "thousands of 元": (EIGHT, Layout(money_unit="（元）")),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_form_is_read_exactly(name: str, tmp_path: Path) -> None:
    form, layout = LAYOUTS[name]
    assert wrong(*draw_and_read([form], layout, tmp_path)) == []


@pytest.mark.parametrize("face", [face.name for face in FACES])
def test_every_font_is_read_exactly(face: str, tmp_path: Path) -> None:
    assert wrong(*draw_and_read([TEN], Layout(font=face, title_font=face, size=9), tmp_path)) == []


@pytest.mark.parametrize("wording", range(len(WORDINGS)))
def test_labels_in_other_words_mean_the_same(wording: int, tmp_path: Path) -> None:
    assert wrong(*draw_and_read([EIGHT], Layout(wording=WORDINGS[wording]), tmp_path)) == []


@pytest.mark.parametrize("seed", range(12))
def test_a_random_document_in_a_random_layout_is_read_exactly(seed: int, tmp_path: Path) -> None:
    forms = random_document(300 + seed, 2, notes=(BAND_NOTES + SCHEME_NOTES)[seed % 4])
    assert wrong(*draw_and_read(forms, random_layout(300 + seed), tmp_path)) == []


@pytest.mark.parametrize("repeat_header", [False, True])
@pytest.mark.parametrize("breaks", ["between-rows", "word", "browser"])
@pytest.mark.parametrize("bottom", [60.0, 73.0, 86.0, 99.0])
def test_a_form_is_joined_over_a_page_break(breaks: str, repeat_header: bool, bottom: float, tmp_path: Path) -> None:
    layout = Layout(breaks=breaks, repeat_header=repeat_header, bottom_margin=bottom, new_page=False)  # type: ignore[arg-type]
    forms = [replace(random_form(21, rows=16, has_nature=True, placeholders=False)), random_form(22, has_nature=True)]
    assert wrong(*draw_and_read(forms, layout, tmp_path)) == []


def test_forms_that_follow_each_other_on_a_page_are_kept_apart(tmp_path: Path) -> None:
    forms = [random_form(n, has_nature=False, has_deviation=True, rows=6, placeholders=False) for n in range(31, 35)]
    layout = Layout(new_page=False, size=9, leading=1.2, padding=1)
    truth, records = draw_and_read(forms, layout, tmp_path)
    assert truth.pages < len(forms)
    assert wrong(truth, records) == []


@pytest.mark.parametrize("notes", [*BAND_NOTES, *SCHEME_NOTES])
def test_notes_stay_with_the_form_before_them(notes: tuple[str, ...], tmp_path: Path) -> None:
    forms = [random_form(41, notes=notes), random_form(42, notes=notes)]
    truth, records = draw_and_read(forms, Layout(notes_after_each=True, new_page=False), tmp_path)
    assert wrong(truth, records) == []
    for form in records.forms:
        assert folded("".join(notes)) == folded(form.notes)


def test_notes_at_the_end_belong_to_the_last_form(tmp_path: Path) -> None:
    forms = [random_form(43, notes=SCHEME_NOTES[0]), random_form(44, notes=SCHEME_NOTES[0])]
    _, records = draw_and_read(forms, Layout(), tmp_path)
    assert not records.forms[0].notes
    assert folded("".join(SCHEME_NOTES[0])) == folded(records.forms[1].notes)


@pytest.mark.parametrize("seed", range(3))
def test_pasted_blocks_do_not_shift_columns(seed: int, tmp_path: Path) -> None:
    assert wrong(*draw_and_read([pasted_form(seed)], Layout(), tmp_path)) == []


def test_blank_and_template_rows_stay_rows(tmp_path: Path) -> None:
    forms = [random_form(51, placeholders=True), nameless_form(52), dashed_form(53)]
    assert wrong(*draw_and_read(forms, Layout(), tmp_path)) == []


def test_a_form_without_its_end_is_incomplete_and_the_next_one_whole(tmp_path: Path) -> None:
    truth, records = draw_and_read([unfinished_form(54), random_form(55)], Layout(), tmp_path)
    assert [form.complete for form in records.forms] == [False, True]
    assert wrong(truth, records) == []
    assert records.document.status == "partial"


def test_the_year_and_the_district_are_told(tmp_path: Path) -> None:
    _, records = draw_and_read([EIGHT, TEN], Layout(), tmp_path)
    assert [form.year for form in records.forms] == [EIGHT.year, TEN.year]
    assert [form.district for form in records.forms] == [EIGHT.district, TEN.district]


@pytest.mark.parametrize("seed", range(8))
def test_a_word_file_is_read_exactly(seed: int, tmp_path: Path) -> None:
    forms = random_document(60 + seed, 2, notes=SCHEME_NOTES[seed % 2])
    truth = draw_docx(forms, random_layout(seed), tmp_path / "form.docx", seed)
    assert wrong(truth, read(tmp_path / "form.docx")) == []


@pytest.mark.parametrize("odd", [pasted_form, nameless_form, dashed_form, unfinished_form])
def test_odd_forms_in_word_files_are_read_exactly(odd: object, tmp_path: Path) -> None:
    truth = draw_docx([odd(71)], Layout(), tmp_path / "form.docx", 1)  # type: ignore[operator]
    assert wrong(truth, read(tmp_path / "form.docx")) == []


def test_the_box_of_a_field_holds_its_text(tmp_path: Path) -> None:
    _, records = draw_and_read([EIGHT], Layout(paper="landscape-rotated"), tmp_path)
    with pdfplumber.open(tmp_path / "form.pdf") as pdf:
        for cell in (c for c in records.cells if c.text and c.page and c.field not in {"year", "notes", "title"}):
            assert None not in (cell.x0, cell.y0, cell.x1, cell.y1)
            box = [cell.x0 - 1, cell.y0 - 1, cell.x1 + 1, cell.y1 + 1]  # type: ignore[operator]
            page = pdf.pages[cell.page - 1]
            inside = page.crop(page.bbox).within_bbox(box, strict=False)
            assert set(strict(cell.text)) <= set(strict("".join(c["text"] for c in inside.chars)))


@pytest.mark.parametrize("code", PLANTS)
def test_a_planted_discrepancy_is_found_and_nothing_else(code: str, tmp_path: Path) -> None:
    form = PLANTS[code](random_form(81, has_nature=False, has_deviation=True))
    _, records = draw_and_read([form], Layout(), tmp_path)
    found = {(f.code, f.indicator_no) for f in records.findings if f.code in ARITHMETIC_CODES}
    assert found == {(expected.code, expected.row_no) for expected in form.findings}


@pytest.mark.parametrize("seed", range(6))
def test_right_arithmetic_raises_no_finding(seed: int, tmp_path: Path) -> None:
    _, records = draw_and_read([random_form(90 + seed)], random_layout(90 + seed), tmp_path)
    assert [f.message for f in records.findings if f.code in ARITHMETIC_CODES] == []


def test_the_same_document_gives_the_same_rows(typeset_pdf: Draw) -> None:
    path, _ = typeset_pdf("twice", (EIGHT, TEN), Layout())
    first, again = read(path), read(path)
    assert (first.forms, first.funds, first.indicators) == (again.forms, again.funds, again.indicators)
    assert (first.scores, first.findings, first.cells) == (again.scores, again.findings, again.cells)
