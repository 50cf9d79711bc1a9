from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given

from pipeline.layout.cells import assign_glyphs, reconstruct_cells
from pipeline.layout.regions import find_regions
from pipeline.models import Box, Frame, Glyph, Page, Ruling
from tests.geometry.test_grid import tilings
from tests.layout.drawing import draw_cells, page, rows


def texts(drawn):
    (region,) = find_regions(drawn).regions
    return {(c.row, c.col): c.text for c in reconstruct_cells(region).cells}


def test_a_number_torn_by_its_narrow_column_is_one_number():
    assert texts(page(rows(["396.26752\n9", "10\n0%"]))) == {(0, 0): "396.267529", (0, 1): "100%"}


def test_two_numbers_with_room_side_by_side_are_doubted():
    def doubts(text):
        (region,) = find_regions(page(rows([text, "1"]))).regions
        return next(cell.doubt for cell in reconstruct_cells(region).cells)

    assert doubts("103.17\n0") == "odd_shape"
    assert not doubts("103.17万元\n0")
    assert not doubts("1234567.89012345\n6789")


def test_a_stroke_that_has_a_line_to_itself_beside_words_is_doubted_on_a_picture():
    def doubt(text, source):
        drawn = replace(page(rows([text, "1"])), source=source)
        (region,) = find_regions(drawn).regions
        return next(cell.doubt for cell in reconstruct_cells(region).cells)

    assert doubt("1\n投诉办结", "ocr") == "odd_shape"
    assert not doubt("1\n投诉办结", "text")
    assert not doubt("投诉办结率\n100", "ocr")


def test_a_label_set_one_character_a_line_is_one_label():
    assert texts(page([(0, 0, 2, 1, "绩\n效\n指\n标"), (0, 1, 1, 1, "a"), (1, 1, 1, 1, "b")]))[0, 0] == "绩效指标"


def test_latin_words_on_two_lines_keep_their_space():
    assert texts(page(rows(["data\nbase", "1"])))[0, 0] == "data base"


def test_characters_go_to_the_cell_their_own_centre_lies_in():
    drawn = page(rows(["", ""]))
    crossing = tuple(Glyph(c, Box(112 + 6 * i, 65, 118 + 6 * i, 71)) for i, c in enumerate("abcdef"))

    assert texts(Page(1, 595, 842, crossing, drawn.rulings, "text", "drawn")) == {(0, 0): "abc", (0, 1): "def"}


def test_an_empty_cell_is_an_empty_text():
    assert texts(page(rows(["", "x"])))[0, 0] == ""


def test_radical_code_points_are_folded_in_the_text():
    assert texts(page(rows(["部⻔", "⽬标"]))) == {(0, 0): "部门", (0, 1): "目标"}


@given(tilings())
def test_every_character_of_a_table_ends_in_exactly_one_cell(cells):
    cells = [(r, c, h, w, f"{r}.{c}") for r, c, h, w, _ in cells]
    (region,) = find_regions(page(cells)).regions
    homes, homeless = assign_glyphs(region)

    assert homeless == []
    assert Counter(g for home in homes for g in home) == Counter(region.glyphs)


def test_text_in_no_cell_is_reported():
    rulings, glyphs = draw_cells(rows(["a", "b"], ["c", "d"]))
    gone = [
        r for r in rulings if not (r.x0 >= 130 and r.y1 > 84 and not r.horizontal) and not (r.y0 > 84 and r.x0 >= 130)
    ]
    (region,) = find_regions(Page(1, 595, 842, tuple(glyphs), tuple(gone), "text", "drawn")).regions
    table = reconstruct_cells(region)

    placed = "".join(c.text for c in table.cells)
    assert "d" in placed or [i.code for i in table.issues] == ["text_in_no_cell"]


def test_a_merged_cell_is_stored_once_and_covers_its_positions():
    (region,) = find_regions(page([(0, 0, 2, 1, "x"), (0, 1, 1, 1, "a"), (1, 1, 1, 1, "b")])).regions
    table = reconstruct_cells(region)
    grid = table.grid()

    assert len(table.cells) == 3
    assert grid[0][0] is grid[1][0]


def test_boxes_are_given_on_the_page_as_it_is_shown():
    drawn = page(rows(["a", "b"]))
    half_turn = Frame((-1.0, 0.0, 595.0, 0.0, -1.0, 842.0, 0.0, 0.0, 1.0))
    (region,) = find_regions(Page(1, 595, 842, drawn.glyphs, drawn.rulings, "ocr", "drawn", half_turn)).regions
    box = reconstruct_cells(region).cells[0].places[0].box

    assert box == Box(595 - 130, 842 - 84, 595 - 50, 842 - 60)


def test_lines_outside_tables_stay_outside():
    layout = find_regions(page(rows(["a", "b"]), lines=[("title above", 20.0), ("note below", 200.0)]))

    assert [line.text for line in layout.lines] == ["title above", "note below"]
    assert layout.lines[0].place.page == 1


def test_a_slightly_larger_character_stays_on_its_line():
    glyphs = (Glyph("a", Box(0, 10, 6, 16)), Glyph("B", Box(6, 7, 14, 17)), Glyph("c", Box(14, 10, 20, 16)))

    (line,) = find_regions(Page(1, 595, 842, glyphs, (Ruling(0, 0, 1, 0),), "text", "drawn")).lines

    assert line.text == "aBc"
