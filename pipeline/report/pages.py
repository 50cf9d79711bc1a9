"""Pages written through Jinja: every text escaped, and the same head, foot and words on each."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline import __version__
from pipeline.export.layout import workbook_layout
from pipeline.report.cards import show_money
from pipeline.report.entries import KINDS, name_form, plain_text
from pipeline.report.overview import profile_title
from pipeline.speech.language import describe_problem


@dataclass(frozen=True, slots=True)
class PageWriter:
    """Writes pages into `folder`; `snapshot` and `day` stand on each, so that paper tells what it was made from."""

    folder: Path
    snapshot: str
    day: str

    def write(self, name: str, template: str, **content: Any) -> None:
        """Write one page."""
        common = {"deep": "", "version": __version__, "snapshot": self.snapshot, "day": self.day, "kinds": KINDS}
        text = _environment().get_template(template).render(common | {"words": workbook_layout().words} | content)
        (self.folder / name).write_text(text, encoding="utf-8")

    def words(self) -> dict[str, dict[str, str]]:
        """Return the words of closed vocabularies, for the pages' scripts."""
        words = workbook_layout().words
        return {name: words[name] for name in ("status", "severity", "source")} | {"kind": KINDS}

    def print_style(self) -> str:
        """Return the style that puts day and identity of the dataset at the foot of every printed page."""
        said = f"jixiao {__version__} · 数据版本 {self.snapshot} · 读取日期 {self.day}"
        text = "".join(char for char in said if char.isprintable() and char not in '"\\<>{}')
        style = "font: 8pt sans-serif; color: #444;"
        left = f'@bottom-left {{ content: "{text}"; {style} }}'
        right = f'@bottom-right {{ content: counter(page) " / " counter(pages); {style} }}'
        return f"@page {{ {left} {right} }}\n"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("pipeline.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shown"] = show_cell
    environment.filters["plain"] = plain_text
    environment.filters["problem"] = lambda one: plain_text(describe_problem(one.error_code, one.error))
    environment.filters["named"] = name_form
    environment.filters["profile"] = profile_title
    environment.filters["wan"] = show_money
    environment.filters["money"] = lambda amount: show_money(Decimal(str(amount)))
    return environment


def show_cell(value: Any, kind: str) -> str:
    """Return a value of an overview table as it is written."""
    if value is None:
        return "—"
    if kind == "percent":
        return f"{float(value):.2%}"
    if kind in {"money", "integer"} and not isinstance(value, str):
        return f"{value:,.2f}" if kind == "money" else f"{int(value):,}"
    if isinstance(value, float) or kind == "points":
        return f"{float(value):.2f}".rstrip("0").rstrip(".")
    return plain_text(str(value))
