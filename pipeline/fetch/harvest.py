"""All sources, one after the other: what was found, what is new, and what went wrong, written down as it happens."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.errors import access_error
from pipeline.fetch.client import PoliteClient
from pipeline.fetch.crawl import Crawl, find_documents
from pipeline.fetch.download import PARTS, fetch_document
from pipeline.fetch.manifest import FOLDER, Shelf
from pipeline.fetch.problems import FetchProblem
from pipeline.fetch.sources import FetchPlan, FetchSource
from pipeline.storage.lock import hold_lock

Log = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class SourceProblem:
    """Something that a source did not give, and why; `code` as in `FetchProblem`."""

    source: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class FetchSummary:
    """The figures of a fetch. `stored` are new documents; `duplicate` are known bytes at a new address."""

    out: str
    sources: int
    pages: int
    found: int
    stored: int
    unchanged: int
    duplicate: int
    problems: tuple[SourceProblem, ...]

    @property
    def exit_status(self) -> int:
        """Return 0, or 3 where something could not be had."""
        return 3 if self.problems else 0

    def to_json(self) -> dict[str, Any]:
        """Return the summary for a machine."""
        return asdict(self) | {"exit_status": self.exit_status}

    def counters(self) -> dict[str, float]:
        """Return the figures that are counted, for monitoring."""
        figures = {name: float(value) for name, value in asdict(self).items() if isinstance(value, int)}
        return figures | {"problems": float(len(self.problems))}

    def lines(self) -> list[str]:
        """Return the summary for a person: problems first, then one line of figures."""
        lines = [f"{one.source}: {one.code}: {one.message}" for one in self.problems]
        figures = (
            f"{self.sources} sources",
            f"{self.pages} pages",
            f"{self.found} documents found",
            f"{self.stored} stored",
            f"{self.unchanged} unchanged",
            f"{self.duplicate} known under another address",
            f"{len(self.problems)} problems",
        )
        return [*lines, f"{self.out}: {', '.join(figures)}"]


def harvest(
    plan: FetchPlan, folder: Path, log: Log = lambda event: None, stopped: Callable[[], None] = lambda: None
) -> FetchSummary:
    """Bring what the sources publish into the folder.

    Raises:
        RunLocked: another fetch works on the folder.
        AccessError: the folder cannot be written.
    """
    try:
        (folder / FOLDER / PARTS).mkdir(parents=True, exist_ok=True)
        with hold_lock(folder / FOLDER / "lock"), PoliteClient(plan, stopped) as client:
            shelf, counts, problems = Shelf(folder), Counter[str](), list[SourceProblem]()
            for source in plan.sources:
                problems += _Harvester(client, source, shelf, counts, log).run()
    except OSError as error:
        raise access_error(error, f"{folder}: cannot be written") from error
    figures = {name: counts[name] for name in ("pages", "found", "stored", "unchanged", "duplicate")}
    return FetchSummary(str(folder), len(plan.sources), problems=tuple(problems), **figures)


@dataclass(frozen=True, slots=True)
class _Harvester:
    """One source being fetched."""

    client: PoliteClient
    source: FetchSource
    shelf: Shelf
    counts: Counter[str]
    log: Log

    def run(self) -> list[SourceProblem]:
        """Fetch the source and return what went wrong."""
        crawl, problems, found = Crawl(), list[SourceProblem](), 0

        def failed(problem: FetchProblem) -> None:
            """Keep a problem for the summary and write it to the log."""
            problems.append(SourceProblem(self.source.name, problem.code, problem.message))
            self._tell("problem", code=problem.code, message=problem.message)

        for link in find_documents(self.client, self.source, crawl, failed):
            found += 1
            try:
                what = fetch_document(self.client, self.source, link, self.shelf)
            except FetchProblem as problem:
                failed(problem)
                continue
            self.counts[what] += 1
            self._tell(what, url=link.address, page=link.page)
        self._judge(crawl, found, failed)
        self.counts["pages"] += crawl.pages
        self.counts["found"] += found
        return problems

    def _judge(self, crawl: Crawl, found: int, failed: Callable[[FetchProblem], None]) -> None:
        """Report what a crawl as a whole missed. A listing without documents has changed, or its patterns are wrong."""
        if not found:
            failed(FetchProblem("nothing_found", "no document on any listing; look at the pages and mend the patterns"))
        if crawl.left:
            failed(FetchProblem("too_large", f"more than {self.source.max_pages} pages; raise max_pages"))
        for address in sorted(crawl.foreign):
            failed(FetchProblem("foreign_host", f"{address}: a document on a host that is not named; add it to hosts"))

    def _tell(self, event: str, **facts: Any) -> None:
        self.log({"time": _now(), "event": event, "source": self.source.name} | facts)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def log_to(path: Path) -> Log:
    """Return a log that adds JSON lines to a file."""

    def log(event: Mapping[str, Any]) -> None:
        """Add one line; the file is opened for it alone, so that nothing is lost with the process."""
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(event, ensure_ascii=False) + "\n")

    return log
