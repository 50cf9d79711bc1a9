"""The workbook and the CSV files: everything is there in the form's own terms, and no cell can start a formula."""

from __future__ import annotations

import csv
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from pipeline.dataset.columns import table_columns
from pipeline.errors import AccessError
from pipeline.export import export_csv, export_workbook, workbook
from pipeline.export.formula import CUT_MARK, LONGEST, fit_cell, starts_formula
from pipeline.export.layout import WRITTEN, WorkbookLayout, workbook_layout
from pipeline.records import FundRow, Money
from tests.export.hostile_rows import HOSTILE, hostile_records, publish_records
from tests.places import ROOT
from tests.running.stub_reader import make_records
from tests.running.support import jixiao, run_stub, write_files

SHEETS = ["疑点", "总览", "表单", "资金", "指标", "得分复核", "待复核", "更正记录", "说明"]
LISTED = [name for name in SHEETS if name not in {"总览", "说明"}]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of ordinary rows, a form per hostile text, and a document that failed."""
    folder = tmp_path_factory.mktemp("export")
    publish_records(folder, [*hostile_records(), make_records(Path("plain.pdf"), b"forms 2", 2)], failed="=1+1.pdf")
    report = folder / "report" / "forms"
    report.mkdir(parents=True)
    (report / f"{make_records(Path('a'), b'forms 2', 1).forms[0].form_id}.html").touch()
    return folder


@pytest.fixture(scope="module")
def book(out: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(export_workbook(out, out / "jixiao.xlsx"))


def cells(book: openpyxl.Workbook) -> Iterator[openpyxl.cell.Cell]:
    return (cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None)


def column(book: openpyxl.Workbook, sheet: str, heading: str) -> list[object]:
    heads = [cell.value for cell in book[sheet][1]]
    return [row[heads.index(heading)].value for row in book[sheet].iter_rows(min_row=2)]


def test_the_sheets_are_those_of_the_field(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == SHEETS


def test_heads_are_frozen_and_can_be_filtered(book: openpyxl.Workbook) -> None:
    for page in book:
        assert page.freeze_panes == "A2"
        assert page.title == "总览" or page.auto_filter.ref


def test_no_cell_is_a_formula_and_none_becomes_one(book: openpyxl.Workbook) -> None:
    texts = [cell for cell in cells(book) if isinstance(cell.value, str)]
    assert {cell.data_type for cell in cells(book)} <= {"s", "n", "inlineStr"}
    dangerous = [cell for cell in texts if starts_formula(cell.value)]
    assert len(dangerous) >= len(HOSTILE) // 2
    assert all(cell.quotePrefix for cell in dangerous)


def test_the_file_holds_no_formula_at_all(out: Path, book: openpyxl.Workbook) -> None:
    with zipfile.ZipFile(out / "jixiao.xlsx") as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in archive.read(name)


def test_texts_come_back_as_they_were(book: openpyxl.Workbook) -> None:
    names = {str(name).replace("_x005F_", "_") for name in column(book, "表单", "项目名称")}
    assert {text for text in HOSTILE if text.isprintable()} <= names


def test_money_is_a_number_in_yuan(book: openpyxl.Workbook) -> None:
    amounts = column(book, "资金", "全年预算数（元）")
    assert 3962675.29 in amounts
    page = book["资金"]
    assert {row[6].number_format for row in page.iter_rows(min_row=2)} == {"#,##0.00##"}


def test_a_number_with_more_digits_than_a_spreadsheet_keeps_is_a_text(tmp_path: Path) -> None:
    records = make_records(Path("rich.pdf"), b"rich", 1)
    amount = Money(Decimal("9007199254740993.0001"))
    publish_records(tmp_path, [replace(records, funds=(replace(records.funds[0], executed_yuan=amount),))])
    book = openpyxl.load_workbook(export_workbook(tmp_path, tmp_path / "a.xlsx"))
    assert column(book, "资金", "全年执行数（元）") == ["9007199254740993.0001"]


def test_findings_are_coloured_by_severity_and_called_by_name(book: openpyxl.Workbook) -> None:
    page = book["疑点"]
    assert set(column(book, "疑点", "程度")) == {"严重"}
    assert page["C2"].fill.start_color.rgb == "FFF8D0CC"


def test_what_has_a_page_in_the_report_is_linked_to_it(out: Path, book: openpyxl.Workbook) -> None:
    links = [cell.hyperlink.target for row in book["疑点"].iter_rows(min_row=2) for cell in row if cell.hyperlink]
    assert len(links) == 1
    assert [value for value in column(book, "疑点", "报告") if value] == ["查看"]
    path, _, anchor = links[0].partition("#")
    assert (out / path).is_file()
    assert anchor.startswith("f-"), "at the finding itself"


def test_links_lead_to_the_report_from_another_folder(out: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(export_workbook(out, tmp_path / "deep" / "a.xlsx"))
    (link,) = [cell.hyperlink.target for row in book["表单"].iter_rows() for cell in row if cell.hyperlink]
    assert (tmp_path / "deep" / link).resolve().is_file()


def test_scores_are_linked_to_their_row(book: openpyxl.Workbook) -> None:
    cells = [cell for row in book["得分复核"].iter_rows(min_row=2) for cell in row if cell.hyperlink]
    assert [cell.hyperlink.target.partition("#")[2] for cell in cells] == ["row-1", "row-2", "row-3"]


def test_the_first_sheet_lists_findings_to_be_checked_and_written_on(book: openpyxl.Workbook) -> None:
    page = book.worksheets[0]
    heads = [cell.value for cell in page[1]]
    assert page.title == "疑点"
    assert {"文件", "页", "项目名称", "主管部门", "涉及金额（元）", "应为", "说明"} <= set(heads)
    for name in ("核实情况", "单位说明", "审计人", "日期"):
        assert set(column(book, "疑点", name)) == {None}
    (choice,) = [one for one in page.data_validations.dataValidation if one.type == "list"]
    assert "属实" in choice.formula1
    assert next(iter(choice.sqref.ranges)).min_col == heads.index("核实情况") + 1
    assert [one.type for one in page.data_validations.dataValidation].count("date") == 1
    assert (page.page_setup.paperSize, page.page_setup.orientation, page.print_title_rows) == (9, "landscape", "$1:$1")


def test_a_form_of_a_whole_department_has_one_row_with_the_money_that_it_prints(tmp_path: Path) -> None:
    made = make_records(Path("a.pdf"), b"forms 1", 1)
    form_id = made.forms[0].form_id
    whole = FundRow(
        form_id=form_id, row_no=5, fund_type="total", label_raw="部门整体支出总额", executed_yuan=Money(Decimal(882))
    )
    publish_records(tmp_path, [replace(made, funds=(*made.funds, whole))])
    sheets = openpyxl.load_workbook(export_workbook(tmp_path, tmp_path / "b.xlsx"))
    assert column(sheets, "表单", "全年执行数（元）") == [882]


def test_findings_that_accuse_come_before_those_that_doubt_the_reading(tmp_path: Path) -> None:
    records = make_records(Path("a.pdf"), b"a", 1)
    found = records.findings[0]
    statuses = ("extraction_suspect", "unverifiable", "potential", "violation")
    others = tuple(replace(found, status=status, amount_yuan=None) for status in statuses)
    money = replace(found, status="violation", amount_yuan=Money(Decimal(500)), difference=Decimal(500))
    publish_records(tmp_path, [replace(records, findings=(*others, money))])
    book = openpyxl.load_workbook(export_workbook(tmp_path, tmp_path / "a.xlsx"))
    assert column(book, "疑点", "性质") == ["不符", "不符", "待判断", "无法核实", "读取存疑"]
    assert column(book, "疑点", "涉及金额（元）")[0] == 500
    assert (column(book, "疑点", "差额（元）")[0], column(book, "疑点", "差额（分）")[0]) == (500, None), "by unit"
    assert (column(book, "表单", "不符"), column(book, "表单", "待判断")) == ([2], [1])
    assert column(book, "表单", "涉及金额（元）") == [500]


def test_what_was_not_read_is_on_the_overview(book: openpyxl.Workbook) -> None:
    texts = [cell.value for row in book["总览"].iter_rows() for cell in row]
    assert "=1+1.pdf" in texts
    assert "未能读出" in texts


def test_fields_to_review_begin_with_what_matters_most(tmp_path: Path) -> None:
    records = make_records(Path("a.pdf"), b"a", 1, rows=2)
    fields = ("deviation_raw", "executed_raw", "project_name", "score_raw")
    doubted = tuple(
        replace(records.cells[0], field=name, row_no=row, needs_review=True, review_reason="seal")
        for row, name in enumerate(fields, 1)
    )
    publish_records(tmp_path, [replace(records, cells=doubted)])
    book = openpyxl.load_workbook(export_workbook(tmp_path, tmp_path / "a.xlsx"))
    assert column(book, "待复核", "字段") == ["全年执行数", "得分", "偏差原因分析及改进措施", "项目名称"]
    assert set(column(book, "待复核", "复核原因")) == {"被印章遮盖"}


def test_every_column_is_explained(book: openpyxl.Workbook) -> None:
    explained = {(row[0].value, row[1].value) for row in book["说明"].iter_rows(min_row=2)}
    for name in LISTED:
        assert {(name, cell.value) for cell in book[name][1]} <= explained


def test_a_sheet_that_is_full_goes_on_in_another(out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 10)
    book = openpyxl.load_workbook(export_workbook(out, tmp_path / "a.xlsx"))
    parts = [name for name in book.sheetnames if name.startswith("资金")]
    assert len(parts) > 2
    assert parts[:2] == ["资金", "资金 2"]
    assert sum(book[name].max_row - 1 for name in parts) == 4 * (len(HOSTILE) + 2)


def test_the_same_dataset_gives_the_same_workbook(out: Path, tmp_path: Path) -> None:
    one, two = (export_workbook(out, tmp_path / name / "a.xlsx").read_bytes() for name in ("one", "two"))
    assert one == two


def test_csv_files_have_a_mark_and_no_formula(out: Path, tmp_path: Path) -> None:
    written = export_csv(out, tmp_path / "csv")
    assert [path.stem for path in written] == LISTED
    for path in written:
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file):
                assert not [value for value in row if starts_formula(value) and not is_number(value)]
    names = (tmp_path / "csv" / "表单.csv").read_text(encoding="utf-8-sig")
    assert "'=HYPERLINK(" in names


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_every_word_of_a_vocabulary_has_a_chinese_name() -> None:
    words = workbook_layout().words
    for sheet in workbook_layout().sheets:
        for item in sheet.columns:
            kind, _, vocabulary = item.kind.partition(":")
            if item.context == "counts" or item.kind in WRITTEN:
                continue
            known = {c.name: c.words for c in table_columns(item.context or sheet.table)}[item.column]
            if kind == "word" and known:
                assert set(known) == set(words[vocabulary]), item.heading
    statuses = {column.name: column.words for column in table_columns("documents")}["status"]
    assert set(words["document_status"]) == set(statuses)
    reasons = (ROOT / "docs" / "review.md").read_text(encoding="utf-8")
    assert [code for code in words["review_reason"] if f"`{code}`" not in reasons] == []


def test_a_layout_that_names_no_column_is_refused() -> None:
    content = workbook_layout().model_dump(by_alias=True)
    content["sheets"][0]["columns"][1]["column"] = "colour"
    with pytest.raises(ValueError, match="findings has no column colour"):
        WorkbookLayout.model_validate(content)


def test_a_text_that_is_too_long_says_that_it_was_cut() -> None:
    long = "😀" * LONGEST
    assert fit_cell(long).endswith(CUT_MARK)
    assert len(fit_cell(long).encode("utf-16-le")) // 2 <= LONGEST
    assert fit_cell("短") == "短"


def test_an_empty_dataset_and_one_that_failed_give_whole_files(tmp_path: Path) -> None:
    for name, files in (("failed", {"a": "encrypted"}), ("none", {"a": "forms 0"})):
        run_stub(write_files(tmp_path / name / "in", files), tmp_path / name / "out")
        out = tmp_path / name / "out"
        assert openpyxl.load_workbook(export_workbook(out, out / "a.xlsx")).sheetnames == SHEETS
        assert len(export_csv(out, out / "csv")) == len(LISTED)


def test_a_dataset_of_an_older_version_is_exported_with_empty_columns(out: Path, tmp_path: Path) -> None:
    shutil.copytree(out / ".current", tmp_path / "old")
    for table in ("forms", "cells"):
        path = tmp_path / "old" / table / "part-all.parquet"
        data = pq.read_table(path)
        pq.write_table(data.drop([name for name in ("money_unit", "alternatives") if name in data.column_names]), path)
    for table in ("unit_codes", "finding_codes"):
        shutil.rmtree(tmp_path / "old" / table)
    book = openpyxl.load_workbook(export_workbook(tmp_path / "old", tmp_path / "a.xlsx"))
    assert set(column(book, "表单", "金额单位")) == {None}


def test_what_cannot_be_written_leaves_the_earlier_file(out: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(AccessError, match="cannot be written"):
        export_workbook(out, tmp_path / "file" / "a.xlsx")
    with pytest.raises(AccessError, match="jixiao run"):
        export_workbook(tmp_path, tmp_path / "a.xlsx")


def test_the_command_names_what_it_wrote(out: Path, tmp_path: Path) -> None:
    done = jixiao("export", "--xlsx", "--csv", "--to", tmp_path, "--out", out)
    assert done.returncode == 0
    assert [Path(line).exists() for line in done.stdout.splitlines()] == [True] * 8
    assert jixiao("export", "--out", out).returncode == 2


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="libreoffice-calc is not installed")
def test_libreoffice_opens_it_and_finds_the_same_texts(out: Path, tmp_path: Path, book: openpyxl.Workbook) -> None:
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    filters = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2"
    command = ["soffice", profile, "--headless", "--convert-to", filters, "--outdir", tmp_path, out / "jixiao.xlsx"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert "Error" not in done.stderr
    (written,) = tmp_path.glob("*.csv")
    text = written.read_text(encoding="utf-8")
    assert "=HYPERLINK(" in text.replace('""', '"')
    assert "Err:" not in text
