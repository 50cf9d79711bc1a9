"""Names, headers, patterns and the command line of fetching."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fetch.client import parse_retry_after
from pipeline.fetch.guard import check_address
from pipeline.fetch.links import read_links
from pipeline.fetch.names import LONGEST, choose_name, name_in_header, safe_name
from pipeline.fetch.problems import FetchProblem
from pipeline.fetch.sources import FetchPlan, FetchSource, load_plan
from pipeline.run import run
from pipeline.settings import RunOptions
from pipeline.vocabulary import VocabularyError
from tests.fetch.fault_server import FaultServer, Reply
from tests.places import ROOT
from tests.running.support import jixiao, rows

READABLE = [
    f".{suffix}"
    for suffix in [
        "pdf",
        "ofd",
        "doc",
        "docx",
        "docm",
        "wps",
        "rtf",
        "odt",
        "xls",
        "xlsx",
        "xlsm",
        "xlsb",
        "et",
        "ods",
        "csv",
        "zip",
        "mht",
        "mhtml",
        "jpg",
        "jpeg",
        "png",
        "tif",
        "tiff",
        "bmp",
        "webp",
    ]
]
PDF = "application/pdf"
NOW = datetime(2024, 11, 1, tzinfo=UTC)


@pytest.mark.slow
@given(st.text(max_size=400))
def test_no_name_reaches_out_of_its_folder(text: str) -> None:
    name = safe_name(text, ".pdf")

    assert Path(name).name == name
    assert not name.startswith(".")
    assert len(name.encode()) <= LONGEST
    assert all(char.isprintable() for char in name)


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="report.pdf"', "report.pdf"),
        ("attachment; filename*=UTF-8''%E8%87%AA%E8%AF%84%E8%A1%A8.pdf", "自评表.pdf"),
        ("attachment; filename=" + "自评表.pdf".encode("gbk").decode("latin-1"), "自评表.pdf"),
        ('attachment; filename="' + "自评表.pdf".encode().decode("latin-1") + '"', "自评表.pdf"),
        ("attachment; filename=%D7%D4%C6%C0%B1%ED.pdf", "自评表.pdf"),
        ("inline", ""),
    ],
)
def test_the_name_in_a_header_is_understood(disposition: str, name: str) -> None:
    assert name_in_header(disposition) == name


@pytest.mark.parametrize(
    ("disposition", "text", "address", "kind", "name"),
    [
        ("", "2024年度自评表", "https://x.cn/P0202411.pdf", PDF, "2024年度自评表.pdf"),
        ("", "附件1：", "https://x.cn/P0202411.pdf", PDF, "P0202411.pdf"),
        ('attachment; filename="自评表.docx"', "下载", "https://x.cn/download?id=1", None, "自评表.docx"),
        ("", "自评表.doc", "https://x.cn/a.doc", PDF, "自评表.pdf"),
        ("", "", "https://x.cn/..%2F..%2Fetc%2Fpasswd", PDF, "etc passwd.pdf"),
        ("", "", "https://x.cn/", PDF, "document.pdf"),
    ],
)
def test_a_document_is_named_as_a_person_would(
    disposition: str, text: str, address: str, kind: str | None, name: str
) -> None:
    assert choose_name(disposition, text, address, kind) == name


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("120", 120), ("Fri, 01 Nov 2024 00:01:00 GMT", 60), ("Fri, 01 Nov 2019 00:00:00 GMT", 0), ("soon", 0), ("", 0)],
)
def test_retry_after_is_a_number_or_a_date(text: str, seconds: float) -> None:
    assert parse_retry_after(text, NOW) == seconds


@pytest.mark.parametrize(
    "address", ["ftp://x.cn/a.pdf", "file:///etc/passwd", "http://y.cn/", "http://x.cn@y.cn/", "http://[x.cn/", "x.cn"]
)
def test_other_schemes_and_hosts_are_refused(address: str) -> None:
    with pytest.raises(FetchProblem, match="host"):
        check_address(address, frozenset({"x.cn"}))


def test_links_are_absolute_and_stand_once() -> None:
    page = b"""<base href="/docs/"><a href=" a b.pdf\n#page=2"><b>One</b>  file</a><a href="a b.pdf">again</a>
    <a href="javascript:void(0)">no</a><a href="mailto:x@y">no</a><a>no</a><iframe src="//x.cn/c.pdf"></iframe>"""
    links = read_links(page, None, "http://x.cn/list/index.html")

    assert [(link.address, link.text) for link in links] == [
        ("http://x.cn/docs/a b.pdf", "One file"),
        ("http://x.cn/c.pdf", ""),
    ]


@pytest.mark.parametrize(
    ("address", "text", "taken"),
    [
        *((f"http://x.cn/a{suffix}", "", True) for suffix in READABLE),
        ("http://x.cn/a.PDF?id=1", "", True),
        ("http://x.cn/t20240101_1.html", "某局2023年度项目支出绩效自评表", True),
        ("http://x.cn/t20240101_1.html", "部门预算公开", False),
        ("http://x.cn/a.pdfx", "", False),
        ("http://x.cn/a.exe", "绩效自评表", False),
    ],
)
def test_what_a_source_takes_where_it_does_not_say(address: str, text: str, taken: bool) -> None:
    source = FetchSource(name="某区", listings=("http://x.cn/",))
    assert source.takes(address, text) is taken


def test_a_page_that_a_source_follows_is_not_taken_for_a_form() -> None:
    source = FetchSource(name="某区", listings=("http://x.cn/",), follow=(r"/t\d+_",))
    assert not source.takes("http://x.cn/t20240101_1.html", "绩效自评表")


@pytest.mark.parametrize("page", [b"", b"\x00\xff" * 50, b"<a href='" + b"x" * 5000, b"<a" * 5000, b"<" * 20000])
def test_a_broken_page_has_no_links(page: bytes) -> None:
    assert read_links(page, "no-such-charset", "http://x.cn/") == []


SOURCE = """\
sources:
  - name: 某区
    listings: [http://x.cn/list.html]
"""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SOURCE + "    colour: red\n", "line 4"),
        (SOURCE + "    take: ['(']\n", "not a regular expression"),
        (SOURCE + "    district: '999999'\n", "not a GB/T 2260 code"),
        (SOURCE + SOURCE.partition("\n")[2], "same name"),
        (SOURCE.replace("http://", "ftp://"), "not an address"),
        (SOURCE.replace("某区", "../x"), "name"),
        ("sources: []\n", "line 1"),
        ("sources: [\n", "line"),
    ],
)
def test_a_wrong_sources_file_is_refused_with_the_place(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "sources.yml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(VocabularyError, match=message):
        load_plan(path)
    assert jixiao("fetch", path, "--to", tmp_path).returncode == 2


def test_the_example_is_a_sources_file() -> None:
    assert load_plan(ROOT / "sources.example.yml").sources
    explained = (ROOT / "sources.example.yml").read_text(encoding="utf-8")
    entries = {*FetchPlan.model_fields, *FetchSource.model_fields}
    assert {name for name in entries if name not in explained} == set(), "every entry is explained"


def write_sources(path: Path, server: FaultServer, **source: Any) -> Path:
    named = {"name": "某区", "listings": [f"{server.address}/list.html"]} | source
    path.write_text(json.dumps({"sources": [named], "delay": 0, "private_hosts": ["127.0.0.1"]}), encoding="utf-8")
    return path


def test_the_command_leaves_figures_and_a_heartbeat_for_those_who_watch(tmp_path: Path) -> None:
    metrics, heartbeat = tmp_path / "jixiao.prom", tmp_path / "alive"
    with FaultServer().running() as server:
        sources = write_sources(tmp_path / "sources.yml", server)
        server.put("/list.html", Reply(b"<a href='a.pdf'>x</a>"))
        watched = ("--to", tmp_path / "raw", "--metrics", metrics, "--heartbeat", heartbeat, "--log", tmp_path / "log")
        assert jixiao("fetch", sources, *watched).returncode == 3
        assert not heartbeat.exists()
        assert "jixiao_fetch_problems 1.0" in metrics.read_text()

        server.put("/a.pdf", Reply(b"%PDF-1.7 a"))
        done = jixiao("fetch", sources, "--json", *watched)

    assert (done.returncode, json.loads(done.stdout)["stored"]) == (0, 1)
    assert heartbeat.exists()
    assert "jixiao_fetch_stored 1.0" in metrics.read_text()
    assert [json.loads(line)["event"] for line in (tmp_path / "log").read_text().splitlines()] == ["problem", "stored"]


def test_a_run_says_where_a_document_was_fetched_from(tmp_path: Path) -> None:
    with FaultServer().running() as server:
        server.put("/list.html", Reply(b"<a href='a.pdf'>x</a>"))
        server.put("/a.pdf", Reply(b"%PDF-1.7 a"))
        jixiao("fetch", write_sources(tmp_path / "sources.yml", server), "--to", tmp_path / "raw")
    run([tmp_path / "raw"], RunOptions(tmp_path / "out", jobs=1))

    assert rows(tmp_path / "out", "documents", "file_name", "source_url") == [("a.pdf", f"{server.address}/a.pdf")]
