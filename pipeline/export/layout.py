"""`schemas/workbook.yml`: sheets, their columns with heading, kind and meaning, and the words of closed vocabularies.

Every column that it names must be a column of the dataset; a file that names another is refused where it is loaded.
"""

from __future__ import annotations

from functools import cache

from pydantic import Field, model_validator

from pipeline.dataset.columns import table_columns
from pipeline.records import SET_TABLES, TABLES
from pipeline.vocabulary import StrictData, load_yaml

COUNTS = ("violations", "potential", "doubted", "amount", "expected")
"""Figures of a form that are counted for the sheets: findings, fields to review, money, the total expected."""

WRITTEN = frozenset({"write", "write_day"})
"""Kinds of columns that are empty, to be filled in."""

KINDS = (
    *("text", "long", "integer", "number", "points", "money", "percent", "yes_no", "list"),
    *("title", "heading", "link", "id", "day", "decision", "write", "write_day"),
    *("difference:points", "difference:money", "difference:percent"),
)
"""What `as` may say, apart from `word:<vocabulary>`."""

CONTEXTS = ("forms", "indicators", "funds", "counts")
"""Tables that a row of another may take columns from."""


class SheetColumn(StrictData):
    """One column of a sheet. `width` is in characters; `note` says what it means, in Chinese.

    A column that is to be filled in names none of the dataset; `choices` are the words that it offers.
    """

    column: str = ""
    choices: tuple[str, ...] = ()
    heading: str
    note: str
    width: int
    context: str | None = Field(default=None, alias="from")
    kind: str = Field(default="text", alias="as")


class SheetLayout(StrictData):
    """One sheet: the rows of a table, those alone where the column `where` is true or has a value."""

    name: str
    table: str
    about: str
    columns: tuple[SheetColumn, ...]
    where: str | None = None
    printed: int = 0

    @model_validator(mode="after")
    def _columns_exist(self) -> SheetLayout:
        for column in self.columns:
            table = column.context or self.table
            if column.kind in WRITTEN and not column.column:
                continue
            if table == "counts" and column.column in COUNTS:
                continue
            if table not in TABLES or (column.context and column.context not in CONTEXTS):
                raise ValueError(f"{self.name}: no table {table}")
            if column.column not in {known.name for known in table_columns(table)}:
                raise ValueError(f"{self.name}: {table} has no column {column.column}")
        return self


class LeftOut(StrictData):
    """Columns, as TABLE.COLUMN, that no sheet shows, and why not, in Chinese."""

    reason: str
    columns: tuple[str, ...]


class WorkbookLayout(StrictData):
    """The whole file."""

    words: dict[str, dict[str, str]]
    sheets: tuple[SheetLayout, ...]
    left_out: tuple[LeftOut, ...]
    cautions: tuple[str, ...]

    @model_validator(mode="after")
    def _every_column_has_a_place(self) -> WorkbookLayout:
        shown = {
            f"{column.context or sheet.table}.{column.column}" for sheet in self.sheets for column in sheet.columns
        }
        left = {name for one in self.left_out for name in one.columns}
        known = {f"{table}.{column.name}" for table in TABLES | SET_TABLES for column in table_columns(table)}
        problems = {
            "no sheet shows and no reason leaves out": known - shown - left,
            "shown and left out": shown & left,
            "left out, but no column": left - known,
        }
        wrong = [f"{what}: {', '.join(sorted(names))}" for what, names in problems.items() if names]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    @model_validator(mode="after")
    def _kinds_exist(self) -> WorkbookLayout:
        known = {*KINDS, *(f"word:{name}" for name in self.words)}
        for sheet in self.sheets:
            for column in sheet.columns:
                if column.kind not in known:
                    raise ValueError(f"{sheet.name}: {column.heading} is shown as {column.kind}, which is not known")
        return self


@cache
def workbook_layout() -> WorkbookLayout:
    """Return the layout, loaded once; raise VocabularyError where the file is not sound."""
    return load_yaml("workbook.yml", WorkbookLayout)
