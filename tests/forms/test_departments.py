"""Departments in one spelling."""

from __future__ import annotations

import pytest

from pipeline.forms.departments import department_key, department_words


@pytest.mark.parametrize(
    ("printed", "key"),
    [
        ("大英县司法局部门", "司法局"),
        ("大英县司法局", "司法局"),
        ("219-大英县司法局（本级）", "司法局"),
        ("县司法局", "司法局"),
        ("219001-池州市贵池区棠溪镇人民政府", "棠溪镇人民政府"),
        ("通州区经信局", "经济和信息化局"),
        ("北京市通州区经济和信息化局", "经济和信息化局"),
        ("某市市场监督管理局", "某市市场监督管理局"),
        ("黄石市市场监管局", "市场监督管理局"),
        ("区卫生健康局", "卫生健康局"),
        ("市场监管局", "市场监督管理局"),
        ("", None),
        (None, None),
    ],
)
def test_one_department_has_one_key(printed: str | None, key: str | None) -> None:
    assert department_key(printed) == key


def test_a_name_written_out_is_its_own_key() -> None:
    assert all(department_key(name) == name for name in department_words().short.values())
