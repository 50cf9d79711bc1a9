"""The commands for those who compute with a published dataset: export, sql, compare, diff."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pipeline.commands.options import PROCESSED, Json, Out, print_json, say
from pipeline.errors import access_error

if TYPE_CHECKING:
    from pipeline.query.answers import QueryResult

By = Literal["district", "department", "class"]
Csv = Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")]
WORKBOOK, TEXT_FILES = "jixiao.xlsx", "csv"


def export(
    out: Out = PROCESSED,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="Write one workbook.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Write one CSV file per sheet, in UTF-8 with a mark.")] = False,
    to: Annotated[
        Path | None, typer.Option("--to", help="Folder to write into; the output folder itself if left out.")
    ] = None,
) -> None:
    """Write the dataset for a spreadsheet: a workbook, or CSV files, with the headings of the printed form."""
    from pipeline.export import export_csv, export_workbook

    if not xlsx and not csv:
        raise typer.BadParameter("give --xlsx, --csv or both")
    folder = out if to is None else to
    written = [export_workbook(out, folder / WORKBOOK)] if xlsx else []
    written += export_csv(out, folder / TEXT_FILES) if csv else []
    for path in written:
        typer.echo(str(path))


def sql(
    query: Annotated[str, typer.Argument(help="One SELECT over the tables; - reads it from stdin.")],
    out: Out = PROCESSED,
    as_csv: Csv = False,
    as_json: Json = False,
) -> None:
    """Answer one SELECT over all tables, code tables included; nothing else can be read, and nothing changed."""
    import sys

    from pipeline.query.database import run_query

    _show(run_query(out, sys.stdin.read() if query == "-" else query), as_csv, as_json)


def _show(answer: QueryResult, as_csv: bool, as_json: bool) -> None:
    from pipeline.query.answers import to_csv, to_json, to_text

    if as_csv and as_json:
        raise typer.BadParameter("give --csv or --json, not both")
    if as_json:
        print_json(to_json(answer))
    else:
        typer.echo(to_csv(answer) if as_csv else to_text(answer), nl=not as_csv)


def compare(
    by: Annotated[By, typer.Option("--by", help="What stands side by side.")] = "district",
    year: Annotated[list[int] | None, typer.Option("--year", help="Only forms of this year; may be repeated.")] = None,
    district: Annotated[
        list[str] | None, typer.Option("--district", help="Only forms of this district; may be repeated.")
    ] = None,
    out: Out = PROCESSED,
    as_csv: Csv = False,
    as_json: Json = False,
    chart: Annotated[Path | None, typer.Option("--chart", help="Draw it into this SVG file as well.")] = None,
) -> None:
    """Put districts, departments or indicator classes side by side: scores, execution, points at stake."""
    from pipeline.query.chart import draw_chart
    from pipeline.query.groups import compare_groups

    answer = compare_groups(out, by, year or (), district or ())
    if not answer.rows:
        say(f"{out}: no forms to compare; `jixiao status` says what the dataset holds")
    if chart is not None:
        _write(chart, draw_chart(answer, _title(by, year or [], district or [])))
    _show(answer, as_csv, as_json)


BY_NAMES: dict[By, str] = {"district": "各区", "department": "各主管部门", "class": "各类指标"}


def _title(by: By, years: list[int], districts: list[str]) -> str:
    span = f"{'、'.join(map(str, years))} 年度" if years else "全部年度"
    return f"{BY_NAMES[by]}对照（{'，'.join([span, *districts])}）"


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise access_error(error, f"{path} cannot be written") from error


def diff(
    old: Annotated[Path, typer.Argument(help="Output folder of the earlier run.")],
    new: Annotated[Path, typer.Argument(help="Output folder of the later run.")],
    table: Annotated[list[str] | None, typer.Option("--table", help="Only this table; may be repeated.")] = None,
    as_csv: Csv = False,
    as_json: Json = False,
) -> None:
    """Say how two datasets differ, by key: rows that are new or gone, values that changed."""
    from dataclasses import asdict

    from pipeline.query.answers import to_json
    from pipeline.query.differences import compare_datasets

    difference = compare_datasets(old, new, table or ())
    if as_json and not as_csv:
        tables = [asdict(one) for one in difference.tables]
        print_json({"tables": tables, "changes": to_json(difference.listing())})
        return
    if not as_csv:
        _show(difference.summary(), as_csv=False, as_json=False)
        typer.echo("")
    if difference.changes or as_csv:
        _show(difference.listing(short=not as_csv), as_csv, as_json)
    else:
        typer.echo("no differences")


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (export, sql, compare, diff):
        app.command()(command)
