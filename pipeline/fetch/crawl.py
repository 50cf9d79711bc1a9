"""From a source's listings to the links of its documents, breadth first, each page once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pipeline.fetch.client import PoliteClient
from pipeline.fetch.guard import host_of
from pipeline.fetch.links import Link, read_links
from pipeline.fetch.problems import FetchProblem
from pipeline.fetch.sources import FetchSource

PAGE_BYTES = 10 * 1024 * 1024
"""Bytes of a listing page that are read; more is no listing."""


@dataclass(slots=True)
class Crawl:
    """What a crawl has seen. `left` says that pages remained when `max_pages` was reached."""

    pages: int = 0
    left: bool = False
    foreign: set[str] = field(default_factory=set)
    """Documents on hosts that the source does not name."""


def find_documents(
    client: PoliteClient, source: FetchSource, crawl: Crawl, failed: Callable[[FetchProblem], None]
) -> Iterator[Link]:
    """Yield the links to documents, each once.

    A page that cannot be had is told to `failed`, and the others are still read.
    """
    waiting = deque((address, source.depth) for address in source.listings)
    seen, taken = set(source.listings), set[str]()
    while waiting:
        if crawl.pages == source.max_pages:
            crawl.left = True
            return
        address, depth = waiting.popleft()
        crawl.pages += 1
        try:
            links = client.persist(lambda address=address: _read_page(client, address, source))  # type: ignore[misc]
        except FetchProblem as problem:
            failed(problem)
            continue
        for link in links:
            if source.takes(link.address, link.text):
                if host_of(link.address) not in source.allowed_hosts:
                    crawl.foreign.add(link.address)
                elif link.address not in taken:
                    taken.add(link.address)
                    yield link
            elif depth and link.address not in seen and _leads_on(link, source):
                seen.add(link.address)
                waiting.append((link.address, depth - 1))


def _leads_on(link: Link, source: FetchSource) -> bool:
    return source.follows(link.address) and host_of(link.address) in source.allowed_hosts


def _read_page(client: PoliteClient, address: str, source: FetchSource) -> list[Link]:
    with client.open(address, source.allowed_hosts, {}) as response:
        body = b""
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > PAGE_BYTES:
                raise FetchProblem("too_large", f"{address}: a listing of more than {PAGE_BYTES} bytes")
        return read_links(body, response.charset_encoding, str(response.url))
