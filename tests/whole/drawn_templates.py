"""A form of any template, drawn from the labels that its file lists: as a web page, a Word file, a PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from pipeline.labels.heads import match_heads
from pipeline.labels.templates import Template
from pipeline.labels.words import find_label

WIDTH = 16
"""Columns of the drawing; heads share them as evenly as they can."""

FUNDS = {
    "initial_budget_raw": "20",
    "annual_budget_raw": "20",
    "executed_raw": "19",
    "weight_raw": "10",
    "execution_rate_raw": "95%",
    "score_raw": "9.5",
}
ROWS = (
    ("产出指标", "数量指标", "培训场次", "≥", "3", "场", "4", "60", "60"),
    ("效益指标", "社会效益指标", "群众知晓率", "≥", "90", "%", "95", "20", "20"),
    ("满意度指标", "服务对象满意度指标", "学员满意度", "≥", "90", "%", "96", "10", "10"),
)
FIELDS = ("level1", "level2", "level3", "nature_raw", "target_raw", "unit_raw", "actual_raw", "weight_raw", "score_raw")
VALUES = {"project_name": "水质检测项目", "department": "某市水务局", "implementing_unit": "某市水质中心"}


@dataclass(frozen=True)
class Cell:
    """A cell of the drawing: its row, its first column, its columns, its text, its rows."""

    row: int
    col: int
    span: int
    text: str
    down: int = 1


Item = str | tuple[str, int] | tuple[str, int, int]
"""A cell as a row of `lay_table` gives it: its text, its columns, its rows; one of each where they are left out."""


def lay_table(rows: Sequence[Sequence[Item]]) -> list[Cell]:
    """Return the cells of rows that are filled from left to right beside the cells that reach down into them."""
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    for row, items in enumerate(rows):
        col = 0
        for item in items:
            text, span, down = (item, 1, 1) if isinstance(item, str) else (*item, 1)[:3]
            while (row, col) in taken:
                col += 1
            cells.append(Cell(row, col, span, text, down))
            taken |= {(row + step, col + at) for step in range(down) for at in range(span)}
            col += span
    return cells


def draw(template: Template) -> tuple[list[str], list[Cell]]:
    """Return the lines above a form of the template, and the cells of its table from top to bottom."""
    rows = [
        *_labelled(template),
        *_funds(template),
        *_goals(template),
        *_indicators(template),
        *_total(template),
    ]
    cells = [Cell(at, col, span, text) for at, row in enumerate(rows) for col, span, text in _spread(row)]
    return [f"{template.titles[0]}", "（2023年度）"], cells


def _spread(texts: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    edges = [round(WIDTH * at / len(texts)) for at in range(len(texts) + 1)]
    for at, text in enumerate(texts):
        yield edges[at], edges[at + 1] - edges[at], text


def execution_of(template: Template) -> int:
    """Return the points of the execution: those that the head of its score prints, else ten; none without a score."""
    heads = template.prints.funds
    at = next((at for at, field in match_heads("fund_columns", heads).fields.items() if field == "score_raw"), None)
    if at is None:
        return 0
    printed = re.search(r"(\d+)分", heads[at])
    return int(printed[1]) if printed else 10


def rows_of(template: Template) -> tuple[tuple[str, ...], ...]:
    """Return the rows of the form: the first indicator has the points that the others and the execution leave."""
    first, *others = ROWS
    points = str(70 - execution_of(template))
    return ((*first[:-2], points, points), *others)


def total_of(template: Template) -> str:
    """Return the total score of the form, of which the execution loses a twentieth of its points."""
    return f"{100 - execution_of(template) / 20:g}"


def _columns(template: Template) -> tuple[list[str], list[str]]:
    """Return the heads of the indicators and their fields; points without a head have a blank one."""
    heads = [head for head in template.prints.indicators if head not in template.prints.optional]
    fields = match_heads("indicators", heads).fields
    kept = [at for at in range(len(heads)) if at in fields]
    texts, names = [heads[at] for at in kept], [fields[at] for at in kept]
    bare = template.points == "rows" and "score_raw" not in names
    return (texts + [""] * bare, names + ["score_raw"] * bare)


def printed_fields(template: Template) -> set[str]:
    """Return the columns of the indicators that a form of the template prints."""
    return set(_columns(template)[1])


def _labelled(template: Template) -> Iterator[list[str]]:
    optional = set(template.prints.optional)
    for label in template.prints.head:
        field = find_label("single", label)
        if field is None and find_label("other_labels", label) == "head_total":
            yield [label, total_of(template)]
        elif label not in optional:
            yield [label, VALUES.get(field or "", "某某")]


def _funds(template: Template) -> Iterator[list[str]]:
    heads, lines = template.prints.funds, template.prints.fund_lines
    fields = match_heads("fund_columns", heads).fields
    if len(fields) < 3:
        return
    points = execution_of(template)
    amounts = FUNDS | {"weight_raw": str(points), "score_raw": f"{points * 0.95:g}"}
    yield ["资金来源（万元）", *[head for at, head in enumerate(heads) if fields.get(at) != "label_head"]]
    for number, line in enumerate(lines):
        first = number == 0 or find_label("fund_rows", line) in {"total", "department_total"}
        shown = [fields.get(at) for at in range(len(heads)) if fields.get(at) != "label_head"]
        yield [line, *[amounts.get(field or "", "") if first else "" for field in shown]]


def _goals(template: Template) -> Iterator[list[str]]:
    if len(template.prints.goals) > 1:
        yield list(template.prints.goals)
        yield [f"目标{at}" for at, _ in enumerate(template.prints.goals, 1)]


def _indicators(template: Template) -> Iterator[list[str]]:
    heads, fields = _columns(template)
    yield heads
    for row in rows_of(template):
        said = dict(zip(FIELDS, row, strict=True))
        yield [said.get(field, "") for field in fields]


def _total(template: Template) -> Iterator[list[str]]:
    if template.total == "row":
        label = next((text for text in template.prints.after if find_label("total", text)), "总分")
        points = {"weight_raw": "100", "score_raw": total_of(template)}
        yield [label if at == 0 else points.get(field, "") for at, field in enumerate(_columns(template)[1])]


def write_html(lines: Sequence[str], cells: Sequence[Cell], path: Path) -> None:
    """Write the form as a web page."""
    rows = sorted({cell.row for cell in cells})
    body = "".join("<tr>" + "".join(map(_as_html, (c for c in cells if c.row == row))) + "</tr>" for row in rows)
    above = "".join(f"<p>{escape(line)}</p>" for line in lines)
    path.write_text(f'<meta charset="utf-8">{above}<table border="1">{body}</table>', encoding="utf-8")


def _as_html(cell: Cell) -> str:
    return f'<td colspan="{cell.span}" rowspan="{cell.down}">{escape(cell.text)}</td>'


def write_docx(lines: Sequence[str], cells: Sequence[Cell], path: Path) -> None:
    """Write the form as a Word file."""
    from docx import Document

    document = Document()
    for line in lines:
        document.add_paragraph(line)
    table = document.add_table(rows=max(cell.row for cell in cells) + 1, cols=WIDTH, style="Table Grid")
    for cell in cells:
        first, last = table.cell(cell.row, cell.col), table.cell(cell.row + cell.down - 1, cell.col + cell.span - 1)
        first.merge(last).text = cell.text
    document.save(str(path))


def write_xlsx(lines: Sequence[str], cells: Sequence[Cell], path: Path) -> None:
    """Write the form as a spreadsheet, its title in the rows above."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row, line in enumerate(lines, 1):
        sheet.cell(row, 1, line)
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=WIDTH)
    for cell in cells:
        row, col = len(lines) + cell.row + 1, cell.col + 1
        sheet.cell(row, col, cell.text)
        last = {"end_row": row + cell.down - 1, "end_column": col + cell.span - 1}
        sheet.merge_cells(start_row=row, start_column=col, **last)
    book.save(path)


def write_pdf(lines: Sequence[str], cells: Sequence[Cell], path: Path) -> None:
    """Write the form as a PDF with a text layer, on a wide page."""
    from reportlab.lib.utils import simpleSplit
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    width, height, pitch, left = 1600.0, 900.0, 24.0, 40.0
    step = (width - 2 * left) / WIDTH
    canvas = Canvas(str(path), pagesize=(width, height), invariant=1)
    canvas.setFont("STSong-Light", 9)
    for at, line in enumerate(lines):
        canvas.drawCentredString(width / 2, height - 30 - 18 * at, line)
    for cell in cells:
        x, y = left + cell.col * step, height - 90 - (cell.row + cell.down) * pitch
        canvas.rect(x, y, cell.span * step, cell.down * pitch)
        room = cell.span * step - 8
        folded = simpleSplit(cell.text, "STSong-Light", 9, room) if len(cell.text) * 9 > room else [cell.text]
        for at, line in enumerate(folded):
            canvas.drawString(x + 4, y + 8 + 5 * (len(folded) - 1) - 10 * at, line)
    canvas.save()


def write_scan(lines: Sequence[str], cells: Sequence[Cell], path: Path) -> None:
    """Write the form as a clean picture of the PDF, 200 dots to the inch, a little askew and grained."""
    import numpy as np
    from PIL import Image

    from tests.typeset import optics
    from tests.typeset.scan import render

    printed = path.with_suffix(".text.pdf")
    write_pdf(lines, cells, printed)
    rng = np.random.default_rng(7)
    pages = [optics.grain(optics.rotate(page, 0.3), rng, 4) for page in render(printed, 200)]
    printed.unlink()
    first, *others = [Image.fromarray(page) for page in pages]
    first.save(path, save_all=True, append_images=others, resolution=200)
