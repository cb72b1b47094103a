"""The real engine as a process of its own, for tests. No test, and no fixture either.

    from tests.engine_process import running_engine

    with running_engine(tmp_path / "engine") as engine:
        requests.get(f"{engine.base_url}/videos")          # base_url ends in /v1
        video = engine.create(prompt="a boat", size="360x640")  # a completed job, as a dict

`running_engine(data_dir, port=0, key="", expires_seconds=3600, concurrency=1)` starts it on a free
loopback port and returns when it answers. On leaving the block it is stopped and must have exited
with status 0, unless it was killed. Within the block:

    engine.stop()   SIGTERM; returns the exit status
    engine.kill()   SIGKILL to all of its processes at once, as a power cut would
    engine.errors() what it wrote to its error stream so far
    engine.wait_for(id, "completed", seconds=20)   the job once it has that status

To restart on the same data, leave the block (or kill) and call `running_engine` again with the same
directory; pass `port=engine.port` to keep the address. The quickest clip is 4 seconds at 360x640
or 640x360: about two seconds for the first of an engine, one for the next. With `concurrency=0`
jobs are accepted and stay queued, which costs nothing.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import requests

from tests.patience import PATIENCE

ROOT = Path(__file__).parents[1]
READY = "engine  "


class EngineProcess:
    """One running engine. `base_url` ends in /v1, `pid` is the process that SIGTERM goes to."""

    def __init__(
        self,
        process: subprocess.Popen[str],
        data_dir: Path,
        base_url: str,
        stderr: IO[str],
        key: str,
    ) -> None:
        self.process = process
        self.data_dir = data_dir
        self.base_url = base_url
        self.port = int(base_url.removesuffix("/v1").rpartition(":")[2])
        self.pid = process.pid
        self.http = requests.Session()
        self.http.trust_env = False
        if key:
            self.http.headers["Authorization"] = f"Bearer {key}"
        self._stderr = stderr
        self.killed = False

    def stop(self, seconds: float = 10) -> int:
        self.http.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def kill(self) -> None:
        self.killed = True
        self.http.close()
        os.killpg(self.pid, signal.SIGKILL)
        self.process.wait(5)

    def errors(self) -> str:
        self._stderr.seek(0)
        return self._stderr.read()

    # --- the API, for tests that need a job and not the wire ---

    def url(self, path: str) -> str:
        return f"{self.base_url}{path}"

    def submit(self, **fields: Any) -> dict[str, Any]:
        fields = {"prompt": "a paper boat", "size": "360x640", **fields}
        answer = self.http.post(self.url("/videos"), json=fields, timeout=PATIENCE)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def get(self, video_id: str) -> dict[str, Any]:
        return self.http.get(self.url(f"/videos/{video_id}"), timeout=PATIENCE).json()

    def wait_for(self, video_id: str, status: str, seconds: float = PATIENCE) -> dict[str, Any]:
        until = time.monotonic() + seconds
        while (video := self.get(video_id)).get("status") != status:
            assert time.monotonic() < until, f"still {video} after {seconds} s\n{self.errors()}"
            assert video.get("status") not in ("completed", "failed"), video
            time.sleep(0.05)
        return video

    def create(self, **fields: Any) -> dict[str, Any]:
        return self.wait_for(self.submit(**fields)["id"], "completed")


def engine_command(
    data_dir: Path, *, port: int = 0, expires_seconds: int = 3600, concurrency: int = 1
) -> list[str]:
    arguments = {
        "data": data_dir,
        "port": port,
        "expires": expires_seconds,
        "concurrency": concurrency,
    }
    options = [word for name, value in arguments.items() for word in (f"--{name}", str(value))]
    return [sys.executable, "-m", "engine", *options]


def on_small_disk(command: list[str], data_dir: Path, size: str) -> list[str]:
    """The command with a disk of its own under `data_dir`; root alone may do that."""
    mount = f"mount -t tmpfs -o size={size} tmpfs '{data_dir}' && exec \"$@\""
    return ["unshare", "-m", "sh", "-c", mount, "sh", *command]


@contextmanager
def running_engine(
    data_dir: Path,
    *,
    key: str = "",
    disk: str | None = None,
    env: dict[str, str] | None = None,
    **settings: int,
) -> Iterator[EngineProcess]:
    """A started engine; see the module's docstring. `disk` is the size of a disk of its own."""
    command = engine_command(data_dir, **settings)
    with tempfile.TemporaryFile("w+") as stderr:
        process = subprocess.Popen(
            on_small_disk(command, data_dir, disk) if disk else command,
            cwd=ROOT,
            env={**os.environ, "ENGINE_KEY": key, **(env or {})},
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            start_new_session=True,
        )
        try:
            # The line is written once the socket listens; nothing to wait for but that.
            line = process.stdout.readline()
            url = line.removeprefix(READY).strip() or ":0"
            engine = EngineProcess(process, data_dir, url, stderr, key)
            assert line.startswith(READY), f"the engine did not start: {engine.errors()}"
            yield engine
            if not engine.killed:
                assert engine.stop() == 0, engine.errors()
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(5)
            process.stdout.close()
