"""Pages that are finished one behind the next: order, issues, and what happens when a reader gives up."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.errors import CorruptDocument
from pipeline.ingest.pending import PendingPage, ReadPage, finish_pages
from pipeline.models import Page, PageIssue


def page(number: int, *issues: PageIssue) -> Page:
    return Page(number, 595.0, 842.0, (), (), "ocr", "rapidocr", issues=issues)


def test_a_page_is_finished_after_the_next_one_is_begun() -> None:
    events: list[str] = []

    def begin() -> Iterator[ReadPage]:
        for number in (1, 2, 3):
            events.append(f"begin {number}")

            def finish(number: int = number) -> Page:
                events.append(f"finish {number}")
                return page(number)

            yield PendingPage(number, finish)

    pages = finish_pages(begin())
    assert events == ["begin 1"]
    assert [one.number for one in pages] == [1, 2, 3]
    assert events == ["begin 1", "begin 2", "finish 1", "begin 3", "finish 2", "finish 3"]


def test_issues_of_the_reader_follow_those_of_the_page() -> None:
    own, readers = PageIssue("page_unread", "own", 1), PageIssue("text_layer_distrusted", "of the reader", 1)
    assert [one.issues for one in finish_pages([PendingPage(1, lambda: page(1, own), (readers,))])] == [(own, readers)]


def test_whole_pages_pass_in_their_order() -> None:
    assert list(finish_pages([page(1), PendingPage(2, lambda: page(2)), page(3)])) == [page(1), page(2), page(3)]
    assert list(finish_pages([])) == []


def test_an_error_of_the_reader_comes_after_the_pages_before() -> None:
    def begin() -> Iterator[ReadPage]:
        yield PendingPage(1, lambda: page(1))
        raise CorruptDocument("the rest is cut off")

    pages = finish_pages(begin())
    assert next(pages) == page(1)
    with pytest.raises(CorruptDocument):
        next(pages)
