"""The rows of a document on their way: they cross from a worker as they are, and rows that do not fit are refused."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.dataset.columns import KEYS, table_columns
from pipeline.dataset.documents import DocumentRecords, check_records, decode_records, encode_records
from pipeline.errors import ReadingFailed
from pipeline.records import Money
from tests.running.stub_reader import make_records

RECORDS = make_records(Path("forms.pdf"), b"forms 2", 2)


def test_records_cross_from_a_worker_with_every_digit() -> None:
    exact = replace(RECORDS.funds[0], weight=Decimal("10.10"), executed_yuan=Money(Decimal("0.123456789")))
    records = replace(RECORDS, funds=(exact, *RECORDS.funds[1:]))
    assert decode_records(encode_records(records)) == records


@pytest.mark.parametrize("nonsense", [b"", b"[]", b"{}", b'{"documents": [{}]}', b"\xff\xfe", b"null"])
def test_nonsense_from_a_worker_is_a_failed_reading(nonsense: bytes) -> None:
    with pytest.raises(ReadingFailed):
        decode_records(nonsense)


def test_rows_that_would_break_the_dataset_are_refused() -> None:
    stray = replace(RECORDS.indicators[0], form_id="of another document")
    for broken in (
        replace(RECORDS, indicators=RECORDS.indicators * 2),
        replace(RECORDS, indicators=(stray,)),
        replace(RECORDS, document=replace(RECORDS.document, form_count=7)),
        replace(RECORDS, document=replace(RECORDS.document, document_id="another")),
    ):
        with pytest.raises(ReadingFailed, match="report this file"):
            check_records(broken)
    check_records(RECORDS)
    check_records(DocumentRecords(replace(RECORDS.document, form_count=0)))


def test_keys_are_columns() -> None:
    for table, key in KEYS.items():
        assert set(key) <= {column.name for column in table_columns(table)}
