"""A process that does not know the database's form keeps its hands off it, and says so."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.mirror_process import ROOT, running_mirror, start_mirror
from tests.old_release import old_release
from tests.patience import PATIENCE, wait_until
from tests.stack import free_port, own_database, running_stack
from tests.world import World
from videos.jobs.health.schema import schema_trouble
from videos.models import Heartbeat, VideoJob

pytestmark = pytest.mark.database

WRONG_SCHEMA = 78
FUTURE = "9999_of_a_later_release"


@contextmanager
def _applied(name: str, *, present: bool) -> Iterator[None]:
    """The database says that this migration of ours was applied, or was not."""
    add = "INSERT INTO django_migrations (app, name, applied) VALUES ('videos', %s, %s)"
    remove = "DELETE FROM django_migrations WHERE app = 'videos' AND name = %s"
    before, after = (add, remove) if present else (remove, add)

    def run(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, [name, "2026-01-01"][: statement.count("%s")])

    run(before)
    try:
        yield
    finally:
        run(after)


def _newest() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(name) FROM django_migrations WHERE app = 'videos'")
        return str(cursor.fetchone()[0])


def _doctor() -> str:
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("doctor", stdout=out, no_color=True)
    return out.getvalue()


def test_a_mirror_of_an_older_release_does_not_start_on_a_newer_database(world: World) -> None:
    world.submit()
    with _applied(FUTURE, present=True):
        mirror = start_mirror()
        _, said = mirror.communicate(timeout=PATIENCE)
        assert mirror.returncode == WRONG_SCHEMA
        assert FUTURE in said.decode() and "newer release" in said.decode()
        assert b"Traceback" not in said
        assert FUTURE in _doctor()
    assert world.upstream.creates == 0 and not Heartbeat.objects.exists()
    assert VideoJob.objects.get().claims == 0


def test_a_mirror_does_not_start_where_a_migration_is_missing(world: World) -> None:
    world.submit()
    with _applied(_newest(), present=False):
        mirror = start_mirror()
        _, said = mirror.communicate(timeout=PATIENCE)
        assert mirror.returncode == WRONG_SCHEMA
        assert "manage.py migrate" in said.decode()
        assert "manage.py migrate" in _doctor()
    assert world.upstream.creates == 0
    assert schema_trouble() == ""


@pytest.mark.slow
def test_a_mirror_that_runs_through_an_upgrade_finishes_its_step_and_leaves(world: World) -> None:
    world.upstream.settings(polls_queued=500)
    job = world.submit()
    with running_mirror() as mirror:
        wait_until(lambda: VideoJob.objects.exclude(remote_id="").exists())
        with _applied(FUTURE, present=True):
            assert mirror.wait(timeout=PATIENCE) == WRONG_SCHEMA
    job.refresh_from_db()
    assert world.upstream.creates == 1 and job.due_at is not None
    world.upstream.settings(polls_queued=0)
    world.archived(job)
    assert world.upstream.creates == 1


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="one database shows it")
def test_starting_everything_brings_an_old_database_up_to_date(tmp_path: Path) -> None:
    data, steps = tmp_path / "data", tmp_path / "old"
    data.mkdir()
    steps.mkdir()
    env = os.environ | old_release(steps, "dashboard.settings") | {"DATA_DIR": str(data)}
    command = [sys.executable, "manage.py", "migrate", "videos", "0003", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=env, check=True, timeout=PATIENCE)
    with running_stack(data, first_start=True, ENGINE="off") as stack:
        assert "[ ]" not in stack.manage("showmigrations", "videos")


@pytest.mark.slow
def test_starting_everything_on_a_newer_database_changes_nothing_and_says_so(
    tmp_path: Path,
) -> None:
    with own_database() as database:
        env = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        env |= {"DATA_DIR": str(tmp_path), "DATABASE_URL": database, "PORT": str(free_port())}
        env |= {"DJANGO_SETTINGS_MODULE": "dashboard.settings", "ENGINE": "off"}

        def manage(*words: str, code: str = "") -> "subprocess.CompletedProcess[str]":
            command = [sys.executable, "manage.py", *words, *([code] if code else [])]
            return subprocess.run(
                command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=PATIENCE
            )

        assert manage("migrate", "--verbosity", "0").returncode == 0
        record = "from django.db.migrations.recorder import MigrationRecorder as R; "
        record += (
            f"from django.db import connection as c; R(c).record_applied('videos', '{FUTURE}')"
        )
        assert manage("shell", "-c", code=record).returncode == 0
        done = manage("run")
        assert done.returncode == WRONG_SCHEMA
        assert FUTURE in done.stderr and "Traceback" not in done.stderr
        assert not (tmp_path / "static").exists()
