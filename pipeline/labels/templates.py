"""The templates of forms as data: one file per template under `schemas/templates/`.

What all forms share stands in `schemas/form.yml`; a template lists the words that it prints, adds the wordings that
only it has, and says what is peculiar to it. Adding a file is all that a new template needs.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field

from pipeline.records import FormKind
from pipeline.vocabulary import StrictData, load_yaml_file, refuse, schema_path

Section = Literal["single", "other_labels", "fund_columns", "fund_rows", "goals", "indicators", "total", "after"]
"""Sections of the vocabulary that a template may add wordings to."""


class Years(StrictData):
    """Budget years that a template was seen in; open at either end."""

    first: int | None = Field(default=None, alias="from")
    last: int | None = Field(default=None, alias="to")


class Prints(StrictData):
    """The labels that a template prints, as printed and in print order, by the part of the form.

    `optional` are labels of any part that many forms of the template do not have.
    """

    optional: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    funds: tuple[str, ...] = ()
    fund_lines: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


class Parts(StrictData):
    """Kinds of fund lines that make the total in this template, and those that stand inside one of them."""

    add_up: tuple[str, ...]
    inside: tuple[str, ...] = ()


class Template(StrictData):
    """One template.

    `total` says where the total stands: in a row of its own, above the indicators, or nowhere; `points` whether points
    are printed for every row, for the levels only, or not at all. `profile` names the rules that go with it, `read_at`
    where it was seen, `verified` whether on a published form.
    """

    name: str
    title: str
    kind: FormKind
    titles: tuple[str, ...]
    divisions: tuple[str, ...] = ()
    years: Years = Years()
    profile: str
    read_at: str
    verified: bool = True
    prints: Prints
    words: dict[Section, dict[str, tuple[str, ...]]] = Field(default_factory=dict)
    parts: Parts | None = None
    total: Literal["row", "head", "none"] = "row"
    points: Literal["rows", "levels", "none"] = "rows"


def read_template(path: Path) -> Template:
    """Read one template file; raise VocabularyError with the line where it is not understood."""
    template = load_yaml_file(path, Template)
    if template.name != path.stem:
        root = yaml.compose(path.read_text(encoding="utf-8"), yaml.SafeLoader)
        raise refuse(path, root, ("name",), f"the template is named {template.name} in a file named {path.name}")
    return template


@cache
def load_templates() -> tuple[Template, ...]:
    """Return all templates in the order of their names, loaded once."""
    return tuple(read_template(path) for path in sorted(schema_path("templates").glob("*.yml")))


def added_words(section: str) -> dict[str, tuple[str, ...]]:
    """Return the wordings that templates add to a section, by field."""
    added: dict[str, tuple[str, ...]] = {}
    for template in load_templates():
        for name, fields in template.words.items():
            if name == section:
                added |= {field: (*added.get(field, ()), *wordings) for field, wordings in fields.items()}
    return added
