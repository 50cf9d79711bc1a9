"""How a run shows itself on stderr, and how it is stopped by signals.

On a terminal it is a bar with an estimate; elsewhere a line now and then on a long run; a line per document when asked.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from pipeline.errors import DocumentError, Interrupted
from pipeline.running.estimate import show_left
from pipeline.running.observer import Observer
from pipeline.running.plan import Plan
from pipeline.running.supervise import Event, PageRead
from pipeline.speech.language import shown
from pipeline.text import printable

if TYPE_CHECKING:
    from rich.progress import Progress

BETWEEN_LINES = 60.0
"""Seconds between the lines of a run that nobody watches."""

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def watch_run(quiet: bool = False, verbose: bool = False) -> Iterator[Observer]:
    """Yield who watches a run: bar, lines, and the signals that end it after the documents in hand are dropped."""
    with catch_signals() as stopped:
        if sys.stderr.isatty() and not quiet:
            with _draw_bar(stopped, verbose) as observer:
                yield observer
        else:
            told = _tell_documents if verbose else (lambda event: None) if quiet else None
            yield Observer(happened=told, stopped=stopped) if told else _Milestones().observe(stopped)


@contextmanager
def catch_signals() -> Iterator[Callable[[], None]]:
    """Yield a function that raises Interrupted once a signal has come; a second signal acts at once."""
    received: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        """Remember a signal, and let the next one act as it did before."""
        received.append(number)
        signal.signal(number, before[signal.Signals(number)])

    def stopped() -> None:
        """Raise Interrupted if a signal has come."""
        if received:
            raise Interrupted(received[0])

    before = {number: signal.signal(number, note) for number in SIGNALS}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    stopped()


@dataclass(slots=True)
class _Milestones:
    """Lines about a long run for those who read a log: how far it is and how long it will take."""

    total: int = 0
    done: int = 0
    began: float = field(default_factory=time.monotonic)
    told: float = field(default_factory=time.monotonic)

    def observe(self, stopped: Callable[[], None]) -> Observer:
        """Return the observer of a run that writes these lines to stderr."""
        return Observer(planned=self._plan, happened=self._note, stopped=stopped)

    def _plan(self, plan: Plan) -> None:
        self.total = len(plan.jobs)

    def _note(self, event: Event) -> None:
        self.done += not isinstance(event, PageRead)
        now = time.monotonic()
        if now - self.told >= BETWEEN_LINES and self.done < self.total:
            self.told = now
            left = show_left(self.done, self.total, now - self.began)
            sys.stderr.write(shown(f"{self.done} of {self.total} documents{f'; {left}' if left else ''}") + "\n")


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

    left = TextColumn("{task.fields[left]}")
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), left)
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Observer(
            planned=lambda plan: _begin(progress, plan),
            happened=lambda event: _advance(progress, event, verbose),
            stopped=stopped,
        )


def _begin(progress: Progress, plan: Plan) -> None:
    """Show how much there is to do; it may be more once archives have been opened."""
    if progress.task_ids:
        progress.update(progress.task_ids[0], total=len(plan.jobs))
    else:
        progress.add_task("", total=len(plan.jobs), left="")


def _advance(progress: Progress, event: Event, verbose: bool) -> None:
    if not progress.task_ids:
        return
    name = printable(Path(event.job.path).name)
    if isinstance(event, PageRead):
        progress.update(progress.task_ids[0], description=f"{name}, page {event.page}".replace("[", r"\["))
        return
    task = progress.tasks[0]
    left = show_left(int(task.completed) + 1, int(task.total or 0), task.elapsed or 0.0)
    progress.update(task.id, advance=1, left=left)
    if verbose:
        _tell_documents(event)
