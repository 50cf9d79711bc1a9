"""Tables are what the record types say, and what goes in comes out."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import jsonschema
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import TABLES, DocumentRow, FundRow, IndicatorRow, Money
from pipeline.storage.arrow import encode_vocabularies, published_schema, rows_to_table, table_to_rows
from pipeline.storage.schema_files import schema_files, table_schema
from tests.places import ROOT
from tests.running.stub_reader import make_records

RECORDS = make_records(Path("forms.pdf"), b"forms 2", 2)


@pytest.mark.parametrize("table", TABLES)
def test_every_column_says_what_it_holds(table: str) -> None:
    for field in published_schema(table):
        assert field.metadata[b"description"]


def test_types_are_those_of_the_contract() -> None:
    funds, indicators = published_schema("funds"), published_schema("indicators")
    assert funds.field("annual_budget_yuan").type == pa.decimal128(20, 4)
    assert funds.field("annual_budget_yuan").metadata[b"unit"] == "元".encode()
    assert funds.field("fund_type").type == pa.dictionary(pa.int32(), pa.string())
    assert funds.field("score").type == pa.float64()
    assert indicators.field("target_flags").type == pa.list_(pa.field("item", pa.string(), nullable=False))
    assert published_schema("documents").field("extracted_at").type == pa.timestamp("us", tz="UTC")


@pytest.mark.parametrize("table", TABLES)
def test_rows_come_back_from_a_published_table(table: str) -> None:
    rows = RECORDS.rows(table)
    assert table_to_rows(table, encode_vocabularies(table, rows_to_table(table, rows))) == rows


@given(
    st.decimals(min_value=-(10**15), max_value=10**15, places=4),
    st.lists(st.text(st.characters(exclude_categories=["Cs"]))),
    st.datetimes(timezones=st.just(UTC)),
    st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]))),
)
def test_values_come_back_as_they_went(amount: Decimal, flags: list[str], when: datetime, text: str | None) -> None:
    fund = FundRow(form_id="f", row_no=1, fund_type="total", executed_yuan=Money(amount), score_raw=text)
    line = IndicatorRow(form_id="f", row_no=1, target_raw=text, target_flags=tuple(flags))
    document = DocumentRow(
        document_id="d", file_name="d", source_path="d", status="ok", pipeline_version="1", extracted_at=when
    )
    for table, row in (("funds", fund), ("indicators", line), ("documents", document)):
        assert table_to_rows(table, rows_to_table(table, [row])) == (row,)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_comes_back_in_its_shortest_form(number: float) -> None:
    row = FundRow(form_id="f", row_no=1, fund_type="total", weight=Decimal(repr(number)))
    assert table_to_rows("funds", rows_to_table("funds", [row])) == (row,)


def test_money_is_rounded_at_the_fourth_place_only_when_it_is_written() -> None:
    row = FundRow(form_id="f", row_no=1, fund_type="total", executed_yuan=Money(Decimal("1.00005")))
    assert rows_to_table("funds", [row]).column("executed_yuan").to_pylist() == [Decimal("1.0000")]


def test_the_schema_files_are_current() -> None:
    folder = ROOT / "schemas" / "tables"
    on_disk = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert on_disk == schema_files(), "run `make schemas`"


@pytest.mark.parametrize("table", TABLES)
def test_rows_fit_their_json_schema(table: str) -> None:
    schema = table_schema(table)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for row in rows_to_table(table, RECORDS.rows(table)).to_pylist():
        validator.validate(
            json.loads(
                json.dumps(row, default=lambda value: float(value) if isinstance(value, Decimal) else str(value))
            )
        )
