"""`jixiao review`: the page on which people decide about doubted fields."""

from __future__ import annotations

import getpass
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.options import CORRECTIONS, PROCESSED, Corrections, Out, say
from pipeline.errors import ConfigurationError, MissingDependency, extra_advice

Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")]
Reviewer = Annotated[
    str | None, typer.Option("--reviewer", help="Your name in the decisions; the account's if left out.")
]
Browser = Annotated[bool, typer.Option("--browser", help="Open the page in the browser.")]

INSTALL = extra_advice("review", "starlette uvicorn")


def review(
    out: Out = PROCESSED,
    corrections: Corrections = CORRECTIONS,
    port: Port = 0,
    reviewer: Reviewer = None,
    browser: Browser = False,
) -> None:
    """Open a page on this machine where doubted fields are compared with the printed page and decided."""
    _open(out, corrections, port, reviewer, browser, "/")


def serve(
    out: Out = PROCESSED,
    corrections: Corrections = CORRECTIONS,
    port: Port = 0,
    reviewer: Reviewer = None,
    browser: Browser = False,
) -> None:
    """Open the audit report and the review desk behind one address of this machine, each with links to the other."""
    _open(out, corrections, port, reviewer, browser, "/report/")


def _open(out: Path, corrections: Path, port: int, reviewer: str | None, browser: bool, start: str) -> None:
    try:
        import uvicorn  # noqa: F401 - what serves is not loaded before the desk opens

        from pipeline.desk.server import Desk, serve
    except ModuleNotFoundError as error:
        raise MissingDependency(f"{error.name} is not installed, which the review desk needs; {INSTALL}") from error
    from pipeline.corrections.book import read_book
    from pipeline.desk.holdings import Holdings

    name = (reviewer if reviewer is not None else _account()).strip()
    if not name or len(name) > 100:
        raise ConfigurationError("a reviewer needs a name of 1 to 100 characters; give one with --reviewer")
    holdings = Holdings(out, corrections)
    holdings.snapshot()
    read_book(corrections)
    with suppress(KeyboardInterrupt):
        serve(Desk(holdings, name), port, lambda address: _announce(address, browser), start)


def _account() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "reviewer"


def _announce(address: str, browser: bool) -> None:
    typer.echo(address)
    say("open this address in a browser on this machine; Ctrl+C ends the desk")
    if browser:
        typer.launch(address)
