"""Links, duplicates and findings of sets are published with the documents they are about, and follow every change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.assess import score_records
from pipeline.dataset.documents import DocumentRecords
from pipeline.records import DocumentRow, FormRow
from pipeline.storage.publish import PublishedDocument, publish
from pipeline.storage.store import ResultStore
from tests.scoring.support import cells_of, row, small_form


def document(letter: str, **changes: object) -> DocumentRecords:
    """One document with one form."""
    document_id = letter * 64
    form_id = f"{document_id}-001"
    target, actual = changes.pop("target", "≥120家"), changes.pop("actual", "125家")
    source = small_form(row(str(target), str(actual), level3="服务企业数量"))
    form: FormRow = replace(source.form, form_id=form_id, document_id=document_id, file_name=f"{letter}.pdf", **changes)
    read = replace(
        source,
        form=form,
        funds=tuple(replace(fund, form_id=form_id) for fund in source.funds),
        indicators=tuple(replace(one, form_id=form_id, target_base_value=None) for one in source.indicators),
    )
    records = DocumentRecords(
        DocumentRow(
            document_id=document_id,
            file_name=f"{letter}.pdf",
            source_path=f"in/{letter}.pdf",
            status="ok",
            form_count=1,
            pipeline_version="0",
        ),
        forms=(form,),
        funds=read.funds,
        indicators=read.indicators,
        cells=tuple(cells_of(read)),
    )
    return score_records(records)


class Dataset:
    """An output folder into which documents are put and published."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.store = ResultStore(out / ".store" / "results")
        self.documents: dict[str, PublishedDocument] = {}

    def put(self, *records: DocumentRecords) -> None:
        for one in records:
            header = self.store.write(one, "test", 1)
            self.documents[header.document_id] = PublishedDocument(
                header.document_id, header.digest, (one.document.source_path,)
            )
        self.publish()

    def publish(self) -> None:
        publish(self.out, self.store, [self.documents[key] for key in sorted(self.documents)], accept_shrink=True)

    def rows(self, table: str) -> list[dict[str, object]]:
        found: list[dict[str, object]] = pq.read_table(self.out / table).to_pylist()
        return found


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return Dataset(tmp_path / "out")


def test_a_form_in_a_second_file_repeats_the_first_and_says_where_they_differ(dataset: Dataset) -> None:
    dataset.put(document("a"), document("b", actual="131家"))
    marks = {form["file_name"]: form["duplicate_of"] for form in dataset.rows("forms")}
    assert marks == {"a.pdf": None, "b.pdf": f"{'a' * 64}-001"}
    (finding,) = [one for one in dataset.rows("findings") if one["code"] == "editions_differ"]
    cells = {(c["form_id"], c["table"], c["row_no"], c["field"]): c for c in dataset.rows("cells")}
    cell = cells[finding["form_id"], finding["table"], finding["row_no"], finding["field"]]
    assert cell["text"] == "131家"
    assert [finding[name] for name in ("page", "x0", "y1")] == [cell[name] for name in ("page", "x0", "y1")]


def test_targets_and_the_year_before_are_linked(dataset: Dataset) -> None:
    dataset.put(document("a"), document("b", form_kind="target"), document("c", year=2023))
    links = {(link["form_id"][0], link["other_form_id"][0], link["relation"]) for link in dataset.rows("links")}
    assert links == {("a", "b", "target"), ("a", "c", "previous_year")}


def test_a_document_that_is_gone_takes_its_links_along(dataset: Dataset) -> None:
    dataset.put(document("a"), document("b", form_kind="target"))
    del dataset.documents["b" * 64]
    dataset.publish()
    assert dataset.rows("links") == []


def test_a_document_that_is_read_anew_is_compared_anew(dataset: Dataset) -> None:
    dataset.put(document("a"), document("b"))
    assert [form["duplicate_of"] for form in dataset.rows("forms")] == [None, f"{'a' * 64}-001"]
    dataset.put(document("b", project_name="另一件事"))
    assert [form["duplicate_of"] for form in dataset.rows("forms")] == [None, None]


def test_what_is_published_does_not_depend_on_what_was_kept(dataset: Dataset, tmp_path: Path) -> None:
    records = document("a"), document("b", actual="131家"), document("c", year=2023)
    for one in records:
        dataset.put(one)
    fresh = Dataset(tmp_path / "fresh")
    fresh.put(*records)
    for table in ("forms", "findings", "links"):
        one, other = (next((d.out / table).resolve().glob("*.parquet")).read_bytes() for d in (dataset, fresh))
        assert one == other, table


def test_a_damaged_file_of_facts_is_begun_anew(dataset: Dataset) -> None:
    dataset.put(document("a"))
    (kept,) = (dataset.out / ".store").glob("sets-*.sqlite")
    kept.write_bytes(b"no database at all" * 100)
    dataset.put(document("b"))
    assert [form["duplicate_of"] for form in dataset.rows("forms")] == [None, f"{'a' * 64}-001"]


def told(dataset: Dataset) -> list[tuple[object, ...]]:
    """What is found on forms beside each other, by file and code."""
    return sorted((f["form_id"][0], f["code"]) for f in dataset.rows("findings") if f["code"] in TOGETHER)  # type: ignore[index]


TOGETHER = {"actual_reused", "project_repeated", "weights_uniform", "totals_all_full", "form_copied"}


def test_six_forms_in_six_files_show_together_what_they_show_in_one(dataset: Dataset, tmp_path: Path) -> None:
    text = "按照合同约定完成了全部服务内容并通过验收"
    apart = [document(letter, project_name=f"{letter}项", actual_goal=text) for letter in "abcdef"]
    dataset.put(*apart)
    found = told(dataset)
    assert [code for _, code in found].count("actual_reused") == 6
    assert [code for _, code in found].count("totals_all_full") == 1
    assert [code for _, code in found].count("weights_uniform") == 1
    whole = Dataset(tmp_path / "whole")
    whole.put(bind(apart))
    assert [code for _, code in told(whole)] == sorted(code for _, code in found)


def bind(documents: list[DocumentRecords]) -> DocumentRecords:
    """The forms of several documents as one document."""
    first = documents[0]
    document_id = first.document.document_id
    renamed = []
    for number, one in enumerate(documents, 1):
        form_id = f"{document_id}-{number:03d}"
        renamed.append(
            {
                "forms": [replace(one.forms[0], form_id=form_id, document_id=document_id, form_no=number)],
                "funds": [replace(row, form_id=form_id) for row in one.funds],
                "indicators": [replace(row, form_id=form_id) for row in one.indicators],
                "cells": [replace(row, form_id=form_id) for row in one.cells],
            }
        )
    tables = {name: tuple(row for one in renamed for row in one[name]) for name in renamed[0]}
    return score_records(replace(first, document=replace(first.document, form_count=len(documents)), **tables))


def test_forms_whose_division_is_not_known_belong_to_the_only_department_of_their_name(dataset: Dataset) -> None:
    known = [document(letter, project_name=f"{letter}项", district_code="110112") for letter in "abc"]
    lost = [document(letter, project_name=f"{letter}项", district=None, district_code=None) for letter in "def"]
    dataset.put(*known, *lost)
    assert [code for _, code in told(dataset)].count("totals_all_full") == 1
    (finding,) = [f for f in dataset.rows("findings") if f["code"] == "totals_all_full"]
    assert "6 个表" in str(finding["message"])
    dataset.put(document("g", project_name="g项", district_code="110106", district="丰台区"))
    assert "totals_all_full" not in {code for _, code in told(dataset)}, "now it may be either"


def test_targets_that_name_no_department_belong_to_the_one_that_has_the_project(dataset: Dataset) -> None:
    dataset.put(document("a"), document("b", form_kind="target", department=None))
    assert [link["other_form_id"][0] for link in dataset.rows("links")] == ["b"]
    dataset.put(document("c", department="另一局"))
    assert dataset.rows("links") == [], "now two departments have such a project"
