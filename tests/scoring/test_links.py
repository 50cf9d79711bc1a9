"""One project in two kinds of forms and two years is found however its name is bent; a sister project never is."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from pipeline.records import LinkRow
from pipeline.scoring.sets.compare import compare_department
from pipeline.scoring.sets.facts import FormFacts
from pipeline.scoring.sets.links import link_forms
from pipeline.scoring.sets.names import core_name, fold_name, likeness, tells_apart
from tests.scoring.support_sets import form_facts, indicator_facts

PLACES = ("滨河", "文昌", "永顺", "梨园", "九棵树", "玉桥", "中仓", "新华", "临河里", "潞源")
THINGS = (
    "道路养护",
    "老旧小区改造",
    "垃圾分类",
    "社区养老驿站",
    "积水点治理",
    "绿化提升",
    "路灯维护",
    "公厕改建",
    "文化活动",
    "河道清淤",
)
ENDINGS = ("项目", "工程", "经费", "专项经费", "工作经费")
INDICATORS = (
    "覆盖社区数量",
    "验收合格率",
    "完成及时率",
    "项目总成本",
    "受益居民人数",
    "居民满意度",
    "巡查次数",
    "整改件数",
)


def bend(name: str, year: int, rng: random.Random) -> str:
    """Write a project's name as another clerk would."""
    ways = (
        lambda: name,
        lambda: f"{year}年{name}",
        lambda: f"{year}年度{name}",
        lambda: f"{name}（{year}年）",
        lambda: name.replace("项目", "") if name.endswith("项目") else f"{name}项目",
        lambda: f"通州区{name}",
        lambda: " ".join((name[:3], name[3:])),
        lambda: f"{name[:-1]}{name[-1]}支出",
        lambda: name.replace("改造", "综合改造").replace("养护", "日常养护"),
        lambda: f"219-{name}",
    )
    return rng.choice(ways)()


def draw_projects(count: int, seed: int) -> tuple[list[FormFacts], set[tuple[str, str]]]:
    """Draw projects over two years and two kinds, codes missing in a third; return the forms and the true pairs."""
    rng = random.Random(seed)
    names = [f"{place}{thing}{rng.choice(ENDINGS)}" for place in PLACES for thing in THINGS]
    names += [f"{name}（{stage}）" for name in names for stage in ("一期", "二期")]
    rng.shuffle(names)
    forms, pairs = [], set()
    for number, name in enumerate(names[:count]):
        code = f"110112{rng.choice((23, 24))}T{number:012d}" if rng.random() > 1 / 3 else ""
        department = f"某局{number % 4}"
        rows = rng.sample(INDICATORS, 5)
        ids = {}
        for year in (2023, 2024):
            amount = float(rng.randint(10, 900) * 10_000)
            for kind in ("target", "project"):
                form_id = f"{kind}{year}-{number:03d}"
                ids[kind, year] = form_id
                shown = code if rng.random() > 0.1 else ""
                forms.append(
                    form_facts(
                        form_id,
                        kind=kind,
                        year=year,
                        department=department,
                        project=bend(name, year, rng),
                        code=shown,
                        annual=amount,
                        initial=amount if kind == "project" else None,
                        indicators=tuple(
                            indicator_facts(no, row, rng.randint(1, 90)) for no, row in enumerate(rows, 1)
                        ),
                    )
                )
        pairs |= {(ids["project", year], ids["target", year]) for year in (2023, 2024)}
        pairs |= {(ids[kind, 2024], ids[kind, 2023]) for kind in ("target", "project")}
    rng.shuffle(forms)
    return forms, pairs


def linked(forms: list[FormFacts]) -> list[LinkRow]:
    groups: dict[str, list[FormFacts]] = {}
    for form in forms:
        groups.setdefault(form.group, []).append(form)
    return [row for members in groups.values() for row in link_forms(members)]


SYNONYMS = (
    ("维护", "养护"),
    ("改造", "改建"),
    ("提升", "整治"),
    ("公厕", "公共厕所"),
    ("治理", "整治"),
    ("老旧小区", "老旧住宅小区"),
)


def reword(name: str, rng: random.Random) -> str:
    """Write a word of a name in another way, in two of five names."""
    pairs = [(a, b) for pair in SYNONYMS for a, b in (pair, pair[::-1]) if a in name]
    return name.replace(*rng.choice(pairs), 1) if pairs and rng.random() < 0.4 else name


def without_some(
    forms: list[FormFacts], pairs: set[tuple[str, str]], rng: random.Random
) -> tuple[list[FormFacts], set[tuple[str, str]]]:
    """Leave out a third of the forms, so that sister projects are left without their own."""
    kept = [form for form in forms if rng.random() > 1 / 3]
    ids = {form.form_id for form in kept}
    return kept, {pair for pair in pairs if ids.issuperset(pair)}


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_names_in_other_words_and_projects_without_their_other_forms_are_told_apart(seed: int) -> None:
    rng = random.Random(seed)
    forms, pairs = draw_projects(200, seed)
    reworded = [replace(form, project=fold_name(reword(form.project_printed, rng))) for form in forms]
    for some, true in ((reworded, pairs), without_some(forms, pairs, rng), without_some(reworded, pairs, rng)):
        found = {(row.form_id, row.other_form_id) for row in linked(some)}
        assert found - true == set(), "precision is 1"
        assert len(found & true) / len(true) >= 0.97


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_hundred_drawn_projects_are_linked_and_no_two_projects_are_one(seed: int) -> None:
    forms, pairs = draw_projects(200, seed)
    found = {(row.form_id, row.other_form_id) for row in linked(forms)}
    assert found - pairs == set(), "precision is 1"
    assert len(found & pairs) / len(pairs) >= 0.97


def test_the_order_of_the_forms_makes_no_difference() -> None:
    forms, _ = draw_projects(40, 4)
    one = compare_department([form for form in forms if form.department == "某局1"])
    other = compare_department([form for form in reversed(forms) if form.department == "某局1"])
    assert one == other


def test_a_link_says_by_what_and_how_surely() -> None:
    facts: dict[str, Any] = {"department": "某局", "indicators": (indicator_facts(1, "覆盖社区数量", 5),)}
    coded = [
        form_facts("a-001", kind="project", project="道路养护", code="11011224T1", **facts),
        form_facts("a-002", kind="target", project="养护道路经费", code="11011224T1", **facts),
    ]
    (row,) = link_forms(coded)
    assert (row.matched_by, row.certainty, row.relation) == ("project_code", 1.0, "target")
    assert row.explanation == "“养护道路经费”（f.pdf 第 1 表）是“道路养护”的绩效目标表：项目代码相同"
    (named,) = link_forms(
        [form_facts("a-001", project="道路养护"), form_facts("a-002", year=2023, project="2023年道路养护")]
    )
    assert (named.matched_by, named.relation) == ("name", "previous_year")
    (near,) = link_forms(
        [
            form_facts("a-001", project="滨河道路日常养护项目", **facts),
            form_facts("a-002", kind="target", project="滨河道路养护", **facts),
        ]
    )
    assert near.matched_by == "similar_name"
    assert 0.5 < near.certainty < 0.98


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("滨河道路养护一期", "滨河道路养护二期"),
        ("东区道路养护", "西区道路养护"),
        ("滨河道路养护", "滨河桥梁养护"),
        ("滨河道路养护", "滨河路灯维护"),
        ("滨河垃圾分类", "临河里垃圾分类"),
        ("第3标段绿化提升", "第4标段绿化提升"),
        ("城镇住房改造", "农村住房改造"),
    ],
)
def test_names_of_sister_projects_are_never_one(one: str, other: str) -> None:
    assert tells_apart(core_name(fold_name(one)), core_name(fold_name(other)))
    rows = (indicator_facts(1, "覆盖社区数量", 5), indicator_facts(2, "验收合格率", 95))
    forms = [
        form_facts("a-001", project=one, indicators=rows),
        form_facts("a-002", kind="target", project=other, indicators=rows),
    ]
    assert link_forms(forms) == []


def test_two_codes_are_two_projects_unless_the_code_is_given_anew_each_year() -> None:
    same_year = [
        form_facts("a-001", project="道路养护", code="11011224T01"),
        form_facts("a-002", kind="target", project="道路养护", code="11011224T02"),
    ]
    assert link_forms(same_year) == []
    new_code = [
        form_facts("a-001", project="道路养护", code="11011224T01"),
        form_facts("a-002", year=2023, project="道路养护", code="11011223T09"),
    ]
    assert [row.matched_by for row in link_forms(new_code)] == ["name"]


def test_a_name_that_fits_two_projects_matches_neither() -> None:
    forms = [
        form_facts("a-001", project="道路养护"),
        form_facts("a-002", kind="target", project="道路养护"),
        form_facts("a-003", kind="target", project="道路养护"),
    ]
    assert link_forms(forms) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2024年度道路养护", "道路养护"),
        ("道路养护（2024年）", "道路养护"),
        ("219-道路 养护", "道路养护"),
        ("51092324T000010263357-道路养护", "道路养护"),
        ("“道路”养护", "道路养护"),
    ],
)
def test_years_codes_and_punctuation_are_no_part_of_a_name(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)
    assert likeness(fold_name(one), fold_name(other)) == 1.0
