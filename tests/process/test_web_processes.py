"""How the web server's processes start, share the port, are replaced and end."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.patience import PATIENCE, wait_until
from tests.web_process import ROOT, WebProcess, running_web

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")


def workers(web: WebProcess) -> set[int]:
    """The processes that answer requests."""
    parent = web.process.pid
    text = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return {int(pid) for pid in text.split()}


def answers(port: int) -> bool:
    with suppress(OSError), closing(socket.create_connection(("127.0.0.1", port), timeout=1)):
        return True
    return False


def test_several_processes_share_the_port_and_each_is_replaced(tmp_path: Path) -> None:
    with running_web(tmp_path, WEB_WORKERS="2") as web:
        before = workers(web)
        assert len(before) == 2
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: len(workers(web) - before) == 2)
        # No request is refused in between: connections wait at the port.
        assert web.get("/healthz")[0] == 200
        assert "SIGKILL" in web.errors()


def test_one_process_is_enough_and_it_stops_when_asked(tmp_path: Path) -> None:
    with running_web(tmp_path) as web:
        assert len(workers(web)) == 1
        web.process.terminate()
        assert web.process.wait(PATIENCE) == 0
        assert not answers(web.port)


def test_no_process_outlives_its_supervisor(tmp_path: Path) -> None:
    with running_web(tmp_path, WEB_WORKERS="2") as web:
        web.process.kill()
        web.process.wait(PATIENCE)
        wait_until(lambda: not answers(web.port))


def test_a_port_that_is_taken_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        env = os.environ | {"DATA_DIR": str(tmp_path), "HOST": "127.0.0.1", "PORT": str(port)}
        done = subprocess.run(
            [sys.executable, "-m", "dashboard.web"],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
    assert done.returncode == 1
    assert done.stderr.strip() == (
        f"Can't listen on 127.0.0.1:{port}: Address already in use. "
        "PORT and HOST set another address."
    )


def test_a_process_that_cannot_start_is_given_up_in_the_end(tmp_path: Path) -> None:
    code = "from videos.serving import Supervisor\nSupervisor(lambda: 1 / 0, 1).run()"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
    assert done.stderr.strip().endswith("failed starts")


def test_bodies_that_are_too_large_are_refused_unread(tmp_path: Path) -> None:
    head = b"POST /webhooks/x HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: %d\r\n\r\n"
    with running_web(tmp_path) as web:
        for credentials, length in [(b"", 300_000), (b"api-key: x\r\n", 100_000_000)]:
            with closing(socket.create_connection(("127.0.0.1", web.port), PATIENCE)) as sender:
                sender.sendall(head % (credentials, length))
                assert sender.recv(12) == b"HTTP/1.1 413"


@pytest.mark.parametrize(("proxies", "place"), [("0", "http://"), ("1", "https://")])
def test_only_trusted_proxies_say_that_a_connection_was_safe(
    tmp_path: Path, proxies: str, place: str
) -> None:
    variables = {"TRUSTED_PROXIES": proxies, "DJANGO_SETTINGS_MODULE": "tests.scheme_settings"}
    with running_web(tmp_path, **variables) as web:
        body = web.get("/scheme", X_Forwarded_Proto="https", X_Forwarded_For="203.0.113.9")[2]
        expected = "203.0.113.9" if proxies == "1" else "127.0.0.1"
        assert body.decode() == f"{place} {expected}"
