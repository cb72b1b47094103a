"""A client for one server, with one method for each operation of the Video API.

Reads are retried if that helps. Requests that create or delete something are sent exactly once.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from copy import copy
from dataclasses import replace
from types import MappingProxyType, TracebackType
from typing import Any, Self

from videos import wire
from videos.frames.inspection import HEAD, Container, sniff
from videos.provider.adapters import SHAPES
from videos.provider.addresses import check_url, origin
from videos.provider.catalogue import ModelInfo
from videos.provider.content_stream import ContentStream, Source
from videos.provider.create_body import CreateCall, Reference, seconds_of
from videos.provider.dialects import Dialect, dialect
from videos.provider.error_mapping import (
    UNSENDABLE,
    job_inside,
    not_offered,
    read_as,
    read_created,
    read_deleted,
    status_error,
)
from videos.provider.errors import NoKey, NotFound, ProviderError, Refused
from videos.provider.headers import check_key, request_headers
from videos.provider.open_content import open_content
from videos.provider.paging import ListPage, ListPages, walk
from videos.provider.paths import path_segment
from videos.provider.response import Answer, Origin, read_answer, transport_error
from videos.provider.retry import read_again
from videos.provider.transport import TRANSPORT_ERRORS, Exchange, Timeouts, Transport, Unsendable
from videos.wire.text import gettext_noop

__all__ = ["Client", "ContentStream", "CreateCall", "ModelInfo", "Reference", "Timeouts"]

GIB = 1024**3
# DELETE is used only with a made-up id.
HARMLESS = frozenset({"GET", "OPTIONS", "DELETE"})


class Client(AbstractContextManager["Client"]):
    """One server. Close it, or use it in a `with` statement. Threads may share it.

    The server's own address may be private, such as a GPU box. With `allow_private_content`, other
    hosts with its content may be, too. Link-local and metadata addresses are always refused.

    With `withheld`, the reason why the key can't be read, every call raises NoKey. Every method
    raises one of `videos.provider.errors`. ValueError if `base_url` or `key` can't be used at all.
    """

    def __init__(
        self,
        base_url: str,
        key: str = "",
        dialect: Dialect = dialect("openai"),  # noqa: B008
        *,
        timeouts: Timeouts = Timeouts(),  # noqa: B008
        allow_private_content: bool = False,
        max_content_bytes: int = 2 * GIB,
        sleep: Callable[[float], None] = time.sleep,
        withheld: str = "",
    ) -> None:
        parts = check_url(base_url)
        if parts.fragment:
            raise ValueError("The address must not hold a fragment (#…).")
        self.base_url = base_url
        self.dialect = dialect
        self._shape = SHAPES[dialect.shape]
        self.timeouts = timeouts
        self.allow_private_content = allow_private_content
        self.max_content_bytes = max_content_bytes
        self._sleep = sleep
        self._withheld = withheld
        self._parts = parts
        self._origin = Origin(parts.netloc, check_key(key), dialect)
        self._transport = Transport()
        self._since: float | None = None
        self._lists = ListPages()

    def __repr__(self) -> str:
        return f"Client({self.base_url!r}, dialect={self.dialect.name!r})"

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def has_key(self) -> bool:
        """Return True if requests carry a key."""
        return bool(self._origin.key)

    def close(self) -> None:
        """Close idle connections. Open content streams stay open until they are closed."""
        self._transport.close()

    def since(self, moment: float) -> Self:
        """The same client with deadlines that count from `moment`, a value of `clock`."""
        late = copy(self)
        late._since = moment
        return late

    def anonymous(self) -> Self:
        """The same client without its key."""
        bare = copy(self)
        bare._origin = replace(self._origin, key="")
        return bare

    def at(self, base_url: str) -> Self:
        """The same client for another path of the same server, with its own connections."""
        parts = check_url(base_url)
        if origin(parts) != origin(self._parts):
            raise ValueError("That is another server, to which the key is not sent.")
        other = copy(self)
        other.base_url, other._parts, other._transport = base_url, parts, Transport()
        return other

    # --- operations ------------------------------------------------------------------------

    def create(self, call: CreateCall, idempotency_key: str = "") -> wire.RemoteVideo:
        """Create a job. Sent once.

        After an error, `proves_nothing_created` and `may_be_accepted` say whether there may be a
        job. Servers that support it return the same job for the same `idempotency_key`.
        """
        body = self._shape.body(call, self.dialect)
        return self._new_job("/videos", idempotency_key, **body)

    def retrieve(self, id: str) -> wire.RemoteVideo:
        """A job's current state. Some servers answer 4xx or 5xx with a failed job in the body."""
        path = f"/videos/{path_segment(id)}"
        answer = self._read(path, is_good=lambda a: job_inside(a, id) is not None)
        return self._video(answer, id)

    def list_page(
        self, after: str | None = None, limit: int = 100, order: str = "desc"
    ) -> wire.RemotePage:
        """One page of jobs, newest first by default. `has_more` is never None.

        A page that is too large is requested again in smaller pages. This client remembers which
        size worked.
        """
        if not self.dialect.lists:
            raise not_offered(self.dialect, gettext_noop("a list of jobs"))
        return self._lists.read(self._read_page, after, self.dialect.max_page, limit, order)

    @property
    def list_note(self) -> str:
        """What was unusual about the list when it was last read; empty for nothing."""
        return self._lists.note

    def _read_page(self, after: str | None, limit: int, order: str) -> wire.RemotePage:
        params = {"limit": str(limit), "order": order}
        if after is not None:
            params["after"] = after
        return read_as(self._read("/videos", params=params), self._origin, wire.read_page)

    def list_all(self, limit: int = 100, order: str = "desc") -> Iterator[wire.RemoteVideo]:
        """Every job once, as `list_pages` shows them."""
        for page in self.list_pages(limit, order):
            yield from page.videos

    def list_pages(self, limit: int = 100, order: str = "desc") -> Iterator[ListPage]:
        """The list page by page, with the number of unreadable entries and whether it ends."""
        return walk(lambda after: self.list_page(after, limit, order))

    def delete(self, id: str) -> bool:
        """Delete a job. Returns True if the server no longer has it or never had it, and False if
        it answers that the job wasn't deleted."""
        if not self.dialect.deletes:
            raise not_offered(self.dialect, gettext_noop("deletion"))
        answer = self._once("DELETE", f"/videos/{path_segment(id)}")
        if not answer.ok:
            error = status_error(answer, self._origin)
            if isinstance(error, NotFound):
                return True
            raise error
        return not answer.body.strip() or read_as(answer, self._origin, read_deleted)

    def remix(self, id: str, prompt: str, idempotency_key: str = "") -> wire.RemoteVideo:
        """Remix a completed job into a new one. Sent once, like create."""
        if not self.dialect.remixes:
            raise not_offered(self.dialect, gettext_noop("remix"))
        path = f"/videos/{path_segment(id)}/remix"
        return self._new_job(path, idempotency_key, json={"prompt": prompt})

    def edit(self, id: str, prompt: str, idempotency_key: str = "") -> wire.RemoteVideo:
        """Edit the completed job `id` into a new one. Sent once, like create."""
        if not self.dialect.edits:
            raise not_offered(self.dialect, gettext_noop("edit"))
        body = {"video": {"id": id}, "prompt": prompt}
        return self._new_job("/videos/edits", idempotency_key, json=body)

    def extend(
        self, id: str, prompt: str, seconds: str, idempotency_key: str = ""
    ) -> wire.RemoteVideo:
        """Extend the completed job `id` by `seconds` into a new one. Sent once. The answer's
        `seconds` are the total length."""
        if not self.dialect.extends:
            raise not_offered(self.dialect, gettext_noop("extend"))
        body = {"video": {"id": id}, "prompt": prompt, "seconds": seconds_of(seconds, self.dialect)}
        return self._new_job("/videos/extensions", idempotency_key, json=body)

    def create_character(self, name: str, clip: bytes) -> wire.RemoteCharacter:
        """Create a character from a clip. Sent once."""
        if not self.dialect.characters:
            raise not_offered(self.dialect, gettext_noop("characters"))
        container = sniff(clip[:HEAD]) or Container.MP4
        file_name = f"clip.{container}"
        parts = [("name", (None, name, None)), ("video", (file_name, clip, container.media_type))]
        answer = self._once("POST", "/videos/characters", self.timeouts.upload, files=parts)
        return self._character(answer)

    def retrieve_character(self, id: str) -> wire.RemoteCharacter:
        """An existing character."""
        if not self.dialect.characters:
            raise not_offered(self.dialect, gettext_noop("characters"))
        return self._character(self._read(f"/videos/characters/{path_segment(id)}"))

    def models(self) -> list[ModelInfo]:
        """The models that the server lists."""
        answer = self._read(self._shape.models_path)
        return read_as(answer, self._origin, self._shape.read_models)

    def ask(self, method: str, path: str, **query: Any) -> Answer:
        """Send one request once and return any answer. For the probe only.

        Raises ValueError for a method that could create something.
        """
        if method not in HARMLESS:
            raise ValueError(f"{method} is not a safe method")
        return self._exchange(self._transport, self._new_exchange(), method, path, **query)

    def error_of(self, answer: Answer) -> ProviderError:
        """The message for an unsuccessful answer of `ask`, without the key."""
        return status_error(answer, self._origin)

    def content(self, id: str, range_header: str | None = None) -> ContentStream:
        """The content of the clip. The caller closes the stream."""
        self._check_key()
        source = Source(
            url=self._url(f"/videos/{path_segment(id)}/content", self._shape.content_query),
            home=origin(self._parts),
            origin=self._origin,
            headers=request_headers(self._origin.key, self.dialect, "*/*"),
            timeouts=self.timeouts,
            allow_private=self.allow_private_content,
            max_bytes=self.max_content_bytes,
            job_url=self._url(f"/videos/{path_segment(id)}"),
        )
        return open_content(source, range_header)

    # --- calls -----------------------------------------------------------------------------

    def _new_job(self, path: str, idempotency_key: str, **body: Any) -> wire.RemoteVideo:
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        answer = self._once("POST", path, self.timeouts.create, more_headers=headers, **body)
        if answer.ok:
            return read_created(answer, self._origin, self._shape.read_video)
        return self._video(answer)

    def _once(self, method: str, path: str, seconds: float | None = None, **body: Any) -> Answer:
        # On a new connection. If the server closed an idle one at this moment, we couldn't tell
        # whether it had read the request.
        transport = Transport()
        try:
            return self._exchange(transport, self._new_exchange(seconds), method, path, **body)
        finally:
            transport.close()

    def _read(
        self,
        path: str,
        *,
        is_good: Callable[[Answer], bool] = lambda answer: False,
        **query: Any,
    ) -> Answer:
        """The successful answer to a GET. Anything else is raised, after retries if they help."""
        exchange = self._new_exchange()

        def attempt() -> Answer:
            exchange.sent = False
            answer = self._exchange(self._transport, exchange, "GET", path, **query)
            if answer.ok or is_good(answer):
                return answer
            raise status_error(answer, self._origin)

        return read_again(attempt, left=exchange.left, sleep=self._sleep)

    def _exchange(
        self,
        transport: Transport,
        exchange: Exchange,
        method: str,
        path: str,
        more_headers: Mapping[str, str] = MappingProxyType({}),
        **body: Any,
    ) -> Answer:
        failure: ProviderError
        self._check_key()
        headers = request_headers(self._origin.key, self.dialect) | dict(more_headers)
        try:
            response = transport.send(exchange, method, self._url(path), headers=headers, **body)
            return read_answer(response, exchange, self._origin)
        except TRANSPORT_ERRORS as error:
            failure = transport_error(error, exchange, self._origin)
        except Unsendable:
            failure = Refused(UNSENDABLE, code="unsendable")
        # Raised outside the `except` block, so that our error has no context with the headers.
        raise failure

    def _check_key(self) -> None:
        if self._withheld:
            raise NoKey(self._withheld)

    def _new_exchange(self, seconds: float | None = None) -> Exchange:
        return Exchange(
            self.timeouts.total if seconds is None else seconds,
            connect=self.timeouts.connect,
            since=self._since,
        )

    def _url(self, path: str, query: str = "") -> str:
        """The base URL without a trailing slash, followed by `path`."""
        parts = self._parts
        whole = "&".join(filter(None, (parts.query, query)))
        return parts._replace(path=parts.path.rstrip("/") + path, query=whole).geturl()

    def _video(self, answer: Answer, id: str | None = None) -> wire.RemoteVideo:
        """The job in an answer, including a failed job inside an error."""
        if answer.ok:
            return read_as(answer, self._origin, self._shape.read_video)
        if (job := job_inside(answer, id)) is not None:
            return self._shape.read_video(job)
        raise status_error(answer, self._origin)

    def _character(self, answer: Answer) -> wire.RemoteCharacter:
        if answer.ok:
            return read_as(answer, self._origin, wire.read_character)
        raise status_error(answer, self._origin)
