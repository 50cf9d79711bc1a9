"""What holds for every number, unit and text."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import cn2an
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.units import ValueContext, parse_amount, parse_number, parse_rate, parse_value
from pipeline.units.measures import read_measure
from pipeline.units.numerals import parse_numeral
from pipeline.units.words import unit_words, value_words
from tests.examples import examples

COUNTERS = sorted(set(unit_words().counters))
UNITS = [unit.name for unit in unit_words().units]
SIGNS = {"≥": ">=", "≤": "<=", "=": "=", ">": ">", "<": "<", "": None}
numbers = st.decimals(min_value=0, max_value=10**9, places=4, allow_nan=False, allow_infinity=False)
CHARACTERS = (
    "0123456789.,，-—/%％≥≤<>=（）()。；：、 \u200b\n年月日时分天个家人次元万亿千百十一二三两半约近余内以上下前至到优良"
)
WORDS = "万元 百分之 不少于 不超过 2024年 12月 季度 以上 完成 指标1： 优良中低差 第 × ٣ ² ①"
pieces = st.sampled_from([*CHARACTERS, *WORDS.split()])
hostile = st.lists(pieces, max_size=12).map("".join) | st.text(max_size=60)
contexts = st.builds(
    ValueContext,
    role=st.sampled_from(["target", "actual"]),
    sign=st.sampled_from([None, "≥", "≤", "=", "定性", ""]),
    unit=st.sampled_from([None, "", "%", "万元", "月", "年", "分", "其他", "坨"]),
    indicator=st.sampled_from(["", "支出进度", "服务期限", "支出金额", "满意度", "响应时间"]),
    level2_code=st.sampled_from([None, "output.quantity", "output.timeliness", "cost.economic", "satisfaction.served"]),
    year=st.sampled_from([None, 2024]),
)


def printed(number: Decimal) -> str:
    return format(number.normalize(), "f")


@given(numbers, st.sampled_from(COUNTERS), st.sampled_from(sorted(SIGNS)))
def test_a_printed_count_is_read_back(number: Decimal, counter: str, sign: str) -> None:
    value = parse_value(f"{sign}{printed(number)}{counter}", ValueContext("target"))
    assert (value.base_value, value.base_unit, value.comparator) == (number, counter, SIGNS[sign])


@given(numbers, st.sampled_from(["万元", "元", "亿元", "千元"]))
def test_printed_money_is_read_back_to_the_last_digit(number: Decimal, unit: str) -> None:
    factor = {"万元": 10**4, "元": 1, "亿元": 10**8, "千元": 10**3}[unit]
    value = parse_value(f"{printed(number)}{unit}", ValueContext("target"))
    assert value.base_value == number * factor
    assert parse_amount(f"{number:,f}", unit) in {number * factor, None}


@given(st.sampled_from(UNITS), st.decimals(-(10**9), 10**9, places=6, allow_nan=False, allow_infinity=False))
def test_units_convert_there_and_back_exactly(unit: str, number: Decimal) -> None:
    measure = read_measure(unit)
    assert measure is not None
    assert measure.from_base(measure.to_base(number)) == number


@given(st.sampled_from(COUNTERS), st.sampled_from(COUNTERS))
def test_counters_are_never_converted_into_each_other(one: str, other: str) -> None:
    first, second = read_measure(one), read_measure(other)
    assert first is not None
    assert second is not None
    assert first.to_base(Decimal(7)) == 7
    assert (first.base == second.base) == (one == other)


@given(st.integers(min_value=0, max_value=10**12))
def test_chinese_numerals_mean_what_cn2an_says(number: int) -> None:
    assert parse_numeral(cn2an.an2cn(number, "low")) == number or number < 10


@given(st.integers(min_value=1, max_value=99_999), st.integers(min_value=1, max_value=99))
def test_chinese_decimals_are_exact(whole: int, cents: int) -> None:
    number = Decimal(f"{whole}.{cents:02d}")
    spelled = cn2an.an2cn(str(number), "low")
    assert parse_numeral(spelled) == number


@pytest.mark.parametrize("text", ["一百五", "2万5", "二三十", "十百", "一点", "万", "1.2.3", "一万零零五", "两两百"])
def test_numerals_that_depend_on_the_ear_are_not_guessed(text: str) -> None:
    assert parse_numeral(text) is None


@pytest.mark.slow
@given(hostile, contexts, st.none() | hostile)
@settings(max_examples=examples(600))
def test_no_text_raises_and_every_flag_is_described(text: str, context: ValueContext, target: str | None) -> None:
    asked = None if target is None else parse_value(target, context)
    value = parse_value(text, replace(context, target=asked, target_raw=target))
    assert {flag.split(":")[0] for flag in value.flags} <= set(value_words().flags)
    if value.kind in {"qualitative", "placeholder"}:
        assert value.value is None
    parse_amount(text, "万元")
    parse_number(text)
    parse_rate(text)


@given(st.lists(st.sampled_from("0123456789.,%-"), min_size=1, max_size=9).map("".join))
def test_a_number_is_read_from_digits_only_where_they_form_one(text: str) -> None:
    value = parse_value(text, ValueContext("target"))
    if value.kind == "quantitative" and not {"range", "number_inside_sentence"} & set(value.flags):
        assert value.value == Decimal(text.rstrip("%.,").replace(",", ""))
