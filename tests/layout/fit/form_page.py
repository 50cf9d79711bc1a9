"""A small form laid out as a page: the same words whatever rulings are drawn around them."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.models import Box, Glyph, Page, Ruling

SIZE, LEADING = 9.0, 11.0
XS = (50.0, 80.0, 125.0, 185.0, 275.0, 350.0, 425.0, 470.0, 515.0)
"""Column lines of the indicator table: section, three levels, target, actual, weight, score."""

TITLE = "项目支出绩效自评表"

Placed = tuple[float, float, float, float, str]
"""A cell: x0, y0, x1, y1 and its text; a line feed is a wrap."""


def form_cells(top: float = 80.0) -> list[Placed]:
    """Return the cells of a whole form."""
    cells: list[Placed] = [
        (XS[0], top, XS[2], top + 20, "项目名称"),
        (XS[2], top, XS[8], top + 20, "公园改造项目"),
        (XS[0], top + 20, XS[2], top + 40, "主管部门"),
        (XS[2], top + 20, XS[4], top + 40, "区园林局"),
        (XS[4], top + 20, XS[5], top + 40, "实施单位"),
        (XS[5], top + 20, XS[8], top + 40, "园林管理处"),
    ]
    y = top + 40
    xs = (XS[1], 170.0, 240.0, 310.0, 380.0, 425.0, 470.0, 515.0)
    heads = ("", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
    rows = [
        heads,
        ("年度资金\n总额", "100", "100", "90", "10", "90%", "9"),
        ("其中：当年\n财政拨款", "100", "100", "90", "—", "90%", "—"),
        ("上年结转资金", "", "", "", "—", "", "—"),
        ("其他资金", "", "", "", "—", "", "—"),
    ]
    cells.append((XS[0], y, XS[1], y + 28 * len(rows), "项目\n资金\n（万\n元）"))
    for i, row in enumerate(rows):
        cells += [(xs[c], y + 28 * i, xs[c + 1], y + 28 * (i + 1), text) for c, text in enumerate(row)]
    y += 28 * len(rows)
    cells += [
        (XS[0], y, XS[1], y + 56, "年度\n总体\n目标"),
        (XS[1], y, XS[4], y + 20, "预期目标"),
        (XS[4], y, XS[8], y + 20, "实际完成情况"),
        (XS[1], y + 20, XS[4], y + 56, "改造公园三处，提升居民休憩条件。"),
        (XS[4], y + 20, XS[8], y + 56, "完成三处公园的改造。"),
    ]
    return [*cells, *_indicator_cells(y + 56)]


def _indicator_cells(y: float) -> list[Placed]:
    """Return the cells of the indicator table and of the total below it."""
    high = 30.0
    heads = ("一级指\n标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分")
    lines = [
        ("改造公园数量", "3处", "3处", "30", "30"),
        ("苗木成活率", "≥95%", "96%", "20", "20"),
        ("完工时间", "11月底前", "10月", "10", "10"),
        ("居民满意度调查\n覆盖街道数量", "≥90%", "92%", "30", "29.5"),
    ]
    cells = [(XS[c + 1], y, XS[c + 2], y + high, text) for c, text in enumerate(heads)]
    body = y + high
    levels = [("产出指标", 0, 3), ("满意度\n指标", 3, 4)]
    seconds = [("数量指标", 0, 1), ("质量指标", 1, 2), ("时效指标", 2, 3), ("服务对象满\n意度指标", 3, 4)]
    for (left, right), labels in (((XS[1], XS[2]), levels), ((XS[2], XS[3]), seconds)):
        cells += [(left, body + high * a, right, body + high * b, text) for text, a, b in labels]
    for i, line in enumerate(lines):
        cells += [(XS[c + 3], body + high * i, XS[c + 4], body + high * (i + 1), text) for c, text in enumerate(line)]
    end = body + high * len(lines)
    cells.append((XS[0], y, XS[1], end, "绩效\n指标"))
    cells += [
        (XS[0], end, XS[6], end + 20, "总分"),
        (XS[6], end, XS[7], end + 20, "100"),
        (XS[7], end, XS[8], end + 20, "98.5"),
    ]
    return cells


def write_cells(cells: Sequence[Placed]) -> list[Glyph]:
    """Return the glyphs of some cells, centred in them both ways."""
    return [glyph for cell in cells for glyph in _write(cell)]


def _write(cell: Placed) -> list[Glyph]:
    x0, y0, x1, y1, text = cell
    lines = text.split("\n")
    top = (y0 + y1) / 2 - LEADING * len(lines) / 2 + (LEADING - SIZE) / 2
    glyphs = []
    for n, line in enumerate(lines):
        widths = [SIZE / 2 if char.isascii() else SIZE for char in line]
        x, y = (x0 + x1 - sum(widths)) / 2, top + LEADING * n
        for char, width in zip(line, widths, strict=True):
            glyphs.append(Glyph(char, Box(x, y, x + width, y + SIZE)))
            x += width
    return glyphs


def sides(cells: Sequence[Placed]) -> tuple[list[Ruling], list[Ruling]]:
    """Return the horizontal and the vertical sides of some cells, each cell's by itself."""
    lying = [Ruling(x0, y, x1, y) for x0, y0, x1, y1, _ in cells for y in (y0, y1)]
    standing = [Ruling(x, y0, x, y1) for x0, y0, x1, y1, _ in cells for x in (x0, x1)]
    return lying, standing


def page(
    cells: Sequence[Placed], rulings: Sequence[Ruling], candidates: Sequence[Ruling] = (), number: int = 1
) -> Page:
    """Return a text page with a title over the cells."""
    top = min(cell[1] for cell in cells)
    title = _write((50.0, top - 30, 515.0, top - 10, TITLE)) if number == 1 else []
    glyphs = (*title, *write_cells(cells))
    return Page(number, 595.0, 842.0, glyphs, tuple(rulings), "text", "pdfium", candidates=tuple(candidates))
