"""Texts that a spreadsheet might take for a formula, and texts that are too long for a cell."""

from __future__ import annotations

STARTS = tuple("=+-@\t\r\n＝＋－＠")
"""What a formula, or what some program makes into one, starts with; full-width signs are such in Chinese editions."""

LONGEST = 32_767
"""UTF-16 units that a cell of a workbook may hold."""

CUT_MARK = "……（过长，已截断，全文见数据集）"


def starts_formula(text: str) -> bool:
    """Tell whether a spreadsheet could take a text for a formula, white space before it or not."""
    return text.startswith(STARTS) or (text[:1].isspace() and text.lstrip().startswith(STARTS))


def fit_cell(text: str) -> str:
    """Return a text that fits a cell; what is cut off says so."""
    if len(text) * 2 <= LONGEST or len(text.encode("utf-16-le")) // 2 <= LONGEST:
        return text
    room = (LONGEST - len(CUT_MARK)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + CUT_MARK
