"""Who may speak to the desk: the page that this process opened, in a browser on this machine, and nobody else.

A name that was made to point here (DNS rebinding) fails at Host, another site's page at Origin and at the cookie, which
is never sent along from elsewhere, another program at the token. What is shown may run no script but ours.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

MOST_BYTES = 64 * 1024
"""Bytes of one request's body."""

POLICY = "content-security-policy"

HEADERS = {
    POLICY: "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}


REPORT = "/report/"
"""Below it lies the audit report, whose scripts load one another."""

RELAXED = "; require-trusted-types-for 'script'"


class Guard:
    """An ASGI application around another one, which only hears what passes."""

    def __init__(self, app: App, port: int, token: str) -> None:
        self.app, self.token = app, token
        self.hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self.cookie = f"jixiao-review-{port}"

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it here."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        refusal = self._refuse(scope, headers)
        if refusal:
            await _answer(send, *refusal)
        elif self._brings_token(scope):
            cookie = f"{self.cookie}={self.token}; Path=/; HttpOnly; SameSite=Strict"
            await _answer(send, 303, "", {"location": scope["path"], "set-cookie": cookie})
        elif not self._knows_token(headers):
            await _answer(send, 403, "请用启动复核台时给出的网址打开本页。")
        else:
            await self.app(scope, receive, _with_headers(send, scope["path"].startswith(REPORT)))

    def _refuse(self, scope: Message, headers: dict[str, str]) -> tuple[int, str] | None:
        if headers.get("host", "") not in self.hosts:
            return 421, "unknown host"
        if scope["method"] not in {"GET", "POST"}:
            return 405, "method not allowed"
        if scope["method"] == "POST":
            return self._refuse_post(headers)
        if headers.get("sec-fetch-site", "none") not in {"none", "same-origin"} and scope["path"] not in {"/", REPORT}:
            return 403, "from another site"
        return None

    def _refuse_post(self, headers: dict[str, str]) -> tuple[int, str] | None:
        if headers.get("origin") != f"http://{headers['host']}":
            return 403, "wrong origin"
        if headers.get("content-type", "").split(";")[0].strip() != "application/json":
            return 415, "not JSON"
        length = headers.get("content-length", "")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            return 413, "too large"
        return None

    def _brings_token(self, scope: Message) -> bool:
        given = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token", [""])[0]
        return scope["path"] in {"/", REPORT} and self._is_token(given)

    def _knows_token(self, headers: dict[str, str]) -> bool:
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(self.cookie)
        except CookieError:
            return False
        return cookie is not None and self._is_token(cookie.value)

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.token.encode())


def _with_headers(send: Send, in_report: bool = False) -> Send:
    async def guarded(message: Message) -> None:
        """Send a message on; the start of an answer gets the headers that keep other pages out."""
        if message["type"] == "http.response.start":
            headers = HEADERS | ({POLICY: HEADERS[POLICY].replace(RELAXED, "")} if in_report else {})
            extra = [(name.encode(), value.encode()) for name, value in headers.items()]
            message = {**message, "headers": [*message.get("headers", ()), *extra]}
        await send(message)

    return guarded


async def _answer(send: Send, status: int, text: str, extra: dict[str, str] | None = None) -> None:
    send = _with_headers(send)
    headers = {"content-type": "text/plain; charset=utf-8"} | (extra or {})
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": text.encode()})
