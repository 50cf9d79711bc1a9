"""A form that stands in two files is one form, and where the two differ it is said in what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.scoring.sets.compare import compare_department
from pipeline.scoring.sets.duplicates import find_duplicates
from pipeline.scoring.sets.facts import FormFacts, decode_facts, encode_facts
from tests.scoring.support_sets import form_facts, indicator_facts

ROWS = tuple(
    indicator_facts(no, name, 10.0 * no) for no, name in enumerate(("走访企业", "培训人数", "发放手册", "开展活动"), 1)
)
MONEY = {"initial": 300000.0, "annual": 300000.0, "executed": 285000.0}


def pdf(**changes: object) -> FormFacts:
    facts: dict[str, object] = {"project": "服务平台运维", "file_name": "a.pdf", "indicators": ROWS, **MONEY}
    return form_facts("a-001", **facts | changes)


def word(**changes: object) -> FormFacts:
    facts: dict[str, object] = {"project": "2024年服务平台运维", "file_name": "b.docx", "indicators": ROWS, **MONEY}
    return form_facts("b-001", **facts | changes)


def test_a_form_in_two_files_is_one_form() -> None:
    assert find_duplicates([pdf(), word()]) == {"b-001": "a-001"}
    assert find_duplicates([word(), pdf()]) == {"b-001": "a-001"}


def test_the_surer_reading_counts_and_a_correction_before_it() -> None:
    assert find_duplicates([pdf(trust=3), word()]) == {"a-001": "b-001"}
    assert find_duplicates([pdf(trust=3, file_name="自评表（更正）.pdf"), word()]) == {"b-001": "a-001"}


def test_the_same_code_under_another_name_is_the_same_form() -> None:
    renamed = word(project="平台维护费", code="11011224T01")
    assert find_duplicates([pdf(code="11011224T01"), renamed]) == {"b-001": "a-001"}


@pytest.mark.parametrize(
    "other",
    [
        word(year=2023),
        word(kind="target"),
        word(unit="另一单位"),
        word(document_id="a"),
        word(code="11011224T02"),
        word(project="服务平台运维二期"),
        word(annual=990000.0, indicators=(indicator_facts(1, "别的事", 3),)),
    ],
)
def test_what_looks_alike_and_is_another_form(other: FormFacts) -> None:
    assert find_duplicates([pdf(code="11011224T01"), other]) == {}


def test_three_files_all_lead_to_the_one_that_counts() -> None:
    third = replace(word(), form_id="c-001", document_id="c", file_name="c.pdf")
    assert find_duplicates([third, word(), pdf()]) == {"b-001": "a-001", "c-001": "a-001"}


def test_two_editions_that_differ_say_in_what() -> None:
    changed = (*ROWS[:3], replace(ROWS[3], actual_raw="99个", actual=99.0))
    together = compare_department([pdf(), word(executed=270000.0, indicators=changed)])
    assert together.duplicates == {"b-001": "a-001"}
    (finding,) = together.findings
    assert (finding.code, finding.form_id, finding.status) == ("editions_differ", "b-001", "potential")
    assert (finding.table, finding.row_no, finding.field) == ("fund", 1, "executed_raw")
    assert set(finding.evidence) == {"fund:1:executed_raw", "indicator:4:actual_raw"}
    assert "第 4 行实际完成值“99个”，彼为“40个”" in finding.message


def test_two_editions_that_say_the_same_give_no_finding() -> None:
    assert compare_department([pdf(), word()]).findings == ()


def test_what_was_not_read_for_certain_makes_a_difference_suspect() -> None:
    scanned = word(executed=270000.0, doubted=("fund:1:executed_raw",), trust=0)
    (finding,) = compare_department([pdf(), scanned]).findings
    assert finding.status == "extraction_suspect"


def test_rows_of_one_name_are_told_apart_by_their_order() -> None:
    twice = (ROWS[0], replace(ROWS[0], row_no=2, target_raw="≥3个", target=3.0), *ROWS[2:])
    assert compare_department([pdf(indicators=twice), word(indicators=twice)]).findings == ()


def test_a_form_that_repeats_another_is_compared_with_nothing_else() -> None:
    targets = form_facts("t-001", kind="target", project="服务平台运维", indicators=ROWS, annual=300000.0)
    together = compare_department([pdf(), word(), targets])
    assert [(row.form_id, row.other_form_id) for row in together.links] == [("a-001", "t-001")]


def test_facts_survive_being_kept() -> None:
    form = pdf(doubted=("fund:1:executed_raw",))
    assert decode_facts(encode_facts(form)) == form
    assert decode_facts(encode_facts(form), "new.pdf").file_name == "new.pdf"
