"""When a call is sent again, and how long the server may make us wait."""

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from videos.provider.client import CreateCall
from videos.provider.errors import NoAnswer, NotFound, RateLimited, Unavailable
from videos.provider.retry import LONGEST_WAIT, jittered, retry_after

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC).timestamp()


def waits(**headers: str) -> float | None:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return retry_after(CaseInsensitiveDict(names), now=NOW)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        (" 1.5 ", 1.5),
        ("99999999", LONGEST_WAIT),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30),
        ("Mon, 23 Nov 2099 12:00:30 GMT", LONGEST_WAIT),
        ("Mon, 23 Nov 2026 11:00:00 GMT", None),
        ("-1", None),
        ("abc", None),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("٧", None),
        ("Mon, 99 Nov 2026 12:00:30 GMT", None),
        ("Fri, 31 Dec 99999999999 23:59:59 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(text, seconds):
    assert waits(Retry_After=text) == seconds


def test_milliseconds_count_more_than_seconds():
    assert waits(retry_after_ms="1500", Retry_After="9") == 1.5
    assert waits(retry_after_ms="soon", Retry_After="9") == 9
    assert waits() is None


@given(st.text())
def test_no_text_breaks_the_reading_of_retry_after(text):
    for seconds in (waits(Retry_After=text), waits(retry_after_ms=text)):
        assert seconds is None or 0 <= seconds <= LONGEST_WAIT


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(9000, 1, 1)))
def test_every_http_date_gives_a_bounded_wait(moment):
    seconds = waits(Retry_After=format_datetime(moment.replace(tzinfo=UTC), usegmt=True))
    ahead = moment.replace(tzinfo=UTC, microsecond=0).timestamp() - NOW
    assert seconds == (None if ahead < 0 else min(ahead, LONGEST_WAIT))


@given(st.integers(0, 5))
def test_pauses_grow_and_differ(attempt):
    pauses = {jittered(attempt) for _ in range(20)}
    assert len(pauses) > 1
    assert all(0.25 * 2**attempt <= pause <= 0.75 * 2**attempt for pause in pauses)


@pytest.mark.parametrize("fault", ["reset", "close", "answer"])
@pytest.mark.parametrize("failures", [1, 2])
def test_a_read_recovers_from_a_short_trouble(make_remote, upstream, fault, failures):
    slept: list[float] = []
    client = make_remote(sleep=slept.append)
    how = {"status": 502} if fault == "answer" else {}
    upstream.script("list", fault, times=failures, **how)
    assert client.list_page().data == []
    assert len(upstream.requests("list")) == failures + 1
    assert len(slept) == failures


def test_a_read_gives_up_after_three_tries(remote, upstream):
    upstream.script("retrieve", status=500, times=None)
    with pytest.raises(Unavailable):
        remote.retrieve("v")
    assert len(upstream.requests("retrieve")) == 3


def test_a_read_waits_as_long_as_the_server_asks(make_remote, upstream):
    slept: list[float] = []
    client = make_remote(sleep=slept.append)
    upstream.script("models", status=503, headers={"Retry-After": "2"})
    client.models()
    assert slept == [2.0]


def test_a_read_does_not_wait_beyond_its_deadline(make_remote, upstream):
    slept: list[float] = []
    client = make_remote(sleep=slept.append)
    upstream.script("models", status=503, headers={"Retry-After": "120"})
    with pytest.raises(Unavailable) as caught:
        client.models()
    assert caught.value.retry_after == 120
    assert slept == []


@pytest.mark.parametrize(("status", "kind"), [(429, RateLimited), (404, NotFound)])
def test_what_a_retry_cannot_mend_is_asked_for_once(remote, upstream, status, kind):
    upstream.script("retrieve", status=status, headers={"Retry-After": "7"}, times=None)
    with pytest.raises(kind):
        remote.retrieve("v")
    assert len(upstream.requests("retrieve")) == 1


def test_the_servers_wish_reaches_the_caller(remote, upstream):
    upstream.script("create", status=429, headers={"retry-after-ms": "2500"})
    with pytest.raises(RateLimited) as caught:
        remote.create(CreateCall("x"))
    assert caught.value.retry_after == 2.5


@pytest.mark.parametrize("operation", ["create", "remix", "delete"])
@pytest.mark.parametrize("fault", ["reset", "answer"])
def test_what_changes_something_is_never_sent_again(make_remote, upstream, operation, fault):
    slept: list[float] = []
    client = make_remote(sleep=slept.append)
    upstream.script(operation, fault, times=None, **({"status": 503} if fault == "answer" else {}))
    calls = {
        "create": lambda: client.create(CreateCall("x")),
        "remix": lambda: client.remix("v", "x"),
        "delete": lambda: client.delete("v"),
    }
    with pytest.raises((NoAnswer, Unavailable)):
        calls[operation]()
    assert len(upstream.requests(operation)) == 1
    assert slept == []


def test_idle_connections_are_used_again_for_reads(remote, upstream):
    for _ in range(4):
        remote.models()
    assert len({entry["connection"] for entry in upstream.requests()}) == 1
