"""What is laid over the pages of a text PDF after it was typeset: watermarks, seals as vectors, stamps of receipt.

None of it belongs to the form, all of it has characters in the text layer. Lengths are points, angles degrees.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

import pikepdf
from reportlab.pdfgen.canvas import Canvas

from tests.typeset.fonts import register

Overlay = Callable[[Canvas, float, float, Random], None]
BUREAUS = ("财政局", "教育委员会", "科学技术局", "水务局", "文化和旅游局")
WATERMARKS = ("内部资料", "公开", "部门决算", "仅供预算绩效管理使用", "草稿")


def watermark(canvas: Canvas, width: float, height: float, rng: Random) -> None:
    """Print a pale word across the page, once or all over it."""
    word, size = rng.choice(WATERMARKS), rng.choice((28, 44, 60))
    canvas.setFillGray(rng.choice((0.8, 0.86)))
    canvas.setFont(register("zenhei"), size)
    places = [(0.5, 0.5)] if size > 30 else [(x / 4, y / 5) for x in range(1, 4) for y in range(1, 5)]
    for x, y in places:
        canvas.saveState()
        canvas.translate(width * x, height * y)
        canvas.rotate(rng.choice((30, 45)))
        canvas.drawCentredString(0, 0, word)
        canvas.restoreState()


def seal(canvas: Canvas, width: float, height: float, rng: Random) -> None:
    """Print a round red seal: ring, star, and the office's name along the ring."""
    radius = rng.uniform(48, 60)
    canvas.translate(width * rng.uniform(0.5, 0.8), height * rng.uniform(0.25, 0.55))
    canvas.setStrokeColorRGB(0.85, 0.1, 0.12)
    canvas.setFillColorRGB(0.85, 0.1, 0.12)
    canvas.setLineWidth(2.2)
    canvas.circle(0, 0, radius, stroke=1, fill=0)
    star = canvas.beginPath()
    for k in range(5):
        angle = math.pi / 2 + k * 4 * math.pi / 5
        point = radius * 0.3 * math.cos(angle), radius * 0.3 * math.sin(angle)
        (star.lineTo if k else star.moveTo)(*point)
    star.close()
    canvas.drawPath(star, stroke=0, fill=1)
    name = "北京市" + rng.choice(("东城区", "顺义区", "平谷区")) + rng.choice(BUREAUS)
    canvas.setFont(register("uming"), radius / 4.5)
    for k, character in enumerate(name):
        canvas.saveState()
        canvas.rotate(110 - 220 * k / (len(name) - 1))
        canvas.drawCentredString(0, radius * 0.72, character)
        canvas.restoreState()


def receipt(canvas: Canvas, width: float, height: float, rng: Random) -> None:
    """Print a stamp of receipt with a date in a corner."""
    canvas.setStrokeColorRGB(0.2, 0.25, 0.7)
    canvas.setFillColorRGB(0.2, 0.25, 0.7)
    canvas.setFont(register("ukai"), 10)
    x, y = width - rng.uniform(120, 160), height - rng.uniform(46, 60)
    canvas.rect(x, y, 84, 30)
    canvas.drawCentredString(x + 42, y + 18, "收 文 章")
    canvas.drawCentredString(x + 42, y + 5, f"2025年{rng.randint(1, 12)}月{rng.randint(1, 28)}日")


OVERLAYS: Mapping[str, tuple[Overlay, bool]] = {
    "watermarked": (watermark, True),
    "sealed": (seal, False),
    "received": (receipt, False),
}
"""Overlays by the name of their habit, and whether they lie under the form's own print."""


def lay_over(path: Path, name: str, seed: int) -> None:
    """Lay an overlay on the first page of a PDF, a watermark under every page, in place."""
    paint, under = OVERLAYS[name]
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        for number, page in enumerate(list(pdf.pages)[: None if under else 1]):
            box = [float(side) for side in page.mediabox]
            width, height = box[2] - box[0], box[3] - box[1]
            buffer = io.BytesIO()
            canvas = Canvas(buffer, pagesize=(width, height), invariant=1)
            paint(canvas, width, height, Random(f"{name} {seed} {number}"))
            canvas.showPage()
            canvas.save()
            with pikepdf.open(io.BytesIO(buffer.getvalue())) as layer:
                (page.add_underlay if under else page.add_overlay)(layer.pages[0])
        pdf.save(path, deterministic_id=True)
