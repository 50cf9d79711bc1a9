"""`jixiao link`: which forms are one project's, and which the same form in two files."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.commands.options import PROCESSED, Json, Out, print_json, say


def link(
    out: Out = PROCESSED,
    as_json: Json = False,
    show: Annotated[int, typer.Option("--show", min=0, help="Links that are listed, the least sure first.")] = 10,
) -> None:
    """Match the forms of each project over kinds and years, and forms that stand in two files; no document is read."""
    from pipeline.running.links import link_dataset

    linked = link_dataset(out, show)
    if as_json:
        print_json(linked.as_json(out))
    for sentence in linked.sentences:
        say(sentence)
    say(f"{out}: {linked.links} links, {linked.duplicates} forms that stand in another file too")
