"""The sheets of a document are kept for a second look: of one document, in bounded room."""

from __future__ import annotations

import numpy as np

from pipeline.ingest.scan.kept import KeptSheets
from pipeline.ingest.scan.straight_page import StraightPage


def sheet(level: int = 0, sealed: bool = False) -> StraightPage:
    gray = np.full((10, 10), level, np.uint8)
    return StraightPage(gray, np.zeros((10, 10), np.bool_) if sealed else None, (), (), 2.0, np.eye(3))


def test_sheets_are_found_by_their_page_while_their_document_is_read() -> None:
    kept, first, second = KeptSheets(), b"%PDF-1 first", b"%PDF-1 second"
    kept.begin(first)
    one, other, two = sheet(1), sheet(2), sheet(3)
    for number, page in ((1, one), (1, other), (2, two)):
        kept.keep(first, number, page)
    assert kept.of(first, 1) == [one, other]
    assert kept.of(first, 2) == [two]
    assert kept.of(first, 3) == []
    assert kept.of(second, 1) == []
    kept.begin(second)
    assert kept.of(first, 1) == []
    assert kept.of(second, 1) == []


def test_a_page_that_comes_late_is_not_kept_for_the_next_document() -> None:
    kept, first, second = KeptSheets(), b"%PDF-1 first", b"%PDF-1 second"
    kept.begin(second)
    kept.keep(first, 1, sheet())
    assert kept.of(first, 1) == kept.of(second, 1) == []


def test_no_more_is_kept_than_there_is_room_for() -> None:
    kept, document = KeptSheets(room=350), b"%PDF-1"
    kept.begin(document)
    for number, sealed in enumerate((True, True, False, False), 1):
        kept.keep(document, number, sheet(sealed=sealed))
    assert [len(kept.of(document, number)) for number in (1, 2, 3, 4)] == [1, 0, 1, 0]
