"""The floors: nginx with sendfile, or where it is not installed, waitress with no framework."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import waitress

from tests.web_process import ROOT, free_port

NGINX = """
{user}
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log stderr error;
events {{ worker_connections 512; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000;
    default_type video/mp4;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2;
    fastcgi_temp_path {folder}/t3; uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    server {{
        listen 127.0.0.1:{port};
        root {root};
    }}
    server {{
        listen 127.0.0.1:{front};
        location / {{
            proxy_pass http://127.0.0.1:{behind};
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
        }}
        location /archive/ {{
            internal;
            alias {root}/;
        }}
    }}
}}
"""


@dataclass(frozen=True)
class Floor:
    """A server of static files. `front` passes on to our application and obeys X-Accel-Redirect."""

    name: str
    port: int
    pid: int
    front: int | None


@contextmanager
def static_files(folder: Path, root: Path, behind: int) -> Iterator[Floor]:
    """The fastest server at hand over `root`; nginx's second port leads to the port `behind`."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    port, front = free_port(), free_port()
    if nginx:
        # Started by root, its workers would be nobody, who may not read a temporary folder.
        user = "user root;" if os.geteuid() == 0 else ""
        config = folder / "nginx.conf"
        config.write_text(
            NGINX.format(user=user, folder=folder, root=root, port=port, front=front, behind=behind)
        )
        command = [nginx, "-e", "stderr", "-c", str(config)]
    else:
        command = [sys.executable, "-m", "tests.bench.floors", str(root), str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        name = "nginx sendfile" if nginx else "bare waitress"
        yield Floor(name, port, process.pid, front if nginx else None)
    finally:
        process.terminate()
        process.wait(10)


def files(root: str):
    """A WSGI application that sends files and single ranges, and checks nothing."""

    def application(environ, start_response):
        file = open(root + environ["PATH_INFO"], "rb")  # noqa: SIM115
        size = os.fstat(file.fileno()).st_size
        first, last, status = 0, size - 1, "200 OK"
        if range_header := environ.get("HTTP_RANGE"):
            first, last = (int(end) for end in range_header.removeprefix("bytes=").split("-"))
            status = "206 Partial Content"
            file.seek(first)
        start_response(status, [("Content-Length", str(last - first + 1))])
        return environ["wsgi.file_wrapper"](file)

    return application


def _wait_for(port: int) -> None:
    until = time.monotonic() + 15
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


if __name__ == "__main__":
    waitress.serve(files(sys.argv[1]), host="127.0.0.1", port=int(sys.argv[2]), threads=8)
