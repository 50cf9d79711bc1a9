"""What only shows beside another form: in a department, against the targets, over the years, among peers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipeline.records import FindingRow
from pipeline.scoring import finding_kinds
from pipeline.scoring.sets.compare import compare_department
from pipeline.scoring.sets.facts import FormFacts
from pipeline.scoring.sets.peers import Peer, find_outliers, is_comparable
from tests.scoring.support_sets import form_facts, indicator_facts

NAMES = ("走访企业", "培训人数", "发放手册", "开展活动", "检查次数")


def rows(*targets: float, names: tuple[str, ...] = NAMES) -> tuple[Any, ...]:
    return tuple(indicator_facts(no, names[no - 1], target) for no, target in enumerate(targets, 1))


def found(*forms: FormFacts) -> dict[str, FindingRow]:
    findings = compare_department(forms).findings
    for finding in findings:
        kind = finding_kinds()[finding.code]
        assert (finding.severity, kind.status) == (kind.severity, "potential")
    return {finding.code: finding for finding in findings}


def project(number: int, **changes: Any) -> FormFacts:
    own: dict[str, Any] = {"project": f"{'甲乙丙丁戊己'[number]}事", "file_name": f"{number}.pdf"}
    return form_facts(f"p{number}-001", **own | changes)


def test_a_department_whose_totals_are_all_full() -> None:
    full = [project(n, total_score=100.0) for n in range(5)]
    assert found(*full)["totals_all_full"].form_id == "p0-001"
    assert "totals_all_full" not in found(*full[:4], project(4, total_score=99.5))
    assert "totals_all_full" not in found(*full[:4])


def test_indicators_copied_from_another_project() -> None:
    one, copy = project(0, indicators=rows(3, 40, 500, 6)), project(1, indicators=rows(3, 40, 500, 6, 7))
    finding = found(one, copy)["form_copied"]
    assert (finding.form_id, finding.table) == ("p1-001", None)
    assert float(finding.difference or 0) == pytest.approx(0.8)
    other = project(1, indicators=rows(3, 41, 501, 6))
    assert "form_copied" not in found(one, other)
    assert "form_copied" not in found(project(0, indicators=rows(3, 40)), project(1, indicators=rows(3, 40)))


TEXT = "按照合同约定完成了全部服务内容并通过验收"


def test_a_text_that_three_forms_share_is_reported_on_each() -> None:
    shared = [project(n, actual_goal=TEXT) for n in range(3)]
    findings = [f for f in compare_department(shared).findings if f.code == "actual_reused"]
    assert [f.form_id for f in findings] == ["p0-001", "p1-001", "p2-001"]
    assert findings[0].message == f"“{TEXT[:20]}…”在 3 个表中相同，另见1.pdf 第 1 表、2.pdf 第 1 表"
    assert "actual_reused" not in found(*shared[:2]), "two may say the same"
    last_year = project(2, actual_goal=TEXT, year=2023)
    assert "actual_reused" not in found(*shared[:2], last_year)


def test_an_actual_that_three_forms_share_is_reported_on_its_row() -> None:
    said = (indicator_facts(4, "走访企业", None, actual_raw=TEXT),)
    findings = compare_department([project(n, indicators=said) for n in range(3)]).findings
    assert [(f.row_no, f.field) for f in findings if f.code == "actual_reused"] == [(4, "actual_raw")] * 3


def test_the_same_project_twice_is_reported_on_the_second_form() -> None:
    rows_of = (rows(3, 40, 500, 6), rows(9, 8, 7, 5, names=("甲", "乙", "丙", "丁")))
    twice = [project(n, project="网站 运维", annual=float(n + 1), indicators=rows_of[n]) for n in (0, 1)]
    assert found(*twice)["project_repeated"].form_id == "p1-001"
    assert "project_repeated" not in found(twice[0], replace(twice[1], year=2023))
    schools = [replace(form, unit=f"第{n}小学") for n, form in enumerate(twice)]
    assert "project_repeated" not in found(*schools), "each has a project of that name"


def test_a_department_whose_weights_never_vary_is_reported_once() -> None:
    forms = [project(n, indicators=rows(3, 40)) for n in range(5)]
    finding = found(*forms)["weights_uniform"]
    assert (finding.form_id, "（20）" in finding.message) == ("p0-001", True)
    assert "weights_uniform" not in found(*forms[:4], project(4, indicators=rows(3, 40, 5)))


def test_one_count_with_two_numbers() -> None:
    def counted(actual: float) -> tuple[Any, ...]:
        return (indicator_facts(1, "全区规模以上企业数量", 120, actual=actual, actual_raw=f"{actual:g}个"),)

    finding = found(project(0, indicators=counted(125)), project(1, indicators=counted(131)))["indicator_contradicts"]
    assert (finding.form_id, finding.row_no, finding.field) == ("p1-001", 1, "actual_raw")
    assert "indicator_contradicts" not in found(
        project(0, indicators=counted(125)), project(1, indicators=counted(125))
    )
    own = (indicator_facts(1, "全区规模以上企业数量", 90, actual=95, actual_raw="95个"),)
    assert "indicator_contradicts" not in found(project(0, indicators=counted(125)), project(1, indicators=own))


def test_projects_against_the_departments_own_form() -> None:
    projects = [project(0, executed=100000.0), project(1, executed=200000.0)]
    whole = form_facts("w-001", kind="department", project="某局", project_spending=500000.0)
    finding = found(*projects, whole)["projects_differ_from_department"]
    assert (finding.form_id, finding.amount_yuan) == ("w-001", 200000)
    assert "projects_differ_from_department" not in found(*projects, replace(whole, project_spending=300000.0))


def pair(before: tuple[Any, ...], after: tuple[Any, ...], **changes: Any) -> tuple[FormFacts, FormFacts]:
    """A form of targets and the self-evaluation of the same project."""
    targets = form_facts("t-001", kind="target", project="走访", indicators=before, annual=300000.0, file_name="t.pdf")
    own: dict[str, Any] = {"initial": 300000.0}
    return targets, form_facts("p-001", project="走访", indicators=after, file_name="p.pdf", **own | changes)


KINDS: list[tuple[str, tuple[FormFacts, ...], tuple[FormFacts, ...]]] = [
    ("target_lowered", pair(rows(10), rows(8)), pair(rows(10), rows(12))),
    (
        "target_lowered",
        pair(
            (indicator_facts(1, "投诉件数", 5, comparator="<="),), (indicator_facts(1, "投诉件数", 9, comparator="<="),)
        ),
        pair(
            (indicator_facts(1, "投诉件数", 5, comparator="<="),), (indicator_facts(1, "投诉件数", 3, comparator="<="),)
        ),
    ),
    ("indicator_dropped", pair(rows(10, 20), rows(10)), pair(rows(10, 20), rows(10, 20))),
    ("indicator_added", pair(rows(10), rows(10, 20)), pair(rows(10, 20), rows(10, 20))),
    (
        "points_moved",
        pair(rows(10), (indicator_facts(1, "走访企业", 10, weight=20.0),)),
        pair((indicator_facts(1, "走访企业", 10, weight=None),), rows(10)),
    ),
    ("budget_differs_from_target", pair(rows(10), rows(10), initial=250000.0), pair(rows(10), rows(10))),
]


@pytest.mark.parametrize(("code", "changed", "same"), KINDS)
def test_what_was_set_against_what_was_evaluated(
    code: str, changed: tuple[FormFacts, ...], same: tuple[FormFacts, ...]
) -> None:
    assert found(*changed)[code].form_id == "p-001"
    assert code not in found(*same)


def test_an_indicator_under_nearly_the_same_name_is_neither_dropped_nor_added() -> None:
    codes = found(*pair((indicator_facts(1, "走访重点企业数量", 9),), (indicator_facts(1, "走访企业数量", 9),)))
    assert not {"indicator_dropped", "indicator_added"} & set(codes)
    other = found(*pair((indicator_facts(1, "一季度走访", 9),), (indicator_facts(1, "二季度走访", 9),)))
    assert {"indicator_dropped", "indicator_added"} <= set(other)


def years(before: dict[str, Any], after: dict[str, Any]) -> tuple[FormFacts, FormFacts]:
    last = form_facts("y3-001", year=2023, project="走访", file_name="2023.pdf", **before)
    return last, form_facts("y4-001", year=2024, project="走访", file_name="2024.pdf", **after)


def satisfied(actual: float) -> dict[str, Any]:
    row = indicator_facts(
        1, "群众满意度", 0.9, level="satisfaction.served", target_unit="1", actual_unit="1", actual=actual
    )
    return {"indicators": (row,)}


YEARS: list[tuple[str, tuple[FormFacts, ...], tuple[FormFacts, ...]]] = [
    (
        "target_below_last_actual",
        years({"indicators": (indicator_facts(1, "走访企业", 10, actual=30),)}, {"indicators": rows(12)}),
        years({"indicators": (indicator_facts(1, "走访企业", 10, actual=11),)}, {"indicators": rows(12)}),
    ),
    (
        "more_money_lower_targets",
        years({"indicators": rows(10), "annual": 200000.0}, {"indicators": rows(8), "annual": 260000.0}),
        years({"indicators": rows(10), "annual": 200000.0}, {"indicators": rows(8), "annual": 180000.0}),
    ),
    (
        "text_unchanged",
        years(
            {"actual_goal": "2023年完成全部走访任务，企业反映良好"},
            {"actual_goal": "2024年完成全部走访任务，企业反映良好"},
        ),
        years({"actual_goal": "2023年完成全部走访任务，企业反映良好"}, {"actual_goal": "2024年走访企业120家"}),
    ),
    ("satisfaction_unmoved", years(satisfied(0.965), satisfied(0.965)), years(satisfied(0.965), satisfied(0.968))),
    ("satisfaction_unmoved", years(satisfied(0.965), satisfied(0.965)), years(satisfied(0.95), satisfied(0.95))),
]


@pytest.mark.parametrize(("code", "odd", "sound"), YEARS)
def test_a_year_beside_the_one_before(code: str, odd: tuple[FormFacts, ...], sound: tuple[FormFacts, ...]) -> None:
    assert found(*odd)[code].form_id == "y4-001"
    assert code not in found(*sound)


def test_a_year_is_compared_with_the_one_before_and_no_other() -> None:
    last, form = years({"indicators": (indicator_facts(1, "走访企业", 10, actual=30),)}, {"indicators": rows(12)})
    assert found(replace(last, year=2022), form) == {}


def peers(*values: float) -> list[Peer]:
    return [Peer(f"f{n}-001", 1, "110112", value) for n, value in enumerate(values)]


def test_a_target_far_outside_its_peers_is_a_question() -> None:
    (outlier,) = find_outliers("走访企业", "家", peers(10, 12, 11, 9, 10, 13, 12, 300))
    assert (outlier.peer.value, outlier.median) == (300, 11.5)
    assert outlier.score > 3.5
    assert "中位数为 11.5家" in outlier.message
    assert "须由人判断" in outlier.message


@pytest.mark.parametrize(
    "values",
    [
        (10, 12, 11, 9, 10, 13, 300),
        (10, 12, 11, 9, 10, 13, 12, 25),
        (10, 10, 10, 10, 10, 10, 10, 10),
        (1, 5, 20, 60, 100, 300, 700, 1500),
    ],
)
def test_too_few_peers_a_value_not_far_off_and_peers_that_scatter_are_no_question(values: tuple[float, ...]) -> None:
    assert list(find_outliers("走访企业", "家", peers(*values))) == []


def test_what_one_thing_costs_has_peers_and_what_a_project_costs_has_none() -> None:
    cost: dict[str, Any] = {"level": "cost.economic", "target_unit": "元"}
    assert is_comparable(indicator_facts(1, "人均培训成本", 400.0, **cost))
    assert is_comparable(indicator_facts(1, "培训成本", 400.0, **cost | {"target_raw": "≤400元/人"}))
    assert not is_comparable(indicator_facts(1, "项目总成本", 300000.0, **cost))
    assert not is_comparable(indicator_facts(1, "走访企业"))
