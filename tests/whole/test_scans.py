"""Drawn forms that were scanned, faxed, folded, stamped or photographed are read nearly as exactly as text.

The figures asserted here are floors for single pages, not the measured quality: `benchmarks/accuracy.py` measures that
over hundreds of forms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from pipeline.dataset.documents import DocumentRecords
from pipeline.read import read_document
from pipeline.settings import ReadSettings
from tests.conftest import Draw
from tests.typeset import Layout, random_form
from tests.typeset.compare import Judgement, judge

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("fonts")]

ONE_PAGE = random_form(101, has_nature=True, has_deviation=True, rows=8, placeholders=False)
OTHER = random_form(102, has_nature=False, has_deviation=True, rows=7, placeholders=False)
LAYOUT = Layout(font="sungti", size=10)

FIELD_FLOOR = {"phone_photo": 0.95}
DEFAULT_FLOOR = 0.97
SILENT_CEILING = 0.015

QUICK = (
    "skew", "everything_jpeg_50", "grey_150", "fax_300", "turned_90", "turned_180", "seal", "faint_rulings",
    "broken_rulings", "erased_ruling", "searchable", "no_unicode_map", "phone_photo", "png_file",
)  # fmt: skip
"""Conditions that every run of the tests reads; the others are left to the benchmark."""


@cache
def read(path: Path) -> DocumentRecords:
    """Read one document as a run does, without publishing it."""
    return read_document(path, ReadSettings())


def share(judgements: Sequence[Judgement], attribute: str) -> float:
    """Return the share of fields with a mark."""
    return sum(getattr(j, attribute) for j in judgements) / len(judgements)


def wrong_ones(judgements: Sequence[Judgement]) -> str:
    """List the wrong fields for an assertion's message."""
    return "\n".join(str(j) for j in judgements if not j.right)


@pytest.mark.parametrize("condition", QUICK)
def test_a_page_is_read_in_this_condition(condition: str, typeset_pdf: Draw, typeset_scan: Draw) -> None:
    pdf, drawn = typeset_pdf("one", (ONE_PAGE,), LAYOUT)
    path, truth = typeset_scan(pdf, drawn, condition, 1)
    records = read(path)
    fields = judge(truth, records)
    assert records.document.ocr_pages == 1
    assert share(fields, "right") >= FIELD_FLOOR.get(condition, DEFAULT_FLOOR), wrong_ones(fields)
    assert share(fields, "silent") <= SILENT_CEILING, wrong_ones(fields)


def test_a_landscape_form_is_read(typeset_pdf: Draw, typeset_scan: Draw) -> None:
    pdf, drawn = typeset_pdf("landscape", (OTHER,), replace(LAYOUT, paper="landscape", size=9.0))
    path, truth = typeset_scan(pdf, drawn, "skew", 2)
    fields = judge(truth, read(path))
    assert share(fields, "right") >= DEFAULT_FLOOR, wrong_ones(fields)


def test_pages_with_another_skew_and_scale_each_make_one_form(typeset_pdf: Draw, typeset_scan: Draw) -> None:
    form = random_form(103, has_nature=True, rows=13, placeholders=False)
    pdf, drawn = typeset_pdf("long", (form,), replace(LAYOUT, size=10.5, breaks="word"))
    assert drawn.pages == 2
    path, truth = typeset_scan(pdf, drawn, "uneven_feed", 1)
    records = read(path)
    fields = judge(truth, records)
    assert len(records.forms) == 1
    assert share(fields, "right") >= DEFAULT_FLOOR, wrong_ones(fields)


def test_a_scanned_page_stands_among_text_pages(typeset_pdf: Draw, typeset_scan: Draw) -> None:
    pdf, drawn = typeset_pdf("two", (OTHER, ONE_PAGE), LAYOUT)
    path, truth = typeset_scan(pdf, drawn, "scan_in_text", 1)
    records = read(path)
    fields = judge(truth, records)
    assert (records.document.text_pages, records.document.ocr_pages) == (1, 1)
    assert all(j.right for j in fields if j.form_no == 1), wrong_ones(fields)
    assert share(fields, "right") >= DEFAULT_FLOOR, wrong_ones(fields)


def test_boxes_of_a_turned_scan_lie_on_the_page_as_it_is_shown(typeset_pdf: Draw, typeset_scan: Draw) -> None:
    pdf, drawn = typeset_pdf("one", (ONE_PAGE,), LAYOUT)
    path, _ = typeset_scan(pdf, drawn, "turned_90", 1)
    boxes = [c for c in read(path).cells if c.x0 is not None]
    assert boxes
    assert all(-2 <= c.x0 <= c.x1 <= 844 and -2 <= c.y0 <= c.y1 <= 597 for c in boxes)  # type: ignore[operator]
