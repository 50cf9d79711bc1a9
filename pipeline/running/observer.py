"""Who is told how a run goes, and asked whether it is to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.running.plan import Plan
from pipeline.running.supervise import Event


@dataclass(frozen=True, slots=True)
class Observer:
    """Who is told how a run goes. `stopped` is asked often and ends the run by raising Interrupted."""

    planned: Callable[[Plan], None] = lambda plan: None
    happened: Callable[[Event], None] = lambda event: None
    stopped: Callable[[], None] = lambda: None
