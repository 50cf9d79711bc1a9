"""How a run shows itself on stderr: a bar on a terminal, a line per document when asked, and a stop on signals."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from pipeline.errors import DocumentError, Interrupted
from pipeline.run import Observer
from pipeline.running.plan import Plan
from pipeline.running.summary import printable
from pipeline.running.supervise import Event, PageRead

if TYPE_CHECKING:
    from rich.progress import Progress

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def watch_run(quiet: bool = False, verbose: bool = False) -> Iterator[Observer]:
    """Yield who watches a run: bar, lines, and the signals that end it after the documents in hand are dropped."""
    with catch_signals() as stopped:
        if sys.stderr.isatty() and not quiet:
            with _draw_bar(stopped, verbose) as observer:
                yield observer
        else:
            yield Observer(happened=_tell_documents if verbose else lambda event: None, stopped=stopped)


@contextmanager
def catch_signals() -> Iterator[Callable[[], None]]:
    """Yield a function that raises Interrupted once a signal has come; a second signal acts at once."""
    received: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        received.append(number)
        signal.signal(number, before[signal.Signals(number)])

    def stopped() -> None:
        if received:
            raise Interrupted(received[0])

    before = {number: signal.signal(number, note) for number in SIGNALS}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    stopped()


def _tell_documents(event: Event) -> None:
    if isinstance(event, PageRead):
        return
    failed = isinstance(event.result, DocumentError)
    verdict = f"{event.result.code}: {event.result.message}" if isinstance(event.result, DocumentError) else "read"
    mark = "!" if failed else " "
    sys.stderr.write(f"{mark} {printable(str(event.job.path))}: {printable(verdict)} ({event.seconds:.1f} s)\n")


@contextmanager
def _draw_bar(stopped: Callable[[], None], verbose: bool) -> Iterator[Observer]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Observer(
            planned=lambda plan: _begin(progress, plan),
            happened=lambda event: _advance(progress, event, verbose),
            stopped=stopped,
        )


def _begin(progress: Progress, plan: Plan) -> None:
    progress.add_task("", total=len(plan.jobs))


def _advance(progress: Progress, event: Event, verbose: bool) -> None:
    if not progress.task_ids:
        return
    name = printable(Path(event.job.path).name)
    if isinstance(event, PageRead):
        progress.update(progress.task_ids[0], description=f"{name}, page {event.page}".replace("[", r"\["))
        return
    progress.advance(progress.task_ids[0])
    if verbose:
        _tell_documents(event)
