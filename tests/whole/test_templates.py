"""Forms of other templates, and with the liberties that typists take, are read exactly from PDF and Word."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.dataset.documents import DocumentRecords
from pipeline.read import read_document
from pipeline.settings import ReadSettings
from tests.typeset import FormFacts, Layout, Truth, draw_docx, draw_pdf, random_document, random_layout
from tests.typeset.compare import strict, wrong
from tests.typeset.liberties import LIBERTIES, keep_funds
from tests.typeset.sheet import Sheet, lay_out
from tests.typeset.templates import TEMPLATES, publish

pytestmark = pytest.mark.usefixtures("fonts")

Published = tuple[FormFacts, Sheet]


def read_as_pdf(published: Sequence[Published], layout: Layout, folder: Path) -> tuple[Truth, DocumentRecords]:
    """Draw forms as a text PDF and read it."""
    facts, sheets = zip(*published, strict=True)
    truth = draw_pdf(facts, layout, folder / "form.pdf", sheets)
    return truth, read_document(folder / "form.pdf", ReadSettings())


def read_as_word(published: Sequence[Published], layout: Layout, folder: Path) -> tuple[Truth, DocumentRecords]:
    """Draw forms as a Word file and read it."""
    facts, sheets = zip(*published, strict=True)
    truth = draw_docx(facts, layout, folder / "form.docx", 1, sheets)
    return truth, read_document(folder / "form.docx", ReadSettings())


READERS = (read_as_pdf, read_as_word)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", LIBERTIES)
def test_a_liberty_changes_nothing_that_is_said(name: str, reader: object, tmp_path: Path) -> None:
    layout = random_layout(81, breaks="browser")
    forms = [(form, LIBERTIES[name](lay_out(form, layout), form, layout)) for form in random_document(81, 2)]

    assert wrong(*reader(forms, layout, tmp_path), strict) == []  # type: ignore[operator]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", TEMPLATES)
def test_a_form_of_another_province_is_read_exactly(name: str, reader: object, tmp_path: Path) -> None:
    layout = random_layout(82, breaks="word")
    published = [publish(name, form, layout) for form in random_document(82, 2)]
    truth, records = reader(published, layout, tmp_path)  # type: ignore[operator]

    assert wrong(truth, records, strict) == []
    assert not {f.code for f in records.findings} & {"unknown_label", "fund_parts_blank", "fund_parts_not_total"}


@pytest.mark.parametrize("keep", [1, 2, 3])
def test_fund_rows_that_a_form_does_not_have_are_null(keep: int, tmp_path: Path) -> None:
    layout = random_layout(83)
    truth, records = read_as_pdf([keep_funds(form, layout, keep) for form in random_document(83, 1)], layout, tmp_path)

    assert wrong(truth, records, strict) == []
    assert [fund.executed_raw is None for fund in records.funds] == [at >= keep for at in range(4)]
