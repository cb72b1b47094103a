"""A real web server on the database of the tests, one archived clip, and a member's cookie.

Tests with `web` or `site` need `django_db(transaction=True)`, or the server would not see what they
write.
"""

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test import Client

from tests.content import archive
from tests.gate import Gate
from tests.web_process import WebProcess, running_web
from videos.models import VideoJob

CLIP = random.Random(1).randbytes(6_000_000)
THREADS = 16
STALL_SECONDS = 3


@dataclass
class Site:
    """A server with one archived clip and a member who is logged in."""

    web: WebProcess
    cookie: str
    url: str


@pytest.fixture
def cookie(client: Client, team: SimpleNamespace) -> str:
    client.force_login(team.viewer)
    name = configured.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


@pytest.fixture(scope="session")
def web_server(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[WebProcess, Path, Gate]]:
    """One server for all, on the database of the tests, its folder, and the gate to it."""
    name = connection.settings_dict["NAME"]
    address = f"sqlite:///{name}"
    if connection.vendor != "sqlite":
        address = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"
    folder = tmp_path_factory.mktemp("web")
    with running_web(
        folder,
        DJANGO_SETTINGS_MODULE="tests.gated_settings",
        DATABASE_URL=address,
        STALL_SECONDS=str(STALL_SECONDS),
        WEB_WORKERS="2",
        WEB_THREADS=str(THREADS // 2),
    ) as process:
        gate = Gate(folder)
        gate.close()
        yield process, folder, gate
        gate.open()
        assert "Traceback" not in process.errors(), process.errors()


@pytest.fixture
def web(web_server: tuple[WebProcess, Path, Gate]) -> Iterator[tuple[WebProcess, Path]]:
    """The server and its folder, for as long as the test runs."""
    process, folder, gate = web_server
    gate.open()
    yield process, folder
    gate.close()


@pytest.fixture
def site(
    web: tuple[WebProcess, Path], cookie: str, make_job: Callable[..., VideoJob], settings: Any
) -> Site:
    process, folder = web
    settings.ARCHIVE_DIR = folder / "archive"
    job = make_job()
    archive(job, CLIP, settings.ARCHIVE_DIR)
    return Site(process, cookie, f"/videos/{job.public_id}/content")
