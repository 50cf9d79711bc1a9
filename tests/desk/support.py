"""A review desk in a process of its own, spoken to as a browser does, and a real Chromium to look at it."""

from __future__ import annotations

import http.client
import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.running.support import start_jixiao


@dataclass
class DeskProcess:
    """A desk that is open: the address to open, and its cookie once that was done."""

    address: str
    cookie: str = ""

    @property
    def host(self) -> str:
        """Host and port."""
        return urlsplit(self.address).netloc

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, dict[str, str]]:
        """Send a request and return status, content and headers; headers given replace those of a browser."""
        sent = {"Host": self.host, "Cookie": self.cookie} | {name.replace("_", "-"): headers[name] for name in headers}
        data = None if body is None else json.dumps(body)
        if data is not None:
            sent = {"Origin": f"http://{self.host}", "Content-Type": "application/json"} | sent
        connection = http.client.HTTPConnection(self.host, timeout=30)
        try:
            connection.request(method, path, data, {name: value for name, value in sent.items() if value})
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        found = {name.lower(): value for name, value in answer.getheaders()}
        if found.get("content-type", "").startswith("application/json"):
            return answer.status, json.loads(content), found
        return answer.status, content, found

    def get(self, path: str, **query: str) -> Any:
        """Return the content of an address that must be there."""
        status, content, _ = self.request("GET", f"{path}?{urlencode(query)}")
        assert status == 200, content
        return content

    def open(self) -> DeskProcess:
        """Open the page as a browser does, and keep its cookie."""
        parts = urlsplit(self.address)
        status, _, headers = self.request("GET", f"{parts.path}?{parts.query}")
        assert status == 303
        self.cookie = headers["set-cookie"].split(";")[0]
        return self


@contextmanager
def open_desk(
    out: Path, corrections: Path, reviewer: str = "王审计", command: str = "review", ends: int = signal.SIGINT
) -> Iterator[DeskProcess]:
    """Start `jixiao review` and end it as Ctrl+C does, or by another signal."""
    process = start_jixiao(command, "--out", out, "--corrections", corrections, "--reviewer", reviewer)
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        address = process.stdout.readline().strip()
        assert address, process.stderr.read()
        yield DeskProcess(address)
    finally:
        process.send_signal(ends)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 0, said
    assert "Traceback" not in said
