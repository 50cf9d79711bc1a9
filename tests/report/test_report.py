"""The audit report: everything of the dataset is in it, in place, and no text of a document does anything there."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pyarrow.parquet as pq
import pytest

from pipeline.dataset.columns import table_columns
from pipeline.dataset.fields import PRINTED_IN, printed_columns, printed_names
from pipeline.errors import AccessError, MissingDependency
from pipeline.records import SET_TABLES, TABLES
from pipeline.report.charts import BINS, count_scores, draw_bars
from pipeline.report.pairs import LONGEST_GROUP, add_links
from pipeline.report.paper import find_browser
from pipeline.report.site import write_report
from pipeline.report.weights import report_rules
from pipeline.run import run
from pipeline.settings import RunOptions
from tests.corrections.misreading_reader import SCORE
from tests.corrections.support import FORM, decide, note, run_sample
from tests.export.hostile_rows import HOSTILE, hostile_records, publish_records
from tests.places import ROOT
from tests.running.stub_reader import make_records
from tests.running.support import jixiao

SAMPLES = sorted(path for path in (ROOT / "data" / "raw").glob("*.pdf") if "扫描" not in path.name)
FORBIDDEN = re.compile(r"^(?:https?:|javascript:|data:text|//)", re.IGNORECASE)


class Page(HTMLParser):
    """A page taken apart: its elements, its links, its text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)

    @property
    def anchors(self) -> list[str]:
        return [value for _, attrs in self.elements if (value := attrs.get("id"))]

    def targets(self) -> Iterator[str]:
        for _, attrs in self.elements:
            yield from (value for name in ("href", "src") if (value := attrs.get(name)))


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of two text documents, one that cannot be read, and one without a form."""
    folder = tmp_path_factory.mktemp("report")
    raw = folder / "raw"
    raw.mkdir()
    for sample in SAMPLES:
        shutil.copy(sample, raw)
    (raw / "broken.pdf").write_bytes(b"%PDF-1.7 cut off")
    run([raw], RunOptions(folder / "out", jobs=1))
    write_report(folder / "out")
    return folder / "out"


def pages(out: Path) -> list[Page]:
    return [Page(path) for path in sorted((out / "report").rglob("*.html"))]


def rows(out: Path, table: str) -> list[dict[str, Any]]:
    return pq.read_table(out / table).to_pylist()


def form_page(out: Path, form_id: str) -> Page:
    return Page(out / "report" / "forms" / f"{form_id}.html")


def test_every_form_has_a_page_with_all_that_is_printed_on_it(out: Path) -> None:
    for table, columns in (
        ("forms", ("project_name", "department", "expected_goal", "total_score_raw")),
        ("funds", ("annual_budget_raw", "executed_raw", "execution_rate_raw")),
        ("indicators", ("level1", "level3", "target_raw", "actual_raw", "score_raw", "deviation_raw")),
        ("scores", ("explanation",)),
        ("findings", ("message",)),
    ):
        for row in rows(out, table):
            text = form_page(out, row["form_id"]).text
            missing = [row[column] for column in columns if row[column] and row[column] not in text]
            assert missing == []


def test_every_link_leads_to_a_file_and_an_anchor_of_the_report(out: Path) -> None:
    report = out / "report"
    known = {page.path.resolve(): set(page.anchors) for page in pages(out)}
    for page in pages(out):
        for target in page.targets():
            assert not FORBIDDEN.match(target)
            name, _, anchor = target.partition("#")
            path = (page.path.parent / name).resolve() if name else page.path.resolve()
            assert path.is_relative_to(report.resolve())
            assert path.exists(), target
            assert not anchor or "=" in anchor or anchor in known[path], target


def test_anchors_are_unique_and_findings_can_be_linked(out: Path) -> None:
    for page in pages(out):
        assert len(page.anchors) == len(set(page.anchors))
    for finding in rows(out, "findings"):
        row = finding["row_no"] if finding["table"] == "indicator" else "form"
        assert f"f-{row}-{finding['code']}" in form_page(out, finding["form_id"]).anchors


@pytest.mark.slow
def test_every_value_opens_the_picture_of_its_page(out: Path) -> None:
    places = [cell for cell in rows(out, "cells") if cell["x0"] is not None]
    assert places
    for cell in places:
        anchor = "-".join(
            ["v", cell["table"], *([str(cell["row_no"])] if cell["row_no"] else []), cell["field"].removesuffix("_raw")]
        )
        page = form_page(out, cell["form_id"])
        found = [attrs for _, attrs in page.elements if attrs.get("id") == anchor]
        if cell["field"] in {"level1", "level2"} and not found:
            continue  # part of the merged cell above
        if cell["field"] in {"title", "year", "notes"}:
            continue
        (attrs,) = found
        box = [float(edge) for edge in (attrs["data-box"] or "").split(",")]
        assert box == pytest.approx([cell[edge] for edge in ("x0", "y0", "x1", "y1")], abs=0.06)
        assert (page.path.parent / (attrs["href"] or "")).is_file()


def test_what_was_not_read_is_listed(out: Path) -> None:
    text = Page(out / "report" / "unread.html").text

    assert "broken.pdf" in text
    assert "corrupt" in text
    assert "未读出的内容" in Page(out / "report" / "index.html").text


def listed(out: Path) -> list[dict[str, Any]]:
    """What the scripts of the pages know of each form, in the order of the list."""
    script = (out / "report" / "forms.js").read_text(encoding="ascii")
    data = json.loads(script.partition("= ")[2].rstrip().removesuffix(";"))
    return [dict(zip(data["columns"], form, strict=True)) for form in data["forms"]]


def test_forms_that_a_person_would_see_come_first_of_what_was_not_read(tmp_path: Path) -> None:
    problems = {
        "a.pdf": ("failed", "corrupt"),
        "b.pdf": ("partial", "unread_ink"),
        "c.pdf": ("partial", "form_not_read"),
    }
    made = {name: make_records(Path(name), name.encode(), 0) for name in problems}
    publish_records(
        tmp_path,
        [
            replace(made[name], document=replace(made[name].document, status=status, error_code=code, error="page 1"))
            for name, (status, code) in problems.items()
        ],
    )
    write_report(tmp_path)
    text = Page(tmp_path / "report" / "unread.html").text
    assert text.index("c.pdf") < text.index("a.pdf") < text.index("b.pdf")
    assert "有自评表的标题或栏目" in text


def test_the_list_has_every_form(out: Path) -> None:
    assert {entry["id"] for entry in listed(out)} == {form["form_id"] for form in rows(out, "forms")}


def test_a_second_report_takes_its_pictures_over_and_drops_what_is_gone(out: Path, tmp_path: Path) -> None:
    copy = tmp_path / "out"
    shutil.copytree(out, copy, symlinks=True)
    before = {path.name: path.stat().st_mtime_ns for path in (copy / "report" / "pictures").rglob("*.jpg")}
    (copy / "report" / "forms" / "gone.html").touch()
    write_report(copy)

    assert {path.name: path.stat().st_mtime_ns for path in (copy / "report" / "pictures").rglob("*.jpg")} == before
    assert not (copy / "report" / "forms" / "gone.html").exists()


def test_a_report_that_was_killed_is_begun_again(out: Path, tmp_path: Path) -> None:
    copy = tmp_path / "out"
    shutil.copytree(out, copy, symlinks=True)
    aside = copy / ".tmp-report"
    (aside / "forms").mkdir(parents=True)
    (aside / "forms" / "half.html").write_text("<p>")
    write_report(copy)

    assert not aside.exists()
    assert not (copy / "report" / "forms" / "half.html").exists()


@pytest.mark.slow
def test_a_source_that_is_gone_costs_its_pictures_alone(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    copied = Path(shutil.copy(SAMPLES[0], raw))
    run([raw], RunOptions(tmp_path / "out", jobs=1))
    copied.unlink()
    summary = write_report(tmp_path / "out")

    assert (summary.pictures, summary.without_pictures) == (0, 1)
    assert any("原件已不在原处" in page.text for page in pages(tmp_path / "out"))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    publish_records(folder, hostile_records(), failed="<img src=x onerror=alert(1)>.pdf")
    write_report(folder)
    return folder


def test_no_text_of_a_document_becomes_an_element_or_a_link(hostile: Path) -> None:
    for page in pages(hostile):
        scripts = [attrs for tag, attrs in page.elements if tag == "script"]
        assert all(set(attrs) == {"src", "defer"} for attrs in scripts)
        handlers = [name for _, attrs in page.elements for name in attrs if name.startswith("on") or name == "style"]
        assert handlers == []
        assert not any(FORBIDDEN.match(target) for target in page.targets())
        assert {tag for tag, _ in page.elements}.isdisjoint({"iframe", "object", "embed", "base"})
        assert len([tag for tag, _ in page.elements if tag == "img"]) in {0, 2}
        assert {attrs["href"] for tag, attrs in page.elements if tag == "image"} <= set(page.targets())
    shown = "".join(page.text for page in pages(hostile))
    assert all(name.strip() in shown for name in HOSTILE if name.isprintable())


def test_the_list_cannot_be_broken_out_of(hostile: Path) -> None:
    script = (hostile / "report" / "forms.js").read_text(encoding="ascii")

    assert "<" not in script
    assert "\\u003cscript>" in script


def test_failed_documents_alone_make_a_sound_report(tmp_path: Path) -> None:
    publish_records(tmp_path, [], failed="a.pdf")
    write_report(tmp_path)

    assert "a.pdf" in Page(tmp_path / "report" / "unread.html").text


def test_without_a_dataset_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(AccessError, match="no dataset"):
        write_report(tmp_path)
    assert jixiao("report", "--out", tmp_path).returncode == 6


def test_the_command_says_what_it_wrote(out: Path, tmp_path: Path) -> None:
    copy = tmp_path / "out"
    shutil.copytree(out, copy, symlinks=True)
    done = jixiao("report", "--out", copy, "--json")

    assert done.returncode == 0
    assert json.loads(done.stdout)["forms"] == len(rows(out, "forms"))


def test_every_field_that_a_finding_rests_on_has_a_chip_that_leads_to_it(out: Path) -> None:
    checked = 0
    for finding in rows(out, "findings"):
        page = form_page(out, finding["form_id"])
        if finding["table"] is None or finding["field"] in {"year", "notes", "district"}:
            continue
        proofs = {attrs["href"] for tag, attrs in page.elements if tag == "a" and attrs.get("class") == "proof"}
        assert any(str(proof).endswith(f"-{finding['field'].removesuffix('_raw')}") for proof in proofs), finding
        assert {str(proof).removeprefix("#") for proof in proofs} <= set(page.anchors)
        named = [key.split(":") for key in finding["evidence"]]
        wanted = {anchor(*key) for key in named if not key[2].startswith("level")}
        assert wanted & set(page.anchors) <= {str(proof).removeprefix("#") for proof in proofs}
        checked += len(wanted)
    assert checked > 50


def anchor(table: str, row_no: str, field: str) -> str:
    return "-".join(["v", table, *([row_no] if row_no.isdecimal() else []), field.removesuffix("_raw")])


def test_the_forms_with_most_at_stake_come_first_and_say_why(out: Path) -> None:
    weights = [entry["weight"] for entry in listed(out)]
    assert weights == sorted(weights, reverse=True)
    first = listed(out)[0]
    index = Page(out / "report" / "index.html")
    assert first["violations"]
    assert first["why"] in {finding["message"] for finding in rows(out, "findings")}
    assert first["why"] in index.text
    assert f"forms/{first['id']}.html" in set(index.targets())


def test_every_form_has_a_list_of_its_findings_to_be_written_on(out: Path) -> None:
    grave = [row for row in rows(out, "findings") if (row["status"], row["severity"]) == ("violation", "error")]
    assert grave
    for finding in grave:
        sheet = Page(out / "report" / "sheets" / f"{finding['form_id']}.html")
        assert all(word in sheet.text for word in ("单位说明", "核实情况", "审计人员", "日期"))
        assert [attrs for tag, attrs in sheet.elements if tag == "image"], "the pictures of the fields"


def test_every_printed_page_says_what_it_was_made_from(out: Path) -> None:
    style = (out / "report" / "print.css").read_text(encoding="utf-8")
    assert (out / ".current").resolve().name in style
    assert rows(out, "documents")[0]["extracted_at"].date().isoformat() in style


def test_two_forms_of_one_project_are_laid_side_by_side_with_their_differences(tmp_path: Path) -> None:
    found = [make_records(Path(name), content, 1) for name, content in (("a.pdf", b"forms 1"), ("b.pdf", b"forms 1 b"))]
    leaders = ("张某", "另一人")
    publish_records(
        tmp_path,
        [
            replace(one, forms=(replace(one.forms[0], project_name="同一项目", project_leader=leader),))
            for one, leader in zip(found, leaders, strict=True)
        ],
    )
    write_report(tmp_path)
    (pair,) = (tmp_path / "report" / "pairs").iterdir()
    page = Page(pair)
    assert all(leader in page.text for leader in leaders)
    assert [tag for tag, _ in page.elements].count("mark") >= 2
    for form_id in pair.stem.split("--"):
        assert f"../pairs/{pair.name}" in set(form_page(tmp_path, form_id).targets())


@pytest.mark.parametrize(
    ("left", "right", "kind"),
    [
        ({"form_kind": "target"}, {"form_kind": "project"}, "绩效目标表与自评表"),
        ({"year": 2023}, {"year": 2024}, "2023 与 2024 两个年度"),
        ({"project_code": "1"}, {"project_code": "1", "project_name": "改了名的项目"}, "同一项目的两份表"),
    ],
)
def test_a_pair_says_what_makes_it_one(tmp_path: Path, left: Any, right: Any, kind: str) -> None:
    found = [make_records(Path(name), content, 1) for name, content in (("a.pdf", b"forms 1"), ("b.pdf", b"forms 1 b"))]
    publish_records(
        tmp_path,
        [
            replace(one, forms=(replace(one.forms[0], **({"project_name": "同一项目"} | changes)),))
            for one, changes in zip(found, (left, right), strict=True)
        ],
    )
    write_report(tmp_path)
    (pair,) = (tmp_path / "report" / "pairs").iterdir()
    assert kind in Page(pair).text


def test_forms_that_the_dataset_links_are_laid_side_by_side_once() -> None:
    groups = [("a", "b", "c")]
    assert add_links(groups, [("a", "b"), ("c", "d"), ("c", "d")]) == [("a", "b", "c"), ("c", "d")]


def test_a_name_that_many_projects_share_makes_no_pair(tmp_path: Path) -> None:
    found = [make_records(Path(f"{n}.pdf"), f"forms 1 {n}".encode(), 1) for n in range(LONGEST_GROUP + 1)]
    publish_records(tmp_path, [replace(one, forms=(replace(one.forms[0], project_name="其他"),)) for one in found])
    write_report(tmp_path)
    assert list((tmp_path / "report" / "pairs").iterdir()) == []


def test_without_a_browser_pdf_files_are_refused_before_anything_is_written(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingDependency, match="Chromium"):
        find_browser()


def test_a_form_about_a_whole_department_is_called_by_it(tmp_path: Path) -> None:
    one = make_records(Path("a.pdf"), b"forms 1", 1)
    changes = {"project_name": None, "department": "某局", "form_kind": "department"}
    publish_records(tmp_path, [replace(one, forms=(replace(one.forms[0], **changes),))])
    write_report(tmp_path)
    assert listed(tmp_path)[0]["project"] == "某局（部门整体）"
    assert "某局（部门整体）" in form_page(tmp_path, one.forms[0].form_id).text


@pytest.mark.slow
def test_a_correction_stands_beside_its_value(tmp_path: Path) -> None:
    run_sample(tmp_path / "out", None)
    note(tmp_path / "c", decide(SCORE))
    run_sample(tmp_path / "out", tmp_path / "c")
    write_report(tmp_path / "out")
    assert "更正：原读作“36”，王审计，" in form_page(tmp_path / "out", FORM).text


def test_the_words_for_searching_hold_all_that_is_printed_and_found(out: Path) -> None:
    script = (out / "report" / "words.js").read_text(encoding="ascii")
    words = json.loads(script.partition("= ")[2].rstrip().removesuffix(";"))
    texts = dict(zip((entry["id"] for entry in listed(out)), words, strict=True))
    for table, column in (("indicators", "level3"), ("forms", "actual_goal"), ("findings", "message")):
        for row in rows(out, table):
            assert (row[column] or "").casefold() in texts[row["form_id"]]


def test_every_column_of_the_dataset_is_on_a_page_or_left_out_for_a_reason() -> None:
    folder = ROOT / "pipeline" / "report"
    sources = [path for path in folder.rglob("*") if path.suffix in {".py", ".html"}]
    sources += [ROOT / "pipeline" / "export" / "overview.py", ROOT / "pipeline" / "scoring" / "explain.py"]
    words = {word for path in sources for word in re.findall(r"[a-z_0-9]+", path.read_text(encoding="utf-8"))}
    registered = {f"{PRINTED_IN[table]}.{name}" for table in PRINTED_IN for name in printed_names(table)}
    registered |= {f"{PRINTED_IN[table]}.{one.typed}" for table in PRINTED_IN for one in printed_columns(table)}
    left_out = {name for one in report_rules().left_out for name in one.columns}
    known = {f"{table}.{column.name}" for table in TABLES | SET_TABLES for column in table_columns(table)}
    shown = {name for name in known if name in registered or {stem(name), f"_{stem(name)}"} & words}
    assert sorted(known - shown - left_out) == []


def stem(name: str) -> str:
    """Return a column's name; of what is read from targets and actuals without which of both."""
    return re.sub("^(?:target|actual)_", "", name.partition(".")[2])


def test_every_score_has_its_range() -> None:
    scores = [0, 59.99, 60, 89.9, 97, 98.5, 99.99, 100, 110]

    assert sum(count for _, count in count_scores(scores)) == len(scores)
    assert dict(count_scores([100.0])) == {name: int(name == "100") for name, _, _ in BINS}


def test_every_bar_of_the_scores_leads_to_the_forms_that_it_counts() -> None:
    scores = [0, 59.99, 60, 89.9, 97, 98.5, 99.99, 100, 100, 110]
    picture = draw_bars(count_scores(scores), "")
    promised = [int(count) for count in re.findall(r'aria-label="[^"]*：(\d+) 张"', picture)]
    queries = [parse_qs(unescape(address).partition("#")[2]) for address in re.findall(r'href="([^"]*)"', picture)]
    ends = [(float(one["low"][0]), float(one.get("high", ["inf"])[0])) for one in queries]
    assert [sum(low <= score <= high for score in scores) for low, high in ends] == promised
