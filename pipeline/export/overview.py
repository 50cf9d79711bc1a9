"""The sheet 总览: what the dataset holds, by district and by department, which findings, and what was not read.

Money is summed over `fund_type = total` in exact decimals; a rate is spent ÷ budgeted over the forms that print both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline import __version__
from pipeline.export.layout import workbook_layout
from pipeline.query.database import open_tables
from pipeline.scoring.catalogue import finding_kinds
from pipeline.speech.language import describe_problem

Rows = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One table of the overview: its title, and heading and kind (as in `schemas/workbook.yml`) of each column."""

    title: str
    columns: tuple[tuple[str, str], ...]
    rows: Rows
    empty: str = "无"


GROUP_COLUMNS = (
    ("自评表（张）", "integer"),
    ("年初预算数（元）", "money"),
    ("全年预算数（元）", "money"),
    ("全年执行数（元）", "money"),
    ("执行率（对全年预算）", "percent"),
    ("总分最低", "points"),
    ("总分中位数", "points"),
    ("总分最高", "points"),
    ("100 分占比", "percent"),
    ("不符", "integer"),
    ("待判断", "integer"),
    ("无法核实", "integer"),
    ("读取存疑", "integer"),
    ("涉及分数", "points"),
    ("待复核字段", "integer"),
)

_GROUPS = """
with money as (
    select form_id, max(initial_budget_yuan) as initial, max(annual_budget_yuan) as annual,
        max(executed_yuan) as executed
    from funds where fund_type = 'total' group by form_id
), found as (
    select form_id, count(*) filter (status = 'violation') as violations,
        count(*) filter (status = 'potential') as potential, count(*) filter (status = 'unverifiable') as unverifiable,
        count(*) filter (status = 'extraction_suspect') as suspect,
        sum(difference) filter (code = 'low_target') as stake
    from findings group by form_id
), doubted as (
    select form_id, count(*) as fields from cells where needs_review group by form_id
)
select {names}, count(*), sum(initial), sum(annual), sum(executed),
    cast(sum(executed) filter (annual > 0) as double)
        / nullif(cast(sum(annual) filter (executed is not null and annual > 0) as double), 0),
    min(total_score), median(total_score), max(total_score),
    avg(cast(total_score = 100 as int)),
    coalesce(sum(violations), 0), coalesce(sum(potential), 0), coalesce(sum(unverifiable), 0),
    coalesce(sum(suspect), 0), coalesce(sum(stake), 0), coalesce(sum(fields), 0)
from forms left join money using (form_id) left join found using (form_id) left join doubted using (form_id)
where duplicate_of is null
group by {keys} order by {keys}
"""


def overview_blocks(root: Path, snapshot: str) -> Iterator[Block]:
    """Yield the tables of the overview, from top to bottom."""
    with open_tables(root) as database:
        yield Block("数据集", (("项目", "text"), ("数量", "text")), tuple(_facts(database, snapshot)))
        yield _groups(database, "各区", (("区", "district", "district_code, district"),))
        departments = (("区", "district", "district_code, district"), ("主管部门", "department", "department"))
        yield _groups(database, "各主管部门", departments)
        yield _findings(database)
        yield _unread(database)


def _groups(database: duckdb.DuckDBPyConnection, title: str, by: tuple[tuple[str, str, str], ...]) -> Block:
    """Return one row per group, and where there are several a last one for all of them."""
    query = _GROUPS.format(
        names=", ".join(f"coalesce({name}, '（未能判定）')" for _, name, _ in by),
        keys=", ".join(keys for *_, keys in by),
    )
    rows = database.execute(query).fetchall()
    if len(rows) > 1:
        names = ", ".join(["'合计'", *(["''"] * (len(by) - 1))])
        rows += database.execute(_GROUPS.format(names=names, keys="1")).fetchall()
    heads = tuple((heading, "text") for heading, *_ in by)
    return Block(title, (*heads, *GROUP_COLUMNS), tuple(rows))


def _facts(database: duckdb.DuckDBPyConnection, snapshot: str) -> Iterator[tuple[str, Any]]:
    words = workbook_layout().words
    yield "文件", _count(database, "documents")
    for status, name in words["document_status"].items():
        yield f"　其中{name}", _count(database, f"documents where status = '{status}'")
    yield "自评表", _count(database, "forms")
    yield "　其中不完整（没有读到总分行）", _count(database, "forms where not complete")
    yield "　其中与另一文件中的表重复（统计时不计）", _count(database, "forms where duplicate_of is not null")
    yield "指标行（含空白行）", _count(database, "indicators")
    yield "疑点", _count(database, "findings")
    yield "待复核字段", _count(database, "cells where needs_review")
    yield "数据版本", snapshot
    yield "程序版本", f"jixiao {__version__}"


def _count(database: duckdb.DuckDBPyConnection, source: str) -> int:
    row = database.execute(f"select count(*) from {source}").fetchone()  # noqa: S608 - sources are literals above
    return int(row[0]) if row else 0


def _findings(database: duckdb.DuckDBPyConnection) -> Block:
    words, kinds = workbook_layout().words, finding_kinds()
    query = (
        "select code, severity, status, count(*), count(distinct form_id) from findings "
        "group by code, severity, status "
        "order by case severity when 'error' then 1 when 'warning' then 2 else 3 end, 4 desc, code, status"
    )
    rows = tuple(
        (words["severity"][severity], words["status"][status], kinds[code].title if code in kinds else code, n, forms)
        for code, severity, status, n, forms in database.execute(query).fetchall()
    )
    columns = (("程度", "text"), ("性质", "text"), ("疑点", "text"), ("件数", "integer"), ("涉及自评表", "integer"))
    return Block("疑点", columns, rows)


def _unread(database: duckdb.DuckDBPyConnection) -> Block:
    """Return what was not read: documents that are not whole, and forms whose end is missing."""
    words = workbook_layout().words["document_status"]
    documents = database.execute(
        "select source_path, status, coalesce(error_code, ''), coalesce(error, '') from documents "
        "where status <> 'ok' order by status, source_path"
    ).fetchall()
    forms = database.execute(
        "select file_name || ' 第 ' || form_no || ' 表', '表格不完整', '', '没有读到总分行' from forms "
        "where not complete order by file_name, form_no"
    ).fetchall()
    rows = [
        (path, words.get(status, status), code, describe_problem(code, error))
        for path, status, code, error in documents
    ]
    columns = (("文件", "text"), ("情况", "text"), ("代码", "text"), ("原因", "text"))
    return Block("未读出的内容", columns, (*rows, *forms), "全部文件均已读出")
