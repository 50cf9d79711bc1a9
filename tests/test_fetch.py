"""Fetching: what a listing offers comes in once, whole and by its own name; nothing else is ever asked for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from pipeline.errors import Interrupted, RunLocked
from pipeline.fetch.harvest import FetchSummary, harvest
from pipeline.fetch.manifest import Entry, find_origins, read_entries
from pipeline.fetch.sources import FetchPlan
from pipeline.running.lock import hold_lock
from tests.fault_server import Asked, FaultServer, Reply

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40
OTHER = b"%PDF-1.7\n" + bytes(reversed(range(256))) * 40
Fetch = Callable[..., FetchSummary]


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer().running() as running:
        yield running


@pytest.fixture
def fetch(server: FaultServer, tmp_path: Path) -> Fetch:
    def fetch(source: dict[str, Any] | None = None, **settings: Any) -> FetchSummary:
        named = {"name": "某区", "listings": [f"{server.address}/list.html"]} | (source or {})
        given = {"delay": 0, "retry_after": 0.01, "timeout": 2, "private_hosts": ["127.0.0.1"]} | settings
        return harvest(FetchPlan.model_validate({"sources": [named]} | given), tmp_path)

    return fetch


def listing(*links: str, text: str = "公开文件") -> Reply:
    body = "".join(f'<li><a href="{link}">{text}</a></li>' for link in links)
    return Reply(f"<html><body><ul>{body}</ul></body></html>".encode(), headers={"Content-Type": "text/html"})


def stored(folder: Path) -> list[str]:
    return sorted(
        p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and ".fetched" not in p.parts
    )


def entries(folder: Path) -> list[Entry]:
    return list(read_entries(folder))


def codes(summary: FetchSummary) -> list[str]:
    return [problem.code for problem in summary.problems]


def with_ranges(body: bytes, cut_at: int, **headers: str) -> Callable[[Asked], Reply]:
    """A document whose first answer is cut off; the rest is given to those who ask for it properly."""

    def answer(asked: Asked) -> Reply:
        wanted = asked.headers.get("Range")
        if wanted is None:
            return Reply(body[:cut_at], headers=headers, announce=len(body))
        assert asked.headers["If-Range"] == headers.get("ETag", headers.get("Last-Modified"))
        start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        return Reply(body[start:], 206, headers | {"Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}"})

    return answer


def test_a_document_is_stored_with_where_it_came_from(server: FaultServer, fetch: Fetch, tmp_path: Path) -> None:
    server.put("/list.html", listing("docs/a.pdf", text="2024年度绩效自评表"))
    server.put("/docs/a.pdf", Reply(PDF, headers={"ETag": '"1"', "Set-Cookie": "secret=1"}))

    summary = fetch({"district": "110112", "publisher": "某局"})

    assert (summary.found, summary.stored, summary.exit_status) == (1, 1, 0)
    assert stored(tmp_path) == ["某区/110112-2024年度绩效自评表.pdf"]
    (entry,) = entries(tmp_path)
    assert (tmp_path / entry.path).read_bytes() == PDF
    assert (entry.url, entry.status, entry.sha256) == (
        f"{server.address}/docs/a.pdf",
        200,
        hashlib.sha256(PDF).hexdigest(),
    )
    assert (entry.page, entry.district, entry.publisher) == (f"{server.address}/list.html", "110112", "某局")
    assert entry.headers["etag"] == '"1"'
    assert "set-cookie" not in entry.headers


def test_what_has_not_changed_is_not_sent_again(server: FaultServer, fetch: Fetch, tmp_path: Path) -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(status=304) if asked.headers.get("If-None-Match") == '"1"' else Reply(PDF, headers={"ETag": '"1"'})

    server.put("/list.html", listing("a.pdf"))
    server.put("/a.pdf", answer)
    fetch()
    again = fetch()

    assert (again.stored, again.unchanged) == (0, 1)
    assert len(entries(tmp_path)) == 1


def test_a_document_that_was_taken_away_comes_again(server: FaultServer, fetch: Fetch, tmp_path: Path) -> None:
    server.put("/list.html", listing("a.pdf"))
    server.put("/a.pdf", Reply(PDF, headers={"ETag": '"1"'}))
    fetch()
    (tmp_path / stored(tmp_path)[0]).unlink()

    assert fetch().stored == 1


def test_the_same_bytes_at_two_addresses_are_one_file(server: FaultServer, fetch: Fetch, tmp_path: Path) -> None:
    server.put("/list.html", listing("a.pdf", "b.pdf"))
    server.put("/a.pdf", Reply(PDF))
    server.put("/b.pdf", Reply(PDF))

    summary = fetch()

    assert (summary.stored, summary.duplicate) == (1, 1)
    assert len(stored(tmp_path)) == 1
    assert [entry.url.rpartition("/")[2] for entry in entries(tmp_path)] == ["a.pdf", "b.pdf"]


def test_two_documents_of_one_name_are_both_kept(server: FaultServer, fetch: Fetch, tmp_path: Path) -> None:
    server.put("/list.html", listing("1/a.pdf", "2/a.pdf"))
    server.put("/1/a.pdf", Reply(PDF))
    server.put("/2/a.pdf", Reply(OTHER))
    fetch()

    assert sorted((tmp_path / name).read_bytes() for name in stored(tmp_path)) == sorted([PDF, OTHER])


def test_a_new_version_is_kept_beside_the_old(server: FaultServer, fetch: Fetch, tmp_path: Path) -> None:
    server.put("/list.html", listing("a.pdf"))
    server.put("/a.pdf", Reply(PDF), Reply(OTHER))
    fetch()
    fetch()

    assert len(stored(tmp_path)) == 2


def test_what_is_missing_costs_itself_alone(server: FaultServer, fetch: Fetch, tmp_path: Path) -> None:
    server.put("/list.html", listing("gone.pdf", "a.pdf"))
    server.put("/a.pdf", Reply(PDF))

    summary = fetch()

    assert (codes(summary), summary.stored, summary.exit_status) == (["gone"], 1, 3)
    assert server.times("/gone.pdf") == 1


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_a_server_that_is_busy_is_asked_again(server: FaultServer, fetch: Fetch, status: int) -> None:
    server.put("/list.html", listing("a.pdf"))
    server.put("/a.pdf", Reply(status=status), Reply(status=status), Reply(PDF))

    assert fetch().stored == 1


def test_a_server_that_names_a_time_is_left_alone_until_then(server: FaultServer, fetch: Fetch) -> None:
    server.put("/list.html", listing("a.pdf"))
    server.put("/a.pdf", Reply(status=429, headers={"Retry-After": "1"}), Reply(PDF))

    assert fetch().stored == 1
    first, second = (one.at for one in server.asked if one.path == "/a.pdf")
    assert second - first >= 1


def test_a_server_that_asks_for_too_long_a_wait_is_left_for_the_next_run(server: FaultServer, fetch: Fetch) -> None:
    server.put("/list.html", listing("a.pdf"))
    server.put("/a.pdf", Reply(status=503, headers={"Retry-After": "3600"}))

    assert codes(fetch(longest_wait=10)) == ["server"]
    assert server.times("/a.pdf") == 1


def test_a_server_that_always_fails_is_given_up(server: FaultServer, fetch: Fetch) -> None:
    server.put("/list.html", listing("a.pdf"))
    server.put("/a.pdf", Reply(status=500))

    assert codes(fetch(attempts=3)) == ["server"]
    assert server.times("/a.pdf") == 3


def test_a_server_that_stalls_is_given_up(server: FaultServer, fetch: Fetch) -> None:
    server.put("/list.html", listing("a.pdf"))
    server.put("/a.pdf", Reply(PDF, stall=1.0))

    assert codes(fetch(timeout=0.2, attempts=1)) == ["timeout"]


@pytest.mark.parametrize("version", [{"ETag": '"1"'}, {"Last-Modified": "Fri, 01 Nov 2024 00:00:00 GMT"}])
def test_what_was_cut_off_goes_on_where_it_ended(
    server: FaultServer, fetch: Fetch, tmp_path: Path, version: dict[str, str]
) -> None:
    server.put("/list.html", listing("a.pdf"))
    server.put("/a.pdf", with_ranges(PDF, 4000, **version))

    assert fetch().stored == 1
    assert (tmp_path / stored(tmp_path)[0]).read_bytes() == PDF
    assert [one.headers.get("Range") for one in server.asked if one.path == "/a.pdf"] == [None, "bytes=4000-"]


def test_a_cut_off_document_goes_on_in_the_next_run(server: FaultServer, fetch: Fetch, tmp_path: Path) -> None:
    server.put("/list.html", listing("a.pdf"))
    server.put("/a.pdf", with_ranges(PDF, 4000, ETag='"1"'))

    assert codes(fetch(attempts=1)) == ["truncated"]
    assert stored(tmp_path) == []
    assert fetch(attempts=1).stored == 1
    assert (tmp_path / stored(tmp_path)[0]).read_bytes() == PDF


def test_parts_of_two_versions_are_never_put_together(server: FaultServer, fetch: Fetch, tmp_path: Path) -> None:
    server.put("/list.html", listing("a.pdf"))
    cut = Reply(PDF[:4000], headers={"ETag": '"1"'}, announce=len(PDF))
    server.put("/a.pdf", cut, Reply(OTHER, headers={"ETag": '"2"'}))
    fetch()

    assert (tmp_path / stored(tmp_path)[0]).read_bytes() == OTHER


def test_without_a_version_a_cut_off_document_is_begun_anew(server: FaultServer, fetch: Fetch) -> None:
    server.put("/list.html", listing("a.pdf"))
    server.put("/a.pdf", Reply(PDF[:4000], announce=len(PDF)), Reply(PDF))

    assert fetch().stored == 1
    assert [one.headers.get("Range") for one in server.asked if one.path == "/a.pdf"] == [None, None]


def test_a_web_page_is_no_document_whatever_its_name(server: FaultServer, fetch: Fetch, tmp_path: Path) -> None:
    server.put("/list.html", listing("a.pdf", "b.pdf"))
    server.put("/a.pdf", Reply(b"<!DOCTYPE html><html>404</html>", headers={"Content-Type": "application/pdf"}))
    server.put("/b.pdf", Reply(b"rubbish"))

    assert codes(fetch()) == ["wrong_type", "wrong_type"]
    assert stored(tmp_path) == []


def test_an_empty_document_is_a_problem(server: FaultServer, fetch: Fetch) -> None:
    server.put("/list.html", listing("a.pdf"))
    server.put("/a.pdf", Reply(b""))

    assert codes(fetch()) == ["empty"]


def test_a_document_over_the_limit_is_not_kept(server: FaultServer, fetch: Fetch, tmp_path: Path) -> None:
    server.put("/list.html", listing("a.pdf"))
    server.put("/a.pdf", Reply(PDF))

    assert codes(fetch(max_bytes=1000)) == ["too_large"]
    assert stored(tmp_path) == []


def test_a_redirect_is_followed_on_named_hosts_only(server: FaultServer, fetch: Fetch, tmp_path: Path) -> None:
    server.put("/list.html", listing("a.pdf", "b.pdf"))
    server.put("/a.pdf", Reply(status=302, headers={"Location": "/real/a.pdf"}))
    server.put("/real/a.pdf", Reply(PDF))
    server.put("/b.pdf", Reply(status=302, headers={"Location": f"http://localhost:{server.port}/real/a.pdf"}))

    assert codes(fetch()) == ["foreign_host"]
    (entry,) = entries(tmp_path)
    assert (entry.url, entry.final_url) == (f"{server.address}/a.pdf", f"{server.address}/real/a.pdf")
    assert server.times("/real/a.pdf") == 1


def test_a_redirect_in_a_circle_ends(server: FaultServer, fetch: Fetch) -> None:
    server.put("/list.html", listing("a.pdf"))
    server.put("/a.pdf", Reply(status=301, headers={"Location": "/a.pdf"}))

    assert codes(fetch()) == ["redirects"]


def test_a_named_host_with_a_private_address_is_not_contacted(server: FaultServer, fetch: Fetch) -> None:
    assert codes(fetch(private_hosts=[])) == ["private_address", "nothing_found"]
    assert server.asked == []


def test_a_document_on_a_host_that_is_not_named_is_reported_and_not_asked_for(
    server: FaultServer, fetch: Fetch
) -> None:
    server.put("/list.html", listing("a.pdf", f"http://localhost:{server.port}/b.pdf"))
    server.put("/a.pdf", Reply(PDF))

    assert codes(fetch()) == ["foreign_host"]
    assert server.times("/b.pdf") == 0


def test_robots_txt_is_heeded(server: FaultServer, fetch: Fetch) -> None:
    server.put("/robots.txt", Reply(b"User-agent: *\nDisallow: /secret/\n"))
    server.put("/list.html", listing("secret/a.pdf", "b.pdf"))
    server.put("/b.pdf", Reply(PDF))

    summary = fetch()

    assert (codes(summary), summary.stored) == (["robots"], 1)
    assert server.times("/secret/a.pdf") == 0


def test_a_site_whose_robots_txt_fails_is_left_alone(server: FaultServer, fetch: Fetch) -> None:
    server.put("/robots.txt", Reply(status=500))
    server.put("/list.html", listing("a.pdf"))

    assert codes(fetch(attempts=2)) == ["server", "nothing_found"]
    assert server.times("/list.html") == 0


def test_a_pause_is_made_between_two_requests(server: FaultServer, fetch: Fetch) -> None:
    server.put("/list.html", listing("a.pdf"))
    server.put("/a.pdf", Reply(PDF))
    fetch(delay=0.2)

    times = [one.at for one in server.asked]
    assert len(times) == 3
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.19


def test_a_listing_without_documents_is_an_error(server: FaultServer, fetch: Fetch) -> None:
    server.put("/list.html", Reply(b"<html><p>moved</p></html>"))
    summary = fetch()

    assert (codes(summary), summary.exit_status) == (["nothing_found"], 3)


def test_pages_are_followed_as_far_as_the_source_says(server: FaultServer, fetch: Fetch) -> None:
    server.put("/list.html", listing("art/1.html", "about.html"))
    server.put("/art/1.html", listing("2.html", "a.pdf"))
    server.put("/art/2.html", listing("3.html", "b.pdf"))
    server.put("/art/a.pdf", Reply(PDF))
    server.put("/art/b.pdf", Reply(OTHER))

    assert fetch({"follow": ["/art/"], "depth": 1}).stored == 1
    assert server.times("/about.html") + server.times("/art/2.html") == 0
    assert fetch({"follow": ["/art/"], "depth": 2}).stored == 1


def test_more_pages_than_allowed_are_reported(server: FaultServer, fetch: Fetch) -> None:
    server.put("/list.html", listing("a.pdf", "1.html", "2.html"))
    server.put("/a.pdf", Reply(PDF))
    server.put("/1.html", listing("a.pdf"))

    assert codes(fetch({"follow": [r"\.html$"], "max_pages": 2})) == ["too_large"]


def test_only_links_with_the_wanted_text_are_taken(server: FaultServer, fetch: Fetch, tmp_path: Path) -> None:
    body = '<a href="a.pdf">部门决算</a> <a href="b.pdf">项目支出绩效自评表</a>'
    server.put("/list.html", Reply(body.encode()))
    server.put("/b.pdf", Reply(PDF))

    assert fetch({"text": ["自评"]}).found == 1
    assert stored(tmp_path) == ["某区/项目支出绩效自评表.pdf"]


@pytest.mark.parametrize("declared", ["header", "meta"])
def test_a_listing_in_gbk_is_read(server: FaultServer, fetch: Fetch, tmp_path: Path, declared: str) -> None:
    head = '<meta charset="gb2312">' if declared == "meta" else ""
    body = f'<html><head>{head}</head><a href="a.pdf">镕基路绩效自评表</a></html>'.encode("gb18030")
    header = {"Content-Type": "text/html; charset=GBK"} if declared == "header" else {"Content-Type": "text/html"}
    server.put("/list.html", Reply(body, headers=header))
    server.put("/a.pdf", Reply(PDF))
    fetch()

    assert stored(tmp_path) == ["某区/镕基路绩效自评表.pdf"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_name_in_the_address_is_understood(server: FaultServer, fetch: Fetch, tmp_path: Path, encoding: str) -> None:
    path = "/" + quote("通州区自评表.pdf".encode(encoding))
    server.put("/list.html", listing(path, text="附件1"))
    server.put(path, Reply(PDF))
    fetch()

    assert stored(tmp_path) == ["某区/通州区自评表.pdf"]


def test_a_stop_keeps_what_is_whole_and_frees_the_folder(server: FaultServer, tmp_path: Path) -> None:
    server.put("/list.html", listing("a.pdf", "b.pdf"))
    server.put("/a.pdf", Reply(PDF))
    server.put("/b.pdf", Reply(OTHER))
    source = {"name": "某区", "listings": [f"{server.address}/list.html"]}
    plan = FetchPlan.model_validate({"sources": [source], "delay": 0, "private_hosts": ["127.0.0.1"]})

    def stopped() -> None:
        if server.times("/a.pdf"):
            raise Interrupted(15)

    with pytest.raises(Interrupted):
        harvest(plan, tmp_path, stopped=stopped)
    assert len(stored(tmp_path)) == 1
    assert harvest(plan, tmp_path).stored == 1


def test_one_fetch_at_a_time_works_on_a_folder(fetch: Fetch, tmp_path: Path) -> None:
    (tmp_path / ".fetched").mkdir()
    with hold_lock(tmp_path / ".fetched" / "lock"), pytest.raises(RunLocked):
        fetch()


def test_a_torn_line_of_the_manifest_costs_itself_alone(server: FaultServer, fetch: Fetch, tmp_path: Path) -> None:
    server.put("/list.html", listing("a.pdf"))
    server.put("/a.pdf", Reply(PDF), Reply(OTHER))
    fetch()
    manifest = tmp_path / ".fetched" / "manifest.jsonl"
    manifest.write_bytes(manifest.read_bytes() + b'{"url": "http')
    fetch()

    assert [entry.size for entry in entries(tmp_path)] == [len(PDF), len(OTHER)]


def test_the_origin_of_a_document_is_found_by_its_bytes(server: FaultServer, fetch: Fetch, tmp_path: Path) -> None:
    server.put("/list.html", listing("a.pdf"))
    server.put("/a.pdf", Reply(PDF))
    fetch({"district": "110112"})
    (tmp_path / stored(tmp_path)[0]).rename(tmp_path / "renamed.pdf")
    origin = find_origins([tmp_path / "renamed.pdf"])[hashlib.sha256(PDF).hexdigest()]

    assert (origin.url, origin.district) == (f"{server.address}/a.pdf", "110112")


def test_what_happens_is_logged(server: FaultServer, tmp_path: Path) -> None:
    server.put("/list.html", listing("a.pdf", "gone.pdf"))
    server.put("/a.pdf", Reply(PDF))
    source = {"name": "某区", "listings": [f"{server.address}/list.html"]}
    plan = FetchPlan.model_validate({"sources": [source], "delay": 0, "private_hosts": ["127.0.0.1"]})
    events: list[Any] = []
    harvest(plan, tmp_path, events.append)

    assert [event["event"] for event in events] == ["stored", "problem"]
    assert all(json.loads(json.dumps(event))["source"] == "某区" for event in events)
