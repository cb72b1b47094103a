"""How does the engine start, lock its directory, and stop?"""

import fcntl
import logging
import os
import socket
import sqlite3
import sys
import time

from engine.app import App
from engine.files import Files
from engine.options import Options
from engine.store import Store
from engine.worker import Worker
from videos import serving

# After an engine was killed, its worker lives on for about a second.
PATIENCE = 2.0
THREADS = 16
# Longer than our client keeps idle connections.
IDLE_SECONDS = 60

log = logging.getLogger("engine")


def run(options: Options) -> None:
    """Serve until SIGTERM or SIGINT. Raises SystemExit with a message if it can't start."""
    logging.basicConfig(
        format="%(asctime)s %(levelname)-7s %(name)s: %(message)s",
        datefmt="%Y-%m-%dT%H:%M:%S%z",
        level=logging.WARNING,
    )
    # Other users of the machine must not read the files.
    os.umask(0o077)
    files = Files(options.data)
    deadline = time.monotonic() + PATIENCE
    try:
        options.data.mkdir(parents=True, exist_ok=True)
        _own(options, deadline)
        files.prepare()
        store = Store(options.data / "engine.sqlite3")
        store.prepare()
        files.remove_files_without_jobs(store.ids())
        store.close()
    except (OSError, RuntimeError, sqlite3.Error) as error:
        raise SystemExit(f"engine: cannot use {options.data}: {error}") from error
    _Server(options, files, _listen(options, deadline)).run()


def _own(options: Options, deadline: float) -> None:
    """Lock the directory for this process and its children. The kernel unlocks it with the last."""
    handle = os.open(options.data / "engine.lock", os.O_CREAT | os.O_RDWR, 0o600)
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                message = f"engine: another engine is already running on {options.data}"
                raise SystemExit(message) from None
            time.sleep(0.1)
        else:
            return


def _listen(options: Options, deadline: float) -> socket.socket:
    """The listening socket. A previous process may keep the port for a moment."""
    while True:
        try:
            return serving.listen(options.host, options.port, idle_seconds=IDLE_SECONDS)
        except OSError as error:
            if time.monotonic() > deadline:
                where = f"{options.host}:{options.port}"
                reason = os.strerror(error.errno or 0)
                message = (
                    f"engine: can't listen on {where}: {reason}. ENGINE_PORT sets another port."
                )
                raise SystemExit(message) from error
            time.sleep(0.1)


class _Server:
    """A process that serves requests and renders. It is replaced when it dies."""

    def __init__(self, options: Options, files: Files, listener: socket.socket) -> None:
        self._options, self._files, self._listener = options, files, listener

    def run(self) -> None:
        """Run until SIGTERM or SIGINT."""
        if not self._options.key and not self._options.loopback:
            log.warning("no key is set: anyone who can reach this port can generate and delete")
        supervisor = serving.Supervisor(self._serve, 1)
        if self._options.announces:
            sys.stdout.write(f"engine  {serving.url_of(self._listener)}/v1\n")
            sys.stdout.flush()
        supervisor.run()

    def _serve(self) -> None:
        """Run in the child process: connections and threads don't survive a fork."""
        store = Store(self._options.data / "engine.sqlite3")
        worker = Worker(store, self._files, self._options)
        worker.start()
        try:
            serving.serve(
                App(store, self._files, self._options, worker.wake),
                self._listener,
                idle_seconds=IDLE_SECONDS,
                threads=THREADS,
            )
        finally:
            worker.stop()
