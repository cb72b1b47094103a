"""Reads an answer completely within limits, and translates errors into ours."""

import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import IncompleteRead

import requests
from requests.exceptions import ProxyError

from videos import wire
from videos.provider import errors
from videos.provider.addresses import AddressRefused
from videos.provider.dialects import Dialect
from videos.provider.errors import BadAnswer, NoAnswer, NotSent, ProviderError
from videos.provider.proxies import ProxyRefused
from videos.provider.redact import clean, redact_body
from videos.provider.transport import TRANSPORT_ERRORS, Exchange
from videos.provider.unpacking import Undecodable, plain, without_files
from videos.wire.text import gettext_noop
from videos.wire.values import whole_number

CHUNK = 16 * 1024
# Beyond 1 MB, compressed answers hold base64, which shrinks by a quarter.
MAX_GROWTH = 20


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an answer comes from: the host for messages, and the key to remove from them."""

    host: str
    key: str
    dialect: Dialect

    def __repr__(self) -> str:
        return f"Origin({self.host!r}, {self.dialect.name!r})"


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a body. `whole` is False if the body wasn't read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool = True

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class _TooLarge(Exception):
    """The body is longer than its limit."""


class Body:
    """The raw bytes of an answer. Truncation raises an error."""

    def __init__(self, response: requests.Response) -> None:
        self._raw = response.raw
        self.length = _length(response.headers)
        self.received = 0

    def read(self, amount: int) -> bytes:
        """Up to `amount` bytes, at once when any are there; b"" at the end.

        IncompleteRead where fewer bytes came than Content-Length promised.
        """
        chunk: bytes = self._raw.read1(amount, decode_content=False) or b""
        self.received += len(chunk)
        if not chunk and self.length is not None and self.received < self.length:
            raise IncompleteRead(b"", self.length - self.received)
        return chunk


def _length(headers: Mapping[str, str]) -> int | None:
    # With chunks, this header doesn't count.
    if "Transfer-Encoding" in headers:
        return None
    return whole_number(headers.get("Content-Length", ""))


def read_answer(response: requests.Response, exchange: Exchange, origin: Origin) -> Answer:
    """The whole answer, at most 1 MB of it after decompression and without the videos that stand
    in it as base64. Closes the response."""
    failure: Exception | None = None
    body = b""
    try:
        for piece in without_files(_unpacked(response)):
            body += piece
            if len(body) > wire.MAX_BODY:
                raise _TooLarge
    except (*TRANSPORT_ERRORS, _TooLarge, Undecodable) as error:
        failure = error
    finally:
        response.close()
    # The status alone already says what an error means; its body only adds words.
    if failure is None or response.status_code >= 300:
        body = redact_body(body[: wire.MAX_BODY], origin.key)
        return Answer(response.status_code, response.headers, body, whole=failure is None)
    if isinstance(failure, _TooLarge | Undecodable):
        raise BadAnswer(
            gettext_noop(
                "%(host)s sent an answer that is too large or can't be unpacked.", host=origin.host
            ),
            status=response.status_code,
            code=errors.TOO_LARGE,
        )
    cut_off = transport_error(failure, exchange, origin)
    # The status did come: of a create, success is an acceptance although its body is missing.
    cut_off.status = response.status_code
    raise cut_off


def _unpacked(response: requests.Response) -> Iterator[bytes]:
    """The body without compression. _TooLarge where it grows as only a bomb does."""
    body, grown = Body(response), 0
    pieces = iter(lambda: body.read(CHUNK), b"")
    unpacked, _ = plain(pieces, response.headers.get("Content-Encoding", ""))
    for piece in unpacked:
        grown += len(piece)
        if grown > wire.MAX_BODY + MAX_GROWTH * body.received:
            raise _TooLarge
        yield piece


def transport_error(error: Exception, exchange: Exchange, origin: Origin) -> ProviderError:
    """Our error for one of the HTTP library. Its class depends on what was sent, not on theirs."""
    reason, code = _reason(error)
    if exchange.sent:
        message = gettext_noop(
            "%(host)s sent an incomplete answer: %(reason)s.", host=origin.host, reason=reason
        )
        return NoAnswer(message, code=code)
    message = gettext_noop(
        "%(host)s can't be reached: %(reason)s.", host=origin.host, reason=reason
    )
    return NotSent(message, code=code)


def _reason(error: Exception) -> tuple[str, str]:
    """(words, code) of the outermost error that we have a message for."""
    cause: BaseException | None = error
    for _ in range(12):
        if isinstance(cause, AddressRefused):
            return cause.args[0], errors.ADDRESS_REFUSED
        if isinstance(cause, ProxyRefused):
            return cause.args[0], "proxy"
        if isinstance(cause, ssl.SSLCertVerificationError):
            said = clean(cause.verify_message)
            return gettext_noop("its certificate is not trusted (%(reason)s)", reason=said), "tls"
        for kind, message, code in _REASONS:
            if isinstance(cause, kind):
                return message, code
        cause = cause and (cause.__cause__ or cause.__context__ or _wrapped(cause))
    name = type(error).__name__
    return gettext_noop("the connection failed (%(kind)s)", kind=name), ""


def _wrapped(error: BaseException) -> BaseException | None:
    # In a proxy's tunnel, urllib3 wraps failures without raising them from one another.
    return next((part for part in error.args if isinstance(part, BaseException)), None)


_REASONS: tuple[tuple[type[Exception], str, str], ...] = (
    (ProxyError, gettext_noop("the HTTP proxy can't be reached or refuses"), "proxy"),
    (ssl.SSLError, gettext_noop("the encrypted connection failed"), "tls"),
    (socket.gaierror, gettext_noop("the host name doesn't exist"), "dns"),
    (TimeoutError, gettext_noop("it took too long"), errors.TIMEOUT),
    (ConnectionRefusedError, gettext_noop("it refuses connections"), "connection_refused"),
    (ConnectionError, gettext_noop("the connection was closed"), "connection_lost"),
    (IncompleteRead, gettext_noop("it was cut off"), errors.TRUNCATED),
)
