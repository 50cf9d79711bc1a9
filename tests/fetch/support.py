"""What the tests of fetching share: a server with faults, a harvest from it, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.fetch.harvest import FetchSummary, harvest
from pipeline.fetch.manifest import Entry, read_entries
from pipeline.fetch.sources import FetchPlan
from tests.fetch.fault_server import FaultServer, Reply

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40
OTHER = b"%PDF-1.7\n" + bytes(reversed(range(256))) * 40
Fetch = Callable[..., FetchSummary]


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer().running() as running:
        yield running


@pytest.fixture
def fetch(server: FaultServer, tmp_path: Path) -> Fetch:
    def fetch(source: dict[str, Any] | None = None, **settings: Any) -> FetchSummary:
        named = {"name": "某区", "listings": [f"{server.address}/list.html"]} | (source or {})
        given = {"delay": 0, "retry_after": 0.01, "timeout": 2, "private_hosts": ["127.0.0.1"]} | settings
        return harvest(FetchPlan.model_validate({"sources": [named]} | given), tmp_path)

    return fetch


def listing(*links: str, text: str = "公开文件") -> Reply:
    body = "".join(f'<li><a href="{link}">{text}</a></li>' for link in links)
    return Reply(f"<html><body><ul>{body}</ul></body></html>".encode(), headers={"Content-Type": "text/html"})


def stored(folder: Path) -> list[str]:
    return sorted(
        p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and ".fetched" not in p.parts
    )


def entries(folder: Path) -> list[Entry]:
    return list(read_entries(folder))


def codes(summary: FetchSummary) -> list[str]:
    return [problem.code for problem in summary.problems]
