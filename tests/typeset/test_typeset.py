"""The typesetter says what it claims to say: its own facts are on its pages, whatever the layout and the condition."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pdfplumber
import pypdfium2
import pytest
from PIL import Image

from tests.places import ROOT
from tests.typeset import (
    BAND_NOTES,
    CONDITIONS,
    PLANTS,
    FormFacts,
    Layout,
    degrade,
    draw_docx,
    draw_pdf,
    random_document,
    random_form,
    random_layout,
    write_findings,
    write_truth,
)
from tests.typeset.fonts import FACES, PACKAGES
from tests.typeset.pdf import RADICALS
from tests.typeset.sheet import lay_out

SEEDS = range(10)
NOTHING = {"", "/", "—"}
SEVERAL_PAGES = {"turned_some", "scan_in_text", "tiff_file"}
pytestmark = pytest.mark.usefixtures("fonts")


def characters(text: str) -> dict[str, int]:
    """Count the characters of a text, white space apart."""
    return {c: text.count(c) for c in set(text) if not c.isspace()}


def sheet_text(forms: tuple[FormFacts, ...], layout: Layout) -> str:
    """Return everything that the forms print, titles and notes included."""
    sheets = [lay_out(form, layout) for form in forms]
    notes = [n for at, s in enumerate(sheets) if layout.notes_after_each or at == len(sheets) - 1 for n in s.notes]
    parts = [layout.attachment, *notes]
    for sheet in sheets:
        parts += [*sheet.title, *(cell.text for cell in sheet.cells)]
    return "".join(parts)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_arithmetic_of_a_random_form_is_right(seed: int) -> None:
    form = random_form(seed)
    weights = [Decimal(row.weight) for row in form.indicators if row.weight]
    scores = [Decimal(row.score) for row in form.indicators if row.score]
    assert sum(weights) == 90
    assert sum(scores) + Decimal(form.funds[0].score) == Decimal(form.total_score)
    assert all(Decimal(r.score) <= Decimal(r.weight) for r in form.indicators if r.weight)
    for column in ("initial", "full_year", "executed"):
        parts = [getattr(fund, column) for fund in form.funds[1:]]
        amounts = [Decimal(part) for part in parts if part not in NOTHING]
        assert sum(amounts) == Decimal(getattr(form.funds[0], column))


def test_the_same_seed_gives_the_same_form() -> None:
    assert random_form(5) == random_form(5)
    assert random_form(5) != random_form(6)


def test_forms_come_in_all_shapes() -> None:
    forms = [random_form(seed) for seed in range(80)]
    assert {f.has_nature for f in forms} == {True, False}
    assert {f.has_deviation for f in forms} == {True, False}
    assert {f.leader is None for f in forms} == {True, False}
    assert any(r.level3 == "……" for f in forms for r in f.indicators)
    assert {r.level1 for f in forms for r in f.indicators if r.level2 == "成本指标"} == {"产出指标"}
    assert any(r.level1 == "成本指标" for f in forms for r in f.indicators)
    assert len({f.district for f in forms}) > 10


@pytest.mark.parametrize("code", PLANTS)
def test_a_planted_discrepancy_is_expected_where_it_was_planted(code: str) -> None:
    form = PLANTS[code](random_form(3))
    assert code in {finding.code for finding in form.findings}
    assert form != random_form(3)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_character_of_the_forms_is_on_the_pages_and_no_other(seed: int, tmp_path: Path) -> None:
    forms = random_document(seed, 2, notes=BAND_NOTES[0])
    layout = random_layout(seed, radicals=False, repeat_header=False)
    truth = draw_pdf(forms, layout, tmp_path / "form.pdf")
    with pdfplumber.open(tmp_path / "form.pdf") as pdf:
        printed = "".join(c["text"] for page in pdf.pages for c in page.chars)
        assert len(pdf.pages) == truth.pages
    assert characters(printed) == characters(sheet_text(forms, layout))


@pytest.mark.parametrize("seed", SEEDS)
def test_no_text_leaves_its_page(seed: int, tmp_path: Path) -> None:
    draw_pdf(random_document(seed, 2, rows=16), random_layout(seed), tmp_path / "form.pdf")
    with pdfplumber.open(tmp_path / "form.pdf") as pdf:
        for page in pdf.pages:
            outside = [c for c in page.chars if not (c["x0"] >= 0 and c["x1"] <= page.width)]
            assert not outside
            assert all(c["top"] >= 0 and c["bottom"] <= page.height for c in page.chars)


def test_a_row_is_split_over_a_page_break_with_and_without_rulings(tmp_path: Path) -> None:
    form = replace(random_form(1), goal_expected="有序推进各项任务，" * 80)
    flat_ends = {}
    for breaks in ("word", "browser"):
        layout = Layout(breaks=breaks, bottom_margin=500)  # type: ignore[arg-type]
        draw_pdf((form,), layout, tmp_path / f"{breaks}.pdf")
        with pdfplumber.open(tmp_path / f"{breaks}.pdf") as pdf:
            first = pdf.pages[0]
            flat = [e["top"] for e in first.edges if e["orientation"] == "h"]
            upright = [e["bottom"] for e in first.edges if e["orientation"] == "v"]
            flat_ends[breaks] = max(upright) - max(flat)
    assert flat_ends["word"] == pytest.approx(0, abs=0.6)
    assert flat_ends["browser"] > 5


def test_numbers_are_torn_by_narrow_columns(tmp_path: Path) -> None:
    form = random_form(0, has_nature=True)
    narrow = {**random_layout(0).widths, "score": 1.4, "weight": 1.4}
    draw_pdf((form,), Layout(widths=narrow, size=12), tmp_path / "form.pdf")
    with pdfplumber.open(tmp_path / "form.pdf") as pdf:
        lines = "\n".join(page.extract_text() for page in pdf.pages)
    assert "总分" in lines
    assert "100 100" not in lines


def test_rulings_are_drawn_as_lines_rectangles_or_curves(tmp_path: Path) -> None:
    kinds = {"lines": "lines", "boxes": "lines", "cell-rects": "rects", "long-rects": "rects", "curves": "curves"}
    for ruling, kind in kinds.items():
        draw_pdf((random_form(1),), Layout(ruling=ruling), tmp_path / "form.pdf")  # type: ignore[arg-type]
        with pdfplumber.open(tmp_path / "form.pdf") as pdf:
            counts = {name: len(getattr(pdf.pages[0], name)) for name in ("lines", "rects", "curves")}
        assert max(counts, key=lambda name: counts[name]) == kind


def test_the_text_layer_carries_radicals_where_asked(tmp_path: Path) -> None:
    draw_pdf((random_form(1),), Layout(radicals=True), tmp_path / "form.pdf")
    with pdfplumber.open(tmp_path / "form.pdf") as pdf:
        text = pdf.pages[0].extract_text()
    assert "目" not in text
    assert chr(RADICALS["目"]) in text


def test_a_turned_landscape_page_is_shown_upright(tmp_path: Path) -> None:
    draw_pdf((random_form(1),), Layout(paper="landscape-rotated"), tmp_path / "form.pdf")
    with pdfplumber.open(tmp_path / "form.pdf") as pdf:
        page = pdf.pages[0]
        title = page.search("项目支出绩效自评表")[0]
    assert page.width > page.height
    assert title["top"] < page.height / 4
    assert title["x1"] - title["x0"] > title["bottom"] - title["top"]


def test_a_form_whose_end_is_missing_has_no_total_in_its_truth() -> None:
    form = replace(random_form(1), complete=False)
    assert form.truth()["total_score"] is None
    assert "总分" not in "".join(cell.text for cell in lay_out(form, Layout()).cells)


def test_word_files_hold_every_cell_once(tmp_path: Path) -> None:
    from docx import Document

    forms = random_document(3, 2)
    draw_docx(forms, random_layout(3), tmp_path / "form.docx")
    tables = Document(str(tmp_path / "form.docx")).tables
    for table, form in zip(tables, forms, strict=True):
        text = re.sub(r"\s", "", "".join({c._tc: c.text for row in table.rows for c in row.cells}.values()))
        assert form.project_name in text
        assert text.count("绩效指标") >= 1


@pytest.mark.slow
@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_condition_keeps_the_pages(condition: str, tmp_path: Path) -> None:
    chosen = CONDITIONS[condition]
    forms = random_document(2, 2, rows=6) if condition in SEVERAL_PAGES else (random_form(2, rows=6),)
    truth = draw_pdf(forms, Layout(size=9), tmp_path / "form.pdf")
    result = degrade(tmp_path / "form.pdf", condition, 1, tmp_path / f"out{chosen.suffix}", truth)
    assert result.source == "scan"
    assert count_pages(tmp_path / f"out{chosen.suffix}") == truth.pages


@pytest.mark.slow
@pytest.mark.parametrize("condition", ["seal", "fax_300", "searchable", "no_unicode_map", "png_file", "scan_in_text"])
def test_the_same_seed_spoils_a_page_in_the_same_way(condition: str, tmp_path: Path) -> None:
    truth = draw_pdf((random_form(2, rows=6),), Layout(size=9), tmp_path / "form.pdf")
    made = [tmp_path / f"{name}{CONDITIONS[condition].suffix}" for name in ("first", "again", "other")]
    for path, seed in zip(made, (1, 1, 2), strict=True):
        degrade(tmp_path / "form.pdf", condition, seed, path, truth)
    assert made[0].read_bytes() == made[1].read_bytes()
    assert made[0].read_bytes() != made[2].read_bytes()


def count_pages(path: Path) -> int:
    """Count the pages of a PDF or of a picture file."""
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(str(path)) as document:
            return len(document)
    with Image.open(path) as image:
        return int(getattr(image, "n_frames", 1))


def test_a_fax_has_two_levels(tmp_path: Path) -> None:
    truth = draw_pdf((random_form(2),), Layout(), tmp_path / "form.pdf")
    degrade(tmp_path / "form.pdf", "fax_300", 1, tmp_path / "fax.pdf", truth)
    with pypdfium2.PdfDocument(str(tmp_path / "fax.pdf")) as document:
        picture = next(iter(document[0].get_objects())).get_bitmap().to_numpy()
    assert set(np.unique(picture)) == {0, 255}


@pytest.mark.slow
def test_a_seal_is_red(tmp_path: Path) -> None:
    truth = draw_pdf((random_form(2),), Layout(), tmp_path / "form.pdf")
    degrade(tmp_path / "form.pdf", "seal", 1, tmp_path / "seal.pdf", truth)
    with pypdfium2.PdfDocument(str(tmp_path / "seal.pdf")) as document:
        shown = document[0].render(scale=1, rev_byteorder=True).to_numpy().astype(int)
    assert ((shown[..., 0] - shown[..., 1]) > 60).sum() > 500


def test_the_text_under_a_searchable_scan_is_wrong(tmp_path: Path) -> None:
    form = random_form(2)
    truth = draw_pdf((form,), Layout(), tmp_path / "form.pdf")
    degrade(tmp_path / "form.pdf", "searchable", 1, tmp_path / "scan.pdf", truth)
    with pdfplumber.open(tmp_path / "scan.pdf") as pdf:
        text = pdf.pages[0].extract_text()
    assert len(text) > 200
    assert "年度指标值" not in text


@pytest.mark.parametrize("seed", [0, 1])
def test_a_font_without_a_usable_map_gives_no_chinese(seed: int, tmp_path: Path) -> None:
    truth = draw_pdf((random_form(2),), Layout(), tmp_path / "form.pdf")
    degrade(tmp_path / "form.pdf", "no_unicode_map", seed, tmp_path / "mapless.pdf", truth)
    with pypdfium2.PdfDocument(str(tmp_path / "mapless.pdf")) as document:
        text = document[0].get_textpage().get_text_bounded()
    assert not re.search("[一-鿿]", text)


def test_truth_and_findings_are_written_as_the_evaluator_reads_them(tmp_path: Path) -> None:
    form = PLANTS["scored_without_actual"](random_form(4))
    truth = draw_pdf((form,), Layout(), tmp_path / "form.pdf")
    write_truth(tmp_path / "truth.json", [truth])
    write_findings(tmp_path / "findings.json", [truth])
    document = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))[0]
    finding = json.loads((tmp_path / "findings.json").read_text(encoding="utf-8"))[0]
    assert document["file"] == "form.pdf"
    assert document["forms"][0]["funds"]["年度资金总额"]["weight"] == "10"
    assert finding["code"] == "scored_without_actual"
    assert finding["form_no"] == 1


def test_the_packages_that_hold_the_fonts_are_listed() -> None:
    listed = (ROOT / "tests" / "apt.txt").read_text().split()
    assert set(PACKAGES) <= set(listed)
    assert {face.style for face in FACES} == {"宋体", "楷体", "黑体"}
