"""The real web server as a process of its own, for tests and for the benchmark.

    with running_web(data_dir, DATABASE_URL=...) as web:
        web.get("/bench/floor", cookie)          # status, headers (lower case), body
        sock = web.open("/videos/…/content", cookie, Range="bytes=0-")    # asked, nothing read

`bench/floor` is an empty page behind the login. Keywords are its environment.
"""

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tests.patience import PATIENCE

ROOT = Path(__file__).parents[1]
FLOOR = "/bench/floor"


class WebProcess:
    """Our running web server."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, stderr: IO[str]) -> None:
        self.process, self.port, self._stderr = process, port, stderr

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def get(
        self, path: str, cookie: str = "", method: str = "GET", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        connection = self.connect()
        try:
            return ask(connection, path, cookie, method, **headers)
        finally:
            connection.close()

    def open(self, path: str, cookie: str, **headers: str) -> socket.socket:
        """A request of a reader with a small buffer who has not read anything yet."""
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.settimeout(PATIENCE)
        sock.connect(("127.0.0.1", self.port))
        all_headers = {"Host": "localhost", "Cookie": cookie} | headers
        lines = "".join(f"{name}: {value}\r\n" for name, value in all_headers.items())
        sock.sendall(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
        return sock

    def errors(self) -> str:
        self._stderr.seek(0)
        return self._stderr.read()


def ask(
    connection: http.client.HTTPConnection,
    path: str,
    cookie: str = "",
    method: str = "GET",
    **headers: str,
) -> tuple[int, dict[str, str], bytes]:
    """One exchange on a connection that stays open."""
    http_headers = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers={"Host": "localhost", "Cookie": cookie} | http_headers)
    answer = connection.getresponse()
    body = answer.read()
    return answer.status, {name.lower(): text for name, text in answer.getheaders()}, body


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def running_web(
    data_dir: Path,
    prefix: Sequence[str] = (),
    **environment: str,
) -> Iterator[WebProcess]:
    """waitress as `make run` starts it, on a free loopback port; SIGTERM at the end. `prefix` is
    a command that executes it."""
    port = free_port()
    variables = {
        "DATA_DIR": str(data_dir),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "tests.web_settings",
        **environment,
    }
    with tempfile.TemporaryFile("w+") as stderr:
        process = subprocess.Popen(
            [*prefix, sys.executable, "-m", "dashboard.web"],
            cwd=ROOT,
            env=os.environ | variables,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
        )
        web = WebProcess(process, port, stderr)
        try:
            _wait_for(web)
            yield web
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(web: WebProcess) -> None:
    until = time.monotonic() + PATIENCE
    while web.process.poll() is None and time.monotonic() < until:
        try:
            web.get(FLOOR)
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"the web server does not answer: {web.errors()}")
