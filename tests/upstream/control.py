"""The test's side of the fake upstream: start it, script it, ask what it saw."""

import base64
import http.client
import json
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]


class Upstream:
    """A running fake upstream. `base_url` is what a client gets as its base URL."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port = port
        self.process = process
        self.base_url = f"http://127.0.0.1:{port}/v1"

    def script(
        self,
        route: str,
        do: str = "answer",
        *,
        times: int | None = 1,
        after: int = 0,
        body: str | bytes | None = None,
        **how: Any,
    ) -> None:
        """A fault for the next `times` requests of `route`; see `tests.upstream`."""
        if isinstance(body, bytes):
            how["body_base64"] = base64.b64encode(body).decode()
        elif body is not None:
            how["body"] = body
        fault = {"route": route, "do": do, "times": times, "after": after, "how": how}
        self._control("/__script", fault)

    def calm(self) -> None:
        """No faults any more; jobs, settings and the log stay."""
        self._control("/__calm")

    def settings(self, *, clip: bytes | None = None, **values: Any) -> None:
        """Change how the server behaves; see `tests.upstream.api.Settings`."""
        if clip is not None:
            values["clip_zip"] = base64.b64encode(zlib.compress(clip, 1)).decode()
        self._control("/__settings", values)

    def reset(self) -> None:
        """Forget faults, settings, jobs and the log."""
        self._control("/__reset")

    def requests(self, route: str | None = None) -> list[dict[str, Any]]:
        """What was received, oldest first: route, method, target, query, headers (lower case),
        fields, connection (its number), at (Unix seconds)."""
        entries: list[dict[str, Any]] = self._control("/__log")
        return [entry for entry in entries if route in (None, entry["route"])]

    @property
    def creates(self) -> int:
        """How many jobs were really created, whatever the operation, deleted ones too."""
        return int(self._control("/__state")["created"])

    @property
    def jobs(self) -> list[dict[str, Any]]:
        """The jobs that exist there: id, given (fields), looks, created_at, completed_at."""
        jobs: list[dict[str, Any]] = self._control("/__state")["jobs"]
        return jobs

    @property
    def characters(self) -> list[dict[str, Any]]:
        """The characters that exist there: id, name, created_at, size of the file."""
        characters: list[dict[str, Any]] = self._control("/__state")["characters"]
        return characters

    @property
    def open_connections(self) -> int:
        """How many connections that carried a request since the reset are still open there."""
        return int(self._control("/__state")["open"])

    @property
    def peak(self) -> int:
        """How many requests were being answered at the same time, at most, since the reset."""
        return int(self._control("/__state")["peak"])

    def _control(self, path: str, fields: Any = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("POST", path, json.dumps(fields or {}))
            answer = connection.getresponse()
            value = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status != 200:
            raise ValueError(value["error"])
        return value


@contextmanager
def running_upstream(port: int = 0) -> Iterator[Upstream]:
    """A fake upstream process, ended at the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.upstream", "--port", str(port)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        yield Upstream(int(process.stdout.readline()), process)
    finally:
        process.kill()
        process.wait(timeout=PATIENCE)
        process.stdin.close()
        process.stdout.close()
