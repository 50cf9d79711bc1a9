"""A web server on 127.0.0.1 that does what real ones do: move, fail, stall, cut answers off, and lie about types."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Asked:
    """One request that came in."""

    path: str
    headers: Message
    at: float


@dataclass
class Reply:
    """What is answered. `announce` is the Content-Length where it is not the body's; `stall` seconds pass before."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    announce: int | None = None
    stall: float = 0.0


Answer = Reply | Callable[[Asked], Reply]


class FaultServer:
    """Answers by path; a list of answers is given one after the other, the last one for ever."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = {}
        self.asked: list[Asked] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    @property
    def address(self) -> str:
        """The address of the root, without a slash at its end."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._server.server_port

    def put(self, path: str, *answers: Answer) -> None:
        """Answer requests of a path."""
        self.answers[path] = list(answers)

    def times(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(one.path == path for one in self.asked)

    @contextmanager
    def running(self) -> Iterator[FaultServer]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = Asked(self.path, self.headers, time.monotonic())
                outer.asked.append(asked)
                waiting = outer.answers.get(self.path, [Reply(b"not here", 404)])
                answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
                reply = answer if isinstance(answer, Reply) else answer(asked)
                time.sleep(reply.stall)
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if reply.status != 304:
                    self.send_header("Content-Length", str(reply.announce or len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)
                if reply.announce:
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        return Handler
