"""Draw `docs/images/form-to-rows.png`: one page of a published scan beside the rows that were read from it.

`python docs/make_pictures.py DATASET` needs a dataset that `jixiao run data/raw --out DATASET` has written, and a font
with Chinese characters (package fonts-wqy-microhei). Everything in the picture comes from the dataset: the boxes from
`cells`, the values from `indicators`, `scores` and `findings`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image, ImageColor, ImageDraw, ImageFont

from pipeline import load

SCAN = Path("data/raw/110106-丰台区-2024-项目支出绩效自评表-扫描件.pdf")
FORM_NO, ROW_NO = 3, 5
FONT = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"
TARGET = Path("docs/images/form-to-rows.png")

SCALE = 1.6
"""Pixels per point of the page."""

GRAYS = 9
"""Shades of gray in the picture; the noise of a scan costs much and shows nothing."""

LIGHTEN = 1.06
"""Factor by which the paper is made lighter, so that its tone is one colour."""

AROUND = 36
"""Points of the page that are shown around the form."""

PANEL, MARGIN, LINE = 700, 24, 25
"""Pixels: width of the right half, space around both, height of a line of text."""

PANEL_HEIGHT = 960
"""Pixels that the right half needs at least."""

COLOURS = {"form": "#2563eb", "fund": "#15803d", "indicator": "#d97706"}
CHOSEN = "#dc2626"

SHOWN: dict[str, str] = {
    "indicators": "level1 level3 target_raw target_comparator target_base_value target_base_unit "
    "actual_raw actual_base_value actual_base_unit weight score",
    "scores": "rule achievement expected_max reported_score verdict explanation",
    "findings": "code status severity message",
    "cells": "field page x0 y0 x1 y1 source confidence",
}
"""Columns of the chosen row that the picture shows, by table."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What the picture is made of: the form's cells and the chosen row in each table."""

    page: int
    cells: list[dict[str, Any]]
    rows: dict[str, dict[str, Any]]


def read_scene(out: Path) -> Scene:
    """Return the chosen form out of a dataset."""
    (form,) = read_rows("forms", out, file_name=SCAN.name, form_no=FORM_NO)
    own = {name: read_rows(name, out, form_id=form["form_id"]) for name in SHOWN}
    rows = {name: next(row for row in own[name] if row["row_no"] == ROW_NO) for name in SHOWN}
    rows["cells"] = next(cell for cell in own["cells"] if is_chosen(cell) and cell["field"] == "actual_raw")
    return Scene(form["page_first"], own["cells"], rows)


def read_rows(table: str, out: Path, **filters: Any) -> list[dict[str, Any]]:
    """Return the rows of a table that the filters keep."""
    return [{str(name): value for name, value in row.items()} for row in load(table, out, **filters).to_dict("records")]


def is_chosen(cell: dict[str, Any]) -> bool:
    """Tell whether a cell is one of the chosen indicator row."""
    return bool(cell["table"] == "indicator" and cell["row_no"] == ROW_NO)


def draw_page(scene: Scene) -> Image.Image:
    """Return the page with a box around every field, the chosen row in another colour."""
    document = pypdfium2.PdfDocument(SCAN)
    page: Image.Image = document[scene.page - 1].render(scale=SCALE).to_pil().convert("RGB")
    document.close()
    page = page.point(lambda level: min(255, round(level * LIGHTEN)))
    draw = ImageDraw.Draw(page)
    for cell in sorted(scene.cells, key=is_chosen):
        box = [cell[name] * SCALE for name in ("x0", "y0", "x1", "y1")]
        draw.rectangle(
            box, outline=CHOSEN if is_chosen(cell) else COLOURS[cell["table"]], width=3 if is_chosen(cell) else 2
        )
    return page.crop(frame_form(scene))


def frame_form(scene: Scene) -> tuple[int, int, int, int]:
    """Return the pixels of the page around the form's fields."""
    left, top = (min(cell[side] for cell in scene.cells) - AROUND for side in ("x0", "y0"))
    right, bottom = (max(cell[side] for cell in scene.cells) + AROUND for side in ("x1", "y1"))
    return round((left - AROUND) * SCALE), round(top * SCALE), round(right * SCALE), round(bottom * SCALE)


def list_lines(scene: Scene) -> Iterator[tuple[str, str]]:
    """Yield the lines of the right half: a table's name with an empty value, or a column and its value."""
    for name, columns in SHOWN.items():
        yield name, ""
        for column in columns.split():
            yield column, show_value(scene.rows[name][column])


def show_value(value: object) -> str:
    """Return a value as a reader of the table would see it."""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def draw_rows(scene: Scene, height: int) -> Image.Image:
    """Return the right half."""
    panel = Image.new("RGB", (PANEL, height), "white")
    draw, text, bold = ImageDraw.Draw(panel), ImageFont.truetype(FONT, 17), ImageFont.truetype(FONT, 20)
    y = 4
    for name, value in list_lines(scene):
        if not value:
            y += 10
            draw.text((0, y), name, font=bold, fill=CHOSEN)
            y += LINE + 6
            draw.line((0, y - 3, PANEL, y - 3), fill="#d1d5db", width=1)
            continue
        draw.text((10, y), name, font=text, fill="#6b7280")
        for part in wrap(value, text, PANEL - 200):
            draw.text((200, y), part, font=text, fill="black")
            y += LINE
    return panel


def wrap(value: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Return a text in lines of at most so many pixels."""
    lines = [""]
    for char in value:
        if font.getlength(lines[-1] + char) > width:
            lines.append("")
        lines[-1] += char
    return lines


def make_palette() -> Image.Image:
    """Return a picture whose palette has the shades of gray and the colours of the boxes."""
    shades = [3 * (round(255 * step / (GRAYS - 1)),) for step in range(GRAYS)]
    colours = [ImageColor.getrgb(colour)[:3] for colour in (*COLOURS.values(), CHOSEN)]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in (*shades, *colours) for part in colour])
    return palette


def main() -> None:
    """Draw the picture."""
    scene = read_scene(Path(sys.argv[1] if len(sys.argv) > 1 else "data/processed"))
    page = draw_page(scene)
    panel = draw_rows(scene, max(page.height, PANEL_HEIGHT))
    picture = Image.new("RGB", (page.width + PANEL + 3 * MARGIN, panel.height + 2 * MARGIN), "white")
    picture.paste(page, (MARGIN, MARGIN))
    picture.paste(panel, (page.width + 2 * MARGIN, MARGIN))
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(palette=make_palette(), dither=Image.Dither.NONE).save(TARGET, optimize=True)


if __name__ == "__main__":
    main()
