"""The typesetter rules a form as it is asked to, and prints what it says in every frame."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pdfplumber
import pypdfium2
import pytest
from pypdfium2.raw import FPDF_PAGEOBJ_PATH as PATH

from tests.typeset import WORN, Layout, draw_docx, draw_pdf, random_form
from tests.typeset.flow import Edge, Pages, flow_document
from tests.typeset.frame import FRAMES, is_label, looks
from tests.typeset.scan import shoot
from tests.typeset.sheet import lay_out

pytestmark = pytest.mark.usefixtures("fonts")
FORM = random_form(3, rows=6, placeholders=False, has_nature=False)


def placed(frame: str, **given: object) -> Pages:
    """Return a form of one page on its page."""
    layout = Layout(frame=frame, size=8, title_size=12, **given)  # type: ignore[arg-type]
    pages = flow_document([lay_out(FORM, layout)], layout)
    assert pages.page == 0
    return pages


def flat(edges: list[Edge]) -> list[Edge]:
    return [e for e in edges if e.y0 == e.y1]


def upright(edges: list[Edge]) -> list[Edge]:
    return [e for e in edges if e.x0 == e.x1]


def drawn(tmp_path: Path, frame: str, **given: object) -> pdfplumber.page.Page:
    draw_pdf((FORM,), Layout(frame=frame, size=8, **given), tmp_path / "form.pdf")  # type: ignore[arg-type]
    with pdfplumber.open(tmp_path / "form.pdf") as pdf:
        assert pdf.pages[0].objects
        return pdf.pages[0]


@pytest.mark.parametrize("frame", FRAMES)
def test_every_frame_prints_what_the_form_says(frame: str, tmp_path: Path) -> None:
    layout = Layout(frame=frame, row_height=20.0, justified=True)
    draw_pdf((FORM,), layout, tmp_path / "form.pdf")
    with pypdfium2.PdfDocument(str(tmp_path / "form.pdf")) as pdf:
        printed = Counter("".join(page.get_textpage().get_text_range() for page in pdf))
    said = "".join(cell.text for cell in lay_out(FORM, layout).cells)
    assert not Counter(c for c in said if not c.isspace()) - printed


def test_labels_are_told_from_values() -> None:
    sheet = lay_out(FORM, Layout())
    labels = {cell.text.replace("\n", "") for cell in sheet.cells if is_label(cell)}
    assert {"项目名称", "年度资金总额", "一级指标", "得分", "总分", "项目资金（万元）"} <= labels
    assert not labels & {FORM.project_name, FORM.department, *(row.level3 for row in FORM.indicators)}


def test_no_frame_draws_no_ruling() -> None:
    assert not placed("none").edges
    assert not placed("fills-only").edges
    assert placed("fills-only").fills


def test_horizontals_alone_leave_the_sides_out() -> None:
    edges = placed("horizontals").edges
    assert flat(edges)
    assert not upright(edges)


def test_verticals_in_the_heads_are_as_high_as_heads() -> None:
    pages = placed("head-verticals")
    heads = [line.y for line in pages.lines if line.text in {"分值", "预期目标", "三级指标"}]
    for edge in upright(pages.edges):
        assert any(edge.y0 < y < edge.y1 for y in heads)
        assert edge.y1 - edge.y0 < 40


def test_an_outer_frame_has_four_sides() -> None:
    edges = placed("outer-frame").edges
    assert {(e.x0, e.x1) for e in upright(edges)} == {(50.0, 50.0), (545.28, 545.28)}
    assert len({e.y0 for e in flat(edges)}) == 2


def test_without_an_outer_frame_the_ends_are_open() -> None:
    inside, whole = placed("no-outer-frame").edges, placed("solid").edges
    assert {e.x0 for e in upright(whole)} - {e.x0 for e in upright(inside)} == {50.0, 545.28}
    tops = {e.y0 for e in flat(whole)} - {e.y0 for e in flat(inside)}
    assert tops == {min(e.y0 for e in whole), max(e.y1 for e in whole)}


def test_a_total_outside_the_frame_lies_below_every_ruling() -> None:
    pages = placed("total-outside")
    total = next(line for line in pages.lines if line.text == "总分")
    assert max(e.y1 for e in pages.edges) < total.y


def test_cells_that_are_drawn_one_by_one_touch_nobody() -> None:
    lefts = {round(e.x0, 2) for e in upright(placed("cell-by-cell").edges)}
    assert {round(x - 1.2, 2) for x in lefts} & lefts


def test_dots_are_squares(tmp_path: Path) -> None:
    draw_pdf((FORM,), Layout(frame="dotted", size=8), tmp_path / "form.pdf")
    with pypdfium2.PdfDocument(str(tmp_path / "form.pdf")) as pdf:
        paths = [o.get_bounds() for o in pdf[0].get_objects([PATH])]
    assert len(paths) > 2000
    assert {(round(right - left, 1), round(top - bottom, 1)) for left, bottom, right, top in paths} == {(0.5, 0.5)}


@pytest.mark.parametrize("ruling", ["lines", "long-rects"])
def test_dashes_leave_gaps(ruling: str, tmp_path: Path) -> None:
    page = drawn(tmp_path, "dashed", ruling=ruling)
    if ruling == "lines":
        assert {tuple(line["dash"][0]) for line in page.lines} == {(3, 2)}
    else:
        assert max(max(r["width"], r["height"]) for r in page.rects) < 4


@pytest.mark.parametrize(("frame", "grey"), [("pale", 0.8), ("white-on-fills", 1.0), ("solid", 0.0)])
def test_rulings_have_the_grey_of_their_frame(frame: str, grey: float, tmp_path: Path) -> None:
    page = drawn(tmp_path, frame)
    assert {line["stroking_color"] for line in page.lines} == {grey}
    assert bool(page.rects) == (frame == "white-on-fills")


@pytest.mark.parametrize(("frame", "widths"), [("double", {0.5}), ("thick-thin", {1.5, 0.5})])
def test_a_double_ruling_is_two_lines(frame: str, widths: set[float], tmp_path: Path) -> None:
    page = drawn(tmp_path, frame)
    at_left = [line for line in page.lines if line["x0"] == line["x1"] < 52]
    assert len(at_left) == 2
    assert {line["linewidth"] for line in at_left} == widths


def test_justified_lines_reach_the_end_of_their_cell() -> None:
    form = replace(FORM, goal_expected="有序推进各项任务，" * 8)
    layout = Layout(justified=True)
    pages = flow_document([lay_out(form, layout)], layout)
    assert any(line.spread > 0 for line in pages.lines)
    assert all(0 <= line.spread <= line.size / 4 for line in pages.lines)


def test_a_word_file_names_the_strokes_of_its_cells(tmp_path: Path) -> None:
    from docx import Document
    from docx.oxml.ns import qn

    draw_docx((FORM,), Layout(frame="dotted"), tmp_path / "form.docx")
    table = Document(str(tmp_path / "form.docx")).tables[0]
    names = {side.get(qn("w:val")) for borders in table._tbl.iter(qn("w:tcBorders")) for side in borders}
    assert names == {"dotted"}


def test_every_look_belongs_to_a_cell() -> None:
    sheet = lay_out(FORM, Layout())
    for frame in FRAMES.values():
        assert looks(frame, sheet).keys() == set(sheet.cells)


@pytest.mark.parametrize("condition", ["folded", "bleed_through", "dirty_drum", "low_ink", "two_levels_200"])
def test_what_wears_a_page_changes_it_and_leaves_its_print(condition: str, tmp_path: Path) -> None:
    draw_pdf((FORM,), Layout(size=8), tmp_path / "form.pdf")
    plain, worn = (shoot(tmp_path / "form.pdf", name, 1)[0] for name in ("grey_200", condition))
    assert worn.dpi == WORN[condition].dpi
    assert (plain.picture != worn.picture).mean() > 0.001
    ink = plain.picture < 90
    assert worn.picture[ink].mean() < worn.picture[~ink].mean() - 40
