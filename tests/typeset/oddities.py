"""Forms as they should not be but are: pasted blocks, rows without a name, template rows, a missing end."""

from __future__ import annotations

from dataclasses import replace

from .generate import random_form, total_score
from .records import FormFacts, IndicatorFacts


def pasted_form(seed: int) -> FormFacts:
    """Return a form with a block pasted over its rows: fused 二级指标, repeated names, blanks with a weight.

    All in all 100 points; the actual of some rows repeats the weight, the 偏差 column says 完成 throughout.
    """
    form = random_form(seed, has_nature=False, has_deviation=True, placeholders=False, rows=6)
    fused = ("质量指标进度指标", "时效指标成本指标", "经济效益指标服务对象满意度指标数量指标")
    rows: list[IndicatorFacts] = []
    for n, row in enumerate(form.indicators):
        rows.append(replace(row, deviation="完成"))
        if n < len(fused):
            named = IndicatorFacts(
                row.level1, fused[n], "印刷宣传材料6千册。", target="1万册", actual="5", deviation="完成"
            )
            rows += [named, replace(named, level3="", target="", actual=""), replace(named, target="", actual="4.8万")]
    return replace(form, indicators=tuple(rows), project_name=f"宣传材料印制{seed}")


def nameless_form(seed: int) -> FormFacts:
    """Return a form in which the first two rows have weights and no 三级指标."""
    form = random_form(seed, has_deviation=True, placeholders=False)
    bare = [replace(row, level3="") for row in form.indicators[:2]]
    return replace(form, indicators=(*bare, *form.indicators[2:]))


def unfinished_form(seed: int) -> FormFacts:
    """Return a form that breaks off after its fourth indicator row: its end is not in the document."""
    form = random_form(seed, placeholders=False)
    return replace(form, indicators=form.indicators[:4], complete=False)


def dashed_form(seed: int) -> FormFacts:
    """Return a form whose last row was not measured: `-` as actual, 0 points."""
    form = random_form(seed, has_deviation=True, placeholders=False)
    last = replace(form.indicators[-1], actual="-", score="0", deviation="未开展满意度调查")
    changed = replace(form, indicators=(*form.indicators[:-1], last))
    return replace(changed, total_score=total_score(changed))
