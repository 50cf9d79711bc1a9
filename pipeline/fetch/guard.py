"""Who may be contacted: only the hosts that SOURCES.yml names, and of them only public addresses.

The address is checked where the connection is made, after the name was resolved, and that address is the one that is
connected to: a name that resolves differently the second time gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import httpcore2
import httpx2

from pipeline.fetch.problems import FetchProblem


def host_of(address: str) -> str:
    """Return the host that an address names, in lower case; empty where it names none."""
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def check_address(address: str, hosts: frozenset[str]) -> None:
    """Refuse an address of another scheme or host.

    Raises:
        FetchProblem: `foreign_host`.
    """
    scheme = address.partition(":")[0].lower()
    if scheme not in {"http", "https"} or host_of(address) not in hosts:
        raise FetchProblem("foreign_host", f"{address}: leads to a host that the source does not name; add it to hosts")


class GuardedBackend(httpcore2.NetworkBackend):
    """Connects to public addresses only; hosts named in `private_hosts` may have any."""

    def __init__(self, private_hosts: Iterable[str] = ()) -> None:
        self._private_hosts = frozenset(host.lower() for host in private_hosts)
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(self, host: str, port: int, *arguments: Any, **options: Any) -> httpcore2.NetworkStream:
        """Resolve, check, and connect to the address that was checked."""
        return self._inner.connect_tcp(self._resolve(host, port), port, *arguments, **options)

    def _resolve(self, host: str, port: int) -> str:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore2.ConnectError(f"{host}: {error}") from error
        addresses = [str(entry[4][0]) for entry in found]
        if host.lower() not in self._private_hosts and not all(_is_public(address) for address in addresses):
            raise FetchProblem("private_address", f"{host}: is an address of a private network; it is not contacted")
        return addresses[0]


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_global and not parsed.is_multicast


class GuardedTransport(httpx2.HTTPTransport):
    """HTTP over checked connections. Proxies of the environment are not used: behind one, nothing could be checked."""

    def __init__(self, private_hosts: Iterable[str] = ()) -> None:
        context = httpx2.create_ssl_context(trust_env=False)
        self._pool = httpcore2.ConnectionPool(ssl_context=context, network_backend=GuardedBackend(private_hosts))
