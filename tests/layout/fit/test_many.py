"""A page of an office file may hold hundreds of forms: what is looked at for a row of heads are its neighbours."""

from __future__ import annotations

import pytest

from pipeline.layout.fit import bands
from pipeline.layout.fit.texts.runs import Run
from pipeline.layout.fit.texts.stacks import Stack, label_fields
from pipeline.models import Box

FORMS = 100
HEADS = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分")


def test_heads_of_many_forms_are_compared_with_their_neighbours_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [
        Run(text, Box(60.0 * at, 100.0 * form, 60.0 * at + 40, 100.0 * form + 10))
        for form in range(FORMS)
        for at, text in enumerate(HEADS)
    ]
    stacks = [Stack(run.text, run.box, (run,), label_fields(run.text)) for run in runs]
    compared, level_with = [0], bands._level_with

    def counted(box: Box, other: Box) -> bool:
        compared[0] += 1
        return level_with(box, other)

    monkeypatch.setattr(bands, "_level_with", counted)
    heads = bands.find_heads(stacks, runs)
    assert [head.box.y0 for head in heads] == [100.0 * form for form in range(FORMS)]
    assert compared[0] < 10 * FORMS * len(HEADS) ** 2
