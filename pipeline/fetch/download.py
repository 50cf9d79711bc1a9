"""One document: asked for only where it has changed, resumed where it was cut off, checked before it is kept.

What has come so far stands in `.fetched/parts`, with what the server said of its version; only bytes of the same
version are put together (RFC 9110, 13.1.5 and 14.2). A finished document is renamed to its name at once.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import httpx2

from pipeline.fetch.client import PoliteClient
from pipeline.fetch.links import Link
from pipeline.fetch.manifest import FOLDER, KEPT_HEADERS, Entry, Shelf
from pipeline.fetch.names import choose_name, safe_name
from pipeline.fetch.problems import FetchProblem
from pipeline.fetch.sources import FetchPlan, FetchSource
from pipeline.ingest.sniff import media_type
from pipeline.storage.atomic import sync_file, sync_folder

PARTS = "parts"

What = Literal["stored", "unchanged", "duplicate"]


@dataclass(frozen=True, slots=True)
class _Part:
    """A document as far as it has come: its bytes, and beside them the version that they are of."""

    path: Path

    @property
    def _note(self) -> Path:
        return self.path.with_suffix(".json")

    def resume_headers(self) -> dict[str, str]:
        """Return the headers that ask for the rest, or nothing where it must be begun anew."""
        try:
            version = json.loads(self._note.read_bytes())["version"]
            size = self.path.stat().st_size
        except (OSError, ValueError, KeyError):
            return {}
        return {"Range": f"bytes={size}-", "If-Range": version} if size and version else {}

    def begin(self, response: httpx2.Response) -> int:
        """Note the answer's version; return from which byte on it goes."""
        if response.status_code == 206 and response.headers.get("Content-Range", "").startswith("bytes "):
            start = response.headers["Content-Range"].removeprefix("bytes ").partition("-")[0]
            if start.isdigit() and int(start) == self.path.stat().st_size:
                return int(start)
            raise FetchProblem("truncated", f"{response.url}: the rest does not fit what has come", retried=True)
        self.path.write_bytes(b"")
        self._note.write_text(json.dumps({"version": _version(response)}), encoding="ascii")
        return 0

    def drop(self) -> None:
        """Forget what has come."""
        self.path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)


def _version(response: httpx2.Response) -> str:
    """Return what names the exact version of an answer: a strong ETag, else the time of its last change."""
    etag = response.headers.get("ETag", "")
    if response.headers.get("Content-Encoding", "identity") != "identity" or not etag.isascii():
        return ""
    return str(etag if etag and not etag.startswith("W/") else response.headers.get("Last-Modified", ""))


def fetch_document(client: PoliteClient, source: FetchSource, link: Link, shelf: Shelf) -> What:
    """Bring the document of a link onto the shelf; return what became of it.

    What this address gave before is asked for only where it has changed; bytes that are there are not stored twice.

    Raises:
        FetchProblem: it could not be had, or is not what a document may be; nothing is kept but a resumable part.
    """
    part = _Part(shelf.folder / FOLDER / PARTS / hashlib.sha256(link.address.encode()).hexdigest()[:32])
    known = shelf.given_by(link.address)

    def attempt() -> What:
        """Ask once, for the rest of a part that lies there or for what has changed, and keep what comes."""
        headers = {"Accept-Encoding": "identity"} | part.resume_headers()
        if known is not None and "Range" not in headers:
            headers |= _unchanged_headers(known)
        with client.open(link.address, source.allowed_hosts, headers) as response:
            if response.status_code == 304:
                return "unchanged"
            if response.status_code == 416:
                part.drop()
                raise FetchProblem("truncated", f"{link.address}: the server has no more of it", retried=True)
            _receive(response, part, client.plan, link.address)
            what, entry = _keep(response, part, source, link, shelf)
            shelf.add(entry)
            return what

    return client.persist(attempt)


def _unchanged_headers(known: Entry) -> dict[str, str]:
    fields = {"If-None-Match": known.headers.get("etag"), "If-Modified-Since": known.headers.get("last-modified")}
    return {name: value for name, value in fields.items() if value}


def _receive(response: httpx2.Response, part: _Part, plan: FetchPlan, address: str) -> None:
    """Write the body to the part, within the limits of size and time."""
    size, started = part.begin(response), time.monotonic()
    announced = response.headers.get("Content-Length", "")
    if announced.isdigit() and size + int(announced) > plan.max_bytes:
        part.drop()
        raise FetchProblem("too_large", f"{address}: {announced} bytes; the limit is {plan.max_bytes} (max_bytes)")
    with part.path.open("ab") as file:
        for chunk in response.iter_bytes():
            file.write(chunk)
            size += len(chunk)
            if size > plan.max_bytes:
                part.drop()
                raise FetchProblem("too_large", f"{address}: more than {plan.max_bytes} bytes (max_bytes)")
            if time.monotonic() - started > plan.max_seconds:
                raise FetchProblem("timeout", f"{address}: not whole within {plan.max_seconds:.0f} s (max_seconds)")


def _keep(response: httpx2.Response, part: _Part, source: FetchSource, link: Link, shelf: Shelf) -> tuple[What, Entry]:
    """Check a whole document and give it its name, unless the shelf holds its bytes already."""
    data = part.path.read_bytes()
    kind = media_type(data)
    problem = _unwanted(data, kind, link.address)
    if problem is not None:
        part.drop()
        raise problem
    digest = hashlib.sha256(data).hexdigest()
    name = choose_name(response.headers.get("Content-Disposition", ""), link.text, str(response.url), kind)
    held = shelf.holding(digest)
    if held is not None:
        path = shelf.folder / held.path
    else:
        path = _free_path(shelf.folder / safe_name(source.name, ""), _with_district(name, source), digest)
        sync_file(part.path)
        os.replace(part.path, path)
        sync_folder(path.parent)
    part.drop()
    return "stored" if held is None else "duplicate", Entry(
        url=link.address,
        final_url=str(response.url),
        time=datetime.now(UTC).isoformat(timespec="seconds"),
        status=response.status_code,
        headers={name: response.headers[name] for name in KEPT_HEADERS if name in response.headers},
        sha256=digest,
        size=len(data),
        path=str(path.relative_to(shelf.folder)),
        source=source.name,
        page=link.page,
        text=link.text,
        district=source.district,
        publisher=source.publisher,
    )


def _unwanted(data: bytes, kind: str | None, address: str) -> FetchProblem | None:
    """Return why a body is no document: sites answer 200 with a page that says that there is none."""
    if not data:
        return FetchProblem("empty", f"{address}: the document has 0 bytes")
    page_wanted = address.partition("?")[0].lower().endswith((".html", ".htm", ".shtml"))
    if kind == "text/html" and not page_wanted:
        return FetchProblem("wrong_type", f"{address}: the server sent a web page instead of a document")
    if kind is None:
        return FetchProblem("wrong_type", f"{address}: what the server sent is no document that is known")
    return None


def _with_district(name: str, source: FetchSource) -> str:
    """Put the district's code before a name that does not have it, as published names do."""
    if source.district is None or source.district in name:
        return name
    return f"{source.district}-{name}"


def _free_path(folder: Path, name: str, digest: str) -> Path:
    """Return a path for a document; the name of another one is never taken."""
    folder.mkdir(parents=True, exist_ok=True)
    path = Path(name)
    names = (name, f"{path.stem}-{digest[:8]}{path.suffix}", f"{digest}{path.suffix}")
    return next((folder / one for one in names if not (folder / one).exists()), folder / names[-1])
