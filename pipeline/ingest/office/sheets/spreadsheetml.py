"""XML Spreadsheet of Excel 2003, saved as .xml or .xls → a page per sheet (MS-OFCOFFXML; Microsoft, XML Spreadsheet
Reference, 2001). Programs that export tables without Excel write it to this day.

Cells follow each other unless `ss:Index` says where one stands; a merged cell says how many it takes besides its own.
Formulas are shown by the value that was stored with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipeline.errors import NoPages, TooLarge
from pipeline.ingest.containers.packages import parse_xml
from pipeline.ingest.office.ooxml import attribute
from pipeline.ingest.office.sheets.number_formats import GENERAL, Shown, show_number, show_text
from pipeline.ingest.office.sheets.spreadsheet import (
    Merge,
    Position,
    SheetCell,
    SheetFacts,
    draw_sheets,
    is_unshown,
    take_unseen,
)
from pipeline.ingest.pending import ReadImage, ReadPage
from pipeline.settings import ReadSettings

READER = "spreadsheetml"

LAST_ROW, LAST_COLUMN = 1_048_575, 16_383
"""The last row and column that a sheet can have, from 0."""

MAX_STORED = 2_000_000
"""Cells of one sheet in its file, the empty ones included."""

_NAMED_FORMATS = {
    "General Number": GENERAL, "Fixed": "0.00", "Standard": "#,##0.00", "Percent": "0.00%", "Scientific": "0.00E+00",
    "Currency": '"¥"#,##0.00', "Euro Currency": '"€"#,##0.00', "General Date": "yyyy/m/d h:mm",
    "Long Date": 'yyyy"年"m"月"d"日"', "Medium Date": "d-mmm-yy", "Short Date": "yyyy/m/d", "Long Time": "h:mm:ss",
    "Medium Time": "h:mm AM/PM", "Short Time": "h:mm", "Yes/No": '"Yes";"Yes";"No"',
    "True/False": '"True";"True";"False"', "On/Off": '"On";"On";"Off"',
}  # fmt: skip
"""Formats that have a name instead of a code, as a Chinese installation shows those that depend on the place."""

_EPOCH = datetime(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class _Style:
    """What a style says of cells; None where it says nothing and the style above it counts."""

    code: str | None = None
    ruled: bool | None = None
    white_text: bool | None = None
    white_ground: bool | None = None

    def over(self, parent: _Style) -> _Style:
        """Return what the style says, and where it says nothing what its parent says."""
        names = ("code", "ruled", "white_text", "white_ground")
        said = (getattr(self, name) for name in names)
        return _Style(*(getattr(parent, name) if own is None else own for name, own in zip(names, said, strict=True)))

    @property
    def white(self) -> bool:
        """Whether it writes white on white; paper is white."""
        return bool(self.white_text) and self.white_ground is not False


@dataclass(slots=True)
class _Sheet:
    """A sheet while it is read."""

    cells: dict[Position, SheetCell] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def read_spreadsheetml(data: bytes, settings: ReadSettings, read_image: ReadImage) -> Iterator[ReadPage]:
    """Yield a page per sheet that is shown; the format has no pictures.

    Raises:
        CorruptDocument: the XML is damaged.
        NoPages: there is no sheet.
        TooLarge: there are more sheets or cells than is allowed.
        UnsupportedDocument: it declares a document type.
    """
    root = parse_xml(data)
    styles = _read_styles(root)
    nodes = list(root.iterfind("{*}Worksheet"))
    if not nodes:
        raise NoPages("the workbook has no sheet; ask the publisher for a new copy")
    if len(nodes) > settings.max_pages:
        raise TooLarge(f"the workbook has {len(nodes)} sheets, more than {settings.max_pages}; raise --max-pages")
    sheets = [_read_sheet(node, styles) for node in nodes]
    yield from draw_sheets(sheets, READER, settings, read_image)


def _read_styles(root: Any) -> dict[str, _Style]:
    """Return the styles by their ids, each with what those above it say."""
    own, parents = {}, {}
    for node in root.iterfind("{*}Styles/{*}Style"):
        key = attribute(node, "ID") or ""
        own[key] = _Style(_format_code(node), _is_upright(node), _is_white(node, "Font"), _is_white(node, "Interior"))
        parents[key] = attribute(node, "Parent") or ("Default" if key != "Default" else "")
    return {key: _inherit(key, own, parents) for key in own}


def _inherit(key: str, own: dict[str, _Style], parents: dict[str, str]) -> _Style:
    style, seen = _Style(), set()
    while key in own and key not in seen:
        seen.add(key)
        style = style.over(own[key])
        key = parents[key]
    return style


def _is_white(style: Any, part: str) -> bool | None:
    """Tell whether the letters or the ground of a style are white; None where it names no colour."""
    node = style.find(f"{{*}}{part}")
    color = attribute(node, "Color") if node is not None else None
    return None if color is None else color.upper() in {"#FFFFFF", "WHITE"}


def _format_code(style: Any) -> str | None:
    node = style.find("{*}NumberFormat")
    code = attribute(node, "Format") if node is not None else None
    return None if code is None else _NAMED_FORMATS.get(code, code)


def _is_upright(style: Any) -> bool | None:
    borders = style.find("{*}Borders")
    if borders is None:
        return None
    lines = ((attribute(line, "Position"), attribute(line, "LineStyle") or "None") for line in borders)
    return any(side in {"Left", "Right"} and kind != "None" for side, kind in lines)


def _read_sheet(node: Any, styles: dict[str, _Style]) -> SheetFacts:
    sheet = _Sheet()
    table = node.find("{*}Table")
    if table is not None:
        columns = _read_columns(table, sheet)
        _read_rows(table, sheet, styles, columns)
    unseen = take_unseen(sheet.cells, plain=node.find("{*}ConditionalFormatting") is None)
    visible = node.findtext("{*}WorksheetOptions/{*}Visible") or "SheetVisible"
    return SheetFacts(
        name=attribute(node, "Name") or "",
        cells=sheet.cells,
        merges=tuple(sheet.merges),
        hidden_rows=frozenset(sheet.hidden_rows),
        hidden_columns=frozenset(sheet.hidden_columns),
        hidden=visible != "SheetVisible",
        unseen=unseen,
    )


def _read_columns(table: Any, sheet: _Sheet) -> dict[int, str]:
    """Enter hidden columns, and return the styles of columns by their numbers."""
    styles, at = {}, 0
    for node in table.iterfind("{*}Column"):
        at = _index(node, at)
        last = min(at + _whole(node, "Span"), LAST_COLUMN)
        if attribute(node, "Hidden") == "1" or attribute(node, "Width") == "0":
            sheet.hidden_columns.update(range(at, last + 1))
        if style := attribute(node, "StyleID"):
            styles.update(dict.fromkeys(range(at, last + 1), style))
        at = last + 1
    return styles


def _read_rows(table: Any, sheet: _Sheet, styles: dict[str, _Style], columns: dict[int, str]) -> None:
    at = 0
    for row in table.iterfind("{*}Row"):
        at = _index(row, at)
        last = min(at + _whole(row, "Span"), LAST_ROW)
        if attribute(row, "Hidden") == "1" or attribute(row, "Height") == "0":
            sheet.hidden_rows.update(range(at, last + 1))
        if at <= LAST_ROW:
            _read_cells(row, at, sheet, styles, columns)
        at = last + 1


def _read_cells(row: Any, at: int, sheet: _Sheet, styles: dict[str, _Style], columns: dict[int, str]) -> None:
    col = 0
    for node in row.iterfind("{*}Cell"):
        col = _index(node, col)
        if col > LAST_COLUMN:
            return
        right = min(col + _whole(node, "MergeAcross"), LAST_COLUMN)
        bottom = min(at + _whole(node, "MergeDown"), LAST_ROW)
        name = attribute(node, "StyleID") or attribute(row, "StyleID") or columns.get(col) or "Default"
        sheet.cells[at, col] = _read_cell(node, styles.get(name, _Style()))
        if (right, bottom) != (col, at):
            sheet.merges.append(Merge(at, col, bottom, right))
        if len(sheet.cells) > MAX_STORED:
            raise TooLarge(f"a sheet has more than {MAX_STORED} cells; split the file")
        col = right + 1


def _read_cell(node: Any, style: _Style) -> SheetCell:
    data = node.find("{*}Data")
    shown = _show(data, style.code or GENERAL) if data is not None else Shown("")
    stored = "".join(data.itertext()) if data is not None else ""
    return SheetCell(shown.text, shown.doubt, bool(style.ruled), style.white, is_unshown(stored, shown.text))


def _show(data: Any, code: str) -> Shown:
    """Return what a value shows; a text may have its letters set apart by HTML."""
    text = "".join(data.itertext()).replace("\r\n", "\n").replace("\r", "\n")
    match attribute(data, "Type"):
        case "Number":
            shown = show_number(text.strip(), code)
            return Shown(shown.text.strip(), shown.doubt)
        case "DateTime":
            return _show_time(text.strip(), code)
        case "Boolean":
            return Shown("TRUE" if text.strip() == "1" else "FALSE")
        case _:
            return Shown(show_text(text, code))


def _show_time(text: str, code: str) -> Shown:
    """Return what a point in time shows, which is stored as `2024-01-31T00:00:00.000`."""
    try:
        since = datetime.fromisoformat(text.rstrip("Z")).replace(tzinfo=None) - _EPOCH
    except ValueError:
        return Shown(text, "number_format")
    days = since.days + since.seconds / 86_400
    shown = show_number(repr(days), "yyyy/m/d" if code == GENERAL else code)
    return Shown(shown.text.strip(), shown.doubt)


def _index(node: Any, following: int) -> int:
    """Return where a row, a column or a cell stands, from 0: where it says, else after the one before."""
    stated = _whole(node, "Index")
    return stated - 1 if stated > following else following


def _whole(node: Any, name: str) -> int:
    text = attribute(node, name) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
