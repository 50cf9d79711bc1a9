"""A polite client: one request at a time, a pause between two to the same host, robots.txt, few retries.

Redirects are followed by hand, so that each step is checked like the first address. What goes wrong becomes a
`FetchProblem` that says whether another try may help.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

import httpx2
from protego import Protego

from pipeline import __version__
from pipeline.fetch.guard import GuardedTransport, check_address
from pipeline.fetch.problems import FetchProblem
from pipeline.fetch.sources import FetchPlan

AGENT = "jixiao"
REDIRECTS = 10
"""Redirects in a row that are followed."""

ROBOTS_BYTES = 512 * 1024
"""Bytes of a robots.txt that are read (RFC 9309, 2.5)."""

MOVED = frozenset({301, 302, 303, 307, 308})
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
GONE = frozenset({404, 410})
REFUSED = frozenset({401, 403, 407, 451})

Result = TypeVar("Result")


class PoliteClient:
    """Speaks to the hosts of one source at a time. `stopped` is asked often and ends the work by raising."""

    def __init__(
        self,
        plan: FetchPlan,
        stopped: Callable[[], None] = lambda: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.plan, self._stopped, self._sleep = plan, stopped, sleep
        self._asked: dict[str, float] = {}
        self._robots: dict[str, Protego] = {}
        contact = f"; {plan.contact}" if plan.contact else ""
        self._client = httpx2.Client(
            transport=GuardedTransport(plan.private_hosts),
            headers={"User-Agent": f"{AGENT}/{__version__} (reads published self-evaluation forms{contact})"},
            timeout=plan.timeout,
            trust_env=False,
        )

    def __enter__(self) -> PoliteClient:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def persist(self, attempt: Callable[[], Result]) -> Result:
        """Return what an attempt gives, trying again where that may help, ever more slowly.

        Raises:
            FetchProblem: the last one; one whose server asks for a longer wait than allowed is not tried again.
        """
        for number in range(self.plan.attempts):
            try:
                return attempt()
            except FetchProblem as problem:
                wait = max(problem.wait, self.plan.retry_after * 2**number)
                if not problem.retried or number + 1 == self.plan.attempts or wait > self.plan.longest_wait:
                    raise
                self._pause(wait)
        raise AssertionError("attempts is at least 1")

    @contextmanager
    def open(self, address: str, hosts: frozenset[str], headers: dict[str, str]) -> Iterator[httpx2.Response]:
        """Yield the answer to a request, its body still to be read; its `url` is where redirects have led.

        Raises:
            FetchProblem: the address may not be asked, or the server gave no usable answer.
        """
        for _ in range(REDIRECTS + 1):
            check_address(address, hosts)
            self._ask_robots(address, hosts)
            with self._send(address, headers) as response:
                if response.status_code not in MOVED:
                    _check_status(response)
                    yield response
                    return
                address = urljoin(str(response.url), response.headers.get("Location", ""))
        raise FetchProblem("redirects", f"{address}: redirected more than {REDIRECTS} times")

    @contextmanager
    def _send(self, address: str, headers: dict[str, str]) -> Iterator[httpx2.Response]:
        """Send one request in its turn; errors of the connection, also while the body is read, become problems."""
        self._await_turn(urlsplit(address).netloc)
        try:
            with self._client.stream("GET", address, headers=headers) as response:
                yield response
        except httpx2.TimeoutException as error:
            raise FetchProblem("timeout", f"{address}: no answer in time", retried=True) from error
        except httpx2.RemoteProtocolError as error:
            raise FetchProblem("truncated", f"{address}: the answer was cut off", retried=True) from error
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            raise FetchProblem("connection", f"{address}: {type(error).__name__}: {error}", retried=True) from error
        except (httpx2.InvalidURL, UnicodeError) as error:
            raise FetchProblem("http_status", f"{address}: not an address that can be asked: {error}") from error

    def _ask_robots(self, address: str, hosts: frozenset[str]) -> None:
        site = "{0.scheme}://{0.netloc}".format(urlsplit(address))
        if site not in self._robots:
            self._robots[site] = self.persist(lambda: self._read_robots(site))
        if not self._robots[site].can_fetch(address, AGENT):
            raise FetchProblem("robots", f"{address}: the site's robots.txt asks that it be left alone")

    def _read_robots(self, site: str) -> Protego:
        """Read a robots.txt. Without one all is allowed; a server that fails is not asked more (RFC 9309, 2.3.1)."""
        with self._send(f"{site}/robots.txt", {}) as response:
            if response.status_code in BUSY:
                raise _busy(response)
            if response.status_code != 200:
                return Protego.parse("")
            text = b""
            for chunk in response.iter_bytes():
                text += chunk
                if len(text) > ROBOTS_BYTES:
                    break
            return Protego.parse(text[:ROBOTS_BYTES].decode("utf-8", "replace"))

    def _await_turn(self, host: str) -> None:
        rules = next((rules for site, rules in self._robots.items() if site.partition("://")[2] == host), None)
        asked_for = float((rules.crawl_delay(AGENT) if rules else None) or 0.0)
        delay = max(self.plan.delay, min(asked_for, self.plan.longest_wait))
        if host in self._asked:
            self._pause(self._asked[host] + delay - time.monotonic())
        self._stopped()
        self._asked[host] = time.monotonic()

    def _pause(self, seconds: float) -> None:
        """Wait, a second at a time, so that a stop is noticed."""
        while seconds > 0:
            self._stopped()
            self._sleep(min(1.0, seconds))
            seconds -= 1.0


def _check_status(response: httpx2.Response) -> None:
    status = response.status_code
    if status in {200, 206, 304, 416}:
        return
    if status in BUSY:
        raise _busy(response)
    code = "gone" if status in GONE else "refused" if status in REFUSED else "http_status"
    raise FetchProblem(code, f"{response.url}: the server answered {status}")


def _busy(response: httpx2.Response) -> FetchProblem:
    message = f"{response.url}: the server answered {response.status_code}"
    wait = parse_retry_after(response.headers.get("Retry-After", ""), datetime.now(UTC))
    return FetchProblem("server", message, retried=True, wait=wait)


def parse_retry_after(text: str, now: datetime) -> float:
    """Return the seconds that a Retry-After header asks for (RFC 9110, 10.2.3): a number or a date; else 0."""
    if text.strip().isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return 0.0
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())
