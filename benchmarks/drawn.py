"""The documents of the accuracy benchmark: which are drawn, by which typesetter, how ruled, how spoiled.

There are two endless halves. `seen` is for tuning; `unseen` is only measured. They share the names of their ingredients
but no form, no layout and no pair: where a typesetter draws a kind of ruling in one half it does not in the other, and
where a condition spoils a kind of ruling in one half it does not in the other. Only the plain ruling and the plain
scan, which every reader knows, meet everything in both, and the test suite's own typesetter draws what only it can draw
(Word files, one-page pictures, text under pictures). A number gives the same document on machines with the same
fonts and programs.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any, Literal

import pypdfium2

from benchmarks import degrading
from benchmarks.overlays import OVERLAYS, lay_over
from benchmarks.printing import TypesetterFailed
from benchmarks.typesetters import TYPESETTERS
from tests.typeset import (
    BAND_NOTES,
    CONDITIONS,
    SCHEME_NOTES,
    WORN,
    FormFacts,
    Layout,
    Truth,
    degrade,
    draw_docx,
    liberties,
    random_document,
    random_layout,
)
from tests.typeset.frame import FRAMES
from tests.typeset.scan import known
from tests.typeset.sheet import Sheet, lay_out

Half = Literal["seen", "unseen"]
TEXT, WORD, PLAIN_SCAN, PLAIN_RULING = "text", "docx", "grey_200", "solid"
ONE_PAGE = frozenset({"jpeg_file", "png_file", "webp_file"})
TWO_FORMS = frozenset({"turned_some", "scan_in_text", "uneven_feed", "tiff_file"})
ASKS_TEXT = frozenset({"no_unicode_map", "searchable", "scan_in_text"})
"""Conditions that need the text layer of the own typesetter."""

LIBERTIES = {name: liberty for name, liberty in liberties.LIBERTIES.items() if name != "questions"}
"""What typists do to the usual template; no font of the tests has the ticked boxes of the questions."""

HABITS: Mapping[str, Mapping[str, Any]] = {
    "usual": {},
    "justified": {"justified": True, "padding": 3.0, "leading": 1.5},
    "standing": {"vertical_labels": True, "break_labels": False},
    "split-heads": {"break_labels": True, "vertical_labels": False, "size": 10.5},
    "tall-rows": {"row_height": 34.0},
    "tiny": {"size": 6.5, "title_size": 11.0, "padding": 1.5, "row_height": 0.0},
    "padded": {"padding": 6.0, "side_margin": 32.0},
    "broken-rows": {"breaks": "word", "bottom_margin": 190.0, "new_page": False},
    "torn-rows": {"breaks": "browser", "bottom_margin": 190.0, "new_page": False, "repeat_header": True},
    "margins": {"page_number": "第 {page} 页，共 {pages} 页", "running_head": "部门预算绩效管理"},
    **{name: {} for name in (*LIBERTIES, *OVERLAYS)},
}  # fmt: skip
"""What typists and templates do, as parts of a layout; their liberties with words; what is laid over their pages."""

WIDE_APART = frozenset({"none", "fills-only", "bands", "outer-frame", "head-verticals", "horizontals"})
"""Rulings that leave it to distance to tell cells apart: nobody sets such a table without any."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One document: its half, its number in it, and its ingredients."""

    half: Half
    number: int
    condition: str
    ruling: str
    typesetter: str
    habit: str

    @property
    def seed(self) -> int:
        """The seed of everything that is drawn at random."""
        return self.number + (50_000 if self.half == "unseen" else 10_000)

    @property
    def forms(self) -> int:
        """How many forms the document holds."""
        if self.condition in TWO_FORMS:
            return 2
        return 1 + (self.condition in {TEXT, WORD} and self.number % 2)

    @property
    def stem(self) -> str:
        """The name of the file, without its suffix."""
        return f"{self.number:04}-{self.condition}-{self.ruling}-{self.typesetter}-{self.habit}"


def conditions() -> tuple[str, ...]:
    """Return the names of all conditions of scans that this machine can make."""
    foreign = [degrading.PREFIX + effect for effect in degrading.EFFECTS] if degrading.available() else []
    return (*CONDITIONS, *WORN, *foreign)


def shuffled(names: Iterable[str], half: Half, what: str) -> list[str]:
    """Return names in an order that belongs to a half."""
    order = sorted(names)
    Random(f"{half} {what}").shuffle(order)
    return order


def pick(half: Half, names: Iterable[str], partner: str, at: int) -> str:
    """Return one of those names that a half pairs with a partner, in turn; the other half has the others."""
    if partner in {PLAIN_RULING, PLAIN_SCAN}:
        allowed = shuffled(names, half, partner)
    else:
        allowed = shuffled(names, "seen", partner)[half == "unseen" :: 2]
    return allowed[at % len(allowed)]


def recipes(half: Half, source: str = "all", only: Sequence[str] = ()) -> Iterator[Recipe]:
    """Yield the documents of a half for ever: a text PDF, then two scans, and so on.

    Of three scans one is plain with any ruling, one is spoiled with the plain ruling, one has both. `source` leaves one
    of `text` and `scan` out, `only` keeps some conditions; numbers and documents stay the same.
    """
    rulings, habits = shuffled(FRAMES, half, "rulings"), shuffled(HABITS, half, "habits")
    spoils = shuffled(conditions(), half, "conditions")
    texts = scans = number = 0
    while True:
        if number % 3 == 0:
            ruling, condition = rulings[texts % len(rulings)], WORD if texts % 12 == 11 else TEXT
            setter = pick(half, TYPESETTERS, ruling, texts // len(rulings))
            texts += 1
        else:
            turn, kind = divmod(scans, 3)
            condition = PLAIN_SCAN if kind == 0 else spoils[(2 * turn + kind) % len(spoils)]
            ruling = (rulings[turn % len(rulings)], PLAIN_RULING, pick(half, rulings, condition, turn))[kind]
            setter = pick(half, TYPESETTERS, ruling, turn)
            scans += 1
        recipe = Recipe(half, number, condition, ruling, setter, habits[number % len(habits)])
        wanted = source == "all" or (source == "text") == (condition in {TEXT, WORD})
        if wanted and (not only or condition in only):
            yield feasible(recipe)
        number += 1


def feasible(recipe: Recipe) -> Recipe:
    """Return the recipe with what its condition asks for."""
    facts = asdict(recipe)
    if recipe.condition in ASKS_TEXT | ONE_PAGE | {WORD}:
        facts["typesetter"] = "own"
    if recipe.condition in ONE_PAGE:
        facts["habit"] = "tiny"
    return Recipe(**facts)


def plain_recipe(number: int, condition: str) -> Recipe:
    """Return the plain form under a condition, as the benchmarks of speed and memory read it."""
    return Recipe("seen", number, condition, PLAIN_RULING, "own", "usual")


def plan(half: Half, forms: int, source: str = "all", only: Sequence[str] = ()) -> list[Recipe]:
    """Return the first documents of a half that hold a number of forms."""
    planned: list[Recipe] = []
    for recipe in recipes(half, source, only):
        if sum(r.forms for r in planned) >= forms:
            break
        planned.append(recipe)
    return planned


def layout_of(recipe: Recipe) -> Layout:
    """Return the layout of a document."""
    rng = Random(f"paper {recipe.seed}")
    given: dict[str, Any] = {"radicals": False, "frame": recipe.ruling, **HABITS[recipe.habit]}
    if recipe.ruling == PLAIN_RULING and recipe.typesetter == "own":
        given["frame"] = ""
    if recipe.condition not in {TEXT, WORD}:
        given |= {"new_page": True, "paper": "landscape" if rng.random() < 0.15 else "portrait"}
    if recipe.typesetter == "excel":
        given |= {"paper": "landscape" if rng.random() < 0.6 else "portrait", "attachment": ""}
    if recipe.typesetter == "flowables":
        given |= {"attachment": "", "paper": "portrait"}
    if recipe.condition in ONE_PAGE:
        given |= {"paper": "portrait", "size": 9.0, "leading": 1.2, "top_margin": 30.0, "row_height": 0.0}
    layout = random_layout(recipe.seed, **given)
    least = 3.0 if recipe.ruling in WIDE_APART else 0.0
    return random_layout(recipe.seed, **given | {"padding": max(layout.padding, least)})


def forms_of(recipe: Recipe) -> tuple[FormFacts, ...]:
    """Return what a document says."""
    plain = recipe.condition in TWO_FORMS | ONE_PAGE or recipe.typesetter == "excel"
    notes = () if plain else (BAND_NOTES + SCHEME_NOTES)[recipe.seed % 4]
    rows = 6 if recipe.condition in ONE_PAGE else None
    return random_document(recipe.seed, recipe.forms, notes=notes, rows=rows)


def sheets_of(recipe: Recipe, forms: Sequence[FormFacts], layout: Layout) -> list[Sheet]:
    """Return the cells of a document's forms, with the liberty that its typist takes."""
    sheets = [lay_out(form, layout) for form in forms]
    if liberty := LIBERTIES.get(recipe.habit):
        return [liberty(sheet, form, layout) for sheet, form in zip(sheets, forms, strict=True)]
    return sheets


def draw(recipe: Recipe, folder: Path) -> tuple[Path, Truth]:
    """Draw a document into a folder. Raises ValueError where a program did not print what the forms say."""
    forms, layout = forms_of(recipe), layout_of(recipe)
    sheets = sheets_of(recipe, forms, layout)
    if recipe.condition == WORD:
        path = folder / f"{recipe.stem}.docx"
        return path, draw_docx(forms, layout, path, sheets=sheets)
    clean = folder / f"{recipe.stem}.pdf"
    truth = TYPESETTERS[recipe.typesetter](forms, layout, clean, sheets)
    if recipe.habit in OVERLAYS:
        lay_over(clean, recipe.habit, recipe.seed)
    check_text(clean, sheets)
    if recipe.condition == TEXT:
        return clean, truth
    bare = clean.rename(clean.with_name(f"clean-{clean.name}"))
    try:
        if recipe.condition.startswith(degrading.PREFIX):
            return clean, degrading.degrade_foreign(bare, recipe.condition, recipe.seed, clean, truth)
        condition = "skew" if recipe.condition in ONE_PAGE and truth.pages > 1 else recipe.condition
        path = folder / f"{recipe.stem}{known(condition).suffix}"
        return path, degrade(bare, condition, recipe.seed, path, truth)
    finally:
        bare.unlink()


def count_characters(text: str) -> Counter[str]:
    """Count the characters of a text in their compatible forms, white space and soft hyphens apart."""
    return Counter(c for c in unicodedata.normalize("NFKC", text) if not c.isspace() and c.isprintable())


def check_text(path: Path, sheets: Sequence[Sheet]) -> None:
    """Raise ValueError where a text PDF lacks a character that its forms print."""
    with pypdfium2.PdfDocument(str(path)) as document:
        printed = "".join(page.get_textpage().get_text_range() for page in document)
    said = "".join(cell.text for sheet in sheets for cell in sheet.cells)
    if missing := count_characters(said) - count_characters(printed):
        raise ValueError(f"{path.name} does not print {dict(missing)}")


def truth_record(recipe: Recipe, truth: Truth) -> dict[str, Any]:
    """Return a document as evaluators of published sets read it: forms, the texts of their cells, ingredients."""
    sheets = sheets_of(recipe, truth.forms, layout_of(recipe))
    cells = [[c.text.replace("\n", "") for c in sheet.cells if c.text] for sheet in sheets]
    forms = [form.truth() for form in truth.forms]
    return {"file": truth.file, "source": truth.source, "forms": forms, "cells": cells, "drawn": asdict(recipe)}


def draw_set(planned: Sequence[Recipe], folder: Path) -> Iterator[str]:
    """Draw documents and their `truth.json` into a folder; yield a line on each. What is there already stays."""
    folder.mkdir(parents=True, exist_ok=True)
    list_file = folder / "truth.json"
    records = json.loads(list_file.read_text("utf-8")) if list_file.exists() else []
    done = {(r["drawn"]["half"], r["drawn"]["number"]) for r in records}
    for recipe in planned:
        if (recipe.half, recipe.number) in done:
            continue
        try:
            path, truth = draw(recipe, folder)
        except (ValueError, degrading.DegradingFailed, TypesetterFailed) as problem:
            yield f"left out: {recipe.stem}: {problem}"
            continue
        records.append(truth_record(recipe, truth))
        list_file.write_text(json.dumps(records, ensure_ascii=False, indent=1), encoding="utf-8")
        yield path.name
