"""What a scheduled run leaves for those who watch it: counters for Prometheus and a heartbeat."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from pipeline.errors import access_error
from pipeline.storage.atomic import write_file


def write_metrics(path: Path, command: str, counters: Mapping[str, float], exit_status: int) -> None:
    """Write figures as gauges in the text format that node_exporter's textfile collector reads, all at once.

    Raises:
        AccessError: the file cannot be written.
    """
    figures = {**counters, "exit_status": exit_status, "finished_timestamp_seconds": round(time.time())}
    lines = []
    for name, value in sorted(figures.items()):
        metric = f"jixiao_{command}_{name}"
        lines += [f"# TYPE {metric} gauge", f"{metric} {value}"]
    try:
        write_file(path, ("\n".join(lines) + "\n").encode())
    except OSError as error:
        raise access_error(error, f"{path}: cannot be written") from error


def leave_traces(
    command: str, counters: Mapping[str, float], exit_status: int, metrics: Path | None, heartbeat: Path | None
) -> None:
    """Write the metrics, and touch the heartbeat after a success, where they are asked for.

    Raises:
        AccessError: a file cannot be written.
    """
    if metrics is not None:
        write_metrics(metrics, command, counters, exit_status)
    if heartbeat is not None and exit_status == 0:
        beat(heartbeat)


def beat(path: Path) -> None:
    """Touch the heartbeat: it is as old as the last success.

    Raises:
        AccessError: the file cannot be written.
    """
    try:
        path.touch()
    except OSError as error:
        raise access_error(error, f"{path}: cannot be touched") from error
