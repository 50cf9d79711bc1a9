"""Single cells read a second time: found on the page again, and asked of other readers."""

from __future__ import annotations

import io
from functools import partial

import cv2
import numpy as np
import pytest
from PIL import Image

from pipeline.doubt.examine import Question
from pipeline.doubt.second_reader import CellRereader, SecondReader, read_again
from pipeline.ingest.drawing import redraw_page
from pipeline.ingest.ocr.reading import CharReading, LineReading
from pipeline.ingest.ocr.tesseract_lines import load_tesseract_lines
from pipeline.ingest.scan.kept import KEPT
from pipeline.ingest.scan.page import begin_scanned_page
from pipeline.ingest.second_look import look_again
from pipeline.models import Box, Page, Place
from pipeline.settings import ReadSettings
from tests.ingest.scan.support import read_scanned_page

SETTINGS = ReadSettings()
XS, YS = (200, 600, 1000, 1400), (300, 500, 700, 900)


class Blind:
    """A recogniser that reads nothing, so that no model is needed."""

    name, version = "blind", "0"

    def read(self, crops, alphabet=None):
        return [LineReading() for _ in crops]

    def upside_down(self, crops):
        return 0.0

    def find_lines(self, image):
        return []


class Says:
    """A reader that says the same of every picture, with the alphabets it was held to."""

    def __init__(self, text, confidence=0.9):
        self.text, self.confidence, self.alphabets = text, confidence, []

    def read(self, crops, alphabet=None):
        self.alphabets.append(alphabet)
        return [LineReading(tuple(CharReading(char, self.confidence) for char in self.text)) for _ in crops]


def scan(skew=0.0):
    """Draw a table of nine cells with a number in the middle one, and return it as a picture."""
    image = np.full((2339, 1654, 3), 255, np.uint8)
    for x in XS:
        cv2.line(image, (x, YS[0]), (x, YS[-1]), (0, 0, 0), 3)
    for y in YS:
        cv2.line(image, (XS[0], y), (XS[-1], y), (0, 0, 0), 3)
    cv2.putText(image, "1204.5", (700, 615), cv2.FONT_HERSHEY_DUPLEX, 1.2, (0, 0, 0), 2, cv2.LINE_AA)
    turn = cv2.getRotationMatrix2D((827, 1170), skew, 1.0)
    return cv2.warpAffine(image, turn, (1654, 2339), borderValue=(255, 255, 255))


def as_file(image, kind):
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, kind, resolution=200.0, dpi=(200, 200))
    return buffer.getvalue()


def read_once(data):
    image, width, height = redraw_page(data, 1, SETTINGS)
    return read_scanned_page(image, 1, width, height, Blind())


def middle_cell(page):
    """Return the place of the middle cell of the table, as it would be published."""
    xs = sorted({round(r.x0, 1) for r in page.rulings if not r.horizontal})
    ys = sorted({round(r.y0, 1) for r in page.rulings if r.horizontal})
    return Place(1, page.frame.box(Box(xs[1], ys[1], xs[2], ys[2])))


@pytest.mark.parametrize("kind", ["PDF", "PNG", "TIFF"])
@pytest.mark.parametrize("skew", [0.0, 1.5])
def test_a_cell_is_found_again_by_its_place_on_the_page(kind, skew):
    data = as_file(scan(skew), kind)
    page = read_once(data)

    look = look_again(data, page, SETTINGS)
    (line,) = look.lines_at(middle_cell(page))

    assert line.min() < 100
    assert line.shape[1] > 2 * line.shape[0]
    assert look.lines_at(Place(1, Box(0, 0, 5, 5))) == []


def test_a_kept_sheet_is_looked_at_without_being_drawn_again(monkeypatch):
    data = as_file(scan(1.5), "PNG")
    image, width, height = redraw_page(data, 1, SETTINGS)
    drawn_again = look_again(data, read_once(data), SETTINGS)

    KEPT.begin(data)
    keep = partial(KEPT.keep, data, 1)
    page = begin_scanned_page(image, 1, width, height, Blind, keep=keep).finish()
    monkeypatch.setattr("pipeline.ingest.second_look.redraw_page", None)
    look = look_again(data, page, SETTINGS)
    KEPT.begin(b"")

    cell = middle_cell(page)
    assert [line.tolist() for line in look.lines_at(cell)] == [line.tolist() for line in drawn_again.lines_at(cell)]
    assert look.lines_at(cell)


def test_a_page_that_does_not_come_out_as_before_is_not_looked_at():
    data = as_file(scan(), "PNG")
    elsewhere = read_once(as_file(scan(1.5), "PNG"))

    assert look_again(data, elsewhere, SETTINGS) is None


def test_a_file_that_cannot_be_drawn_again_gives_no_answer():
    page = Page(1, 595, 842, (), (), "ocr", "blind")
    question = Question((Place(1, Box(0, 0, 10, 10)),), "0123456789")

    assert CellRereader(b"%PDF-1.7 broken", [page], SETTINGS)([question]) == [()]


def test_every_reader_is_asked_once_for_each_alphabet():
    reader = Says("12")
    questions = [Question((), "0123456789"), Question((), "0123456789%"), Question((), "0123456789")]
    crop = np.full((20, 40), 255, np.uint8)

    answers = read_again(questions, [[crop], [crop, crop], []], [SecondReader(reader, independent=True)])

    assert reader.alphabets == ["0123456789", "0123456789%"]
    assert [[answer.text for answer in given] for given in answers] == [["12"], ["1212"], []]


@pytest.mark.skipif(load_tesseract_lines() is None, reason="tesseract is not installed")
def test_tesseract_reads_many_numbers_in_one_call():
    crops = []
    for text in ("1204.5", "98", "10"):
        image = np.full((40, 30 * len(text)), 255, np.uint8)
        crops.append(cv2.putText(image, text, (5, 32), cv2.FONT_HERSHEY_DUPLEX, 1.1, (0,), 2, cv2.LINE_AA))

    read = load_tesseract_lines().read(crops, "0123456789.-—/")

    assert [reading.text for reading in read] == ["1204.5", "98", "10"]


@pytest.mark.skipif(load_tesseract_lines() is None, reason="tesseract is not installed")
def test_tesseract_says_nothing_of_signs_that_its_model_does_not_know():
    crop = np.full((40, 40), 255, np.uint8)

    assert [reading.text for reading in load_tesseract_lines().read([crop], "≥≤")] == [""]
