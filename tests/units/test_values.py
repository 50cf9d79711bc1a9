"""What the cells of targets and actuals say, one statement per form of value."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from pipeline.units import Value, ValueContext, parse_value
from pipeline.units.model import Role
from pipeline.units.words import value_words


def row(role: Role, name: str, level2: str | None, sign: str | None = None, unit: str | None = None) -> ValueContext:
    return ValueContext(role, sign, unit, name, None, level2, 2024)


def read(text: str | None, name: str = "", level2: str | None = None, **columns: str | None) -> Value:
    """Read a target."""
    return parse_value(text, row("target", name, level2, **columns))


def answer(text: str | None, target: str, name: str = "", level2: str | None = None, **columns: str | None) -> Value:
    """Read an actual beside its target."""
    context = row("actual", name, level2, **columns)
    return parse_value(text, replace(context, target=read(target, name, level2, **columns), target_raw=target))


@pytest.mark.parametrize(
    ("text", "comparator", "base", "unit"),
    [
        ("≥1000家", ">=", "1000", "家"),
        ("≧９５％", ">=", "0.95", "1"),
        ("$\\geq 95\\%$", ">=", "0.95", "1"),
        (">=90%", ">=", "0.9", "1"),
        ("≥100百分比", ">=", "1", "1"),
        ("不低于1千条", ">=", "1000", "条"),
        ("不少于3个", ">=", "3", "个"),
        ("大于2亿元", ">", "200000000", "元"),
        ("小于100%", "<", "1", "1"),
        ("不超过45万元", "<=", "450000", "元"),
        ("控制在30万元以内", "<=", "300000", "元"),
        ("99%以上", ">=", "0.99", "1"),
        ("200余家", ">", "200", "家"),
        ("二十多万元", ">", "200000", "元"),
        ("3,200万元", None, "32000000", "元"),
        ("12.3亿元", None, "1230000000", "元"),
        ("一点五万元", None, "15000", "元"),
        ("1亿2000万元", None, "120000000", "元"),
        ("百分之五十", None, "0.5", "1"),
        ("二十家", None, "20", "家"),
        ("30万人次", None, "300000", "人次"),
        ("≥600家（次）", ">=", "600", "家次"),
        ("24人/年", None, "24", "人"),
        ("1200㎡", None, "1200", "m2"),
        ("100 Mbps", None, "100", "Mbps"),
        ("2GB", None, "0.001953125", "TB"),
        ("5万美元", None, "50000", "美元"),
        ("= 4", "=", "4", None),
        ("-5%", None, "-0.05", "1"),
        ("12份报告", None, "12", "份"),
        ("≥20（场）", ">=", "20", "场"),
        ("≤100（万元）", "<=", "1000000", "元"),
        ("20场+", ">", "20", "场"),
        ("20+场", ">", "20", "场"),
        ("3000人·次", None, "3000", "人次"),
        ("百余家", ">", "100", "家"),
        ("百分之百", None, "1", "1"),
        ("叁拾伍万元整", None, "350000", "元"),
        ("￥35万元", None, "350000", "元"),
        ("100%（已通过验收）", None, "1", "1"),
    ],
)
def test_a_number_is_read_with_comparator_and_unit(text: str, comparator: str, base: str, unit: str | None) -> None:
    value = read(text)
    assert (value.kind, value.comparator, value.base_value, value.base_unit) == (
        "quantitative",
        comparator,
        Decimal(base),
        unit,
    )


@pytest.mark.parametrize(
    ("text", "base", "unit"),
    [
        ("≤1年", "12", "月"),
        ("≤11个月", "11", "月"),
        ("半年", "6", "月"),
        ("1年6个月", "18", "月"),
        ("一个半月", "1.5", "月"),
        ("365天", "525600", "分钟"),
        ("2小时内", "120", "分钟"),
        ("2小时30分钟", "150", "分钟"),
        ("30秒", "0.5", "分钟"),
        ("3个工作日", "3", "工作日"),
        ("网站页面故障修复不超过4小时", "240", "分钟"),
    ],
)
def test_a_length_of_time_is_a_duration_and_months_are_not_minutes(text: str, base: str, unit: str) -> None:
    value = read(text)
    assert (value.kind, value.base_value, value.base_unit) == ("duration", Decimal(base), unit)


@pytest.mark.parametrize(
    ("text", "comparator", "start", "end"),
    [
        ("2024年6月前", "<=", "2024-06-01", "2024-06-30"),
        ("2024年12月30日前", "<=", "2024-12-30", "2024-12-30"),
        ("≤11月", "<=", "2024-11-01", "2024-11-30"),
        ("当年 11 月底完成", None, "2024-11-01", "2024-11-30"),
        ("按市基金办流程(≤11月)", "<=", "2024-11-01", "2024-11-30"),
        ("2023.08.17-2024.10.17", None, "2023-08-17", "2024-10-17"),
        ("2024年1-12月", None, "2024-01-01", "2024-12-31"),
        ("2024.12.31", None, "2024-12-31", "2024-12-31"),
        ("2024/3/8", None, "2024-03-08", "2024-03-08"),
        ("6月30日前完成", "<=", "2024-06-30", "2024-06-30"),
        ("年底前", "<=", "2024-01-01", "2024-12-31"),
        ("第三季度", None, "2024-07-01", "2024-09-30"),
        ("2月上旬", None, "2024-02-01", "2024-02-10"),
    ],
)
def test_a_date_is_a_span_of_days_whose_last_counts(text: str, comparator: str | None, start: str, end: str) -> None:
    value = read(text)
    assert value.kind == "date"
    assert (value.comparator, value.start, value.end) == (
        comparator,
        date.fromisoformat(start),
        date.fromisoformat(end),
    )


def test_a_month_is_a_deadline_or_a_length_of_time_by_the_indicators_name() -> None:
    assert read("12", "支出进度", sign="≤", unit="月").end == date(2024, 12, 31)
    assert read("12", "服务期限", sign="≥", unit="月").base_value == 12
    assert read("4", "完成时限", sign="≤", unit="月").kind == "duration"


def test_a_month_answers_a_target_as_the_target_was_read() -> None:
    assert answer("10月", "≤11个月", "交付时间").kind == "duration"
    assert "month_or_duration_ambiguous" in answer("10月", "≤11个月", "交付时间").flags
    assert answer("10月", "≤11月", "交付时间").end == date(2024, 10, 31)


def test_a_month_without_a_year_has_no_days_and_says_so() -> None:
    value = parse_value("≤11月", ValueContext("target"))
    assert (value.kind, value.end) == ("date", None)
    assert "year_missing" in value.flags


def test_the_unit_column_is_applied_once() -> None:
    assert read("99.90%", sign="≥", unit="%").base_value == Decimal("0.999")
    assert read("288万", "支出金额", sign="≤", unit="万元").base_value == 2_880_000
    assert read("100", sign="≥", unit="个(单位:) TB").base_unit == "TB"


def test_the_sign_column_gives_the_comparator_and_a_contradiction_is_flagged() -> None:
    assert read("90", sign="≥", unit="%").comparator == ">="
    assert "comparator_differs_from_sign_column" in read("≤90%", sign="≥").flags


def test_wan_is_money_in_a_row_of_money_and_a_bare_number_elsewhere() -> None:
    assert read("≤12万", "保障金额").base_unit == "元"
    assert read("3万", "宣传", "cost.economic").base_value == 30_000
    assert read("≥14 万", "网络用户容量", "benefit.sustainable").base_unit is None
    assert "multiplier_without_counter" in read("≥14 万", "网络用户容量").flags


def test_a_bare_number_in_a_satisfaction_row_is_a_percentage() -> None:
    value = read("≥90", "参会人员对大会满意度", "satisfaction.served")
    assert (value.base_value, value.unit) == (Decimal("0.9"), "%")
    assert read("≤5", "投诉次数", "satisfaction.served").unit is None


def test_a_bare_actual_inherits_the_targets_unit() -> None:
    value = answer("23", "≤ 23 万", "项目预算控制")
    assert value.base_value == 230_000
    assert "unit_inherited_from_target" in value.flags


def test_counters_are_kept_apart() -> None:
    assert "unit_differs_from_target:场" in answer("26次", "24场").flags
    assert answer("666家次", "≥600家").base_unit == "家次"


def test_an_unknown_unit_is_kept_and_flagged() -> None:
    value = read("5坨")
    assert (value.unit, value.base_unit) == ("坨", "坨")
    assert "unit_unknown" in value.flags


def test_a_compound_keeps_all_its_parts_with_their_labels() -> None:
    value = answer("项目总金额为10.92万元，2024年支出金额为2.184万元", "11", "支出金额", sign="≤", unit="万元")
    assert value.kind == "compound"
    assert [(part.label, part.base_value) for part in value.parts] == [
        ("项目总金额", Decimal("109200")),
        ("2024年支出金额", Decimal("21840")),
    ]
    counts = read("≥8次,受众人数≥3万人次")
    assert [(part.comparator, part.base_value, part.base_unit) for part in counts.parts] == [
        (">=", 8, "次"),
        (">=", 30000, "人次"),
    ]


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("83个项目完成立项，签订责任书，项目周期3年。", "完成项目立项。"),
        ("5家航天航空企业,40余家投资机构参加大会。", "产业规模不断壮大"),
        ("2024年参与企业，由2家扩展至8家。", "持续探索"),
        ("企业由2家扩展至8家", "≥5家"),
        ("调查200人，全部满意", "≥95%"),
    ],
)
def test_numbers_told_in_passing_are_not_taken(text: str, target: str) -> None:
    value = answer(text, target)
    assert value.kind == "qualitative"
    assert "incidental_numbers_ignored" in value.flags


def test_a_number_of_the_targets_kind_is_taken_out_of_a_sentence() -> None:
    assert answer("全年招引培育商业航天企业22家", "增加2家以上").base_value == 22
    assert answer("已提交项目总结报告 2份", "1", sign="≥", unit="份").base_value == 2
    assert answer("召开会议三次", "≥3次").base_value == 3
    assert answer("调查200人，满意度98%", "≥95%").base_value == Decimal("0.98")


def test_a_bound_given_as_actual_is_no_measurement() -> None:
    assert "actual_is_bound_not_measurement" in answer("2小时内", "≤2小时").flags
    assert "actual_copies_target" in answer("≥95%", "≥95%").flags
    assert answer("200余家", "≥5家").flags == ("approximate_余_lower_bound",)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("优良中低差", ("优", "良", "中", "低", "差")),
        ("优良中 低差", ("优", "良", "中", "低", "差")),
        ("优良种低差", ("优", "良", "中", "低", "差")),
        ("好坏", ("好", "坏")),
        ("合格/ 不合格", ("合格", "不合格")),
        ("满意、基本满意、不满意", ("满意", "基本满意", "不满意")),
    ],
)
def test_a_set_of_grades_offers_its_options_best_first(text: str, options: tuple[str, ...]) -> None:
    assert read(text, sign="定性").options == options


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("优（完成了24次运维）", "优"),
        ("优", "优"),
        ("已通过专家验收，验收结果为优", "优"),
        ("数据共享率高", None),
        ("已接入政务专网", None),
    ],
)
def test_a_grade_is_found_before_a_remark_and_at_the_end(text: str, grade: str | None) -> None:
    assert answer(text, "优良中低差", sign="定性").grade == grade


@pytest.mark.parametrize(
    ("text", "attained"),
    [
        ("达标", True),
        ("已完成", True),
        ("完成预期指标", True),
        ("按时完成", True),
        ("未超预算", True),
        ("未完成", False),
    ],
)
def test_a_claim_is_no_measure(text: str, attained: bool) -> None:
    value = answer(text, "≥5家")
    assert (value.kind, value.attained) == ("qualitative", attained)
    assert "text_actual_for_quantitative_target" in value.flags


@pytest.mark.parametrize("text", [None, "", " ", "-", "—", "——", "/", "……", "指标2：", "指标1:"])
def test_a_blank_and_a_mark_are_placeholders(text: str | None) -> None:
    assert read(text).kind == "placeholder"


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("1.2.3", "number_malformed"),
        ("100%%", "number_malformed"),
        ("2,50", "number_malformed"),
        ("≥≤5", "comparator_conflict"),
        ("不超过95%以上", "comparator_conflict"),
        ("1٢3", "digits_of_another_script"),
        ("٣٤", "digits_of_another_script"),
        ("9" * 30, "number_too_long"),
        ("9" * 10_000, "long_text_not_read"),
        ("7×24小时", "number_malformed"),
    ],
)
def test_what_is_no_number_stays_unread_and_says_why(text: str, flag: str) -> None:
    value = read(text)
    assert (value.kind, value.value) == ("qualitative", None)
    assert flag in value.flags


def test_mended_text_is_flagged() -> None:
    assert read("396.26752 9 万元").base_value == Decimal("3962675.29")
    assert "number_split_by_line_wrap" in read("≤5000 0元").flags
    assert "negative_number" in read("-5%").flags
    assert read("≥\u200b9\u200b5%").base_value == Decimal("0.95")


def test_every_flag_is_described() -> None:
    texts = [
        "≥90",
        "12月",
        "优良种低差",
        "近300家",
        "3-5次",
        "5坨",
        "1.2.3",
        "二十家",
        "2小时/",
        "2024年12月底前",
        "30日",
        "万",
    ]
    documented = value_words().flags
    for text in texts:
        for flag in read(text, "满意度").flags + answer(text, "≥5家").flags:
            assert flag.split(":")[0] in documented


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024年度", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("年内完成", date(2024, 1, 1), date(2024, 12, 31)),
        ("次年3月底前", date(2025, 3, 1), date(2025, 3, 31)),
        ("上年12月31日", date(2023, 12, 31), date(2023, 12, 31)),
        ("23年11月", date(2023, 11, 1), date(2023, 11, 30)),
        ("十二月底前", date(2024, 12, 1), date(2024, 12, 31)),
        ("二〇二四年十月十五日", date(2024, 10, 15), date(2024, 10, 15)),
    ],
)
def test_a_date_is_read_in_the_year_that_it_names(text: str, first: date, last: date) -> None:
    value = read(text, "完成时间", "output.timeliness")

    assert (value.kind, value.start, value.end) == ("date", first, last)


@pytest.mark.parametrize(
    ("text", "base", "unit"),
    [
        ("3年零6个月", "42", "月"),
        ("半个月", "0.5", "月"),
        ("一周内", "10080", "分钟"),
        ("两年内", "24", "月"),
        ("半小时内", "30", "分钟"),
    ],
)
def test_a_length_of_time_in_words_is_read_whole(text: str, base: str, unit: str) -> None:
    value = read(text, "完成时限", "output.timeliness")

    assert (value.kind, value.base_value, value.base_unit) == ("duration", Decimal(base), unit)


def test_the_sign_of_the_yuan_alone_is_no_unit() -> None:
    assert read("￥1234.5", "项目成本", "cost.economic").flags == ("number_malformed",)


@pytest.mark.parametrize(
    ("text", "base"), [("培训人数120", "120"), ("培训人数：120人", "120"), ("培训人数达到1,200人", "1200")]
)
def test_a_number_behind_the_name_of_its_indicator_is_the_value(text: str, base: str) -> None:
    value = answer(text, "≥100人", "指标1：培训人数", "output.quantity")

    assert (value.base_value, value.base_unit) == (Decimal(base), "人")


@pytest.mark.parametrize(("text", "target"), [("提前10天", "≤30天"), ("超期5天", "≤30天"), ("较上年提高10%", "≥95%")])
def test_the_change_of_a_thing_is_not_its_measure(text: str, target: str) -> None:
    assert answer(text, target, "验收情况").kind == "qualitative"


def test_a_bare_amount_far_beyond_the_target_is_not_taken_for_its_unit() -> None:
    value = answer("498000", "≤50万元", "项目成本", "cost.economic")

    assert (value.base_unit, "unit_missing" in value.flags) == (None, True)
