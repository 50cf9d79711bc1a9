"""Messages are said in the language of who reads them, and the dataset stays in one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.errors import DocumentError
from pipeline.interpret import PARTIAL
from pipeline.running.summary import RunSummary
from pipeline.speech.language import choose_language, describe_problem, messages, translate
from tests.running.support import jixiao

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("wanted", "locale", "language"),
    [
        (None, {"LANG": "zh_CN.UTF-8"}, "zh"),
        (None, {"LANG": "de_DE.UTF-8"}, "en"),
        (None, {}, "en"),
        (None, {"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        ("zh", {"LANG": "C"}, "zh"),
        ("en", {"LANG": "zh_CN.UTF-8"}, "en"),
    ],
)
def test_the_locale_chooses_unless_someone_does(wanted: str | None, locale: dict[str, str], language: str) -> None:
    assert choose_language(wanted, locale) == language


def test_a_message_is_said_part_by_part() -> None:
    assert translate("the PDF needs a password; remove it or ask the publisher for an open copy") == (
        "PDF 有密码；请去除密码，或向发布单位索取未加密的文件"
    )
    assert translate("nobody knows this; download it again") == "nobody knows this；请重新下载"
    assert translate("a.pdf: corrupt: the PDF cannot be opened; download it again") == (
        "a.pdf：corrupt：PDF 打不开；请重新下载"
    )
    assert translate("nobody knows this; nor that") == "nobody knows this; nor that"


def test_names_of_files_and_numbers_are_kept() -> None:
    assert (
        translate("data/x: no such file or folder, or it may not be listed")
        == "data/x：没有这个文件或文件夹，或无权查看"
    )
    assert translate("the PDF has 900 pages, more than 500; raise --max-pages").startswith(
        "PDF 有 900 页，超过 500 页；"
    )


def test_the_summary_of_a_run_is_whole_in_chinese() -> None:
    counts = {"documents": 3, "forms": 2, "indicators": 9, "findings": 4}
    summary = RunSummary("out", "s", 3, 2, 1, 0, counts, 5, (), (), 1.25)
    said = translate(summary.lines()[-1])
    assert said.startswith("out：3 个文件（读取 2 份，未变 1 份，失败 0 份），共 3 份文件、2 张表、18 行，")
    assert said.endswith("疑点 4 项，待复核 5 处，用时 1.2 秒")


def test_every_code_of_a_document_is_explained_in_chinese() -> None:
    codes = {kind.code for kind in DocumentError.__subclasses__()} | PARTIAL
    assert codes - set(messages().codes) == set()
    for code in codes:
        assert CHINESE.search(describe_problem(code, "whatever was said"))


def test_the_command_line_speaks_the_language_that_is_asked_for(tmp_path: Path) -> None:
    missing = tmp_path / "none"
    assert "没有数据集" in jixiao("--lang", "zh", "report", "--out", missing).stderr
    assert "holds no dataset" in jixiao("--lang", "en", "report", "--out", missing).stderr
    assert jixiao("--lang", "fr", "report").returncode == 2
