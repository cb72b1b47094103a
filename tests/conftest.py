"""Fixtures that every test may use. No test reaches anything but loopback."""

import os
import re
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.management import create_contenttypes
from django.core.cache import caches
from django.db import connection
from django.db.models.signals import post_migrate
from django.utils import timezone, translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.installed import DATABASE, installed
from tests.upstream.fixtures import make_remote, remote, upstream, upstream_process  # noqa: F401
from videos.models import (
    TERMINAL,
    CatalogueModel,
    JobStatus,
    Member,
    Operation,
    Origin,
    Provider,
    Role,
    VideoJob,
    append_only,
)

# Hypothesis fails no test for being slow.
hypothesis_settings.register_profile(
    "no-deadline", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("no-deadline")

PASSWORD = "correct-horse-battery"
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
TESTS = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what drives other processes once more if it fails. The summary names it as RERUN."""
    for item in items:
        if item.path.relative_to(TESTS).parts[0] in ("process", "browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """SQLite's database is a copy of one that is migrated already."""
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Put that copy in the place of this worker's database."""
    if connection.vendor == "sqlite":
        shutil.copyfile(installed() / DATABASE, connection.settings_dict["TEST"]["NAME"])


@pytest.fixture(autouse=True, scope="session")
def no_permissions_after_each_test() -> None:
    """Keep Django from making all permissions again, which nothing here uses, after each test that
    empties the tables: it takes ten times as long as emptying them."""
    for receiver, uid in (
        (create_permissions, "django.contrib.auth.management.create_permissions"),
        (create_contenttypes, None),
    ):
        assert post_migrate.disconnect(receiver, dispatch_uid=uid)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse any connection that would leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOOPBACK:
            raise AssertionError(f"a test reached for {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The addresses that this process tries to connect to while the test runs."""
    tried: list[Any] = []
    connect = socket.socket.connect

    def noted(self: socket.socket, address: Any) -> None:
        tried.append(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", noted)
    return tried


@pytest.fixture(autouse=True, scope="session")
def tables_can_be_emptied() -> Iterator[None]:
    """Let Django empty all tables after a test, also those whose rows the database protects."""
    empty = _empty_on_sqlite if connection.vendor == "sqlite" else _empty_on_postgresql
    with connection.execute_wrapper(empty):
        yield


# What empties a table whose rows the database protects.
EMPTYING = {f'DELETE FROM "{table}"': table for table in append_only.TABLES}


def _empty_on_sqlite(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    table = EMPTYING.get(sql.rstrip(";"))
    if table is None:
        return execute(sql, params, many, context)
    execute(f"DROP TRIGGER {table}_no_delete", None, False, context)
    done = execute(sql, params, many, context)
    append_only.put_in_place()
    return done


def _empty_on_postgresql(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """Delete rows instead of truncating tables, which makes new files for all of them and for their
    indexes: sixty times as slow. Without triggers, the order of the tables doesn't matter."""
    if sql.startswith("TRUNCATE "):
        rows = "; ".join(f"DELETE FROM {table}" for table in re.findall(r'"\w+"', sql))
    elif sql in EMPTYING:
        rows = sql
    else:
        return execute(sql, params, many, context)
    role = "SET LOCAL session_replication_role"
    return execute(f"{role} = replica; {rows}; {role} = DEFAULT", params, many, context)


@pytest.fixture(autouse=True)
def clean_slate(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Each test has its own files, an empty card cache, and English: a request in another language
    leaves that language to its thread. Commands that start a process leave a umask and a folder
    for temporary files."""
    translation.deactivate()
    os.umask(0o022)
    tempfile.tempdir = None
    settings.ARCHIVE_DIR = tmp_path / "archive"
    settings.SEND_COUNT_FILE = tmp_path / "send_count"
    caches["cards"].clear()
    yield
    caches["cards"].clear()


def make_member(username: str, role: Role, **fields: Any) -> Member:
    """An account with the password `PASSWORD`."""
    fields = {"name": username.title(), "email": f"{username}@example.com"} | fields
    return Member.objects.create_user(username, password=PASSWORD, role=role, **fields)


@pytest.fixture
def team(db: None) -> SimpleNamespace:
    """The standing cast: an admin, an owner of clips, a teammate, a viewer."""
    return SimpleNamespace(
        admin=make_member("admin", Role.ADMIN),
        owner=make_member("owner", Role.MEMBER),
        teammate=make_member("teammate", Role.MEMBER),
        viewer=make_member("viewer", Role.VIEWER),
    )


@pytest.fixture
def provider(db: None) -> Provider:
    """A provider that nothing listens behind."""
    return Provider.objects.create(
        name="Engine",
        slug="engine",
        base_url="http://127.0.0.1:9/v1",
        dialect="engine",
        origin=Origin.ADMIN,
        catalogue_at=timezone.now(),
        proved_at=timezone.now(),
    )


@pytest.fixture
def catalogue_model(provider: Provider) -> CatalogueModel:
    """The catalogue's one model: small and free."""
    return CatalogueModel.objects.create(
        provider=provider,
        slug="sketch-1",
        model="sketch-1",
        label="Sketch",
        sizes=["1280x720", "720x1280", "640x360"],
        seconds=["4", "8"],
        price_per_second={"*": "0"},
    )


@pytest.fixture
def make_job(team: SimpleNamespace, catalogue_model: CatalogueModel) -> Callable[..., VideoJob]:
    """Makes a job in any status; what is not said follows from the status."""

    def make(**fields: Any) -> VideoJob:
        now = timezone.now()
        if fields.get("source"):
            fields.setdefault("operation", Operation.REMIX)
        status = fields.setdefault("status", JobStatus.COMPLETED)
        if status in TERMINAL:
            fields.setdefault("finished_at", now)
        else:
            fields.setdefault("due_at", now)
        if status == JobStatus.COMPLETED:
            fields.setdefault("progress", 100)
            fields.setdefault("expires_at", now + timedelta(hours=1))
        job = VideoJob(
            **{
                "maker": team.owner,
                "provider": catalogue_model.provider,
                "prompt": "a paper boat on a calm sea at dawn",
                "model": catalogue_model.model,
                "size": "1280x720",
                "seconds": "4",
            }
            | fields
        )
        if status in ("queued", "in_progress", "completed") and not job.remote_id:
            job.remote_id = f"remote_{job.public_id}"
        job.save()
        return job

    return make


pytest_plugins = [
    "tests.world",
    "tests.provider_fixtures",
    "tests.web_fixtures",
    "tests.share_fixtures",
]
