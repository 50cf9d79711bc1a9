"""Fetching: what a listing offers comes in once, whole and by its own name; nothing else is ever asked for."""

from __future__ import annotations

import hashlib
import json
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from pipeline.errors import Interrupted, RunLocked
from pipeline.fetch.harvest import harvest
from pipeline.fetch.manifest import find_origins
from pipeline.fetch.sources import FetchPlan
from pipeline.storage.lock import hold_lock
from tests.fetch.fault_server import Asked, FaultServer, Reply
from tests.fetch.support import OTHER, PDF, Fetch, codes, entries, listing, stored


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
    fetch(delay=0.6)

    times = [one.at for one in server.asked]
    assert len(times) == 3
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.95 * 0.6


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
