"""Webhooks at the real web server: large, endless, chunked and slow bodies."""

import http.client
import socket
import time
from contextlib import closing

import pytest

from tests.patience import PATIENCE
from tests.web_process import WebProcess
from tests.webhook_fixtures import event, listen, signed
from videos.models import Provider, WebhookReceipt

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("web")]
HUGE = 100 * 1024 * 1024


class Answer:
    """What came of a request that was sent by hand; the connection stays open."""

    def __init__(self, port: int, head: list[str], body: bytes = b"") -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        lines = ["POST /webhooks/engine HTTP/1.1", "Host: localhost", *head, "", ""]
        self.sock.sendall("\r\n".join(lines).encode() + body)
        response = http.client.HTTPResponse(self.sock)
        response.begin()
        self.status, self.body, self.headers = response.status, response.read(), response.headers


def _push(sock: socket.socket) -> int:
    """Send until the other side has had enough; how many bytes went."""
    piece = bytes(1024 * 1024)
    for sent in range(0, HUGE, len(piece)):
        try:
            sock.sendall(piece)
        except OSError:
            return sent
        time.sleep(0.01)
    return HUGE


def test_a_huge_body_is_413_before_it_is_read(web: tuple[WebProcess, object]) -> None:
    process, _ = web
    # Not a byte of the body is sent.
    answer = Answer(process.port, [f"Content-Length: {HUGE}"])
    with closing(answer.sock):
        assert answer.status == 413


def test_who_sends_it_all_the_same_is_cut_off(web: tuple[WebProcess, object]) -> None:
    process, _ = web
    answer = Answer(process.port, [f"Content-Length: {HUGE}"])
    assert answer.status == 413
    with closing(answer.sock):
        assert _push(answer.sock) < HUGE
    assert process.get("/healthz")[0] == 200


CHUNK = b"%x\r\n%s\r\n" % (65537, b"x" * 65537)


@pytest.mark.parametrize(
    ("head", "body", "status"),
    [
        ("Transfer-Encoding: chunked", CHUNK + b"0\r\n\r\n", 413),
        ("Content-Length: 65537", b"x" * 65537, 413),
        ("Content-Length: -1", b"", 400),
        ("Content-Length: abc", b"", 400),
        (f"Content-Length: {'9' * 400}", b"", 413),
    ],
)
def test_other_bodies_are_refused(
    web: tuple[WebProcess, object], head: str, body: bytes, status: int
) -> None:
    process, _ = web
    answer = Answer(process.port, [head], body)
    answer.sock.close()
    assert answer.status == status


def test_a_real_delivery_arrives_through_the_web_server(
    web: tuple[WebProcess, object], provider: Provider, make_job: object
) -> None:
    process, _ = web
    listen(provider)
    make_job(status="queued", remote_id="video_1")  # type: ignore[operator]
    body = event("video_1")
    head = [f"{name}: {text}" for name, text in signed(body).items()]
    answer = Answer(process.port, [*head, f"Content-Length: {len(body)}"], body)
    answer.sock.close()
    assert (answer.status, answer.body) == (200, b"OK\n")
    assert "Set-Cookie" not in answer.headers
    assert WebhookReceipt.objects.count() == 1
