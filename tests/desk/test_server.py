"""The desk answers its own page and nobody else, writes only decisions, and shows what speaks for a reading."""

from __future__ import annotations

import io
import json
import shutil
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pipeline.corrections.book import read_decisions
from pipeline.desk.decide import clean_reading
from pipeline.desk.pictures import NoPicture, Studio, draw_picture
from pipeline.desk.queue import parse_key
from pipeline.desk.words import desk_words
from pipeline.errors import ConfigurationError
from pipeline.models import Box
from pipeline.report.site import write_report
from tests.corrections.misreading_reader import EXECUTED, MISREAD, NAME, PROJECT, SAMPLE, SCORE
from tests.corrections.support import DOCUMENT, decide, note, run_sample
from tests.desk.support import DeskProcess, open_desk
from tests.places import ROOT
from tests.running.support import jixiao, rows, write_files


def key_of(address: Any) -> str:
    return f"{DOCUMENT}:{address.form_no}:{address.table}:{address.row_no or 0}:{address.field}"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk") / "out"
    run_sample(folder, None)
    return folder


@pytest.fixture(scope="module")
def corrections(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("corrections")


@pytest.fixture(scope="module")
def open_once(out: Path, corrections: Path) -> Iterator[DeskProcess]:
    with open_desk(out, corrections) as desk:
        yield desk.open()


@pytest.fixture
def desk(open_once: DeskProcess, corrections: Path) -> DeskProcess:
    """The open desk, with no decision taken."""
    for path in corrections.iterdir():
        path.unlink()
    return open_once


def answer(address: Any, action: str = "correct", **facts: Any) -> dict[str, Any]:
    seen = {str(address.row_no or 0): facts.pop("replaces", [])}
    saw = MISREAD[address].text if address in MISREAD else None
    return {"key": key_of(address), "action": action, "reviewer": "王审计", "seen": seen, "saw": saw} | facts


def test_what_costs_most_comes_first(desk: DeskProcess) -> None:
    fields = desk.get("/api/queue")["fields"]
    assert [field["key"] for field in fields] == [key_of(one) for one in (EXECUTED, SCORE, NAME, PROJECT)]
    assert (fields[0]["label"], fields[0]["row"]) == ("全年执行数", "年度资金总额")
    assert "执行数超过预算数" in fields[0]["stake"], "and it says why"


def test_the_queue_can_be_searched_by_group_and_words(desk: DeskProcess) -> None:
    assert [f["text"] for f in desk.get("/api/queue", group="money")["fields"]] == ["1748.3"]
    assert [f["text"] for f in desk.get("/api/queue", q="控制 三级")["fields"]] == ["控制在预箅内"]
    assert desk.get("/api/queue", q="没有这样的字")["fields"] == []


def test_a_field_shows_its_readings_and_the_sum_that_fails(desk: DeskProcess) -> None:
    field = desk.get("/api/field", key=key_of(SCORE))
    assert field["readings"] == [{"text": "36", "who": "主识别器（RapidOCR）"}, {"text": "30", "who": "第二识别器"}]
    failing = [check for check in field["checks"] if not check["holds"]]
    assert "各项得分之和 = 总分得分" in {check["title"] for check in failing}
    assert {"label": "第 1 行", "text": "36", "mine": True} in failing[0]["terms"]
    assert field["row"] == "产出指标 / 数量指标 / 线上服务覆盖企业数量"


def test_the_queue_is_narrowed_by_district_file_and_form(desk: DeskProcess) -> None:
    places = desk.get("/api/queue")["places"]
    assert [(one["name"], one["count"]) for one in places["district"]] == [("通州区", 4)]
    assert [one["count"] for one in places["form"]] == [3, 1]
    second = places["form"][1]["name"]
    assert second == f"{SAMPLE.name} 第 2 表"
    assert [one["form_no"] for one in desk.get("/api/queue", form=second)["fields"]] == [2]
    assert desk.get("/api/queue", district="朝阳区")["fields"] == []


def test_sigterm_ends_the_desk_quietly(out: Path, corrections: Path) -> None:
    with open_desk(out, corrections, ends=signal.SIGTERM) as desk:
        assert desk.open().get("/api/queue")["fields"]


@pytest.mark.slow
def test_report_and_desk_stand_behind_one_address_and_lead_to_each_other(
    out: Path, corrections: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(out, tmp_path / "out", symlinks=True))
    write_report(copy)
    with open_desk(copy, corrections, command="serve") as desk:
        assert "/report/?token=" in desk.address
        assert "先看这十张" in desk.open().get("/report/").decode()
        target = desk.get("/api/field", key=key_of(SCORE))["report"]
        page = desk.get(target.partition("#")[0]).decode()
        assert f'id="{target.partition("#")[2]}"' in page
        for path in ("/report/../.current/manifest.json", "/report/%2e%2e/forms", "/report/none.html"):
            assert desk.request("GET", path)[0] == 404
        assert desk.request("GET", "/report/index.html", Cookie="")[0] == 403


def test_what_if_is_told_and_nothing_is_written(desk: DeskProcess, corrections: Path) -> None:
    status, tried, _ = desk.request("POST", "/api/preview", answer(EXECUTED, new="174.83"))
    assert status == 200
    assert tried["typed"] == {"text": "读作 1,748,300 元", "sound": True}
    assert all(check["holds"] for check in tried["checks"])
    _, tried, _ = desk.request("POST", "/api/preview", answer(EXECUTED, new="一百"))
    assert not tried["typed"]["sound"]
    assert not list(corrections.iterdir())


def test_a_decision_is_written_and_can_be_undone(desk: DeskProcess, corrections: Path) -> None:
    status, said, _ = desk.request("POST", "/api/decide", answer(SCORE, new=" ３0\n", reason="看原件"))
    assert status == 200
    (line,) = (corrections / f"{DOCUMENT}.jsonl").read_text(encoding="utf-8").splitlines()
    written = json.loads(line)
    assert (written["old"], written["new"], written["reviewer"], written["reason"]) == ("36", "30", "王审计", "看原件")
    assert written["file"] == str(SAMPLE)
    assert [f["outcome"] for f in desk.get("/api/queue", state="decided")["fields"]] == ["30"]
    seen = said["field"]["seen"]
    status, said, _ = desk.request("POST", "/api/decide", answer(SCORE, "undo") | {"seen": seen})
    assert status == 200
    assert said["field"]["decision"] is None
    assert len(desk.get("/api/queue")["fields"]) == 4


def test_who_comes_second_is_told_and_shown_what_stands(desk: DeskProcess, corrections: Path) -> None:
    desk.request("POST", "/api/decide", answer(SCORE, new="30", reviewer="李"))
    status, said, _ = desk.request("POST", "/api/decide", answer(SCORE, "accept"))
    assert status == 409
    assert said["field"]["decision"]["reviewer"] == "李"
    status, _, _ = desk.request("POST", "/api/decide", answer(SCORE, "accept") | {"seen": said["field"]["seen"]})
    assert status == 200
    assert len(read_decisions(corrections, DOCUMENT).lines) == 2


def test_who_saw_another_reading_than_there_is_now_must_look_again(desk: DeskProcess, corrections: Path) -> None:
    status, said, _ = desk.request("POST", "/api/decide", answer(SCORE, "accept", saw="80"))
    assert status == 409
    assert said["field"]["text"] == "36"
    assert not list(corrections.iterdir())


def test_two_reviewers_at_once_lose_nothing(desk: DeskProcess, corrections: Path) -> None:
    def work(turn: int) -> int:
        address = (SCORE, EXECUTED, NAME, PROJECT)[turn % 4]
        status, _, _ = desk.request("POST", "/api/decide", answer(address, "unreadable", reviewer=f"甲{turn}"))
        return status

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(work, range(16)))
    assert statuses == [200] * 4 + [409] * 12
    assert len(read_decisions(corrections, DOCUMENT).lines) == 4


def test_a_contradiction_and_a_misfit_come_before_everything_else(desk: DeskProcess, corrections: Path) -> None:
    lines = decide(NAME, reviewer="王").line() + decide(NAME, "accept", reviewer="李").line()
    lines += decide(PROJECT, old="别的", new="别的名称").line()
    (corrections / f"{DOCUMENT}.jsonl").write_text(lines, encoding="utf-8")
    fields = desk.get("/api/queue")["fields"]
    assert [field["state"] for field in fields] == ["conflict", "misfit", "open", "open"]
    assert desk.get("/api/field", key=key_of(NAME))["conflict"]


def test_a_decision_about_a_cell_that_is_gone_can_be_seen_and_undone(desk: DeskProcess, corrections: Path) -> None:
    lost = SCORE._replace(row_no=99)
    note(corrections, decide(lost, old="36", new="30"))
    assert desk.get("/api/queue")["fields"][0]["key"] == key_of(lost)
    field = desk.get("/api/field", key=key_of(lost))
    assert field["text"] is None
    status, _, _ = desk.request("POST", "/api/decide", answer(lost, "undo") | {"seen": field["seen"]})
    assert status == 200
    assert not read_decisions(corrections, DOCUMENT).in_force


def test_a_label_that_is_merged_over_rows_is_decided_once_for_all(desk: DeskProcess, corrections: Path) -> None:
    label = SCORE._replace(field="level1")
    field = desk.get("/api/field", key=key_of(label))
    assert field["rows"] == [1, 2, 3]
    desk.request("POST", "/api/decide", answer(label, new="产出指标甲", saw=field["text"]) | {"seen": field["seen"]})
    assert [one.row_no for one in read_decisions(corrections, DOCUMENT).lines] == [1, 2, 3]


def test_pictures_of_cell_and_page_are_shown(desk: DeskProcess) -> None:
    page = Image.open(io.BytesIO(desk.get("/page", key=key_of(SCORE))))
    size = desk.get("/api/page", key=key_of(SCORE))
    assert page.width == pytest.approx(size["width"] * 2, abs=2)
    crop = Image.open(io.BytesIO(desk.get("/crop", key=key_of(SCORE))))
    assert crop.format == "PNG"
    x0, _, x1, _ = desk.get("/api/field", key=key_of(SCORE))["box"]
    assert crop.width > 5 * (x1 - x0), "enlarged"


@pytest.mark.parametrize(
    "key", ["", "x", f"{DOCUMENT}:1:indicator:1:id", f"{'0' * 64}:1:form:0:title", "../../etc:1:form:0:title"]
)
def test_a_key_that_names_nothing_is_not_found(desk: DeskProcess, key: str) -> None:
    for path in ("/api/field", "/crop", "/page"):
        status, said, _ = desk.request("GET", f"{path}?key={key}")
        assert status == 404
        assert said["problem"]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"Host": "evil.example:80"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "null"}, 403),
        ({"Cookie": ""}, 403),
        ({"Cookie": "jixiao-review-1=guess"}, 403),
        ({"Content_Type": "text/plain"}, 415),
    ],
)
def test_others_are_refused(desk: DeskProcess, corrections: Path, changes: dict[str, str], status: int) -> None:
    assert desk.request("POST", "/api/decide", answer(SCORE, "accept"), **changes)[0] == status
    assert not list(corrections.iterdir())


def test_pages_without_the_token_are_refused(desk: DeskProcess) -> None:
    for path in ("/", "/?token=guess", "/api/queue", "/page", "/desk.js"):
        assert desk.request("GET", path, Cookie="")[0] == 403
    assert desk.request("GET", "/page", Sec_Fetch_Site="cross-site")[0] == 403
    assert desk.request("PUT", "/api/decide")[0] == 405


def test_every_answer_forbids_foreign_script_and_frames(desk: DeskProcess) -> None:
    for path in ("/", "/desk.js", "/api/queue", "/nowhere"):
        headers = desk.request("GET", path)[2]
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")


@pytest.mark.parametrize(
    "changes",
    [{"reviewer": ""}, {"reviewer": " "}, {"action": "guess"}, {"new": "x" * 6000}, {"seen": "x"}, {"more": 1}],
)
def test_an_answer_that_is_none_is_refused(desk: DeskProcess, corrections: Path, changes: dict[str, Any]) -> None:
    assert desk.request("POST", "/api/decide", answer(SCORE, new="1") | changes)[0] == 422
    assert not list(corrections.iterdir())


def test_too_much_is_refused(desk: DeskProcess) -> None:
    assert desk.request("POST", "/api/decide", {"new": "x" * 70_000})[0] == 413


def test_the_desk_listens_on_this_machine_only(desk: DeskProcess) -> None:
    name, _, port = desk.host.partition(":")
    assert name == "127.0.0.1"
    with socket.socket() as other:
        other.settimeout(2)
        assert other.connect_ex(("127.0.0.2", int(port))) != 0


def test_nothing_but_the_corrections_is_written(desk: DeskProcess, out: Path, corrections: Path) -> None:
    def stamps() -> dict[str, int]:
        return {str(path): path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}

    before = stamps()
    desk.request("POST", "/api/decide", answer(SCORE, new="30"))
    desk.get("/page", key=key_of(SCORE))
    assert stamps() == before
    assert [path.name for path in corrections.iterdir()] == [f"{DOCUMENT}.jsonl"]


def test_decisions_are_refused_while_the_file_has_a_line_that_is_none(desk: DeskProcess, corrections: Path) -> None:
    (corrections / f"{DOCUMENT}.jsonl").write_text("<<<<<<<\n", encoding="utf-8")
    status, said, _ = desk.request("POST", "/api/decide", answer(SCORE, new="30"))
    assert status != 200
    assert "line 1" in said["problem"]


@pytest.mark.slow
def test_a_run_while_the_desk_is_open_is_noticed(
    desk: DeskProcess, out: Path, corrections: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(out, tmp_path / "out", symlinks=True))
    with open_desk(copy, corrections) as other:
        other.open()
        other.request("POST", "/api/decide", answer(SCORE, new="30"))
        assert run_sample(copy, corrections).exit_status == 0
        assert rows(copy, "indicators", "score_raw")[0] == ("30",)
        queue = other.get("/api/queue", state="decided")
        assert [field["outcome"] for field in queue["fields"]] == ["30"]
        assert other.get("/api/field", key=key_of(SCORE))["text"] == "36", "what was read is still shown"


def test_2_without_a_reviewer_and_5_without_the_framework(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert jixiao("review", "--out", out, "--corrections", tmp_path, "--reviewer", " ").returncode == 2
    monkeypatch.setitem(__import__("sys").modules, "pipeline.desk.server", None)
    done = jixiao("review", "--out", out, "--corrections", tmp_path)
    assert done.returncode == 5
    assert "pip install -e '.[review]'" in done.stderr


def test_6_without_a_dataset_or_a_free_port(out: Path, tmp_path: Path) -> None:
    assert jixiao("review", "--out", tmp_path / "none").returncode == 6
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = jixiao("review", "--out", out, "--corrections", tmp_path, "--port", port)
    assert done.returncode == 6
    assert port in done.stderr


@pytest.mark.slow
def test_a_dataset_with_failed_documents_only_has_an_empty_queue(tmp_path: Path) -> None:
    jixiao("run", write_files(tmp_path / "in", {"a": "encrypted"}), "--out", tmp_path / "out")
    with open_desk(tmp_path / "out", tmp_path / "corrections") as desk:
        assert desk.open().get("/api/queue")["fields"] == []
    assert not (tmp_path / "corrections").exists()


def test_a_picture_file_is_drawn_and_a_word_file_has_no_page(tmp_path: Path) -> None:
    import hashlib

    path = tmp_path / "scan.png"
    Image.new("RGB", (400, 600), "white").save(path, dpi=(100, 100))
    name = hashlib.sha256(path.read_bytes()).hexdigest()
    page = draw_picture(path, name, 1, None)
    assert (page.width, page.height) == (pytest.approx(288, abs=0.1), pytest.approx(432, abs=0.1))
    assert draw_picture(path, name, 1, Box(10, 10, 60, 30)).media_type == "image/png"
    for content, says in ((b"PK word", "没有固定的版面"), (b"%PDF-1.4 broken", "无法绘制")):
        path.write_bytes(content)
        with pytest.raises(NoPicture, match=says):
            draw_picture(path, hashlib.sha256(content).hexdigest(), 1, None)
    with pytest.raises(NoPicture, match="已经改变"):
        draw_picture(path, name, 1, None)


def test_a_drawing_process_that_dies_costs_one_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    studio = Studio()
    monkeypatch.setattr("pipeline.desk.pictures.PATIENCE", 0.0)
    with pytest.raises(NoPicture):
        studio.draw(SAMPLE, DOCUMENT, 1)
    monkeypatch.setattr("pipeline.desk.pictures.PATIENCE", 60.0)
    assert studio.draw(SAMPLE, DOCUMENT, 1).media_type == "image/jpeg"
    studio.close()


def test_a_typed_reading_is_cleaned_as_a_printed_one_is() -> None:
    assert clean_reading(" １７4\u200b.83\n 万元\x07 ") == "174.83 万元"
    with pytest.raises(ConfigurationError):
        parse_key("a:b")


def test_every_reason_that_readers_give_has_words() -> None:
    page = (ROOT / "docs" / "review.md").read_text(encoding="utf-8")
    listed = {line.split("`")[1] for line in page.splitlines() if line.startswith("| `")}
    assert {"low_confidence", "correction_misfit"} <= listed
    assert {word for word in listed if word.isidentifier()} - {"review_reason"} <= set(desk_words().reasons)
