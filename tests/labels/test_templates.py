"""Templates as data: every file is understood, adds to the shared words, and tells its forms from others."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from pipeline.forms.template import Label, rank_templates
from pipeline.labels.heads import match_heads
from pipeline.labels.templates import Template, load_templates, read_template
from pipeline.scoring import list_profiles
from pipeline.vocabulary import schema_path

TEMPLATES = load_templates()


def test_the_templates_of_many_provinces_are_there() -> None:
    assert len(TEMPLATES) >= 15
    assert {"project", "department", "transfer", "target"} == {template.kind for template in TEMPLATES}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.name)
def test_a_template_names_its_rules_and_where_it_was_read(template: Template) -> None:
    assert template.profile in list_profiles()
    assert template.read_at


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.name)
def test_every_head_that_a_template_prints_is_understood(template: Template) -> None:
    parts = (("fund_columns", template.prints.funds), ("goals", template.prints.goals))
    for section, texts in parts:
        assert match_heads(section, texts).unknown == (), section


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.name)
def test_a_form_with_all_its_labels_is_of_that_template(template: Template) -> None:
    parts = ("head", "funds", "fund_lines", "goals", "indicators", "after")
    optional = set(template.prints.optional)
    labels = [
        Label(text, part, None) for part in parts for text in getattr(template.prints, part) if text not in optional
    ]
    ranked = rank_templates(labels, template.kind)
    assert template.name in [match.template.name for match in ranked if match.explained == 1]


def test_a_file_that_says_something_unknown_is_refused_with_its_line(tmp_path: Path) -> None:
    copy = tmp_path / "chongqing.yml"
    shutil.copy(schema_path("templates/chongqing.yml"), copy)
    copy.write_text(copy.read_text(encoding="utf-8").replace("total: head", "total: somewhere"), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="line"):
        read_template(copy)
    other = tmp_path / "elsewhere.yml"
    shutil.copy(schema_path("templates/chongqing.yml"), other)
    with pytest.raises(ConfigurationError, match="named chongqing"):
        read_template(other)
