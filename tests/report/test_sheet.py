"""The printed list of one form: one page of A4, whatever was found, with as many pictures as find room."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path
from random import Random

import pypdfium2 as pdfium
import pytest

from pipeline.records import FindingRow
from pipeline.report.cards import FindingCard, make_cards
from pipeline.report.fields import PrintedField, ShownPlace
from pipeline.report.pages import PageWriter
from pipeline.report.parts import read_parts
from pipeline.report.pictures import Wanted, draw_all
from pipeline.report.sheet import bundle, plan_sheet
from pipeline.run import run
from pipeline.settings import RunOptions
from pipeline.storage.load import published_root
from tests.browser import open_browser, show
from tests.report.drawn_set import draw_set

PLACED = PrintedField("v-form-total_score", "总分 得分", "90", ShownPlace(1, (300.0, 400.0, 340.0, 420.0)))


def finding(code: str = "total_not_sum", status: str = "violation", row_no: int | None = None) -> FindingRow:
    severity = "error" if status == "violation" else "info"
    return FindingRow(
        form_id="f", code=code, status=status, severity=severity, profile="p", message="不符", row_no=row_no,
        table="form" if row_no is None else "indicator", field="total_score_raw",
    )  # fmt: skip


def cards(kinds: int, length: int = 25) -> tuple[FindingCard, ...]:
    """Return as many kinds of findings that all have a place, each with a sentence of some length."""
    (one,) = make_cards([finding()], {("form", None, "total_score_raw"): PLACED})
    return tuple(replace(one, code=f"code-{n}", message="疑" * length) for n in range(kinds))


def test_findings_of_one_kind_share_a_line_that_names_their_rows() -> None:
    found = make_cards([finding("low_target", "violation", row) for row in (3, 1, 2)], {})
    (pack,) = bundle(found)
    assert (pack.count, pack.where) == (3, "第 1、2、3 行")


def test_few_findings_have_large_pictures_and_more_have_small_ones() -> None:
    assert {row.picture for row in plan_sheet(cards(6), drawn=True).rows} == {"tall"}
    assert {row.picture for row in plan_sheet(cards(10), drawn=True).rows} == {"low"}


def test_where_room_is_scarce_the_gravest_have_the_pictures() -> None:
    sizes = [row.picture for row in plan_sheet(cards(14), drawn=True).rows]
    assert sizes[0] == "low"
    assert sizes[-1] == ""
    assert sizes == sorted(sizes, reverse=True)


def test_without_a_page_there_are_no_pictures() -> None:
    assert {row.picture for row in plan_sheet(cards(3), drawn=False).rows} == {""}


@pytest.mark.parametrize("kinds", [1, 12, 20, 45])
def test_every_kind_is_listed_or_named(kinds: int) -> None:
    plan = plan_sheet(cards(kinds, 60), drawn=True)
    assert [row.pack.first.code for row in plan.rows] + [pack.first.code for pack in plan.left] == [
        f"code-{n}" for n in range(kinds)
    ]
    assert plan.rows


def test_what_weighs_nothing_is_named_once_per_kind() -> None:
    found = make_cards([finding("unit_missing", "potential", row) for row in range(1, 30)], {})
    (pack,) = plan_sheet(found, drawn=True).minor
    assert pack.named.endswith("第 1、2、3、4、5、6、7、8、9、10、11、12 行 等 29 处）")


@pytest.mark.slow
@pytest.mark.usefixtures("fonts")
def test_the_list_of_a_form_is_one_page(tmp_path: Path) -> None:
    """Drawn by Chromium as an auditor prints it, with few and many kinds of findings, short sentences and long ones."""
    pytest.importorskip("selenium")
    (tmp_path / "raw").mkdir()
    draw_set(tmp_path / "raw")
    source = tmp_path / "raw" / "00-绩效自评表.pdf"
    run([source], RunOptions(tmp_path / "out", jobs=1))
    part = next(read_parts(tmp_path / "out", published_root(tmp_path / "out")))
    form, site = part.forms[0], tmp_path / "site"
    (site / "sheets").mkdir(parents=True)
    document = part.documents[form.form.document_id]
    (drawn,) = draw_all([Wanted(document.document_id, source, (1,))], site / "pictures", site / "none", 1)
    assert drawn.sizes
    writer = PageWriter(site, "snapshot", "2024-01-01")
    (site / "print.css").write_text(writer.print_style(), encoding="utf-8")
    (site / "report.css").write_bytes(Path("pipeline/report/static/report.css").read_bytes())
    rng = Random(1)
    places = [field for field in form.fields if field.place and field.place.page == 1]
    with open_browser(tmp_path / "chromium") as driver:
        for kinds in (0, 1, 8, 9, 10, 12, 16, 25, 60):
            found = [
                replace(card, first=rng.choice(places), message="不符之处" * rng.choice((3, 6, 10, 40)))
                for card in cards(kinds)
            ]
            content = {"form": replace(form, findings=tuple(found)), "document": document, "drawn": drawn}
            page = f"sheets/{kinds}.html"
            writer.write(page, "sheet.html", sheet=plan_sheet(found, drawn=True), deep="../", **content)
            show(driver, site / page)
            printed = driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True})
            assert len(pdfium.PdfDocument(base64.b64decode(printed["data"]))) == 1, kinds
