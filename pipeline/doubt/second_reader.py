"""Single cells of a scanned document, read a second time: by Tesseract where it is installed, and by the recogniser of
the pictures once more, held to the characters that the column may hold.

Only the second can be had everywhere, but it is the first reader again: it proposes, and cannot agree with itself.
Readers and everything that looks at pictures are loaded at the first question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pipeline.doubt.examine import Question, SecondReading
from pipeline.layout.regions import join_lines
from pipeline.models import Page
from pipeline.settings import ReadSettings
from pipeline.text import normalise_text

if TYPE_CHECKING:
    from pipeline.ingest.ocr.reading import GrayImage, LineReading

MOST_PAGES = 40
"""Pages of a document that are looked at again at most; a document of worse scans goes to a person anyhow."""


class LineReader(Protocol):
    """What a second reader must do: read pictures of single text lines with the characters of an alphabet."""

    def read(self, crops: Sequence[GrayImage], alphabet: str | None = None) -> list[LineReading]:
        """Return one reading per picture, in the order given."""


@dataclass(frozen=True, slots=True)
class SecondReader:
    """A reader to be asked. One that is not `independent` of the first reader proposes, but cannot agree."""

    line_reader: LineReader
    independent: bool


class CellRereader:
    """Answers questions about the cells of one document."""

    def __init__(self, data: bytes, pages: Sequence[Page], settings: ReadSettings) -> None:
        """`data` are the document's bytes, `pages` its pages as they were read."""
        self._data = data
        self._pages = {page.number: page for page in pages if page.source == "ocr"}
        self._settings = settings

    def __call__(self, questions: Sequence[Question]) -> list[tuple[SecondReading, ...]]:
        """Return what the readers make of each cell: nothing where it runs over a page break or is not found again."""
        crops = self._find_crops(questions)
        return (
            read_again(questions, crops, load_second_readers(self._settings)) if any(crops) else [()] * len(questions)
        )

    def _find_crops(self, questions: Sequence[Question]) -> list[list[GrayImage]]:
        from pipeline.ingest.second_look import look_again

        crops: list[list[GrayImage]] = [[] for _ in questions]
        places = {i: question.places[0] for i, question in enumerate(questions) if len(question.places) == 1}
        for number in sorted({place.page for place in places.values()} & self._pages.keys())[:MOST_PAGES]:
            look = look_again(self._data, self._pages[number], self._settings)
            for i, place in places.items():
                if look and place.page == number:
                    crops[i] = look.lines_at(place)
        return crops


def load_second_readers(settings: ReadSettings) -> tuple[SecondReader, ...]:
    """Return the readers to be asked, the independent one first."""
    from pipeline.ingest.ocr import load_recognizer
    from pipeline.ingest.ocr.tesseract_lines import load_tesseract_lines

    again = SecondReader(load_recognizer(settings.ocr), independent=False)
    tesseract = None if settings.ocr == "tesseract" else load_tesseract_lines()
    return (SecondReader(tesseract, independent=True), again) if tesseract else (again,)


def read_again(
    questions: Sequence[Question], crops: Sequence[Sequence[GrayImage]], readers: Sequence[SecondReader]
) -> list[tuple[SecondReading, ...]]:
    """Return what each reader makes of each cell, given the pictures of its lines; one call for each alphabet."""
    answers: list[list[SecondReading]] = [[] for _ in questions]
    for alphabet in sorted({question.alphabet for question in questions}):
        asked = [i for i, question in enumerate(questions) if question.alphabet == alphabet and crops[i]]
        lines = [crop for i in asked for crop in crops[i]]
        for second in readers if lines else ():
            readings = iter(second.line_reader.read(lines, alphabet))
            for i in asked:
                text = join_lines([next(readings).text for _ in crops[i]])
                answers[i].append(SecondReading(normalise_text(text), second.independent))
    return [tuple(given) for given in answers]
