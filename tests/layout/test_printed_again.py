"""A form whose first rows are printed again on its next page is one form; another form that begins alike is another."""

from __future__ import annotations

import pytest

from tests.layout.drawing import rows
from tests.layout.test_continuation import FIRST, HEAD, NAME, SECOND, TOTAL, by_row, join

OFFICE = ["主管部门", "某局", "", "", "实施单位", "某中心", "", ""]
FUNDS = [
    ["项目资金", "", "", "年初预算数", "全年预算数", "全年执行数", "分值", "得分"],
    ["", "年度资金总额", "", "100", "100", "90", "10", "9"],
]
OTHER = [FUNDS[0], ["", "年度资金总额", "", "80", "80", "70", "10", "9"]]


@pytest.mark.parametrize(
    "again",
    [[NAME, OFFICE, *FUNDS, HEAD], [NAME, OFFICE, *FUNDS], [NAME, OFFICE], [NAME, ["主管部门", "某局。", *OFFICE[2:]]]],
    ids=["down to the heads", "down to the funds", "the names", "read a little otherwise"],
)
def test_rows_printed_again_on_the_next_page_are_taken_once(again):
    (table,) = join(rows(NAME, OFFICE, *FUNDS, HEAD, FIRST), rows(*again, SECOND, TOTAL))

    assert by_row(table) == [NAME, OFFICE, *FUNDS, HEAD, FIRST, SECOND, TOTAL]


@pytest.mark.parametrize(
    "begins",
    [
        [NAME, OFFICE, *OTHER, HEAD],
        [["项目名称", "另一个公园的改造", *NAME[2:]], OFFICE, *FUNDS, HEAD],
        [NAME, OFFICE, HEAD, *OTHER],
    ],
    ids=["its own funds", "its own name", "its parts in another order"],
)
def test_a_form_that_begins_like_the_unfinished_one_before_is_another(begins):
    tables = join(rows(NAME, OFFICE, *FUNDS, HEAD, FIRST), rows(*begins, SECOND, TOTAL))

    assert len(tables) == 2


def test_a_form_that_has_ended_does_not_go_on():
    form = [NAME, OFFICE, *FUNDS, HEAD]
    assert len(join(rows(*form, FIRST, TOTAL), rows(*form, SECOND, TOTAL))) == 2
