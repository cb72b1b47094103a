"""Sends one request and reads its answer within a total deadline.

The `timeout` of requests applies to each read separately, so a server that sends one byte every few
seconds, in the body or in the headers, never exceeds it. Here every read and write of the socket
gets the time that is left of the whole exchange. The adapter is used without a Session, because
that follows or prepares redirects (reading their whole bodies), keeps cookies and reads `.netrc`.
"""

import io
import os
import socket
import time
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError
from urllib3.util.connection import create_connection

from videos.provider.addresses import resolve, why_refused
from videos.provider.proxies import ProxyRefused, proxy_for

AUTHORITIES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE", "SSL_CERT_DIR")
BOOT_CLOCK: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
# What the libraries below may raise while talking. OSError covers sockets, TLS and our own
# TimeoutError and AddressRefused.
TRANSPORT_ERRORS = (requests.RequestException, HTTPError, HTTPException, OSError)


def clock() -> float:
    """Seconds of a monotonic clock that, on Linux, also counts while the machine is suspended. So a
    request that was started before a suspension is late, and isn't sent any more."""
    return time.clock_gettime(BOOT_CLOCK)


class Unsendable(Exception):
    """The request contains something that can't be encoded (lone surrogates, NaN)."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait, in seconds; `min_speed` is in bytes per second.

    `total` bounds a JSON call from the first try to the last byte, retries included.
    `create` bounds a call that makes a job, as `total` does others: some gateways answer it only
    when their own server has. `first_byte` bounds the wait for the headers of content, `idle` a
    silence within it, `window` is the time over which `min_speed` is averaged, `content` the whole
    transfer, `upload` a call that sends a clip along.
    """

    connect: float = 5.0
    total: float = 30.0
    create: float = 120.0
    first_byte: float = 60.0
    idle: float = 30.0
    window: float = 30.0
    min_speed: float = 16_000.0
    content: float = 3600.0
    upload: float = 300.0


class Exchange:
    """One call: its deadline, the allowed addresses, and whether anything was sent yet.

    `sent` becomes True before the first byte is passed to the socket. While it is False, the server
    certainly hasn't received the request. `is_private` says whether a new connection leads to a
    private address. The `seconds` count from `since`, a value of `clock`.
    """

    def __init__(
        self,
        seconds: float,
        *,
        connect: float,
        allow_private: bool = True,
        since: float | None = None,
    ) -> None:
        self.connect = connect
        self.allow_private = allow_private
        self.sent = self.is_private = False
        self.idle: float | None = None
        self._ends = (clock() if since is None else since) + seconds

    def extend(self, seconds: float, *, idle: float) -> None:
        """Set a new deadline, `seconds` from now, with a separate limit for each wait."""
        self._ends = clock() + seconds
        self.idle = idle

    def left(self) -> float:
        """Seconds until the deadline; negative once it has passed."""
        return self._ends - clock()

    def wait(self) -> float:
        """How long the next wait may take. Raises TimeoutError if no time is left."""
        left = self.left()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        return left if self.idle is None else min(left, self.idle)


# The way from the adapter to the connection leads through the pool, which passes nothing on.
_exchange: ContextVar[Exchange] = ContextVar("exchange")


class _TimedRaw(io.RawIOBase):
    """A socket's reading end that never waits beyond the deadline of its exchange."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, exchange: Exchange) -> None:
        self._raw, self._sock, self._exchange = raw, sock, exchange

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._exchange.wait())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        # The socket stays open until its file is closed, too.
        self._raw.close()
        super().close()


class _TimedResponse(HTTPResponse):
    """Reads status line, headers and body through `_TimedRaw`."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_TimedRaw(self.fp.detach(), sock, _exchange.get()))


class _Timed(HTTPConnection):
    """Connects only to checked addresses, and sends within the deadline."""

    response_class = _TimedResponse

    def _new_conn(self) -> socket.socket:
        exchange = _exchange.get()
        host, last = self.host, OSError("the name has no address")
        # The resolver has its own timeouts, which can't be shortened in a portable way.
        for address in resolve(host, self.port, allow_private=exchange.allow_private):
            wait = min(exchange.connect, exchange.wait())
            exchange.is_private = why_refused(address, allow_private=False) is not None
            try:
                return create_connection(
                    (address, self.port), wait, socket_options=self.socket_options
                )
            except OSError as error:
                last = error
        raise last

    def send(self, data: Any) -> None:
        exchange = _exchange.get()
        if self.sock is None:
            self.connect()
        self.sock.settimeout(exchange.wait())
        exchange.sent = True
        super().send(data)


class _TimedTLS(_Timed, HTTPSConnection):
    """The same over TLS. The handshake has its own deadline, the connect timeout."""


class _ToProxy(_Timed):
    """Connects to the operator's proxy, which may be at any address."""

    def _new_conn(self) -> socket.socket:
        exchange = _exchange.get()
        exchange.is_private = False
        wait = min(exchange.connect, exchange.wait())
        place = (self.host, self.port)
        return create_connection(place, wait, socket_options=self.socket_options)

    def connect(self) -> None:
        exchange = _exchange.get()
        before = exchange.sent
        try:
            super().connect()
        finally:
            # CONNECT goes to the proxy; the server hasn't received anything yet.
            exchange.sent = before


class _TLSThroughProxy(_ToProxy, HTTPSConnection):
    """TLS with the server, within a tunnel."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Timed


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TimedTLS


class _ProxyPool(HTTPConnectionPool):
    ConnectionCls = _ToProxy


class _ProxyTLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSThroughProxy


class _Adapter(HTTPAdapter):
    """With our connections, direct or through a proxy."""

    def __init__(self) -> None:
        super().__init__(max_retries=0)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **proxy_kwargs)
        manager.pool_classes_by_scheme = {"http": _ProxyPool, "https": _ProxyTLSPool}
        return manager


def trusted_authorities() -> str | bool:
    """The file or folder of certificate authorities that the environment names; True for the
    usual ones. The names are those of requests, OpenSSL and curl."""
    authorities = (os.environ.get(name, "").strip() for name in AUTHORITIES)
    return next(filter(None, authorities), True)


class Transport:
    """A pool of connections. `send` is safe to call from several threads."""

    def __init__(self) -> None:
        self._adapter = _Adapter()

    def close(self) -> None:
        """Close idle connections now, and those in use as soon as they are returned."""
        # Clearing the managers alone leaves the closing to the garbage collector.
        for manager in (self._adapter.poolmanager, *self._adapter.proxy_manager.values()):
            for pool in [manager.pools.get(key) for key in manager.pools.keys()]:  # noqa: SIM118
                if pool is not None:
                    pool.close()
        self._adapter.close()

    def send(
        self,
        exchange: Exchange,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        **body: Any,
    ) -> requests.Response:
        """The answer with its body unread. Raises Unsendable or one of TRANSPORT_ERRORS.

        `body` is `params`, `json`, `data` or `files` as requests takes them.
        """
        try:
            prepared = requests.Request(method, url, headers=dict(headers), **body).prepare()
        except (UnicodeError, requests.exceptions.InvalidJSONError) as error:
            raise Unsendable(type(error).__name__) from None
        proxy = proxy_for(prepared.url or url, allow_private=exchange.allow_private)
        token = _exchange.set(exchange)
        try:
            response = self._adapter.send(
                prepared,
                stream=True,
                timeout=(exchange.connect, exchange.wait()),
                verify=trusted_authorities(),
                proxies={"all": proxy} if proxy else {},
            )
        finally:
            _exchange.reset(token)
        if proxy and response.status_code == 407:
            response.close()
            exchange.sent = False
            raise ProxyRefused("the HTTP proxy asks for a user name and password")
        return response
