"""Fetching what somebody names from the web, and from nowhere else.

A name is resolved once, every address it has is looked at, and the connection is made to an address that was looked at:
between the look and the call nothing can change. Each redirect is a new look. Nothing is sent along: no cookie, no
password, no proxy.
"""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Final
from urllib.parse import urljoin, urlsplit

from typing_extensions import override

from rubrica.domain.posting import web_address

MOST_BYTES: Final = 5_000_000
MOST_SECONDS: Final = 30.0
MOST_REDIRECTS: Final = 5
STEP_SECONDS: Final = 10.0
"""Seconds to wait for a connection, or for the next piece of an answer."""
_PORTS: Final = {"http": 80, "https": 443}
_PIECE: Final = 65_536
_LONGEST_HEADER: Final = 200
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_NOT_MODIFIED: Final = 304
_OK: Final = 200

# What `is_global` lets through, or let through in some version of Python: addresses that lead to another one, to many,
# or into somebody's own network.
_NEVER: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
        *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32"),
        *("2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
    )
)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Sequence[str]]


class FetchRefusedError(Exception):
    """An address was not fetched, or its answer not taken; the message says why, and nothing of what was answered.

    ``status`` is the answer's, where there was one.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered.

    Attributes
    ----------
    is_unchanged
        Whether it said that nothing has changed since the validators that were sent along.
    """

    data: bytes
    url: str
    etag: str = ""
    last_modified: str = ""
    is_unchanged: bool = False


def resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host, as the machine's resolver gives them."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchRefusedError(f"There is no host {host[:80]}.") from error
    return [str(entry[4][0]) for entry in found]


def is_public(text: str) -> bool:
    """Tell whether an address is one machine in the public internet."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return address.is_global and not address.is_multicast and not any(address in network for network in _NEVER)


@dataclass(frozen=True, slots=True)
class Guard:
    """Fetches addresses of the web.

    Attributes
    ----------
    allowed
        Hosts with their ports that are fetched though they are not public: what an operator has named, or a test.
    """

    agent: str
    allowed: frozenset[tuple[str, int]] = frozenset()
    resolver: Resolver = resolve
    most_bytes: int = MOST_BYTES
    most_seconds: float = MOST_SECONDS

    def fetch(self, url: str, *, etag: str = "", last_modified: str = "") -> Fetched:
        """Return what an address answers.

        Raises
        ------
        FetchRefusedError
            The address is none of the web or leads into a private network, or there is no answer, or one that is not
            taken: an error, too large, too slow, or redirected too often.
        """
        deadline = time.monotonic() + self.most_seconds
        headers = {"User-Agent": self.agent, "Accept-Encoding": "identity", "Connection": "close"}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._ask(url, headers, deadline)
            if isinstance(answer, Fetched):
                return answer
            url = answer
        raise FetchRefusedError(f"The address leads on to another more than {MOST_REDIRECTS} times.")

    def _ask(self, url: str, headers: dict[str, str], deadline: float) -> Fetched | str:
        """Return what an address answers, or the address that it leads on to."""
        if not web_address(url):
            raise FetchRefusedError("The address does not begin with http:// or https://, or is no plain address.")
        parts = urlsplit(url)
        host, port = self._place(parts.scheme.lower(), parts.hostname or "", parts.port)
        connection = _connect(parts.scheme.lower(), host, port, self._checked(host, port), deadline)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.connect()
            with _cut_at(deadline, connection.sock):
                connection.request("GET", path, headers=headers)
                with connection.getresponse() as response:
                    if response.status in _REDIRECTS:
                        return urljoin(url, response.headers.get("Location", "")[:2_000])
                    return self._taken(response, url, deadline)
        except (OSError, HTTPException, ValueError) as error:
            self._refuse_late(deadline)
            raise FetchRefusedError(f"{host} gave no answer that could be read.") from error
        finally:
            connection.close()

    def _refuse_late(self, deadline: float) -> None:
        if time.monotonic() >= deadline:
            raise FetchRefusedError(f"The answer takes longer than {self.most_seconds:g} seconds.")

    def _place(self, scheme: str, host: str, port: int | None) -> tuple[str, int]:
        try:
            name = host.encode("idna").decode() if not host.isascii() else host
        except UnicodeError as error:
            raise FetchRefusedError("The address names no host.") from error
        chosen = port or _PORTS[scheme]
        if chosen != _PORTS[scheme] and (name, chosen) not in self.allowed:
            raise FetchRefusedError(f"The address names the port {chosen}; only the usual ones are fetched.")
        return name, chosen

    def _checked(self, host: str, port: int) -> str:
        """Return an address of a host, all of whose addresses are public."""
        addresses = self.resolver(host, port)
        if not addresses:
            raise FetchRefusedError(f"There is no host {host[:80]}.")
        if (host, port) not in self.allowed and not all(is_public(address) for address in addresses):
            raise FetchRefusedError(f"{host[:80]} is not in the public internet, so it is not fetched.")
        return addresses[0]

    def _taken(self, response: HTTPResponse, url: str, deadline: float) -> Fetched:
        etag = response.headers.get("ETag", "")[:_LONGEST_HEADER]
        changed = response.headers.get("Last-Modified", "")[:_LONGEST_HEADER]
        if response.status == _NOT_MODIFIED:
            return Fetched(b"", url, etag, changed, is_unchanged=True)
        if response.status != _OK:
            raise FetchRefusedError(f"The address answers with {response.status}.", response.status)
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise FetchRefusedError("The answer is compressed, though that was not asked for.")
        pieces: list[bytes] = []
        size = 0
        while piece := response.read1(_PIECE):
            size += len(piece)
            if size > self.most_bytes:
                raise FetchRefusedError(f"The answer has more than {self.most_bytes:,} bytes.")
            pieces.append(piece)
        self._refuse_late(deadline)
        if response.length:
            raise FetchRefusedError("The answer breaks off before its end.")
        return Fetched(b"".join(pieces), url, etag, changed)


@contextmanager
def _cut_at(deadline: float, connected: socket.socket) -> Iterator[None]:
    """Cut a connection off at a moment, also one that sends a byte now and then and so never times out."""

    def cut() -> None:
        with suppress(OSError):
            connected.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, deadline - time.monotonic()), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _connect(scheme: str, host: str, port: int, address: str, deadline: float) -> HTTPConnection:
    wait = max(0.1, min(STEP_SECONDS, deadline - time.monotonic()))
    if scheme == "https":
        return _Pinned(host, port, address, timeout=wait)
    return _PlainlyPinned(host, port, address, timeout=wait)


class _PlainlyPinned(HTTPConnection):
    """A connection to an address that was looked at, speaking to the host that was asked for."""

    def __init__(self, host: str, port: int, address: str, *, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self._address = address

    @override
    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


class _Pinned(HTTPSConnection):
    """The same with TLS: the certificate has to be the host's, not the address's."""

    def __init__(self, host: str, port: int, address: str, *, timeout: float) -> None:
        self._tls = ssl.create_default_context()
        super().__init__(host, port, timeout=timeout, context=self._tls)
        self._address = address

    @override
    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
