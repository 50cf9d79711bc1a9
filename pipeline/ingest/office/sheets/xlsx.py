"""Excel workbook (.xlsx, .xlsm) → one page per sheet, read from its XML (ECMA-376 part 1, 18).

The libraries at hand give either the number formats (openpyxl) or neither format nor formula beside the value
(python-calamine), and openpyxl refuses style sheets that WPS writes; a form needs what a cell shows. Formulas are never
computed and macros never looked at: the value that was stored with a formula is shown; where none was, the formula is
shown, with a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.errors import CorruptDocument, NoPages, TooLarge
from pipeline.ingest.containers.packages import Package
from pipeline.ingest.office.ooxml import Relation, attribute, find_main_part, read_relations
from pipeline.ingest.office.pictures import Picture
from pipeline.ingest.office.sheets.number_formats import show_number, show_text
from pipeline.ingest.office.sheets.spreadsheet import (
    Merge,
    Position,
    SheetCell,
    SheetFacts,
    draw_sheets,
    is_unshown,
    take_unseen,
)
from pipeline.ingest.office.sheets.xlsx_drawings import (
    CellPictures,
    read_cell_pictures,
    read_floats,
    read_margins,
    read_sheet_captions,
)
from pipeline.ingest.office.sheets.xlsx_styles import CellStyle, read_cell_styles, whole_number
from pipeline.ingest.pending import ReadImage, ReadPage
from pipeline.settings import ReadSettings

READER = "xlsx"

UNCOMPUTED = "formula_without_value"
"""The doubt of a formula that was never computed."""

LAST_ROW, LAST_COLUMN = 1_048_575, 16_383
"""The last row and column that a sheet can have, from 0."""

MAX_STORED = 2_000_000
"""Cells of one sheet in its file, the empty ones included."""

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class _Book:
    """What all sheets of a workbook share."""

    strings: tuple[str, ...]
    styles: tuple[CellStyle, ...]
    epoch_1904: bool
    pictures: CellPictures


def read_xlsx(data: bytes, settings: ReadSettings, read_image: ReadImage) -> Iterator[ReadPage]:
    """Yield a page per sheet that is shown, and one per large picture on it.

    Raises:
        CorruptDocument: the file is no readable workbook.
        NoPages: it has no sheet.
        TooLarge: it has more sheets or cells, or unpacks to more, than is allowed.
        EncryptedDocument, UnsupportedDocument: as `pipeline.ingest.containers.packages` says.
    """
    package = Package(data, settings.max_unpacked)
    main = find_main_part(package)
    workbook, relations = package.parse(main), read_relations(package, main)
    names = {relation.kind: relation.target for relation in relations.values()}
    listed = [node for node in workbook.iterfind("{*}sheets/{*}sheet") if _is_sheet(node, relations)]
    if not listed:
        raise NoPages("the workbook has no sheet; ask the publisher for a new copy")
    if len(listed) > settings.max_pages:
        raise TooLarge(f"the workbook has {len(listed)} sheets, more than {settings.max_pages}; raise --max-pages")
    properties = workbook.find("{*}workbookPr")
    book = _Book(
        strings=_read_strings(package, names.get("sharedStrings")),
        styles=_read_styles(package, names.get("styles")),
        epoch_1904=properties is not None and properties.get("date1904") in {"1", "true"},
        pictures=read_cell_pictures(package, relations),
    )
    sheets = [_read_sheet(package, relations[_relation_id(node)].target, node, book) for node in listed]
    yield from draw_sheets(sheets, READER, settings, read_image)


def _is_sheet(node: Any, relations: dict[str, Relation]) -> bool:
    """Tell whether a listed sheet has cells; a chart or a dialogue has none."""
    relation = relations.get(_relation_id(node))
    return relation is not None and relation.kind == "worksheet"


def _relation_id(node: Any) -> str:
    return next((str(value) for key, value in node.attrib.items() if key.endswith("}id")), "")


def _read_strings(package: Package, part: str | None) -> tuple[str, ...]:
    if part is None or part not in package:
        return ()
    return tuple(_rich_text(node) for node in package.parse(part).iterfind("{*}si"))


def _rich_text(node: Any) -> str:
    """Return the text of a string; how it is pronounced (rPh) is no part of it (18.4.6)."""
    parts = [t.text or "" for t in node.iter("{*}t") if not t.getparent().tag.endswith("}rPh")]
    text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), "".join(parts))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read_styles(package: Package, part: str | None) -> tuple[CellStyle, ...]:
    if part is None or part not in package:
        return ()
    return read_cell_styles(package.parse(part))


def _read_sheet(package: Package, part: str, listed: Any, book: _Book) -> SheetFacts:
    root = package.parse(part)
    cells: dict[Position, SheetCell] = {}
    floats = list(read_floats(package, part, root))
    hidden_rows = set()
    next_row = 0
    for row in root.iterfind("{*}sheetData/{*}row"):
        at = whole_number(row, "r") - 1 if row.get("r") else next_row
        next_row = at + 1
        if row.get("hidden") in {"1", "true"} or _is_nothing(row, "ht"):
            hidden_rows.add(at)
        _read_row(row, at, book, cells)
    unseen = take_unseen(cells, plain=_is_plain(root))
    floats += _take_pictures(cells, book)
    merges = (_parse_range(node.get("ref", "")) for node in root.iterfind("{*}mergeCells/{*}mergeCell"))
    return SheetFacts(
        name=listed.get("name", ""),
        cells=cells,
        merges=tuple(merge for merge in merges if merge),
        hidden_rows=frozenset(hidden_rows),
        hidden_columns=frozenset(_hidden_columns(root, cells)),
        hidden=listed.get("state", "visible") != "visible",
        floats=tuple(floats),
        notes=(*read_margins(root), *read_sheet_captions(package, part, root)),
        unseen=unseen,
    )


def _is_plain(root: Any) -> bool:
    """Tell whether nothing but their styles colours the cells of a sheet."""
    colouring = ("conditionalFormatting", "tableParts", "picture")
    return all(root.find(f"{{*}}{name}") is None for name in colouring)


def _take_pictures(cells: dict[Position, SheetCell], book: _Book) -> Iterator[tuple[Merge, Picture]]:
    """Yield the pictures that cells show instead of a text, and leave those cells empty."""
    found = {at: picture for at, cell in cells.items() if (picture := book.pictures.find(cell.text))}
    for at, picture in found.items():
        cells[at] = SheetCell("", "", cells[at].ruled)
        yield Merge(*at, *at), picture


def _read_row(row: Any, at: int, book: _Book, cells: dict[Position, SheetCell]) -> None:
    next_col = 0
    for node in row.iterchildren("{*}c"):
        position = _parse_reference(node.get("r", "")) or (at, next_col)
        next_col = position[1] + 1
        cell = _read_cell(node, book)
        if (cell.text or cell.ruled or cell.unshown) and position[0] <= LAST_ROW and position[1] <= LAST_COLUMN:
            cells[position] = cell
        if len(cells) > MAX_STORED:
            raise TooLarge(f"a sheet has more than {MAX_STORED} cells; split the file")


def _read_cell(node: Any, book: _Book) -> SheetCell:
    style_no = whole_number(node, "s")
    style = book.styles[style_no] if style_no < len(book.styles) else CellStyle()
    text, doubt = _read_text(node, style, book)
    return SheetCell(text, doubt, style.ruled, style.white, not text and is_unshown(_stored(node, book), text))


def _stored(node: Any, book: _Book) -> str:
    """Return what a cell stores, whether or not it is shown."""
    value = node.findtext("{*}v") or ""
    if node.get("t") == "inlineStr":
        return "".join(node.find("{*}is").itertext()) if node.find("{*}is") is not None else ""
    return book.strings[int(value)] if node.get("t") == "s" else value


def _read_text(node: Any, style: CellStyle, book: _Book) -> tuple[str, str]:
    """Return what a cell shows, and its doubt."""
    kind, value = node.get("t", "n"), node.findtext("{*}v")
    formula = node.find("{*}f")
    if kind == "inlineStr":
        inline = node.find("{*}is")
        return (show_text(_rich_text(inline), style.code) if inline is not None else ""), ""
    if value is None or (value == "" and kind == "n"):
        return ("", "") if formula is None else (f"={formula.text or ''}", UNCOMPUTED)
    return _show_value(kind, value, style.code, book)


def _show_value(kind: str, value: str, code: str, book: _Book) -> tuple[str, str]:
    """Return what a stored value shows, and its doubt (18.18.11)."""
    match kind:
        case "s":
            index = int(value) if value.strip().isdigit() else -1
            if not 0 <= index < len(book.strings):
                raise CorruptDocument("a cell refers to a text that the workbook does not have; download it again")
            return show_text(book.strings[index], code), ""
        case "str":
            return show_text(_ESCAPE.sub(lambda match: chr(int(match[1], 16)), value), code), ""
        case "b":
            return ("TRUE" if value == "1" else "FALSE"), ""
        case "n":
            shown = show_number(value.strip(), code, book.epoch_1904)
            return shown.text.strip(), shown.doubt
        case "d":
            return value, "number_format"
        case _:
            return value, ""


def _parse_reference(reference: str) -> Position | None:
    """Return row and column, from 0, of a reference such as `B7`."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1


def _parse_range(text: str) -> Merge | None:
    first, _, last = text.partition(":")
    start, end = _parse_reference(first), _parse_reference(last)
    if start is None or end is None or end < start or end[1] < start[1]:
        return None
    return Merge(*start, *end)


def _is_nothing(node: Any, name: str) -> bool:
    """Tell whether a height or a width is stated as zero, which nobody sees."""
    return re.fullmatch(r"0+(?:\.0*)?", node.get(name, "")) is not None


def _hidden_columns(root: Any, cells: dict[Position, SheetCell]) -> Iterator[int]:
    """Yield the hidden columns up to the last one that has a cell."""
    last = max((col for _, col in cells), default=-1)
    for node in root.iterfind("{*}cols/{*}col"):
        if attribute(node, "hidden") in {"1", "true"} or _is_nothing(node, "width"):
            yield from range(whole_number(node, "min") - 1, min(whole_number(node, "max"), last + 1))
