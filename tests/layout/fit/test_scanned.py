"""What only a picture shows: specks, pieces of lines, sides that were not traced, words that a wrong grid has cut."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pipeline.forms.form import read_forms
from pipeline.layout.assemble import assemble_document
from pipeline.layout.fit.areas import Area
from pipeline.layout.fit.columns import Carried
from pipeline.layout.fit.document import fit_pages
from pipeline.layout.fit.lines import Line, Lines
from pipeline.layout.fit.structure import as_wide
from pipeline.layout.fit.texts.runs import find_runs
from pipeline.layout.fit.texts.specks import pieces_of_lines
from pipeline.layout.regions import find_regions
from pipeline.models import Box, Form, Glyph, Page, Ruling
from tests.layout.fit.form_page import XS, Placed, form_cells, page, sides, write_cells

NOTHING = Lines(())


def lines_of(cell: Placed) -> list[Glyph]:
    """The lines of a cell as a recogniser gives them, where its characters stand."""
    glyphs, found = write_cells([cell]), list[Glyph]()
    for line in cell[4].split("\n"):
        part, glyphs = glyphs[: len(line)], glyphs[len(line) :]
        if part:
            found.append(Glyph(line, Box(part[0].box.x0, part[0].box.y0, part[-1].box.x1, part[0].box.y1), 0.99))
    return found


def scan(cells: Sequence[Placed], rulings: Sequence[Ruling], more: Sequence[Glyph] = ()) -> Page:
    glyphs = (*(glyph for cell in cells for glyph in lines_of(cell)), *more)
    return replace(page(cells, rulings), source="ocr", glyphs=glyphs)


def whole(cells: Sequence[Placed]) -> list[Ruling]:
    lying, standing = sides(cells)
    return [*lying, *standing]


def fit(scanned: Page, reread: Callable[[Page], Page | None] = lambda page: None) -> Page:
    (found,) = fit_pages([scanned], reread)
    return found.page


def form_of(fitted: Page) -> Form:
    (form,), _ = read_forms(assemble_document([find_regions(fitted)]), 1)
    return form


def read_again(wrong: Sequence[Placed], cells: Sequence[Placed]) -> Form:
    """Read a drawn grid over wrong cells, whose words come out right when they are read once more without it."""
    words = replace(scan(cells, []), grid_reader="words")
    return form_of(fit(scan(wrong, whole(wrong)), lambda page: words))


def named(cells: Sequence[Placed], text: str) -> Placed:
    return next(cell for cell in cells if cell[4].replace("\n", "") == text)


def test_a_speck_among_the_heads_is_no_head() -> None:
    cells = form_cells()
    target, actual = named(cells, "年度指标值"), named(cells, "实际完成值")
    at = (actual[0] + 4.0, (actual[1] + actual[3]) / 2 - 2.0)
    speck = Glyph("南", Box(*at, at[0] + 2.5, at[1] + 5.0), 0.24)
    drawn = scan(cells, whole(cells), [speck])
    assert target[2] == actual[0]
    assert fit(drawn).rulings == drawn.rulings


def test_a_tiny_mark_beside_a_table_that_goes_on_does_not_widen_it() -> None:
    cells = form_cells()
    cut = named(cells, "完工时间")[1]
    upper = [cell if cell[3] <= cut else (*cell[:3], cut, cell[4]) for cell in cells if cell[1] < cut]
    lower = [(c[0], c[1] - cut + 60, c[2], c[3] - cut + 60, c[4]) for c in cells if c[1] >= cut]
    mark = Glyph("1", Box(XS[-1] + 15, 90.0, XS[-1] + 17, 93.0), 0.7)
    second = replace(scan(lower, whole(lower), [mark]), number=2)
    _, found = fit_pages([scan(upper, whole(upper)), second], lambda page: None)
    assert max(ruling.x1 for ruling in found.page.rulings) == XS[-1]


def test_dust_that_was_read_beside_the_heads_is_no_head() -> None:
    cells = form_cells()
    head = named(cells, "年度指标值")
    dust = Glyph("蛾樂", Box(XS[-1] + 12, head[1] + 8, XS[-1] + 34, head[1] + 20), 0.4)
    drawn = scan(cells, whole(cells), [dust])
    assert fit(drawn).rulings == drawn.rulings


def test_flat_ink_is_a_piece_of_a_line_whatever_was_read() -> None:
    text = [Glyph("提供月报", Box(100, 100 + 20 * i, 136, 109 + 20 * i), 0.99) for i in range(12)]
    dots = Glyph("on", Box(180, 112.0, 226, 113.0), 0.3)
    dashes = Glyph("- 1 -", Box(240, 112.0, 290, 113.5), 0.5)
    posts = [Glyph("1", Box(60, 100 + 7 * i, 61.5, 104 + 7 * i), 0.8) for i in range(3)]
    beside = Glyph("—", Box(300, 117.0, 312, 118.0), 0.9)
    kept = [Glyph("—", Box(300, 131.0, 309, 132.0), 0.99), Glyph("……", Box(330, 130.0, 352, 131.5), 0.9)]
    glyphs = (*text, dots, dashes, *posts, beside, *kept)
    runs = find_runs(replace(page(form_cells(), ()), source="ocr", glyphs=glyphs), NOTHING)
    found = pieces_of_lines(runs, Lines([Line(119.0, 290.0, 500.0, 1.0)]), NOTHING)
    assert {id(run.glyphs[0]) for run in found} == {id(g) for g in (dots, dashes, *posts, beside)}


def test_a_reading_that_finds_more_labels_explains_more() -> None:
    cells = form_cells()
    name, value = named(cells, "项目名称"), named(cells, "公园改造项目")
    row = (name[0], name[1], value[2], name[3], "")
    cut = [cell for cell in cells if cell not in (name, value)]
    glyph = Glyph("项目名称公园改造项目", Box(60.0, name[1] + 5, 350.0, name[1] + 14), 0.99)
    wrong = scan([*cut, row], whole([*cut, row]), [glyph])
    words = replace(scan(cells, []), grid_reader="words")
    form = form_of(fit(wrong, lambda page: words))
    assert form.readings["project_name"].text == "公园改造项目"


def test_two_labels_are_parted_by_the_line_that_is_drawn_beside_them() -> None:
    cells = form_cells()
    upper, lower = named(cells, "产出指标"), named(cells, "满意度指标")
    lost = [r for r in whole(cells) if not (r.horizontal and r.y0 == lower[1] and r.x0 == XS[1])]
    assert len(lost) == len(whole(cells)) - 2
    form = form_of(fit(scan(cells, lost)))
    assert [line.readings["level1"].text for line in form.indicators] == [upper[4]] * 3 + ["满意度指标"]


def test_a_label_of_two_lines_beside_two_rows_stays_one() -> None:
    cells = form_cells()
    first, second = named(cells, "数量指标"), named(cells, "质量指标")
    both = (first[0], first[1], first[2], second[3], "质量指标\n进度指标")
    merged = [cell for cell in cells if cell not in (first, second)] + [both]
    form = form_of(fit(scan(merged, whole(merged))))
    assert [line.readings["level2"].text for line in form.indicators][:2] == ["质量指标进度指标"] * 2


def test_a_text_between_the_lines_of_a_table_is_in_a_cell_of_it() -> None:
    cells = form_cells()
    label = named(cells, "绩效指标")
    open_below = [r for r in whole(cells) if not (r.horizontal and r.y0 == label[3] and r.x0 in (XS[0],))]
    fitted = fit(scan(cells, open_below))
    assert form_of(fitted).complete
    assert not any(issue.code == "text_in_no_cell" for issue in form_of(fitted).issues)


def test_a_line_shorter_than_the_words_does_not_part_a_label() -> None:
    cells = form_cells()
    section = named(cells, "年度总体目标")
    low = (section[1] + section[3]) / 2 + 5.5
    stroke = Ruling(section[0] + 3, low, section[0] + 16, low, strength=0.6, origin="trace")
    lying = [r for r in whole(cells) if r.horizontal]
    scanned = replace(scan(cells, lying), candidates=(stroke,))
    assert form_of(fit(scanned)).readings["expected_goal"].text == "改造公园三处，提升居民休憩条件。"


def test_a_bracket_inside_a_column_of_labels_is_not_beside_it() -> None:
    cells = form_cells()
    section = named(cells, "项目资金（万元）")
    plain = [cell for cell in cells if cell is not section] + [(*section[:4], "项目\n资金")]
    middle = (section[1] + section[3]) / 2
    bracket = Glyph("（", Box(69.0, middle - 4.5, 72.0, middle + 4.5), 0.99)
    lying = [r for r in whole(cells) if r.horizontal]
    post = Ruling(section[2], section[1], section[2], section[3], strength=0.6, origin="trace")
    fitted = fit(replace(scan(plain, lying, [bracket]), candidates=(post,)))
    inner = {r.x0 for r in fitted.rulings if not r.horizontal and r.y0 < middle < r.y1 and XS[0] < r.x0 < 120}
    assert inner == {section[2]}


def test_a_value_that_stands_a_little_higher_than_the_first_label_is_its_value() -> None:
    cells = form_cells()
    value = named(cells, "公园改造项目")
    raised = [cell for cell in cells if cell is not value] + [
        (value[0], value[1] - 3, value[2], value[3] - 3, value[4])
    ]
    assert form_of(fit(scan(raised, []))).readings["project_name"].text == "公园改造项目"


def test_a_table_whose_lower_side_is_broken_ends_at_it() -> None:
    cells = [cell for cell in form_cells() if cell[4] not in {"总分", "98.5"} and (cell[4] != "100" or cell[1] < 300)]
    end = max(cell[3] for cell in cells)
    low = end + 3.0
    pieces = [Ruling(x, low, x + 50.0, low, strength=0.3, origin="trace") for x in range(50, 510, 58)]
    lying = [r for r in whole(cells) if r.horizontal and r.y0 != end]
    fitted = fit(replace(scan(cells, lying), candidates=tuple(pieces)))
    assert [y for y in sorted({r.y0 for r in fitted.rulings if r.horizontal}) if y > end - 12] == [low]


def test_a_head_does_not_take_the_row_below_with_it() -> None:
    cells = form_cells()
    head, first = named(cells, "实际完成值"), named(cells, "改造公园数量")
    open_below = [r for r in whole(cells) if not (r.horizontal and r.y0 == head[3] and r.x0 == head[0])]
    form = form_of(fit(scan(cells, open_below)))
    assert next(line.readings["level3"].text for line in form.indicators) == first[4]
    assert form.indicators[0].readings["actual_raw"].text == "3处"


def test_two_numbers_between_which_a_line_was_read_stand_in_two_cells() -> None:
    cells = form_cells()
    weight, score = [cell for cell in cells if cell[4] in {"100", "98.5"}][-2:]
    both = (weight[0], weight[1], score[2], score[3], "100|98.5")
    wrong = [cell for cell in cells if cell not in (weight, score)] + [both]
    form = read_again(wrong, cells)
    assert (form.readings["total_weight_raw"].text, form.readings["total_score_raw"].text) == ("100", "98.5")


def test_a_field_that_was_read_behind_the_value_of_another_gets_its_cell() -> None:
    cells = form_cells()
    value, label = named(cells, "区园林局"), named(cells, "实施单位")
    both = (value[0], value[1], label[2], label[3], "区园林局实施单位")
    wrong = [cell for cell in cells if cell not in (value, label)] + [both]
    form = read_again(wrong, cells)
    assert form.readings["department"].text == "区园林局"
    assert form.readings["implementing_unit"].text == "园林管理处"


def test_a_dash_along_the_edge_of_two_rows_leaves_them_two() -> None:
    cells = form_cells()
    upper, lower = named(cells, "改造公园数量"), named(cells, "苗木成活率")
    dash = Glyph("—", Box(upper[0] + 2, upper[3] - 0.5, upper[0] + 12, upper[3] + 0.5), 0.9)
    lying = [r for r in whole(cells) if r.horizontal and not (r.y0 == upper[3] and r.x0 == upper[0])]
    form = form_of(fit(scan(cells, lying, [dash])))
    assert [line.readings["level3"].text for line in form.indicators][:2] == [upper[4], lower[4]]


def test_a_name_of_three_lines_that_begins_with_its_number_is_one_row() -> None:
    cells = form_cells()
    old = named(cells, "苗木成活率")
    new = (*old[:4], "指标1：苗木\n成活率和\n保存率")
    changed = [new if cell is old else cell for cell in cells]
    form = form_of(fit(scan(changed, [])))
    assert [line.readings["level3"].text for line in form.indicators][1] == "指标1：苗木成活率和保存率"
    assert len(form.indicators) == 4


def test_two_heads_that_were_read_as_one_over_two_written_columns_get_cells_of_their_own() -> None:
    cells = form_cells()
    target, actual = named(cells, "年度指标值"), named(cells, "实际完成值")
    one = (target[0], target[1], actual[2], actual[3], "年实际际庇比指值值")
    merged = [cell for cell in cells if cell not in (target, actual)] + [one]
    form = read_again(merged, cells)
    assert [line.readings["target_raw"].text for line in form.indicators] == ["3处", "≥95%", "11月底前", "≥90%"]


def test_the_outer_line_of_the_next_page_may_be_a_line_between_columns() -> None:
    carried = Carried("indicators", (None, "level1", "level3", "score_raw"), (XS[1], XS[2], XS[7]), XS[0], XS[8])
    moved = Box(XS[1], 60.0, XS[8] + 6, 200.0)
    shifted = Box(XS[0] + 9, 60.0, XS[8] + 9, 200.0)
    assert as_wide(Area(moved, (), (), (), framed=True), carried).box.x0 == XS[0]
    assert as_wide(Area(shifted, (), (), (), framed=True), carried).box == shifted


def test_heads_of_the_levels_that_were_read_as_one_are_missed_although_no_head_stands_beside_them() -> None:
    cells = form_cells()
    first, second = named(cells, "一级指标"), named(cells, "二级指标")
    one = (first[0], first[1], second[2], second[3], "一级二级指\n指标标")
    merged = [cell for cell in cells if cell not in (first, second)] + [one]
    form = read_again(merged, cells)
    assert form.indicators[0].readings["level1"].text == "产出指标"
    assert form.indicators[0].readings["level2"].text == "数量指标"
