"""`jixiao doctor`: what is installed, which readers work, and what is missing for which feature."""

from __future__ import annotations

import platform

import typer

from pipeline import __version__
from pipeline.commands.options import Json, print_json, say
from pipeline.errors import MissingDependency


def doctor(as_json: Json = False) -> None:
    """Say what is installed, which readers work and what is missing for which feature; status 5 if nothing can run."""
    from dataclasses import asdict

    from pipeline.query.answers import QueryResult, to_text
    from pipeline.running.health import examine

    found = tuple(examine())
    usable = all(one.usable for one in found if one.required)
    if as_json:
        facts = {"version": __version__, "python": platform.python_version(), "platform": platform.platform()}
        print_json(facts | {"usable": usable, "features": [asdict(one) for one in found]})
    else:
        typer.echo(f"jixiao {__version__}, Python {platform.python_version()}, {platform.platform()}")
        typer.echo(
            to_text(QueryResult(("feature", "state", "with"), tuple((f.feature, f.state, f.versions) for f in found)))
        )
        for one in found:
            if one.advice:
                typer.echo(f"{one.feature}: {one.advice}")
    say("documents can be read" if usable else "documents cannot be read; see what is missing")
    raise typer.Exit(0 if usable else MissingDependency.exit_status)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(doctor)
