"""`jixiao templates`: the templates that are known, and how far a file's forms are understood."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.commands.options import Json, Ocr, print_json, say
from pipeline.errors import AccessError, ConfigurationError
from pipeline.settings import ReadSettings

if TYPE_CHECKING:
    from pipeline.forms.understanding import Understanding

_READ = ReadSettings()
LIST, CHECK = "list", "check"


def templates(
    action: Annotated[str, typer.Argument(metavar="[list|check]", help="What to do.")] = LIST,
    file: Annotated[Path | None, typer.Argument(help="File whose forms to check.")] = None,
    ocr: Ocr = _READ.ocr,
    as_json: Json = False,
) -> None:
    """List the known templates, or say how the labels of a file's forms were understood, with a file for the rest."""
    if action == LIST and file is None:
        _list(as_json)
    elif action == CHECK and file is not None:
        if not file.is_file():
            raise AccessError(f"{file}: no such file; give one that exists")
        _check(file, ReadSettings(ocr=ocr), as_json)
    else:
        raise ConfigurationError("say `jixiao templates`, or `jixiao templates check FILE`")


def _list(as_json: bool) -> None:
    from pipeline.labels.templates import load_templates
    from pipeline.query.answers import QueryResult, to_text

    found = load_templates()
    if as_json:
        print_json([one.model_dump(mode="json", by_alias=True) for one in found])
        return
    rows = tuple((t.name, t.kind, "、".join(t.divisions) or "-", t.profile, t.title) for t in found)
    typer.echo(to_text(QueryResult(("template", "kind", "divisions", "profile", "title"), rows)))


def _check(file: Path, settings: ReadSettings, as_json: bool) -> None:
    from pipeline.read import understand_file

    found = understand_file(file, settings)
    if as_json:
        print_json([_facts(one) for one in found])
    else:
        typer.echo("\n\n".join(_text(one) for one in found))
    unknown = sum(len(one.unknown) for one in found)
    say(f"{len(found)} forms, {unknown} labels not understood" if found else "no form was found")


def _text(one: Understanding) -> str:
    from pipeline.forms.understanding import describe, write_stub

    stub = "" if one.form.template and one.whole else f"\n\n# schemas/templates/NAME.yml\n{write_stub(one)}"
    return describe(one) + stub


def _facts(one: Understanding) -> dict[str, Any]:
    from pipeline.forms.understanding import write_stub

    return {
        "form_no": one.form.form_no,
        "kind": one.form.form_kind,
        "template": one.form.template,
        "nearest": [{"template": match.template.name, "explained": round(match.explained, 4)} for match in one.nearest],
        "labels": [{"text": label.text, "part": label.part, "field": label.field} for label in one.labels],
        "unknown": [label.text for label in one.unknown],
        "unassigned": list(one.unassigned),
        "stub": write_stub(one),
    }


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(templates)
