"""How a form is laid out: paper, fonts, columns, wording of the labels, rulings, page breaks.

A `Layout` is drawn from a seed or written by hand; it never changes what a form says, only how it looks. Lengths are
in points, column widths are shares that are normalised over the columns that a form has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from .fonts import installed_faces

Ruling = Literal["lines", "cell-rects", "long-rects", "boxes", "curves"]
"""How a stroke is stored, where the layout names no frame."""
Break = Literal["between-rows", "word", "browser"]
Paper = Literal["portrait", "landscape", "landscape-rotated"]

A4 = (595.28, 841.89)

COLUMNS = (
    "label", "level1", "level2", "level3", "nature", "target", "unit", "actual", "weight", "score", "deviation",
)  # fmt: skip

WIDTHS: Mapping[str, float] = {
    "label": 2.4, "level1": 4, "level2": 4, "level3": 9, "nature": 3.4, "target": 6, "unit": 3.4, "actual": 7.5,
    "weight": 3, "score": 3, "deviation": 7,
}  # fmt: skip

WORDINGS: tuple[Mapping[str, str], ...] = (
    {},
    {"其中：当年财政拨款": "其中:当年财政拨款", "偏差原因分析及改进措施": "偏差原因分析及改进"},
    {"其中：当年财政拨款": "其中：本年财政拨款", "偏差原因分析及改进措施": "未完成原因分析", "年度指标值": "指标值"},
    {"年度总体目标": "年度总目标", "实际完成情况": "年度总目标完成情况综述", "其中：当年财政拨款": "其中：财政拨款"},
)
"""Labels that differ from the common print, by family. The first families are the frequent ones."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything about the look of a document.

    `fund_ends` are the shares of the table's width (after the label column) where the seven columns of the fund table
    end; None puts them on ends of the indicator columns, chosen by `fund_seed`. `spare_break` is the height in points
    that must be left on a page for a row to be split there rather than moved. `frame` names one of `frame.FRAMES`; an
    empty one is the whole grid, stored as `ruling` says. `row_height` is the least height of a row. `page_number` is
    printed at the foot of every page, with {page} and {pages}, and `running_head` at its top.
    """

    font: str = "uming"
    title_font: str = "uming"
    second_font: str | None = None
    size: float = 10.0
    title_size: float = 16.0
    leading: float = 1.35
    padding: float = 2.0
    side_margin: float = 50.0
    top_margin: float = 55.0
    bottom_margin: float = 55.0
    paper: Paper = "portrait"
    widths: Mapping[str, float] = field(default_factory=lambda: WIDTHS)
    wording: Mapping[str, str] = field(default_factory=dict)
    fund_seed: int = 0
    fund_ends: tuple[float, ...] | None = None
    title: str = "{title}\n（{year}年度）"
    attachment: str = ""
    money_unit: str = "（万元）"
    goal_share: float = 0.5
    vertical_labels: bool = True
    break_labels: bool = False
    top_aligned: bool = False
    ruling: Ruling = "lines"
    ruling_width: float = 0.5
    ruling_grey: float = 0.0
    breaks: Break = "between-rows"
    repeat_header: bool = False
    new_page: bool = True
    notes_after_each: bool = False
    radicals: bool = False
    frame: str = ""
    justified: bool = False
    row_height: float = 0.0
    page_number: str = ""
    running_head: str = ""

    @property
    def page_size(self) -> tuple[float, float]:
        """Width and height of the page as it is shown."""
        return A4 if self.paper == "portrait" else (A4[1], A4[0])

    def word(self, label: str) -> str:
        """Return a label in this document's wording."""
        return self.wording.get(label, label)


TITLES = (
    "{title}\n（{year}年度）", "{title}\n（{year}年度）", "{title}\n({year}年度)", "{title} （{year}年度）",
    "{title}（{year}年度）", "{year}年度{title}", "{year}年{title}", "{title}\n（ {year} 年度）",
    "{title}\n（{year}年）",
)  # fmt: skip

FUND_ENDS: tuple[tuple[float, ...] | None, ...] = (None, None, None, (0.2, 0.34, 0.48, 0.62, 0.73, 0.86, 1.0))


def random_layout(seed: int, **given: object) -> Layout:
    """Return a layout drawn from the seed; what is given is kept.

    Fonts are those that are installed; the choice of one seed therefore differs between machines with other fonts.
    """
    rng = Random(f"layout {seed}")
    faces = [f.name for f in installed_faces()]
    size = rng.choice((9.0, 9.0, 10.0, 10.5, 11.0, 12.0))
    drawn: dict[str, object] = {
        "font": rng.choice(faces),
        "title_font": rng.choice(faces),
        "second_font": rng.choice(faces) if rng.random() < 0.25 else None,
        "size": size,
        "title_size": size + rng.choice((4, 5, 7, 8)),
        "leading": rng.choice((1.2, 1.3, 1.35, 1.5)),
        "padding": rng.choice((1.0, 1.5, 2.0, 3.0)),
        "side_margin": rng.choice((32.0, 45.0, 50.0, 62.0)),
        "paper": rng.choice(("portrait", "portrait", "portrait", "landscape", "landscape-rotated")),
        "widths": {name: width * rng.uniform(0.8, 1.3) for name, width in WIDTHS.items()},
        "wording": WORDINGS[min(rng.randrange(6), len(WORDINGS) - 1) if rng.random() < 0.5 else 0],
        "fund_seed": rng.randrange(10**6),
        "fund_ends": rng.choice(FUND_ENDS),
        "title": rng.choice(TITLES),
        "attachment": rng.choice(("", "", "附件2", "附件2-2", "附件：")),
        "goal_share": rng.choice((0.5, 0.55, 0.42)),
        "vertical_labels": rng.random() < 0.7,
        "break_labels": rng.random() < 0.5,
        "top_aligned": rng.random() < 0.1,
        "ruling": rng.choice(("lines", "lines", "cell-rects", "long-rects", "boxes", "curves")),
        "ruling_width": rng.choice((0.4, 0.5, 0.75, 1.0)),
        "ruling_grey": rng.choice((0.0, 0.0, 0.0, 0.35)),
        "breaks": rng.choice(("between-rows", "word", "browser")),
        "repeat_header": rng.random() < 0.2,
        "new_page": rng.random() < 0.5,
        "notes_after_each": rng.random() < 0.3,
        "radicals": rng.random() < 0.2,
    }
    return Layout(**(drawn | given))  # type: ignore[arg-type]
