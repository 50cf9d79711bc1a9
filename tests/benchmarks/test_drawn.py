"""The halves of the accuracy benchmark share no pair, a number gives one document, and its truth is what is printed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from benchmarks import drawn
from benchmarks.drawn import HABITS, PLAIN_RULING, Recipe, draw, draw_set, plan, recipes
from benchmarks.overlays import BUREAUS, WATERMARKS
from benchmarks.typesetters import TYPESETTERS, missing_programs
from tests.typeset.frame import FRAMES

pytestmark = pytest.mark.usefixtures("fonts")
MANY = 600


@pytest.fixture(autouse=True)
def _same_conditions_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.degrading.available", lambda: True)


def spoiled(half: drawn.Half) -> set[tuple[str, str]]:
    scans = islice(recipes(half, "scan"), MANY)
    return {(r.condition, r.ruling) for r in scans if r.ruling != PLAIN_RULING and r.condition != drawn.PLAIN_SCAN}


def typeset(half: drawn.Half) -> set[tuple[str, str]]:
    documents = islice(recipes(half), MANY)
    return {(r.ruling, r.typesetter) for r in documents if r.ruling != PLAIN_RULING and r.typesetter != "own"}


def test_the_halves_share_no_pair() -> None:
    assert not spoiled("seen") & spoiled("unseen")
    assert not typeset("seen") & typeset("unseen")


@pytest.mark.parametrize("half", ["seen", "unseen"])
def test_each_half_has_every_ingredient(half: drawn.Half) -> None:
    documents = list(islice(recipes(half), MANY))
    assert {r.ruling for r in documents} == set(FRAMES)
    assert {r.typesetter for r in documents} == set(TYPESETTERS)
    assert {r.habit for r in documents} == set(HABITS)
    assert {r.condition for r in documents} == {*drawn.conditions(), drawn.TEXT, drawn.WORD}


def test_a_number_gives_the_same_document_whatever_else_is_drawn() -> None:
    everything = {r.number: r for r in islice(recipes("seen"), 60)}
    assert all(everything[r.number] == r for r in islice(recipes("seen", "scan"), 20))
    assert all(everything[r.number] == r for r in islice(recipes("seen", "text"), 10))


def test_the_halves_share_no_form() -> None:
    seen, unseen = ({f.project_name for r in plan(h, 40) for f in drawn.forms_of(r)} for h in ("seen", "unseen"))
    assert not seen & unseen


def test_a_plan_holds_the_forms_that_were_asked_for() -> None:
    assert 40 <= sum(r.forms for r in plan("seen", 40)) <= 41


@pytest.mark.parametrize("typesetter", ["own", "flowables"])
def test_a_document_and_its_truth_are_drawn_into_a_folder(typesetter: str, tmp_path: Path) -> None:
    recipe = Recipe("seen", 8, "text", "dashed", typesetter, "margins")
    assert list(draw_set([recipe], tmp_path)) == [f"{recipe.stem}.pdf"]
    [record] = json.loads((tmp_path / "truth.json").read_text("utf-8"))
    assert record["source"] == "text"
    assert record["file"] == f"{recipe.stem}.pdf"
    with pypdfium2.PdfDocument(str(tmp_path / record["file"])) as pdf:
        printed = "".join(page.get_textpage().get_text_range() for page in pdf).replace("\r\n", "")
    for row in record["forms"][0]["indicators"]:
        assert row["score"] in printed
    assert record["forms"][0]["total_score"] in record["cells"][0]
    assert not list(draw_set([recipe], tmp_path))


@pytest.mark.parametrize(
    ("habit", "words"), [("watermarked", WATERMARKS), ("sealed", BUREAUS), ("received", ("收文章",))]
)
def test_what_is_laid_over_a_page_has_its_own_characters(habit: str, words: Sequence[str], tmp_path: Path) -> None:
    bare, laid = (Recipe("seen", 8, "text", "solid", "own", name) for name in ("usual", habit))
    texts = []
    for recipe in (bare, laid):
        path, _ = draw(recipe, tmp_path)
        with pypdfium2.PdfDocument(str(path)) as pdf:
            texts.append(drawn.count_characters(pdf[0].get_textpage().get_text_range()))
    more = texts[1] - texts[0]
    assert any(not drawn.count_characters(word) - more for word in words)


@pytest.mark.parametrize(("condition", "kind"), [("webp_file", "WEBP"), ("tiff_g4", "TIFF")])
def test_picture_files_are_what_they_are_called(condition: str, kind: str, tmp_path: Path) -> None:
    path, truth = draw(Recipe("seen", 9, condition, "solid", "own", "tiny"), tmp_path)
    with Image.open(path) as picture:
        assert picture.format == kind
        assert getattr(picture, "n_frames", 1) == truth.pages
        assert (picture.mode == "1") == (condition == "tiff_g4")


def test_a_document_that_lacks_what_it_should_say_is_refused(tmp_path: Path) -> None:
    recipe = Recipe("seen", 8, "text", "dashed", "own", "usual")
    path, _ = draw(recipe, tmp_path)
    others = drawn.forms_of(Recipe("seen", 9, "text", "dashed", "own", "usual"))
    with pytest.raises(ValueError, match="does not print"):
        drawn.check_text(path, drawn.sheets_of(recipe, others, drawn.layout_of(recipe)))


@pytest.mark.parametrize("typesetter", ["own", "flowables"])
def test_typists_take_liberties_with_words(typesetter: str, tmp_path: Path) -> None:
    recipe = Recipe("seen", 8, "text", "fills-only", typesetter, "synonyms")
    path, truth = draw(recipe, tmp_path)
    with pypdfium2.PdfDocument(str(path)) as pdf:
        printed = "".join(pdf[0].get_textpage().get_text_range().split())
    assert "权重" in printed
    assert "年度资金总额" not in printed
    assert drawn.truth_record(recipe, truth)["forms"] == [form.truth() for form in drawn.forms_of(recipe)]


def test_a_scan_leaves_no_clean_page_behind(tmp_path: Path) -> None:
    recipe = Recipe("seen", 4, "grey_100", "horizontals", "own", "tiny")
    path, truth = draw(recipe, tmp_path)
    assert truth.source == "scan"
    assert [path] == list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("typesetter", ["browser", "word", "excel"])
def test_other_programs_print_what_the_forms_say(typesetter: str, tmp_path: Path) -> None:
    if missing_programs():
        pytest.skip("Chromium or LibreOffice is missing")
    path, truth = draw(Recipe("seen", 8, "text", "double", typesetter, "usual"), tmp_path)
    assert truth.pages >= 1
    with pypdfium2.PdfDocument(str(path)) as pdf:
        assert "项目支出绩效自评表" in pdf[0].get_textpage().get_text_range().replace(" ", "")
