"""The rows of the dataset: one frozen dataclass per table, from which everything else about the table is derived.

The Arrow schema (`pipeline.storage.arrow`), the JSON Schemas under `schemas/`, the data dictionary and the checks all
read the annotations and the metadata given here; nobody writes a column name twice. Annotations become Arrow types so:
`str` string, `int` int32, `bool` bool, `float` and `Decimal` double, `Money` decimal128(20, 4) in 元, `Literal[…]`
and `Coded` a dictionary-encoded string, `datetime` timestamp[us, UTC], `tuple[str, ...]` list<string>; `X | None` is
nullable.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, NewType

Money = NewType("Money", Decimal)
"""An amount in 元, exact."""

Coded = NewType("Coded", str)
"""A value of a closed vocabulary that is kept as data under `schemas/` (indicator classes, units, profiles, …)."""

DocumentStatus = Literal["ok", "partial", "no_form", "failed"]
FormKind = Literal["project", "department", "transfer", "target"]
FundType = Literal[
    "total",
    "fiscal",
    "carryover",
    "other",
    "special_account",
    "unit",
    "central",
    "local",
    "higher_level",
    "basic",
    "project_spending",
    "unlisted",
]
Grade = Literal["优", "良", "中", "差"]
ValueKind = Literal["quantitative", "qualitative", "date", "duration", "compound", "placeholder"]
Comparator = Literal[">=", "<=", "=", ">", "<"]
ScoreItem = Literal["execution_rate", "indicator", "total"]
Verdict = Literal["consistent", "over_scored", "under_scored", "not_scorable"]
FindingStatus = Literal["violation", "potential", "unverifiable", "extraction_suspect"]
Severity = Literal["error", "warning", "info"]
CellTable = Literal["form", "fund", "indicator"]

Reads = Literal["text", "amount", "points", "rate", "value"]
"""What is read from a printed text: nothing more, an amount of money, points, a share, or a target or actual."""

Part = Literal["title", "head", "goals", "total", "below"]
"""Where on the form its own columns are printed; those of funds and indicators stand in their tables."""

FieldKey = tuple[CellTable, int | None, str]
"""A field of a form as `cells` names it: table, row_no (null for the form), column."""

LinkRelation = Literal["target", "previous_year"]
LinkBasis = Literal["project_code", "name", "similar_name"]

FUND_TYPES: tuple[FundType, ...] = ("total", "fiscal", "carryover", "other")
"""The kinds of funds that every form has a row for, in the order of their row_no; further lines are counted from 5."""


EVIDENCE = "fields that it rests on, each as table:row_no:field in the words of `cells` (`indicator:3:score_raw`)"


def column(description: str, *, label: str = "", unit: str = "", default: Any = None) -> Any:
    """Declare a column: what it holds, its heading on the printed form, its unit."""
    return field(default=default, metadata={"description": description, "label": label, "unit": unit})


def printed(
    description: str,
    *,
    label: str = "",
    reads: Reads = "text",
    typed: str = "",
    part: Part | None = None,
    found_by: Literal["label", "place"] = "label",
) -> Any:
    """Declare a column that holds what is printed on the form.

    `reads` says what a reader takes from the text, `typed` names the column that holds it; `part` is the part of the
    form's head that it is shown in; a column that is found by its `place` has no words of its own in `form.yml`.
    `pipeline.dataset.fields` is the register of these columns.
    """
    facts = {"reads": reads, "typed": typed, "part": part, "found_by": found_by}
    return field(default=None, metadata={"description": description, "label": label, "unit": "", "printed": facts})


def required(description: str, *, label: str = "", unit: str = "") -> Any:
    """Declare a column that every row must fill."""
    return field(metadata={"description": description, "label": label, "unit": unit})


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """One row per input file, always."""

    document_id: str = required("SHA-256 of the file's bytes, lower-case hexadecimal")
    file_name: str = required("name of the file")
    source_path: str = required("path of the file as it was given")
    source_url: str | None = column("address that the file was fetched from")
    media_type: str | None = column("media type told from the bytes, null where it is unknown")
    pages: int | None = column("number of pages")
    text_pages: int | None = column("pages read from their text layer")
    ocr_pages: int | None = column("pages read from their picture")
    form_count: int = column("number of forms found", default=0)
    other_tables: int | None = column("ruled tables that belong to no form")
    status: DocumentStatus = required("ok, partial (something was not read), no_form, failed")
    error_code: str | None = column("stable code of what went wrong")
    error: str | None = column("what went wrong and what to do")
    notes: str | None = column("what is seen on its pages and belongs to no form: watermarks, stamps, headers, footers")
    ocr_engine: str | None = column("recogniser that read the pictures, with its version")
    pipeline_version: str = required("version of jixiao that read the file")
    extracted_at: datetime | None = column("when the file was read (UTC)")
    seconds: float | None = column("time it took", unit="s")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRow:
    """One row per form: self-evaluations of projects, departments and transfer payments, and forms of targets."""

    form_id: str = required("document_id, a hyphen and form_no in three digits")
    document_id: str = required("the document's key")
    file_name: str = required("name of the file")
    form_no: int = required("position in the file, from 1")
    page_first: int = required("page where the form begins, from 1")
    page_last: int = required("page where the form ends, from 1")
    form_kind: FormKind = column(
        "project, department, transfer, or target (targets only, never scored)", default="project"
    )
    template: Coded | None = column("template whose words explain most of the form's heads; null where none does")
    title: str | None = printed("title as printed", label="标题", part="title", found_by="place")
    year: int | None = column("budget year, from the title")
    district_code: str | None = column("GB/T 2260 code of the district")
    district: str | None = column("name of the district")
    project_name: str | None = printed("name of the project", label="项目名称", part="head")
    project_code: str | None = printed(
        "code printed with the name; its first six digits are the division, then the year",
        label="项目编码",
        part="head",
    )
    department: str | None = printed("department in charge", label="主管部门", part="head")
    department_key: str | None = column("department in one spelling, without its district: for comparisons only")
    implementing_unit: str | None = printed("unit that carries the project out", label="实施单位", part="head")
    project_leader: str | None = printed("project leader", label="项目负责人", part="head")
    phone: str | None = printed("telephone", label="联系电话", part="head")
    initial_goal: str | None = printed(
        "goal as first set, where an adjusted one is printed beside it", label="年初绩效目标", part="goals"
    )
    expected_goal: str | None = printed("goal for the year", label="年度总体目标 预期目标", part="goals")
    actual_goal: str | None = printed("what was reached", label="年度总体目标 实际完成情况", part="goals")
    total_weight_raw: str | None = printed(
        "total weight as printed",
        label="总分 分值",
        typed="total_weight",
        reads="points",
        part="total",
        found_by="place",
    )
    total_score_raw: str | None = printed(
        "total score as printed", label="总分 得分", typed="total_score", reads="points", part="total", found_by="place"
    )
    total_weight: Decimal | None = column("total weight", unit="分")
    total_score: Decimal | None = column("total score", unit="分")
    grade: Grade | None = column("grade that the total score gives under the profile")
    complete: bool = required(
        "false where the form's end (总分) is missing; a template without a total ends with its rows"
    )
    has_points: bool = column("whether the form prints points; without them nothing is scored", default=True)
    conclusion: str | None = printed("conclusion printed below the indicators", label="评价结论", part="below")
    problems: str | None = printed("problems printed below the indicators", label="存在问题", part="below")
    measures: str | None = printed("measures printed below the indicators", label="改进措施", part="below")
    remarks: str | None = printed(
        "further explanations printed below the indicators", label="其他需要说明事项", part="below"
    )
    money_unit: str = column("unit of the fund table's amounts as printed", label="项目资金", default="万元")
    unlisted_funds: str | None = column("labels of fund rows that print amounts and whose kind no template tells")
    has_deviation_column: bool = column("whether the form has a column for reasons of deviation", default=True)
    rate_in_percent: bool = column("whether the head of the execution rate prints the per cent sign", default=False)
    execution_points: Decimal | None = column(
        "points of the execution rate that the heads of the funds print", unit="分"
    )
    notes: str | None = column("notes printed after the form", label="填报注意事项")
    duplicate_of: str | None = column("form_id of the same form in another file")
    reader: str | None = column("which readers found the words and the grid")


@dataclass(frozen=True, slots=True, kw_only=True)
class FundRow:
    """One row per printed fund line; the total and its three usual parts always. Do not add the total to its parts.

    A form of a whole department prints 部门整体支出总额 instead of 年度资金总额: row 1 is then blank, and that line, of
    type total, is counted with the further ones.
    """

    form_id: str = required("the form's key")
    row_no: int = required("1 to 4 in the order total, fiscal, carryover, other; further lines from 5 as printed")
    fund_type: FundType = required(
        "total 年度资金总额, fiscal 当年财政拨款, carryover 上年结转资金, other 其他资金, "
        "special_account 财政专户管理资金, unit 单位资金, central 中央财政资金, local 地方资金, "
        "higher_level 上级补助, basic 基本支出, project_spending 项目支出, unlisted any other"
    )
    label_raw: str | None = printed(
        "label of the line as printed, null where the form has no such line", label="资金来源", found_by="place"
    )
    adds_to_total: bool | None = column(
        "whether the line is one of the parts that make the total; null where not known"
    )
    initial_budget_raw: str | None = printed(
        "initial budget as printed", label="年初预算数", reads="amount", typed="initial_budget_yuan"
    )
    annual_budget_raw: str | None = printed(
        "adjusted budget as printed", label="全年预算数", reads="amount", typed="annual_budget_yuan"
    )
    executed_raw: str | None = printed(
        "executed amount as printed", label="全年执行数", reads="amount", typed="executed_yuan"
    )
    weight_raw: str | None = printed("weight as printed", label="分值", reads="points", typed="weight")
    execution_rate_raw: str | None = printed(
        "execution rate as printed", label="执行率", reads="rate", typed="execution_rate"
    )
    score_raw: str | None = printed("score as printed", label="得分", reads="points", typed="score")
    further_raw: str | None = printed(
        "texts of columns that have none here, each after its head (原因：年底下达)",
        label="其他栏",
        found_by="place",
    )
    initial_budget_yuan: Money | None = column("initial budget", unit="元")
    annual_budget_yuan: Money | None = column("adjusted budget", unit="元")
    executed_yuan: Money | None = column("executed amount", unit="元")
    weight: Decimal | None = column("weight", unit="分")
    execution_rate: Decimal | None = column("printed execution rate; 1.0 is 100 %", unit="1")
    score: Decimal | None = column("score", unit="分")

    @property
    def budget_field(self) -> str:
        """The column of the budget that holds: the adjusted one, the initial one where that is blank."""
        return "annual_budget_raw" if self.annual_budget_yuan is not None else "initial_budget_raw"

    @property
    def budget_yuan(self) -> Money | None:
        """The budget that holds, in 元."""
        return self.initial_budget_yuan if self.annual_budget_yuan is None else self.annual_budget_yuan


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorRow:
    """One row per printed 三级指标 row, blank and placeholder rows included."""

    form_id: str = required("the form's key")
    row_no: int = required("position in the form, from 1, in print order")
    level1: str | None = printed("first-level indicator as printed, carried down merged cells", label="一级指标")
    level2: str | None = printed("second-level indicator as printed, carried down merged cells", label="二级指标")
    level3: str | None = printed("third-level indicator", label="三级指标")
    nature_raw: str | None = printed("comparison sign or 定性", label="绩效指标性质")
    initial_target_raw: str | None = printed(
        "target as first set, where an adjusted one is printed too", label="年初指标值"
    )
    target_raw: str | None = printed("target as printed", label="年度指标值", reads="value")
    unit_raw: str | None = printed("unit of measure", label="绩效度量单位")
    actual_raw: str | None = printed("actual as printed", label="实际完成值", reads="value")
    weight_raw: str | None = printed("weight as printed", label="分值", reads="points", typed="weight")
    score_raw: str | None = printed("score as printed", label="得分", reads="points", typed="score")
    deviation_raw: str | None = printed("reason of deviation and improvement", label="偏差原因分析及改进措施")
    further_raw: str | None = printed(
        "texts of columns that have none here, each after its head (上年完成值：5)",
        label="其他栏",
        found_by="place",
    )
    weight: Decimal | None = column("weight", unit="分")
    score: Decimal | None = column("score", unit="分")
    level1_code: Coded | None = column("canonical class of the first level")
    level2_code: Coded | None = column("canonical class of the second level")
    target_kind: ValueKind | None = column("kind of the target")
    target_comparator: Comparator | None = column("comparison of the target")
    target_value: Decimal | None = column("number in the target as printed")
    target_value_max: Decimal | None = column("upper end where the target is a range")
    target_unit: Coded | None = column("unit of the target")
    target_dimension: Coded | None = column("dimension of the target")
    target_base_value: Decimal | None = column("target in the base unit")
    target_base_unit: Coded | None = column("base unit of the target")
    target_flags: tuple[str, ...] = column("what was assumed in reading the target", default=())
    actual_kind: ValueKind | None = column("kind of the actual")
    actual_comparator: Comparator | None = column("comparison in the actual (a bound is no measurement)")
    actual_value: Decimal | None = column("number in the actual as printed")
    actual_value_max: Decimal | None = column("upper end where the actual is a range")
    actual_unit: Coded | None = column("unit of the actual")
    actual_dimension: Coded | None = column("dimension of the actual")
    actual_base_value: Decimal | None = column("actual in the base unit")
    actual_base_unit: Coded | None = column("base unit of the actual")
    actual_flags: tuple[str, ...] = column("what was assumed in reading the actual", default=())
    reader: str | None = column("which readers found the words and the grid of this row")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow:
    """One row per scored item: the execution rate, each indicator, the total."""

    form_id: str = required("the form's key")
    item: ScoreItem = required("execution_rate, indicator or total")
    table: CellTable | None = column("table of the score, as in `cells`: fund, indicator or form")
    row_no: int | None = column("row in that table, as in `cells`: the indicator's, the fund line's; null for form")
    profile: Coded = required("named, versioned rule set")
    profile_reason: str | None = column("why this profile was chosen")
    rule: Coded | None = column("rule of the profile that was applied, or the reason code of not_scorable")
    achievement: Decimal | None = column("actual against target, 1.0 is met", unit="1")
    over_target: Decimal | None = column("(actual - target) / target of a positive indicator", unit="1")
    deduction: Decimal | None = column("points that the over-target band would take", unit="分")
    reported_score: Decimal | None = column("score as reported", unit="分")
    expected_min: Decimal | None = column("lowest score the rule allows", unit="分")
    expected_max: Decimal | None = column("highest score the rule allows", unit="分")
    difference: Decimal | None = column("reported minus the nearest allowed score", unit="分")
    verdict: Verdict = required("consistent, over_scored, under_scored, not_scorable")
    explanation: str = required("one Chinese sentence with the numbers")
    field: str | None = column("column of the printed score, as in `cells`")
    evidence: tuple[str, ...] = column(EVIDENCE, default=())
    page: int | None = column("page of the printed score, from 1")
    x0: float | None = column("left edge on the page as shown, origin at the top left", unit="pt")
    y0: float | None = column("upper edge", unit="pt")
    x1: float | None = column("right edge", unit="pt")
    y1: float | None = column("lower edge", unit="pt")


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """One row per discrepancy; the codes are described in the docs."""

    form_id: str = required("the form's key")
    table: CellTable | None = column("table of the field, as in `cells`; null for the whole form or a set of forms")
    row_no: int | None = column("row in that table, as in `cells`: the indicator's, the fund line's; null for form")
    code: Coded = required("what was found")
    status: FindingStatus = required("violation, potential, unverifiable, extraction_suspect")
    severity: Severity = required("error, warning, info")
    profile: Coded = required("named, versioned rule set")
    field: str | None = column("column that the finding rests on")
    reported: str | None = column("what the form says")
    expected: str | None = column("what the rule gives")
    difference: Decimal | None = column("reported minus expected, or the points at stake")
    amount_yuan: Money | None = column("money at stake", unit="元")
    message: str = required("one Chinese sentence")
    evidence: tuple[str, ...] = column(EVIDENCE, default=())
    page: int | None = column("page of the field, from 1")
    x0: float | None = column("left edge on the page as shown, origin at the top left", unit="pt")
    y0: float | None = column("upper edge", unit="pt")
    x1: float | None = column("right edge", unit="pt")
    y1: float | None = column("lower edge", unit="pt")

    @property
    def indicator_no(self) -> int | None:
        """The row_no of the indicator that the finding is about, or None where it is about none."""
        return None if self.table in ("fund", "form") else self.row_no


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """One row per pair of forms of one project: targets and self-evaluation of a year, a year and the one before."""

    form_id: str = required("the self-evaluation, or the form of the later year")
    other_form_id: str = required("its form of targets, or the same project's form of the year before")
    relation: LinkRelation = required("target (other_form_id has the targets of form_id), previous_year")
    matched_by: LinkBasis = required("project_code, name (the same when folded), similar_name")
    certainty: float = required("how sure it is, 0 to 1; 1 where both print one project code")
    explanation: str = required("one Chinese sentence")


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRow:
    """One row per field of a form: where it came from and how far it can be trusted."""

    form_id: str = required("the form's key")
    table: CellTable = required("form, fund or indicator")
    row_no: int | None = column("row_no in that table; null for form")
    field: str = required("the column's name in that table")
    text: str = required("text as first read, line wraps joined; what a reviewer decided where one did")
    page: int | None = column("page, from 1")
    x0: float | None = column("left edge on the page as shown, origin at the top left", unit="pt")
    y0: float | None = column("upper edge", unit="pt")
    x1: float | None = column("right edge", unit="pt")
    y1: float | None = column("lower edge", unit="pt")
    source: Literal["text", "ocr", "docx"] = required("where the text came from")
    confidence: float = required("0 to 1")
    needs_review: bool = required("whether a person should look at it")
    review_reason: str | None = column("why")
    alternatives: tuple[str, ...] = column("what other readers made of the same ink", default=())
    second_readings: tuple[str, ...] = column("what a second, independent reader made of it, alike or not", default=())
    first_reading: str | None = column("text as first read, where a reviewer's correction has taken its place")
    reviewer: str | None = column("who decided about the field, null where nobody did")
    reviewed_at: datetime | None = column("when that was decided (UTC)")


TABLES: dict[str, type[Any]] = {
    "documents": DocumentRow,
    "forms": FormRow,
    "funds": FundRow,
    "indicators": IndicatorRow,
    "scores": ScoreRow,
    "findings": FindingRow,
    "cells": CellRow,
}
"""The tables by name, in the order of the contract."""


SET_TABLES: dict[str, type[Any]] = {"links": LinkRow}
"""Tables whose rows follow from all documents together; `findings` has such rows too, in a part of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorClassRow:
    """One row per class of indicators: what `level1_code` and `level2_code` may say."""

    code: str = required("the class, as in level1_code or level2_code of `indicators`")
    level: int = required("1 or 2")
    parent_code: str | None = column("class of the first level that it belongs to")
    name: str = required("the class as it is usually printed")
    words: tuple[str, ...] = column("words of a printed label that tell the class", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCodeRow:
    """One row per unit of measure and per counter that is known; a unit that is not here is kept as printed."""

    unit: str = required("the unit, as in target_unit and actual_unit of `indicators`")
    dimension: str = required("what it measures; count for counters, which are never converted into each other")
    base_unit: str = required("unit that values of the dimension are compared in; a counter is its own")
    factor: Decimal = required("one unit in base units")
    spellings: tuple[str, ...] = column("other spellings that are read as this unit", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCodeRow:
    """One row per code of `findings`; a finding may be less sure than usual, never more."""

    code: str = required("the code, as in `findings`")
    title: str = required("what was found, in Chinese")
    topic: str = required("group of findings that it belongs to")
    usual_status: FindingStatus = required("how sure it is at most")
    usual_severity: Severity = required("how grave it is")
    description: str = required("when it holds")
    meaning: str = required("when it holds, in Chinese")


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictCodeRow:
    """One row per place that forms can belong to."""

    code: str = required("GB/T 2260 code, as in district_code of `forms`")
    name: str = required("name of the place")
    parent_code: str | None = column("code of the city or province that it belongs to, where it is listed")


CODE_TABLES: dict[str, type[Any]] = {
    "indicator_classes": IndicatorClassRow,
    "unit_codes": UnitCodeRow,
    "finding_codes": FindingCodeRow,
    "district_codes": DistrictCodeRow,
}
"""The code tables by name: the vocabularies of the code that published the dataset, beside its tables."""

PUBLISHED_TABLES: dict[str, type[Any]] = TABLES | SET_TABLES | CODE_TABLES
"""Everything that readers find in a dataset."""
