"""Documents on their way: busy and failing servers, answers that are cut off, empty, too large or no document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fetch.fault_server import Asked, FaultServer, Reply
from tests.fetch.support import OTHER, PDF, Fetch, codes, listing, stored


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


@pytest.mark.slow
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
