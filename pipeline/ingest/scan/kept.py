"""The straight sheets of the document that is being read, for a second look at its pages.

Drawing and straightening a page takes as long as recognising it, so the first sheets of a document are kept until the
next one is begun, in as much memory as `ROOM`; those of further pages are drawn anew where they are asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.ingest.scan.straight_page import StraightPage

ROOM = 32 * 2**20
"""Bytes of pictures that are kept: some eight pages of 200 dpi, or four with a seal; a worker's peak grows so."""


@dataclass(slots=True)
class KeptSheets:
    """Sheets of one document by the number of their page; those of another document take their place."""

    room: int = ROOM
    _document: bytes = b""
    _sheets: list[tuple[int, StraightPage]] = field(default_factory=list)
    _taken: int = 0

    def begin(self, document: bytes) -> None:
        """Forget the sheets of the document before; `document` are the bytes of the one that is begun."""
        self._document, self._sheets, self._taken = document, [], 0

    def keep(self, document: bytes, number: int, sheet: StraightPage) -> None:
        """Keep a sheet of a page, its number from 1, unless there is no room or another document was begun."""
        size = sheet.gray.nbytes + (0 if sheet.seal is None else sheet.seal.nbytes)
        if document is self._document and self._taken + size <= self.room:
            self._taken += size
            self._sheets.append((number, sheet))

    def of(self, document: bytes, number: int) -> Sequence[StraightPage]:
        """Return the sheets that were kept of a page; a page of several pictures has several."""
        return [sheet for at, sheet in self._sheets if at == number and document is self._document]


KEPT = KeptSheets()
"""The sheets of the document that this process reads; one is read at a time."""
