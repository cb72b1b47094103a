"""No connection outlives its call: after each failure, early end and close, no socket is open."""

import contextlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.patience import wait_until
from tests.upstream.control import Upstream
from tests.upstream.fixtures import QUICK
from videos.provider.client import Client, CreateCall
from videos.provider.errors import ProviderError

CLIP = bytes(range(256)) * 4000


@pytest.fixture
def ready(remote: Client, upstream: Upstream) -> str:
    """The id of a completed job whose clip has 1,024,000 bytes."""
    upstream.settings(polls_queued=0, polls_in_progress=0, clip=CLIP)
    video = remote.create(CreateCall("a fox"))
    remote.retrieve(video.id)
    return video.id


def sockets() -> int:
    """How many sockets this process holds open."""
    links = [Path("/proc/self/fd") / name for name in os.listdir("/proc/self/fd")]
    return sum(os.readlink(link).startswith("socket:") for link in links if link.is_symlink())


FAULTS = ["reset", "close", "silence", "stall", "truncate", "drip_body", "drip_headers", "html"]
FAULTS += ["empty", "endless", "gzip_bomb", "no_route", "deep_json"]


@pytest.mark.parametrize("operation", ["create", "content"])
@pytest.mark.parametrize("fault", FAULTS)
def test_no_connection_is_left_open_after_a_failure(
    remote, upstream, ready, quick, operation, fault
):
    remote.close()
    before = sockets()
    how = {"mb": 3} if fault == "gzip_bomb" else {}
    upstream.script(operation, fault, times=None, interval=0.02, **how)
    calls = {
        "create": lambda: quick.create(CreateCall("x")),
        "content": lambda: b"".join(quick.content(ready)),
    }
    with contextlib.suppress(ProviderError):
        calls[operation]()
    assert sockets() == before
    wait_until(lambda: upstream.open_connections == 0)


@pytest.fixture
def quick(make_remote) -> Client:
    short = replace(
        QUICK, total=0.15, create=0.15, first_byte=0.15, idle=0.15, window=0.15, content=0.3
    )
    return make_remote(timeouts=short, max_content_bytes=2_000_000)


def test_closing_a_stream_early_closes_the_servers_end(remote, upstream, ready):
    remote.close()
    upstream.script("content", "endless", times=None)
    stream = remote.content(ready)
    next(iter(stream))
    assert upstream.open_connections == 1
    stream.close()
    wait_until(lambda: upstream.open_connections == 0)


def test_closing_a_stream_that_was_never_read_closes_the_servers_end(remote, upstream, ready):
    remote.close()
    before = sockets()
    stream = remote.content(ready)
    assert sockets() == before + 1
    stream.close()
    stream.close()
    assert sockets() == before
    wait_until(lambda: upstream.open_connections == 0)


def test_a_stream_outlives_its_client(remote, ready):
    stream = remote.content(ready)
    remote.close()
    assert b"".join(stream) == CLIP


def test_a_closed_stream_does_not_look_like_a_finished_one(remote, ready):
    stream = remote.content(ready)
    next(stream)
    stream.close()
    with pytest.raises(ValueError, match="closed"):
        next(stream)


def test_a_finished_stream_stays_finished(remote, upstream, ready):
    stream = remote.content(ready)
    assert b"".join(stream) == CLIP
    assert list(stream) == []
    wait_until(lambda: upstream.open_connections <= 1)
