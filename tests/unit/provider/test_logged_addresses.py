"""Addresses that are called hold secrets, such as a webhook's path. No answer gets them logged."""

import logging
import socket
from collections.abc import Iterator
from threading import Thread

import pytest

from tests.upstream.fixtures import KEY
from videos.provider.client import Client
from videos.provider.errors import ProviderError
from videos.provider.post import post

MALFORMED = b"HTTP/1.1 200 OK\r\nno colon %s\r\nContent-Length: 0\r\n\r\n"
SECRET = "T0SECRET"


@pytest.fixture
def malformed() -> Iterator[str]:
    """A server that answers every request with a broken header, which repeats the request."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _address = server.accept()
                except OSError:
                    return
                with connection:
                    request = connection.recv(65536).replace(b"\r\n", b" ")
                    connection.sendall(MALFORMED % request)

        Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_the_address_of_a_webhook_is_not_logged(
    malformed: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url = f"{malformed}/hooks/{SECRET}?token={SECRET}"
    assert post(url, b"{}", {}, allow_private=True).was_taken
    assert SECRET not in caplog.text


def test_a_key_that_comes_back_in_a_broken_header_is_not_logged(
    malformed: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with Client(f"{malformed}/v1", KEY) as client, pytest.raises(ProviderError):
        client.retrieve("video_1")
    assert KEY not in caplog.text
