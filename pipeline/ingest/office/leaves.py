"""The pages of a document that has none: what stands between two pictures is one page, each large picture another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipeline.errors import TooLarge
from pipeline.ingest.office.board import Board
from pipeline.ingest.office.nesting import Drawing, Lines, Row, Setting
from pipeline.ingest.office.pictures import begin_picture
from pipeline.ingest.pending import ReadImage, ReadPage
from pipeline.models import PageIssue, Source
from pipeline.settings import ReadSettings


@dataclass(slots=True)
class Leaves:
    """The pages while they are filled in order, numbered from 1; `read_image` begins those that are pictures."""

    reader: str
    source: Source
    settings: ReadSettings
    read_image: ReadImage
    board: Board = field(default_factory=Board)
    issues: list[PageIssue] = field(default_factory=list)
    number: int = 0
    photographs: int = 0

    def set(self, setting: Setting) -> Iterator[ReadPage]:
        """Set something on the page that is being filled; yield the pages that a picture ends and is.

        Raises:
            TooLarge: the document has more pages than the settings allow.
        """
        match setting:
            case Lines():
                self.board.write_lines(setting.lines)
            case Row():
                self.board.write_row([(text, "") for text in setting.texts])
            case Drawing():
                self.board.draw_table(setting.cells)
            case _:
                following = self.number + (2 if self.board.holds_something else 1)
                page = begin_picture(setting, following, self.settings, self.read_image)
                if not isinstance(page, str):
                    yield from self.turn()
                    self._count()
                    yield page
                self.photographs += page == "photograph"

    def say(self, code: str, message: str) -> None:
        """Say something of the page that is being filled."""
        self.issues.append(PageIssue(code, message, self.number + 1))

    def turn(self, *, even_if_empty: bool = False) -> Iterator[ReadPage]:
        """End the page that is being filled, if there is anything on it, or in any case."""
        if self.board.holds_something or even_if_empty:
            yield self._end_page()

    def end(self, notes: Iterable[str] = ()) -> Iterator[ReadPage]:
        """Yield the last page, with texts that belong to the document and to no form; at least one page comes out."""
        if self.photographs:
            self.say("picture_unread", f"{self.photographs} photographs without a sheet of paper in them were not read")
        self.board.write_notes([note for note in notes if note.strip()])
        if not self.number or self.board.notes or self.issues:
            yield self._end_page()
        else:
            yield from self.turn()

    def _end_page(self) -> ReadPage:
        self._count()
        page = self.board.page(self.number, self.source, self.reader, tuple(self.issues))
        self.board, self.issues = Board(), []
        return page

    def _count(self) -> None:
        self.number += 1
        if self.number > self.settings.max_pages:
            raise TooLarge(f"the document has more than {self.settings.max_pages} pages; raise --max-pages")
