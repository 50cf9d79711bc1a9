"""`jixiao fetch`: bring what publishers publish into a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.options import RAW, Heartbeat, Json, Metrics, Quiet, print_json, say
from pipeline.text import printable


def fetch(
    sources: Annotated[Path, typer.Argument(metavar="SOURCES", help="The file that says where to look.")],
    to: Annotated[Path, typer.Option("--to", help="Folder for the documents and their manifest.")] = RAW,
    log: Annotated[Path | None, typer.Option("--log", help="Add what happens to this file, as JSON lines.")] = None,
    metrics: Metrics = None,
    heartbeat: Heartbeat = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Bring the new documents of the publishers that SOURCES names into data/raw; only these are ever contacted."""
    from pipeline.fetch.harvest import harvest, log_to
    from pipeline.fetch.sources import load_plan
    from pipeline.running.monitoring import leave_traces
    from pipeline.running.progress import catch_signals

    plan = load_plan(sources)
    with catch_signals() as stopped:
        summary = harvest(plan, to, log_to(log) if log else lambda event: None, stopped)
    if as_json:
        print_json(summary.to_json())
    if not quiet:
        for line in summary.lines():
            say(printable(line))
    leave_traces("fetch", summary.counters(), summary.exit_status, metrics, heartbeat)
    raise typer.Exit(summary.exit_status)
