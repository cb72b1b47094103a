"""How does the engine start, own its directory, and stop?"""

import fcntl
import logging
import os
import socket
import sqlite3
import sys
import time

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from engine.app import App
from engine.files import Files
from engine.options import Options
from engine.store import Store
from engine.worker import Worker

# A predecessor that was killed leaves its worker alive for about a second.
PATIENCE = 2.0
THREADS = 16
GRACE = 3  # seconds for answers under way when the engine is stopped


def run(options: Options) -> None:
    """Serve until SIGTERM or SIGINT. SystemExit with a message if it cannot start."""
    files = Files(options.data)
    deadline = time.monotonic() + PATIENCE
    try:
        options.data.mkdir(parents=True, exist_ok=True)
        _own(options, deadline)
        files.prepare()
        store = Store(options.data / "engine.sqlite3")
        store.prepare()
        files.drop_orphans(store.ids())
        store.close()
    except (OSError, RuntimeError, sqlite3.Error) as error:
        raise SystemExit(f"engine: cannot use {options.data}: {error}") from error
    _Server(options, files, _listen(options, deadline)).run()


def _own(options: Options, deadline: float) -> None:
    """Take the directory for this process and its children; the kernel frees it with the last."""
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
    """The listening socket, made here: gunicorn would try for five seconds and then say less."""
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    while True:
        try:
            return socket.create_server((options.host, options.port), family=family)
        except OSError as error:
            if time.monotonic() > deadline:
                where = f"{options.host}:{options.port}"
                raise SystemExit(f"engine: cannot listen on {where}: {error.strerror}") from error
            time.sleep(0.1)


class _ShortLines(Logger):  # type: ignore[misc]
    error_fmt = "engine  %(levelname)s  %(message)s"

    def exception(self, msg: str, *args: object, **_: object) -> None:
        """The error's name instead of its traceback: these are readers that went away."""
        self.error(f"{msg} (%r)", *args, sys.exception())


class _Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn with one process and threads: the worker's threads live beside them."""

    def __init__(self, options: Options, files: Files, listener: socket.socket) -> None:
        self._options, self._files = options, files
        self._url = _url(listener)
        self._handle = listener.detach()  # gunicorn's from here on
        self._worker: Worker | None = None
        super().__init__()

    def load_config(self) -> None:
        settings = {
            "bind": f"fd://{self._handle}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "timeout": 120,
            "graceful_timeout": GRACE,
            "keepalive": 30,
            "loglevel": "warning",
            "logger_class": _ShortLines,
            "control_socket_disable": True,
            "when_ready": lambda _server: self._announce(),
            "post_worker_init": lambda _worker: self._start_worker(),
            "worker_exit": lambda _server, _worker: self._stop_worker(),
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> App:
        """In the worker process: connections and threads do not survive a fork."""
        store = Store(self._options.data / "engine.sqlite3")
        self._worker = Worker(store, self._files, self._options)
        return App(store, self._files, self._options, self._worker.wake)

    def _start_worker(self) -> None:
        if self._worker is not None:
            self._worker.start()

    def _stop_worker(self) -> None:
        if self._worker is not None:
            self._worker.stop()

    def _announce(self) -> None:
        if not self._options.key and not self._options.loopback:
            logging.getLogger("gunicorn.error").warning(
                "no key is set: whoever reaches this port may generate and delete"
            )
        sys.stdout.write(f"engine  {self._url}/v1\n")
        sys.stdout.flush()


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
