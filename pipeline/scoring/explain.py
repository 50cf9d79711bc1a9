"""One form as a person would read it: the printed cells in print order, scores and findings where they belong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.dataset.columns import heading
from pipeline.records import FUND_TYPES, CellRow, FindingRow, FundRow, IndicatorRow, ScoreRow
from pipeline.scoring.case import ScoringInput, has_text
from pipeline.scoring.catalogue import finding_kinds
from pipeline.scoring.wording import show_points

STATUS_NAMES = {
    "violation": "不符",
    "potential": "待判断",
    "unverifiable": "无法核实",
    "extraction_suspect": "读取存疑",
}
VERDICT_NAMES = {"consistent": "相符", "over_scored": "偏高", "under_scored": "偏低", "not_scorable": "不评分"}
FUND_NAMES = {"total": "年度资金总额", "fiscal": "当年财政拨款", "carryover": "上年结转资金", "other": "其他资金"}


def fund_name(fund: FundRow) -> str:
    """Return what a fund line is called: its kind where it is one of the four, else its printed label."""
    return FUND_NAMES.get(fund.fund_type) or fund.label_raw or "其他来源"


def _cell(text: str | None) -> str:
    return "（空）" if text is None or not text.strip() else " ".join(text.split())


def _head(source: ScoringInput, scores: tuple[ScoreRow, ...]) -> Iterator[str]:
    form = source.form
    year = f"（{form.year} 年度）" if form.year else ""
    pages = str(form.page_first) if form.page_first == form.page_last else f"{form.page_first}—{form.page_last}"
    yield f"{form.title or '项目支出绩效自评表'}{year}"
    yield f"{form.file_name} 第 {form.form_no} 表，第 {pages} 页　{form.form_id}"
    if scores:
        yield f"评分规则：{scores[0].profile}（{scores[0].profile_reason or ''}）"
    yield ""
    yield f"项目名称：{_cell(form.project_name)}"
    yield f"主管部门：{_cell(form.department)}　实施单位：{_cell(form.implementing_unit)}"


def _fund_line(fund: FundRow, unit: str) -> str:
    amounts = "　".join(
        f"{label} {_cell(text)}"
        for label, text in (
            ("年初预算", fund.initial_budget_raw),
            ("全年预算", fund.annual_budget_raw),
            ("全年执行", fund.executed_raw),
        )
    )
    points = f"分值 {_cell(fund.weight_raw)}　执行率 {_cell(fund.execution_rate_raw)}　得分 {_cell(fund.score_raw)}"
    return f"  {fund_name(fund)}（{unit}）：{amounts}　{points}"


def _indicator_lines(row: IndicatorRow) -> Iterator[str]:
    levels = " / ".join(text for text in (row.level1, row.level2) if text)
    target = "".join(text for text in (row.nature_raw, row.target_raw) if text)
    unit = f"（{row.unit_raw}）" if has_text(row.unit_raw) else ""
    yield f"  {row.row_no}. {levels} / {_cell(row.level3)}"
    yield (
        f"     指标值 {_cell(target)}{unit}　实际 {_cell(row.actual_raw)}　"
        f"分值 {_cell(row.weight_raw)}　得分 {_cell(row.score_raw)}"
    )
    if has_text(row.deviation_raw):
        yield f"     偏差原因：{_cell(row.deviation_raw)}"


def _score_line(score: ScoreRow, indent: str) -> str:
    return f"{indent}→ {VERDICT_NAMES[score.verdict]}：{score.explanation}"


def _finding_line(finding: FindingRow, indent: str) -> str:
    title = finding_kinds()[finding.code].title if finding.code in finding_kinds() else finding.code
    return f"{indent}！{STATUS_NAMES[finding.status]}｜{title}（{finding.code}）：{finding.message}"


def _of_item(scores: Iterable[ScoreRow], item: str, row_no: int | None, indent: str) -> Iterator[str]:
    own = (score for score in scores if score.item == item and row_no in (None, score.row_no))
    yield from (_score_line(score, indent) for score in own)


def _funds(source: ScoringInput, scores: tuple[ScoreRow, ...]) -> Iterator[str]:
    yield ""
    yield "项目资金"
    yield from (_fund_line(fund, source.form.money_unit) for fund in source.funds)
    yield from _of_item(scores, "execution_rate", None, "     ")


def _goals(source: ScoringInput) -> Iterator[str]:
    yield ""
    yield "年度总体目标"
    yield f"  预期目标：{_cell(source.form.expected_goal)}"
    yield f"  实际完成：{_cell(source.form.actual_goal)}"


def _indicators(source: ScoringInput, scores: tuple[ScoreRow, ...], findings: tuple[FindingRow, ...]) -> Iterator[str]:
    yield ""
    yield "绩效指标"
    for row in source.indicators:
        yield from _indicator_lines(row)
        yield from _of_item(scores, "indicator", row.row_no, "     ")
        yield from (_finding_line(finding, "     ") for finding in findings if finding.indicator_no == row.row_no)


def _total(source: ScoringInput, scores: tuple[ScoreRow, ...], findings: tuple[FindingRow, ...]) -> Iterator[str]:
    form = source.form
    grade = f"　等级 {form.grade}" if form.grade else ""
    yield ""
    yield f"总分：分值 {_cell(form.total_weight_raw)}　得分 {_cell(form.total_score_raw)}{grade}"
    yield from _of_item(scores, "total", None, "  ")
    whole = [finding for finding in findings if finding.indicator_no is None]
    if whole:
        yield ""
        yield "全表疑点"
        yield from (_finding_line(finding, "  ") for finding in whole)
    stake = [finding.difference for finding in findings if finding.code == "low_target" and finding.difference]
    if stake:
        yield f"  指标值可能偏低，涉及 {show_points(sum(stake, stake[0] * 0))} 分"


def describe_decision(cell: CellRow) -> str:
    """Say what a reviewer made of a cell: what was read before, who decided and on which day; empty if nobody did."""
    if cell.reviewer is None:
        return ""
    word = (cell.review_reason or "").partition(",")[0]
    said = {"unreadable": "认定无法辨认", "absent": "认定未印此栏"}.get(word, "核对无误")
    if cell.first_reading is not None:
        said = "更正：原未找到此栏" if cell.first_reading == "" else f"更正：原读作“{cell.first_reading}”"
    day = cell.reviewed_at.date().isoformat() if cell.reviewed_at else ""
    return "，".join(part for part in (said, cell.reviewer, day) if part)


def _decisions(cells: Iterable[CellRow]) -> Iterator[str]:
    """Yield the part about what reviewers decided; nothing where nobody decided anything."""
    decided = [cell for cell in cells if cell.reviewer is not None]
    if decided:
        yield ""
        yield "更正记录"
        yield from (f"  {_cell_name(cell)} {_cell(cell.text)}（{describe_decision(cell)}）" for cell in decided)


def _cell_name(cell: CellRow) -> str:
    table = {"form": "forms", "fund": "funds", "indicator": "indicators"}[cell.table]
    row = {"form": "", "fund": "", "indicator": f"第 {cell.row_no} 行 "}[cell.table]
    if cell.table == "fund" and cell.row_no is not None and cell.row_no <= len(FUND_TYPES):
        row = f"{FUND_NAMES[FUND_TYPES[cell.row_no - 1]]} "
    return f"{row}{heading(table, cell.field)}"


def explain_form(
    source: ScoringInput, scores: Iterable[ScoreRow], findings: Iterable[FindingRow], cells: Iterable[CellRow] = ()
) -> str:
    """Return the form as text, in Chinese; rows of other forms in `scores`, `findings` and `cells` are left out."""
    form_id = source.form.form_id
    own_scores = tuple(score for score in scores if score.form_id == form_id)
    own_findings = tuple(finding for finding in findings if finding.form_id == form_id)
    lines = [
        *_head(source, own_scores),
        *_funds(source, own_scores),
        *_goals(source),
        *_indicators(source, own_scores, own_findings),
        *_total(source, own_scores, own_findings),
        *_decisions(cell for cell in cells if cell.form_id == form_id),
    ]
    return "\n".join(lines) + "\n"
