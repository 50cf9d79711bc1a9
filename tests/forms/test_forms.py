"""Forms read by their words: layouts and wordings of several provinces, drawn as small tables."""

from __future__ import annotations

from pipeline.forms.form import read_forms
from pipeline.layout.assemble import assemble_document
from pipeline.layout.regions import find_regions
from tests.layout.drawing import page, rows

FUNDS = [
    ["项目资金（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
    ["", "年度资金总额", "10.5", "9", "9", "10", "100%", "10"],
    ["", "其中：当年财政拨款", "10.5", "9", "9", "—", "100%", "—"],
    ["", "上年结转资金", "", "", "", "—", "", "—"],
    ["", "其他资金", "", "", "", "—", "", "—"],
]
GOALS = [["年度总体目标", "预期目标", "", "", "实际完成情况", "", "", ""], ["", "甲", "", "", "乙", "", "", ""]]
HEAD = ["绩效指标", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"]
ROW = ["", "产出指标", "数量指标", "培训场次", "≥3场", "3场", "90", "90"]
TOTAL = ["总分", "", "", "", "", "", "100", "100"]


def wide(label, value, second="", second_value="", row=0):
    return [(row, 0, 1, 1, label), (row, 1, 1, 3, value), (row, 4, 1, 1, second), (row, 5, 1, 3, second_value)]


TOP = [*wide("项目名称", "某项目"), *wide("主管部门", "某区数据局", "实施单位", "某中心", row=1)]


def read(cells, lines=(("项目支出绩效自评表", 20.0), ("（2024年度）", 36.0))):
    return read_forms(assemble_document([find_regions(page(cells, lines=lines))]), 1)


def one(cells, **kwargs):
    ((form,), _) = read(cells, **kwargs)
    return form


def texts(readings):
    return {name: reading.text for name, reading in readings.items()}


FORM = [*TOP, *rows(*FUNDS, *GOALS, HEAD, ROW, TOTAL, start=2)]


def test_a_whole_form():
    form = one(FORM)

    assert texts(form.readings) == {
        "title": "项目支出绩效自评表",
        "project_name": "某项目",
        "department": "某区数据局",
        "implementing_unit": "某中心",
        "expected_goal": "甲",
        "actual_goal": "乙",
        "total_weight_raw": "100",
        "total_score_raw": "100",
    }
    assert form.year == 2024
    assert form.complete
    assert texts(form.funds["total"])["executed_raw"] == "9"
    assert texts(form.funds["fiscal"])["weight_raw"] == "—"
    (line,) = form.indicators
    assert (line.level1_code, line.level2_code) == ("output", "output.quantity")
    assert "deviation_raw" not in line.readings
    assert form.issues == ()


def test_ten_columns_in_another_order_are_found_by_their_heads():
    head = [
        "一级指标",
        "二级指标",
        "三级指标",
        "实际完成值",
        "绩效指标性质",
        "年度指标值",
        "绩效度量单位",
        "得分",
        "权重",
        "未完成原因分析",
    ]
    row = ["产出指标", "质量指标", "合格率", "96", "≥", "95", "%", "10", "11", "无"]
    form = one([*TOP, *rows(head, row, ["总分", *[""] * 7, "100", ""], start=2)])

    (line,) = form.indicators
    assert texts(line.readings) == {
        "level1": "产出指标",
        "level2": "质量指标",
        "level3": "合格率",
        "actual_raw": "96",
        "nature_raw": "≥",
        "target_raw": "95",
        "unit_raw": "%",
        "score_raw": "10",
        "weight_raw": "11",
        "deviation_raw": "无",
    }


def test_merged_levels_are_carried_down():
    cells = [*TOP, *rows(HEAD, start=2), (3, 0, 2, 1, ""), (3, 1, 2, 1, "效益\n指标"), (3, 2, 2, 1, "社会效益\n指标")]
    cells += [(3 + r, c, 1, 1, t) for r in (0, 1) for c, t in enumerate(ROW) if c > 2]
    form = one([*cells, *rows(TOTAL, start=5)])

    assert [texts(line.readings)["level2"] for line in form.indicators] == ["社会效益指标", "社会效益指标"]


def test_blank_and_placeholder_rows_are_rows():
    form = one(
        [
            *TOP,
            *rows(
                HEAD, ROW, ["", "", "", "指标2：", "", "", "", ""], ["", "", "", "……", "", "", "", ""], TOTAL, start=2
            ),
        ]
    )

    assert [texts(line.readings)["level3"] for line in form.indicators] == ["培训场次", "指标2：", "……"]


def test_a_form_whose_end_is_missing_is_incomplete_and_not_lost():
    form = one([*TOP, *rows(*FUNDS, HEAD, ROW, start=2)])

    assert not form.complete
    assert len(form.indicators) == 1
    assert "total_score_raw" not in form.readings


def test_only_the_top_of_a_form_is_a_form_too():
    assert not one([*TOP, *rows(*FUNDS, start=2)]).complete


def test_a_value_merged_over_two_rows_counts_once_and_asks_for_review():
    cells = [*TOP, *rows(HEAD, start=2)]
    cells += [(3 + r, c, 1, 1, f"{t}{r}") for r in (0, 1) for c, t in enumerate(ROW) if c != 6]
    form = one([*cells, (3, 6, 2, 1, "20"), *rows(TOTAL, start=5)])

    assert [line.readings["weight_raw"].text for line in form.indicators] == ["20", ""]
    assert form.indicators[1].readings["weight_raw"].review_reason == "merged_value"


def test_money_unit_is_read_from_the_section():
    in_yuan = [[cell.replace("万元", "元") for cell in row] for row in FUNDS]

    assert one([*TOP, *rows(*in_yuan, HEAD, ROW, TOTAL, start=2)]).money_unit == "元"
    assert one(FORM).money_unit == "万元"


def test_an_unknown_fund_row_is_reported():
    extra = ["", "彩票公益金", "1", "1", "1", "—", "", "—"]
    form = one([*TOP, *rows(*FUNDS, extra, HEAD, ROW, TOTAL, start=2)])

    assert [issue.code for issue in form.issues] == ["unknown_label"]
    (line,) = form.further_funds
    assert (line.row_no, line.fund_type, line.readings["label_raw"].text) == (5, "unlisted", "彩票公益金")
    assert line.readings["executed_raw"].text == "1"
    assert 5 not in form.fund_parts


def test_an_unknown_column_is_reported():
    head = [*HEAD[:-1], "审议意见", "得分"]
    row = [*ROW[:-1], "台账", "90"]
    form = one([*TOP, *rows(head, row, ["总分", *[""] * 5, "100", "", "100"], start=2)])

    assert [issue.code for issue in form.issues] == ["unknown_label"]
    assert form.indicators[0].readings["further_raw"].text == "审议意见：台账"


def test_a_declaration_of_targets_is_a_form_of_its_own_kind():
    declaration = [
        ["", "一级指标", "二级指标", "三级指标", "年度指标值"],
        ["", "产出指标", "数量指标", "培训场次", "≥3场"],
    ]
    form = one([*TOP, *rows(*declaration, start=2)], lines=[("项目支出绩效目标申报表", 20.0)])

    assert (form.form_kind, form.has_points, form.complete) == ("target", False, True)
    assert texts(form.indicators[0].readings)["target_raw"] == "≥3场"
    assert "actual_raw" not in form.indicators[0].readings
    assert form.issues == ()


def test_a_monitoring_table_and_a_review_table_are_no_forms():
    for title in ("项目支出绩效运行监控表", "培训项目支出绩效自评复核表"):
        forms, others = read(FORM, lines=[(title, 20.0)])
        assert (forms, len(others)) == ([], 1)
    head = [*HEAD[:5], "1—7月执行情况", "全年预计完成情况", "完成可能性"]
    forms, _ = read([*TOP, *rows(head, [*ROW[:5], "1场", "3场", "确定能"], start=2)], lines=())
    assert forms == []


def test_notes_stay_with_the_form_that_they_follow_and_out_of_its_table():
    layouts = [
        find_regions(
            page(
                FORM,
                lines=[("项目支出绩效自评表", 20.0), ("填报注意事项：", 400.0), ("1.完成指标值的，记满分。", 416.0)],
            )
        ),
        find_regions(page(FORM, lines=[("附件2", 10.0), ("项目支出绩效自评表", 30.0)], number=2)),
    ]
    (first, second), _ = read_forms(assemble_document(layouts), 2)

    assert first.notes == "填报注意事项：\n1.完成指标值的，记满分。"
    assert second.notes == ""
    assert second.page_first == 2


def test_the_year_on_the_title_line():
    assert one(FORM, lines=[("2023年度项目支出绩效自评表", 20.0)]).year == 2023
    assert one(FORM, lines=[("项目支出绩效自评表 （2022年度）", 20.0)]).year == 2022
    assert one(FORM, lines=[("项目支出绩效自评表", 20.0)]).year is None


def test_a_title_inside_the_table():
    cells = [(0, 0, 1, 8, "项目支出绩效自评表（2024年度）"), *((r + 1, c, h, w, t) for r, c, h, w, t in FORM)]
    form = one(cells, lines=())

    assert form.readings["title"].text == "项目支出绩效自评表（2024年度）"
    assert form.year == 2024


def test_a_doubted_cell_asks_for_review():
    from dataclasses import replace

    drawn = page(FORM)
    doubted = replace(drawn, glyphs=tuple(replace(g, doubt="seal", confidence=0.4) for g in drawn.glyphs))
    ((form,), _) = read_forms(assemble_document([find_regions(doubted)]), 1)

    assert form.readings["project_name"].needs_review
    assert form.readings["project_name"].review_reason == "seal"
    assert form.readings["project_name"].confidence == 0.4


def test_an_unknown_line_of_funds_disputes_no_sum_where_it_prints_an_amount():
    blank, filled = ["", "上级划转", "", "0", "", "/", "", "/"], ["", "彩票公益金", "1", "1", "1", "—", "", "—"]
    quiet = one([*TOP, *rows(*FUNDS, blank, HEAD, ROW, TOTAL, start=2)])
    form = one([*TOP, *rows(*FUNDS, blank, filled, HEAD, ROW, TOTAL, start=2)])

    assert quiet.unlisted_funds == ()
    assert form.unlisted_funds == ("彩票公益金",)


def test_a_head_in_other_words_is_known_by_the_word_it_contains():
    head = [*HEAD[:7], "自评得分（分）", "指标未完成的原因及拟采取的改进措施"]
    (line,) = one([*TOP, *rows(head, [*ROW, "样本偏少"], [*TOTAL, ""], start=2)]).indicators

    assert line.readings["deviation_raw"].text == "样本偏少"


def test_a_second_column_of_the_same_kind_is_kept_and_not_taken():
    head = [*HEAD[:5], "上年完成值", "实际完成值", "得分", "分值"]
    form = one([*TOP, *rows(head, [*ROW[:5], "2场", "3场", "90", "90"], ["总分", *[""] * 6, "100", "100"], start=2)])

    assert form.indicators[0].readings["actual_raw"].text == "3场"
    assert form.indicators[0].readings["further_raw"].text == "上年完成值：2场"
    assert form.issues == ()


def test_last_year_alone_is_not_this_year():
    head = [*HEAD[:5], "上年完成值", "得分", "分值"]
    form = one([*TOP, *rows(head, [*ROW[:5], "2场", "90", "90"], ["总分", *[""] * 5, "100", "100"], start=2)])

    assert "actual_raw" not in form.indicators[0].readings
    assert [issue.code for issue in form.issues] == ["form_head_missing"]


def test_goals_above_other_rows_end_where_a_row_has_no_cell_for_each():
    between = [(4, 0, 1, 1, ""), (4, 1, 1, 7, "按照方案组织实施")]
    form = one([*TOP, *rows(*GOALS, start=2), *between, *rows(*FUNDS, HEAD, ROW, TOTAL, start=5)])

    assert (form.readings["expected_goal"].text, form.readings["actual_goal"].text) == ("甲", "乙")
    assert set(form.funds) == {"total", "fiscal", "carryover", "other"}


def test_the_year_of_a_title_set_in_two_lines_is_that_of_its_first():
    assert one(FORM, lines=(("2024年度某市某区数据局", 20.0), ("项目支出绩效自评表", 36.0))).year == 2024


def test_the_day_of_filling_in_is_not_the_year():
    assert one(FORM, lines=(("项目支出绩效自评表", 20.0), ("填报日期：2025年3月12日", 36.0))).year is None
