"""The command line. Data on stdout, everything else on stderr; the exit statuses are a stable interface.

0 every document was read · 2 wrong usage or configuration · 3 finished, some documents failed or hold a form that
was not read, and are recorded · 4 a
data assertion failed, the new state was not published · 5 a dependency is missing · 6 input or output not accessible
or disk full · 70 an error of our own · 75 another run holds the lock · 130, 143 interrupted. Heavy modules are
imported by the command that needs them.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline import __version__
from pipeline.commands.analysis import register as register_analysis
from pipeline.commands.compact import compact
from pipeline.commands.doctor import register as register_doctor
from pipeline.commands.examples import add_examples
from pipeline.commands.fetch import fetch
from pipeline.commands.link import link
from pipeline.commands.options import (
    CORRECTIONS,
    PROCESSED,
    RAW,
    Accept,
    AcceptShrink,
    AllowLibreOffice,
    Corrections,
    Executor,
    Force,
    Heartbeat,
    Jobs,
    Json,
    MaxPages,
    MaxPixels,
    Memory,
    Metrics,
    Ocr,
    Out,
    ProfileName,
    Quiet,
    Scheduler,
    TextReader,
    Timeout,
    Verbose,
    print_json,
    say,
)
from pipeline.commands.report import report
from pipeline.commands.review import review, serve
from pipeline.commands.templates import register as register_templates
from pipeline.errors import Interrupted, PipelineError
from pipeline.settings import MEBIBYTE, READER, ExecutorChoice, ReadSettings, RunOptions, WorkerLimits
from pipeline.speech.language import Language as LanguageChoice
from pipeline.speech.language import choose_language, shown, shown_word, speak
from pipeline.text import printable

app = typer.Typer(
    name="jixiao",
    help="Read published 项目支出绩效自评表 into Parquet tables, score them again, show where form and rules disagree.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

SHOWN = 50
"""Lines of failures that are printed; `jixiao status --files` lists all."""

_READ, _LIMITS = ReadSettings(), WorkerLimits()


def main() -> None:
    """Run the command line and leave with its exit status."""
    sys.exit(call(sys.argv[1:]))


def call(arguments: list[str]) -> int:
    """Run the command line on some arguments and return the exit status."""
    try:
        _program(arguments)(arguments, prog_name="jixiao")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    except Interrupted as error:
        say(f"jixiao: {error.message}")
        return error.shell_status
    except PipelineError as error:
        say(f"jixiao: {printable(error.message)}")
        return error.exit_status
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except Exception:  # noqa: BLE001 - the last resort: an error of our own, shown whole
        say(traceback.format_exc() + "jixiao: an error of our own; please report it with the lines above")
        return PipelineError.exit_status
    return 0


def _program(arguments: list[str]) -> Any:
    """Return the program; where somebody who reads Chinese asks for help, with its help in Chinese."""
    program = typer.main.get_command(app)
    asked = not arguments or "--help" in arguments
    wanted = next((after for before, after in pairwise(arguments) if before == "--lang"), None)
    if asked and choose_language(wanted) == "zh":
        from pipeline.commands.help import say_help_in_chinese

        say_help_in_chinese(program)
    return program


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"jixiao {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and leave.")
    ] = False,
    lang: Annotated[
        LanguageChoice | None, typer.Option("--lang", help="Language of messages; that of the locale if left out.")
    ] = None,
) -> None:
    """Read published 项目支出绩效自评表 into Parquet tables."""
    speak(lang)


@app.command()
def run(
    sources: Annotated[list[Path] | None, typer.Argument(metavar="[SRC]...", help="Files or folders.")] = None,
    out: Out = PROCESSED,
    jobs: Jobs = 0,
    executor: Executor = "local",
    scheduler: Scheduler = None,
    ocr: Ocr = _READ.ocr,
    text_reader: TextReader = _READ.text_reader,
    force: Force = False,
    accept_shrink: AcceptShrink = False,
    accept: Accept = None,
    timeout: Timeout = _LIMITS.timeout,
    memory: Memory = _LIMITS.memory // MEBIBYTE,
    max_pages: MaxPages = _READ.max_pages,
    max_pixels: MaxPixels = _READ.max_pixels,
    allow_libreoffice: AllowLibreOffice = False,
    profile: ProfileName = None,
    corrections: Corrections = CORRECTIONS,
    metrics: Metrics = None,
    heartbeat: Heartbeat = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Read the new and changed documents of files and folders (default data/raw) and publish the dataset."""
    settings = ReadSettings(
        ocr,
        max_pages,
        max_pixels,
        profile=profile,
        allow_libreoffice=allow_libreoffice,
        text_reader=text_reader,
    )
    limits = WorkerLimits(timeout, memory * MEBIBYTE)
    place = _place(executor, scheduler)
    options = RunOptions(out, settings, limits, jobs, force, accept_shrink, _reader(), corrections, place, accept)
    _run(sources or [RAW], options, _Show(as_json, quiet, verbose, metrics, heartbeat))


@app.command()
def retry(
    reason: Annotated[list[str], typer.Option("--reason", help="Error code, such as timeout; may be repeated.")],
    out: Out = PROCESSED,
    jobs: Jobs = 0,
    executor: Executor = "local",
    scheduler: Scheduler = None,
    ocr: Ocr = _READ.ocr,
    text_reader: TextReader = _READ.text_reader,
    accept: Accept = None,
    timeout: Timeout = _LIMITS.timeout,
    memory: Memory = _LIMITS.memory // MEBIBYTE,
    max_pages: MaxPages = _READ.max_pages,
    max_pixels: MaxPixels = _READ.max_pixels,
    allow_libreoffice: AllowLibreOffice = False,
    profile: ProfileName = None,
    corrections: Corrections = CORRECTIONS,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Read again the documents that failed for a reason."""
    from pipeline.running.upkeep import list_failures

    paths = list_failures(out, reason)
    settings = ReadSettings(
        ocr,
        max_pages,
        max_pixels,
        profile=profile,
        allow_libreoffice=allow_libreoffice,
        text_reader=text_reader,
    )
    limits = WorkerLimits(timeout, memory * MEBIBYTE)
    place = _place(executor, scheduler)
    options = RunOptions(
        out,
        settings,
        limits,
        jobs,
        force=True,
        reader=_reader(),
        corrections=corrections,
        scheduler=place,
        accept=accept,
    )
    _run(paths, options, _Show(as_json, quiet, verbose))


@dataclass(frozen=True, slots=True)
class _Show:
    """What a run is to show."""

    as_json: bool
    quiet: bool
    verbose: bool
    metrics: Path | None = None
    heartbeat: Path | None = None


def _reader() -> str:
    """Return what reads the documents; tests of whole runs put in a reader of their own."""
    return os.environ.get("JIXIAO_READER", READER)


def _place(executor: ExecutorChoice, scheduler: str | None) -> str | None:
    """Return the address of the scheduler whose workers read, None for workers on this machine."""
    if (executor == "dask") != (scheduler is not None):
        raise typer.BadParameter("--executor dask and --scheduler ADDRESS belong together; give both or neither")
    return scheduler


def _run(sources: list[Path], options: RunOptions, show: _Show) -> None:
    from pipeline.run import run as run_pipeline
    from pipeline.running.monitoring import leave_traces
    from pipeline.running.progress import watch_run

    with watch_run(quiet=show.quiet, verbose=show.verbose) as observer:
        summary = run_pipeline(sources, options, observer)
    if show.as_json:
        print_json(summary.to_json())
    if not show.quiet:
        _show_lines(summary.lines())
    leave_traces("run", summary.counters(), summary.exit_status, show.metrics, show.heartbeat)
    raise typer.Exit(summary.exit_status)


def _show_lines(lines: list[str]) -> None:
    *details, last = lines
    for line in details[:SHOWN]:
        say(line)
    if len(details) > SHOWN:
        say(f"… and {len(details) - SHOWN} more; `jixiao status --files` lists all")
    say(last)


@app.command()
def tables(
    file: Annotated[Path, typer.Argument(help="A document of any format that is read.")],
    as_json: Json = False,
    ocr: Ocr = _READ.ocr,
    text_reader: TextReader = _READ.text_reader,
    allow_libreoffice: AllowLibreOffice = False,
) -> None:
    """Show every ruled table of a document before it is read as a form."""
    from pipeline.errors import AccessError
    from pipeline.read import find_tables

    if not file.is_file():
        raise AccessError(f"{file}: no such file; give one that exists")
    settings = ReadSettings(ocr=ocr, allow_libreoffice=allow_libreoffice, text_reader=text_reader)
    found = find_tables(file, settings)
    if as_json:
        print_json(found)
        return
    for number, table in enumerate(found, 1):
        typer.echo(f"table {number}, page {table['page']}: {table['rows']} rows, {table['cols']} columns")
        for cell in table["cells"]:
            typer.echo(f"  {cell['row']},{cell['col']} ({cell['rowspan']}x{cell['colspan']}) {printable(cell['text'])}")


@app.command()
def status(
    out: Out = PROCESSED,
    files: Annotated[bool, typer.Option("--files", help="List every input file with how it was read.")] = False,
    as_json: Json = False,
) -> None:
    """Say what the dataset holds, what failed and why, and whether a run is at work."""
    from pipeline.running.upkeep import describe_state, list_holdings

    state = describe_state(out)
    if files:
        state["list"] = [
            {
                "file": holding.path.given,
                "status": holding.header.status if holding.header else "not read",
                "code": holding.header.error_code if holding.header else None,
                "error": holding.header.error if holding.header else None,
            }
            for holding in list_holdings(out)
        ]
    if as_json:
        print_json(state)
        return
    listed: Iterable[dict[str, Any]] = state.pop("list", ())
    for name, value in state.items():
        typer.echo(f"{shown_word(name)}: {_flat(value)}")
    for item in listed:
        said = f"{shown_word(item['status'])} {item['code'] or ''} {shown(item['error'] or '')}"
        typer.echo(printable(f"{item['file']}: {said}").rstrip())


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{_in_words(key)} {number}" for key, number in value.items()) or shown_word("none")
    return shown_word("none") if value is None else str(value)


def _in_words(key: str) -> str:
    return ": ".join(map(shown_word, key.split(": ")))


@app.command()
def verify(out: Out = PROCESSED, as_json: Json = False) -> None:
    """Hash inputs and outputs again; status 3 where an input has changed, 4 where an output is damaged."""
    from dataclasses import asdict

    from pipeline.running.upkeep import verify as find_faults

    faults = list(find_faults(out))
    if as_json:
        print_json({"intact": not faults, "faults": [asdict(fault) for fault in faults]})
    else:
        for fault in faults:
            typer.echo(f"{printable(fault.path)}: {fault.code}")
    say(f"{out}: {'as recorded' if not faults else f'{len(faults)} files are not as recorded'}")
    raise typer.Exit(4 if any(fault.ours for fault in faults) else 3 if faults else 0)


@app.command()
def forget(
    targets: Annotated[list[Path] | None, typer.Argument(metavar="[PATH]...", help="Files or folders.")] = None,
    out: Out = PROCESSED,
    gone: Annotated[bool, typer.Option("--gone", help="All files that do not exist any more.")] = False,
) -> None:
    """Take files out of the dataset; the files themselves are not touched."""
    from pipeline.running.upkeep import forget as drop

    if not targets and not gone:
        raise typer.BadParameter("give files or folders, or --gone")
    dropped = drop(out, targets or [], gone)
    for path in dropped:
        typer.echo(printable(path))
    say(f"{out}: {len(dropped)} files forgotten")


@app.command()
def score(
    out: Out = PROCESSED,
    profile: ProfileName = None,
    corrections: Corrections = CORRECTIONS,
    accept_shrink: AcceptShrink = False,
    as_json: Json = False,
) -> None:
    """Score the stored forms again, with what reviewers decided, without reading a document, and publish."""
    from pipeline.running.upkeep import score_dataset

    rows = score_dataset(out, profile, accept_shrink, corrections)
    if as_json:
        print_json({"out": str(out), "profile": profile, "rows": rows})
    say(f"{out}: {rows['forms']} forms scored, {rows['scores']} scores, {rows['findings']} findings")


@app.command()
def explain(
    form: Annotated[str, typer.Argument(help="A form_id or its beginning, or FILE#NUMBER.")], out: Out = PROCESSED
) -> None:
    """Print one form as a person would read it, with its scores and findings in place."""
    from pipeline.storage.published import explain as explain_published

    typer.echo(explain_published(out, form), nl=False)


app.command()(fetch)
app.command()(review)
app.command()(serve)
app.command()(report)
app.command()(compact)
app.command()(link)
register_analysis(app)
register_doctor(app)
register_templates(app)
add_examples(app)
