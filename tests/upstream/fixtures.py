"""Fixtures around the fake upstream: one process for the whole run, clean for each test."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.upstream.control import Upstream, running_upstream
from videos.provider.client import Client, Timeouts
from videos.provider.dialects import dialect

KEY = "sk-canary-0123456789abcdef"
QUICK = Timeouts(
    connect=1.0,
    total=4.0,
    create=4.0,
    first_byte=4.0,
    idle=0.5,
    window=0.5,
    min_speed=16_000,
    content=5.0,
)


@pytest.fixture(scope="session")
def upstream_process() -> Iterator[Upstream]:
    with running_upstream() as upstream:
        yield upstream


@pytest.fixture
def upstream(upstream_process: Upstream) -> Upstream:
    """A server that speaks the Video API, without jobs, faults or memories."""
    upstream_process.reset()
    return upstream_process


@pytest.fixture
def make_remote(upstream: Upstream) -> Iterator[Callable[..., Client]]:
    """Makes clients of the fake upstream that give up quickly; all are closed at the end."""
    clients: list[Client] = []

    def make(name: str = "openai", base_url: str = "", **options: Any) -> Client:
        options = {"timeouts": QUICK, "key": KEY, "sleep": lambda seconds: None} | options
        clients.append(Client(base_url or upstream.base_url, dialect=dialect(name), **options))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def remote(make_remote: Callable[..., Client]) -> Client:
    return make_remote()
