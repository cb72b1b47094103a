"""Finds a clip's content: behind redirects, in the answer itself, or in the job."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import requests

from videos import wire
from videos.frames.inspection import is_text
from videos.provider import errors
from videos.provider.addresses import check_url, header_text, join_url, may_see_key, origin
from videos.provider.content_stream import ContentStream, Download, Source, blame_elsewhere
from videos.provider.error_mapping import status_error
from videos.provider.errors import BadAnswer
from videos.provider.redact import redact_body
from videos.provider.response import Answer, Origin, read_answer, transport_error
from videos.provider.transport import TRANSPORT_ERRORS, Exchange, Transport
from videos.provider.unpacking import (
    COMPRESSIONS,
    ENOUGH,
    Undecodable,
    decode_base64,
    find_file,
    names_of,
    plain,
    take,
)
from videos.wire.text import gettext_noop

MAX_HOPS = 3
RANGE = re.compile(r"bytes=(\d{1,19}-\d{0,19}|-\d{1,19})")
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Answers of a content route that leave it to the job to say where its clip is.
JOB_SAYS_WHERE = frozenset({400, 404, 405, 422, 501})
KEY_HEADERS = frozenset({"authorization", "api-key"})


@dataclass(frozen=True, slots=True)
class _Step:
    """The next URL, and whether the host that redirected us has a private address itself."""

    url: str
    near: bool = True
    # What relative addresses there are relative to; itself where it is empty.
    base: str = ""


def open_content(source: Source, range_header: str | None) -> ContentStream:
    """The content stream of a clip, after at most three redirects.

    A redirect is a 3xx, or JSON with a URL instead of the content. If the content route has
    neither, the job itself is asked. JSON may also contain the content as base64. The key is sent
    to `home` only. Without `allow_private`, only a host with a private address may redirect to a
    private address, and only to itself.
    """
    if range_header is not None and RANGE.fullmatch(range_header):
        source = replace(source, headers=source.headers | {"Range": range_header})
    step = _Step(source.url)
    for _ in range(MAX_HOPS + 1):
        opened = _open_or_ask_job(source, step)
        if isinstance(opened, ContentStream):
            return opened
        step = opened
    raise _refused_redirect(source.origin, "it redirects too often")


def _open_or_ask_job(source: Source, step: _Step) -> ContentStream | _Step:
    refusal: errors.ProviderError
    try:
        return _open(source, step)
    except (errors.Refused, errors.NotFound, errors.NotOffered) as error:
        refusal = error
    # SGLang with cloud storage answers 400, others have no such route: only the job has the URL.
    if step.url == source.url and refusal.status in JOB_SAYS_WHERE:
        in_job = _ask_job(source)
        if isinstance(in_job, ContentStream) or (in_job is not None and in_job.url != source.url):
            return in_job
    raise refusal


def _ask_job(source: Source) -> ContentStream | _Step | None:
    """The content inside the job, or behind the URL in it; None if it has neither. Asked once."""
    headers = {name: text for name, text in source.headers.items() if name != "Range"}
    try:
        return _open(replace(source, headers=headers), _Step(source.job_url, base=source.url))
    except errors.ProviderError as error:
        # A forbidden address is worth reporting. Other errors change nothing.
        if error.code == errors.REDIRECT:
            raise
        return None


def _open(source: Source, step: _Step) -> ContentStream | _Step:
    """The stream behind one URL, or the next step."""
    parts = check_url(step.url)
    here, place = replace(source.origin, host=parts.netloc), origin(parts)
    exchange = Exchange(
        source.timeouts.first_byte,
        connect=source.timeouts.connect,
        allow_private=source.allow_private or (step.near and place[1] == source.home[1]),
    )
    transport = Transport()
    response: requests.Response | None = None
    opened: ContentStream | None = None
    failure: errors.ProviderError
    away = replace(source, origin=here, elsewhere=place != source.home)
    try:
        headers = _headers_for(source, place)
        response = transport.send(exchange, "GET", step.url, headers=headers)
        if response.status_code in (200, 206):
            exchange.extend(source.timeouts.content, idle=source.timeouts.idle)
            download = Download(response, transport, exchange, away)
            content: ContentStream | Answer | str = download.translate(lambda: _look_into(download))
        else:
            content = _target(response, exchange, here)
        if isinstance(content, ContentStream):
            opened = content
            return opened
        return _Step(_next_url(content, away, step.base or step.url), near=exchange.is_private)
    except TRANSPORT_ERRORS as error:
        failure = transport_error(error, exchange, here)
    finally:
        if opened is None:
            if response is not None:
                response.close()
            transport.close()
    led_astray = failure.code == errors.ADDRESS_REFUSED and step.url != source.url
    raise blame_elsewhere(failure, elsewhere=led_astray or away.elsewhere)


def _headers_for(source: Source, place: tuple[str, str, int]) -> dict[str, str]:
    """The request headers. The key is sent to `home` only."""
    if may_see_key(source.home, place):
        return source.headers
    return {name: text for name, text in source.headers.items() if name.lower() not in KEY_HEADERS}


def _look_into(download: Download) -> ContentStream | Answer:
    """The clip in a successful answer, in any form; or the answer, if it has none."""
    encoding = download.response.headers.get("Content-Encoding", "")
    if download.response.status_code == 206:
        # Pieces of something compressed are of no use, and their beginning tells nothing.
        if packed := names_of(encoding) & (COMPRESSIONS | {"gzip", "deflate"}):
            raise Undecodable(f"it is compressed as {min(packed)}")
        return ContentStream(download, iter(download), download.length)
    pieces, is_packed = plain(download, encoding)
    head = take(pieces, ENOUGH)
    if head and not is_text(head):
        length = None if is_packed else download.length
        return ContentStream(download, chain([head], pieces), length)
    text = head + take(pieces, wire.MAX_BODY + 1)
    if (start := find_file(text)) is not None:
        letters = chain([text[start:]], pieces)
        return ContentStream(download, decode_base64(letters, within_json=text[:1] in b"{["))
    return _text(download, text, chain([text], pieces))


def _text(download: Download, text: bytes, whole: Iterator[bytes]) -> ContentStream | Answer:
    """An answer that is text. If it is declared as video, it is passed on; storing it will fail
    with a message about its content."""
    response, key = download.response, download.source.origin.key
    answer = Answer(response.status_code, response.headers, redact_body(text, key))
    is_whole = len(text) <= wire.MAX_BODY
    if download.claimed_type.startswith("video/") and not (is_whole and url_in(answer)):
        return ContentStream(download, whole)
    if not is_whole:
        host = download.source.origin.host
        message = gettext_noop("%(host)s sent a long text instead of the clip.", host=host)
        raise BadAnswer(message, status=answer.status)
    return answer


def _target(response: requests.Response, exchange: Exchange, here: Origin) -> str | Answer:
    """The target of a redirect, or any other unsuccessful answer itself."""
    location = response.headers.get("Location")
    if location and response.status_code in REDIRECTS:
        response.close()
        return header_text(location)
    return read_answer(response, exchange, here)


def _next_url(url_or_answer: str | Answer, source: Source, url: str) -> str:
    """The next URL. Raises the matching error if there is none."""
    target = url_or_answer if isinstance(url_or_answer, str) else url_in(url_or_answer)
    if target is not None:
        return _joined(url, target, source.origin)
    assert isinstance(url_or_answer, Answer)
    raise blame_elsewhere(_no_bytes(url_or_answer, source.origin), elsewhere=source.elsewhere)


def _no_bytes(answer: Answer, here: Origin) -> errors.ProviderError:
    """The error for an answer with neither content nor a URL."""
    if answer.ok:
        message = gettext_noop("%(host)s sent nothing instead of the clip.", host=here.host)
        if answer.body:
            message = gettext_noop("%(host)s sent text instead of the clip.", host=here.host)
        return BadAnswer(message, status=answer.status)
    return status_error(answer, here)


def url_in(answer: Answer) -> str | None:
    """The clip's URL in an answer; None if there is none."""
    try:
        value: Any = wire.decode(answer.body)
    except wire.WireError:
        return None
    return wire.find_url(value)


NO_VIDEO = gettext_noop("it redirects to a data: URL that holds no video")
NOT_ALLOWED = gettext_noop("it redirects to an address that is not allowed")


def _joined(url: str, target: str, source: Origin) -> str:
    try:
        return join_url(url, target)
    except ValueError:
        pass
    if target[:5].lower() == "data:":
        raise _refused_redirect(source, NO_VIDEO)
    raise _refused_redirect(source, NOT_ALLOWED)


def _refused_redirect(source: Origin, why: str) -> BadAnswer:
    message = gettext_noop(
        "The clip couldn't be downloaded from %(host)s: %(reason)s.", host=source.host, reason=why
    )
    return BadAnswer(message, code=errors.REDIRECT)
