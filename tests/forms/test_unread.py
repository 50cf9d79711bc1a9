"""A page that shows a form and gives no whole one is said, whatever the reason."""

from __future__ import annotations

from dataclasses import replace

from pipeline.forms.form import read_forms
from pipeline.forms.unread import FORM_NOT_READ, find_unread
from pipeline.layout.assemble import assemble_document
from pipeline.layout.fit.document import FittedPage, fit_pages
from pipeline.layout.fit.page import gather_evidence
from pipeline.layout.regions import find_regions
from pipeline.models import Page
from tests.layout.fit.form_page import form_cells, page, sides, write_cells


def whole_page() -> Page:
    cells = form_cells()
    lying, standing = sides(cells)
    return page(cells, [*lying, *standing])


def unread(*pages: Page) -> list[tuple[str, int | None]]:
    fitted = list(fit_pages(pages, lambda page: None))
    forms, _ = read_forms(assemble_document(find_regions(found.page) for found in fitted), len(fitted))
    return [(issue.code, issue.page) for issue in find_unread(fitted, forms)]


def lines(*texts: str) -> Page:
    cells = [(60.0, 60.0 + 30 * i, 500.0, 80.0 + 30 * i, text) for i, text in enumerate(texts)]
    return Page(1, 595.0, 842.0, tuple(write_cells(cells)), (), "text", "pdfium")


def test_a_form_that_was_read_is_not_missed() -> None:
    assert unread(whole_page()) == []


def test_a_title_without_a_form_is_said() -> None:
    assert unread(lines("2024年项目支出绩效自评表", "另见纸质材料")) == [(FORM_NOT_READ, 1)]


def test_labels_without_a_form_are_said() -> None:
    assert unread(lines("项目名称", "主管部门", "实施单位", "项目资金")) == [(FORM_NOT_READ, 1)]


def test_a_title_page_before_its_form_announces_it() -> None:
    assert unread(lines("项目支出绩效自评表"), replace(whole_page(), number=2)) == []


def test_a_table_of_another_kind_is_no_form_that_was_missed() -> None:
    assert unread(lines("项目支出绩效目标表", "项目名称", "主管部门", "实施单位", "项目资金")) == []


def test_an_invoice_is_no_form_that_was_missed() -> None:
    assert unread(lines("项目名称", "序号", "单位", "备注", "合计", "联系电话")) == []


def test_a_second_form_on_a_page_that_was_not_read_is_said() -> None:
    cells = [*form_cells(60.0), *((a, b + 470, c, d + 470, text) for a, b, c, d, text in form_cells(60.0))]
    lying, standing = sides(cells)
    tall = replace(page(cells, [*lying, *standing]), height=1100.0)
    fitted = FittedPage(tall, gather_evidence(tall))
    forms, _ = read_forms(assemble_document([find_regions(tall)]), 1)
    assert len(forms) == 2
    assert find_unread([fitted], forms) == []
    assert [issue.code for issue in find_unread([fitted], forms[:1])] == [FORM_NOT_READ]
