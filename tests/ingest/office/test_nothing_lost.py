"""Characters in are characters out: whatever is nested in whatever, each text that is seen is on a page, once."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.models import Page
from tests.examples import examples
from tests.ingest.office.word_files import old_shape, p, picture_bytes, read, run, shape, tbl, tc, tr, word_file

Tree = Any
"""A kind, and what is in it: a text, or trees."""

TEXTS = st.integers(0x4E00, 0x9FA5).map(chr)
INNER = ("table", "frame", "box", "control", "inserted")


def grow(inside: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    return st.tuples(st.sampled_from(INNER), st.lists(inside, min_size=1, max_size=4))


TREES = st.lists(
    st.recursive(st.tuples(st.sampled_from(("text", "hidden")), TEXTS), grow, max_leaves=12), min_size=1, max_size=5
)


def texts_of(trees: Iterable[Tree]) -> Counter[str]:
    found: Counter[str] = Counter()
    for kind, inner in trees:
        found += texts_of(inner) if isinstance(inner, list) else Counter({inner: kind == "text"})
    return +found


def in_word(trees: Iterable[Tree]) -> str:
    return "".join(_in_word(kind, inner) for kind, inner in trees)


def _in_word(kind: str, inner: Any) -> str:
    if kind == "text":
        return p(run(inner))
    if kind == "hidden":
        return p(run(inner, "<w:vanish/>"), f"<w:del>{run(inner)}</w:del>")
    return _AROUND[kind](inner)


def _box(inner: list[Tree]) -> str:
    content = in_word(inner)
    old = f"<w:r>{old_shape(f'<w:txbxContent>{content}</w:txbxContent>')}</w:r>"
    return p(shape(content) if len(inner) % 2 else old)


_AROUND: dict[str, Callable[[list[Tree]], str]] = {
    "table": lambda inner: tbl(*(tr(tc(p(), in_word([tree])), tc(p())) for tree in inner)),
    "frame": lambda inner: tbl(tr(*(tc(in_word([tree]), p()) for tree in inner)), style=""),
    "box": _box,
    "control": lambda inner: f"<w:sdt><w:sdtPr/><w:sdtContent>{in_word(inner)}</w:sdtContent></w:sdt>",
    "inserted": lambda inner: f"<w:ins>{in_word(inner)}</w:ins>",
}


def in_html(trees: Iterable[Tree]) -> str:
    return "".join(_in_html(kind, inner) for kind, inner in trees)


def _in_html(kind: str, inner: Any) -> str:
    match kind:
        case "text":
            return f"<span>{inner}</span>"
        case "hidden":
            return f"<p style='display:none'>{inner}</p><script>{inner}</script>"
        case "table":
            rows = "".join(f"<tr><td>{in_html([tree])}<td>" for tree in inner)
            return f"<table border=1>{rows}</table>"
        case "frame":
            return f"<table><tr>{''.join(f'<td>{in_html([tree])}</td>' for tree in inner)}</tr></table>"
        case "box":
            return f"<div><center>{in_html(inner)}</center></div>"
        case _:
            return f"<form>{in_html(inner)}</form>" if kind == "control" else f"<p>{in_html(inner)}"


def seen(pages: Iterable[Page]) -> Counter[str]:
    return Counter(char for page in pages for glyph in page.glyphs for char in glyph.text if not char.isspace())


@given(TREES)
@settings(max_examples=examples(60))
def test_word_files(trees: list[Tree]) -> None:
    assert seen(read(word_file(in_word(trees)))) == texts_of(trees)


@given(TREES)
@settings(max_examples=examples(60))
def test_web_pages(trees: list[Tree]) -> None:
    page = f"<html><body>{in_html(trees)}<table><tr><td></table></body></html>"
    assert seen(read(page.encode())) == texts_of(trees)


CELLS = st.dictionaries(st.tuples(st.integers(0, 9), st.integers(0, 9)), TEXTS, min_size=1, max_size=25)


@given(CELLS, st.sets(st.integers(0, 9), max_size=3), st.sets(st.integers(0, 9), max_size=3), st.booleans())
@settings(max_examples=examples(15))
def test_workbooks(cells: dict[tuple[int, int], str], rows: set[int], columns: set[int], ruled: bool) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    style = book.add_format({"border": 1}) if ruled else None
    for (row, col), text in cells.items():
        sheet.write(row, col, text, style)
    for row in rows:
        sheet.set_row(row, None, None, {"hidden": True})
    for col in columns:
        sheet.set_column(col, col, None, None, {"hidden": True})
    sheet.insert_image(12, 12, "a.png", {"image_data": io.BytesIO(picture_bytes(500, 500))})
    book.close()
    pages = read(out.getvalue())
    shown = Counter(text for (row, col), text in cells.items() if row not in rows and col not in columns)
    assert seen(pages) == shown
    unseen = len(cells) - shown.total()
    assert any(issue.code == "hidden_unread" for page in pages for issue in page.issues) == (unseen > 0)
