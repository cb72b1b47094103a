"""Deadlines that end: no server, however slow, holds a worker for good.

The servers here never finish on their own (or only long after the deadline), so a call that
returns at all was ended by its deadline. No test measures how long that took.
"""

import gzip
import socket
import threading
import tracemalloc
from dataclasses import replace

import pytest

from tests.patience import wait_until
from tests.upstream.control import Upstream
from tests.upstream.fixtures import QUICK
from videos.provider.client import Client, CreateCall
from videos.provider.errors import BadAnswer, NoAnswer, NotSent, ProviderError, Unavailable

SHORT = replace(QUICK, total=0.4, create=0.4, first_byte=0.4, idle=0.4, window=0.4, content=1.5)
CALL = CreateCall("a fox")


@pytest.fixture
def hurried(make_remote) -> Client:
    return make_remote(timeouts=SHORT)


@pytest.fixture
def ready(remote, upstream: Upstream) -> str:
    """The id of a completed job."""
    upstream.settings(polls_queued=0, polls_in_progress=0)
    video = remote.create(CALL)
    remote.retrieve(video.id)
    return video.id


def failure_of(call) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        call()
    return caught.value


@pytest.mark.parametrize("fault", ["drip_body", "drip_headers", "stall", "silence"])
@pytest.mark.parametrize("operation", ["create", "retrieve", "list"])
def test_a_slow_answer_ends_with_the_deadline(hurried, upstream, ready, fault, operation):
    before = len(upstream.requests(operation))
    upstream.script(operation, fault, interval=0.05, times=None)
    calls = {
        "create": lambda: hurried.create(CALL),
        "retrieve": lambda: hurried.retrieve(ready),
        "list": lambda: hurried.list_page(),
    }
    error = failure_of(calls[operation])
    assert type(error) is NoAnswer
    assert error.code == "timeout"
    assert len(upstream.requests(operation)) == before + 1


def test_an_unanswered_create_may_have_been_bought_all_the_same(hurried, upstream):
    upstream.script("create", "silence", commit_after=5)
    error = failure_of(lambda: hurried.create(CALL))
    assert not error.proves_nothing_created
    assert upstream.creates == 0
    wait_until(lambda: upstream.creates == 1)


def test_retries_stay_within_the_one_deadline(hurried, upstream):
    upstream.script("list", status=503, delay=0.25, times=None)
    error = failure_of(hurried.list_page)
    assert len(upstream.requests("list")) <= 2
    assert type(error) in (Unavailable, NoAnswer)


def test_a_connection_that_is_not_accepted_ends_with_the_connect_timeout(make_remote):
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        # A full queue makes the kernel ignore further connections, as a dead host would.
        fillers = [socket.socket() for _ in range(3)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        client = make_remote(
            base_url=f"http://127.0.0.1:{port}/v1",
            timeouts=replace(SHORT, connect=0.3, total=5.0, create=5.0),
        )
        error = failure_of(lambda: client.create(CALL))
        for filler in fillers:
            filler.close()
    assert (type(error), error.code) == (NotSent, "timeout")


def test_a_huge_answer_ends_without_being_read_whole(remote, upstream):
    upstream.script("list", "huge_json", size=50_000_000, times=None)
    error = failure_of(remote.list_page)
    assert type(error) is BadAnswer
    assert error.code == "too_large"


def test_an_endless_answer_ends_at_the_limit(remote, upstream):
    upstream.script("list", "endless", json=True, times=None)
    error = failure_of(remote.list_page)
    assert error.code == "too_large"


def test_an_endless_error_page_does_not_hide_its_status(remote, upstream):
    upstream.script("create", "endless", json=True, status=401)
    error = failure_of(lambda: remote.create(CALL))
    assert error.status == 401


def test_a_gzip_bomb_does_not_go_off(make_remote, upstream):
    # Packing it takes the server seconds on a busy machine.
    remote = make_remote(timeouts=replace(QUICK, total=60.0))
    upstream.script("retrieve", "gzip_bomb", mb=100)
    tracemalloc.start()
    error = failure_of(lambda: remote.retrieve("v"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert error.code == "too_large"
    assert peak < 8_000_000


def test_honest_gzip_is_read(remote, upstream):
    body = gzip.compress(b'{"id":"v","status":"queued"}')
    upstream.script("retrieve", body=body, headers={"Content-Encoding": "gzip"})
    assert remote.retrieve("v").id == "v"


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "zstd"])
def test_an_unsupported_compression_is_a_bad_answer(remote, upstream, encoding):
    upstream.script("retrieve", body=b"{}", headers={"Content-Encoding": encoding})
    assert type(failure_of(lambda: remote.retrieve("v"))) is BadAnswer


# --- content -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("silence", "timeout"),
        ("drip_headers", "timeout"),
        ("stall", "timeout"),
        ("drip_body", "too_slow"),
    ],
)
def test_slow_content_ends(hurried, upstream, ready, fault, code):
    upstream.script("content", fault, interval=0.04)

    def read() -> None:
        with hurried.content(ready) as stream:
            for _ in stream:
                pass

    error = failure_of(read)
    assert (type(error), error.code) == (NoAnswer, code)


def test_a_viewer_who_pauses_is_not_taken_for_a_slow_server(make_remote, upstream, ready):
    # 600 kB would have to come in 0.6 s, were the pauses counted.
    client = make_remote(timeouts=replace(SHORT, content=5.0, window=0.3, min_speed=1_000_000))
    upstream.settings(clip=bytes(600_000))
    with client.content(ready) as stream:
        size = 0
        for chunk in stream:
            size += len(chunk)
            if size < 100_000:
                threading.Event().wait(0.3)
    assert size == 600_000


def test_content_that_is_quick_but_endless_ends_at_the_limit(make_remote, upstream, ready):
    upstream.script("content", "endless", times=None)
    client = make_remote(max_content_bytes=3_000_000)
    stream = client.content(ready)
    sizes: list[int] = []
    with pytest.raises(BadAnswer) as caught:
        sizes.extend(map(len, stream))
    assert caught.value.code == "too_large"
    assert 2_000_000 < sum(sizes) <= 3_000_000
