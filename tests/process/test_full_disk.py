"""A disk that is full or read-only, a real one: what was bought waits, and nothing breaks.

These tests mount a small tmpfs in a namespace of the process under test (see tests/small_disk.py).
"""

import os
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from tests.gallery_fixtures import client_of
from tests.mirror_process import ROOT, database_url, running_mirror
from tests.patience import PATIENCE, wait_until
from tests.small_disk import Disk, prefix, small_disks
from tests.web_process import WebProcess, running_web
from tests.world import World
from videos.archive import store
from videos.models import VideoJob

__all__ = ["small_disks"]
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("small_disks")]
MB = 1024 * 1024


def _waits(job: VideoJob, message: str) -> bool:
    """Return True if the row shows `message`. Makes the job due, so no test waits for a retry."""
    job.refresh_from_db()
    # Never later than it was: a mirror that looks meanwhile would miss it again and again.
    now = timezone.now()
    VideoJob.objects.filter(pk=job.pk, lease_until=None, due_at__gt=now).update(due_at=now)
    return message in job.attention and job.archived_at is None


def _archived(job: VideoJob) -> bool:
    return not _waits(job, "") and job.archived_at is not None


SQL = """
import sqlite3, sys
print(*sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None).execute(sys.argv[2]))
"""


def _sql(disk: Disk, statement: str) -> str:
    """Rows of the database on the disk, asked for by a process beside the one under test."""
    return disk.run(sys.executable, "-c", SQL, f"{disk.place}/dailies.sqlite3", statement)


def _half_files(disk: Disk) -> list[Path]:
    return [path for path in disk.path.rglob("*") if path.is_file() and path.name != "filler"]


def test_a_clip_waits_while_the_archives_disk_is_full_and_comes_when_there_is_room(
    world: World,
) -> None:
    world.upstream.settings(polls_queued=0, polls_in_progress=0)
    archive = Path(settings.ARCHIVE_DIR)
    with running_mirror(prefix(archive, f"size={96 * MB}")) as mirror:
        disk = Disk(mirror.pid, archive)
        wait_until(disk.is_there)
        # Less than the reserve: it does not even begin.
        disk.fill(leave=8 * MB)
        job = world.submit()
        wait_until(lambda: _waits(job, "disk is full"))
        page = client_of(world.maker).get(job.get_absolute_url()).content.decode()
        assert re.search(r"disk is full: [78] MB are free, 65 MB are needed, 64 MB of them", page)
        assert "kept for the database. The clip stays at the provider until then." in page
        # The database has its own room: people go on writing prompts.
        assert world.submit("another boat").pk
        wait_until(lambda: _half_files(disk) == [])

        # More than the reserve, but the clip is larger than the disk and does not say so.
        VideoJob.objects.update(attention="")
        world.upstream.script("content", "endless", times=None)
        requests_before = len(world.upstream.requests("content"))
        disk.make_room()
        wait_until(lambda: len(world.upstream.requests("content")) > requests_before)
        wait_until(lambda: _waits(job, "disk is full: 6"))
        wait_until(lambda: _half_files(disk) == [] and disk.free() > 95 * MB)

        world.upstream.calm()
        wait_until(lambda: _archived(job))
        assert job.attention == ""
        asset = world.asset(job)
        assert (disk.path / asset.path).stat().st_size == asset.bytes
    assert world.upstream.creates == 2


@contextmanager
def _lows(disk: Disk) -> Iterator[list[int]]:
    """How much was free, looked at all the time until the end of the block."""
    seen, over = [disk.free()], threading.Event()

    def look() -> None:
        while not over.wait(0.001):
            seen.append(disk.free())

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def test_no_clip_takes_the_room_of_a_database_on_the_same_disk(
    world: World, tmp_path: Path
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its files elsewhere")
    world.upstream.settings(polls_queued=0, polls_in_progress=0)
    claim = {"Content-Type": "video/mp4", "Content-Length": str(500 * MB)}
    world.upstream.script("content", body=bytes(64), headers=claim, times=None)
    world.submit()
    template, place = tmp_path / "dailies.sqlite3", tmp_path / "small"
    live, copy = sqlite3.connect(connection.settings_dict["NAME"]), sqlite3.connect(template)
    with closing(live), closing(copy):
        live.backup(copy)
    env = {"DATABASE_URL": f"sqlite:///{place}/dailies.sqlite3", "TESTS_DATA_DIR": place}
    with running_mirror(prefix(place, f"size={140 * MB}", copy=template), **env) as mirror:
        disk = Disk(mirror.pid, place)
        wait_until(disk.is_there)

        def row_shows(message: str) -> bool:
            # As stored: the values stand behind their sentence.
            due = "UPDATE videos_videojob SET due_at = datetime('now') WHERE lease_until IS NULL"
            _sql(disk, due)
            return message in _sql(disk, "SELECT attention, archived_at FROM videos_videojob")

        with _lows(disk) as seen:
            wait_until(lambda: row_shows('"needed": 564'))
        # Nothing of what could never be taken whole was begun.
        assert min(seen) > 130 * MB

        world.upstream.calm()
        world.upstream.script("content", "endless", times=None)
        with _lows(disk) as seen:
            wait_until(lambda: row_shows('"needed": 64'))
        assert store.RESERVE - 2 * store.LOOK_EVERY < min(seen) < 100 * MB
        disk.fill(leave=store.RESERVE)
        _sql(disk, f"CREATE TABLE written AS SELECT zeroblob({16 * MB})")
        world.upstream.calm()
        wait_until(lambda: row_shows('"needed": 65'))

        disk.make_room()
        wait_until(lambda: row_shows("('', '20"))
        assert _sql(disk, "PRAGMA integrity_check") == "('ok',)"


def test_a_read_only_archive_is_reported_and_retried(world: World) -> None:
    world.upstream.settings(polls_queued=0, polls_in_progress=0)
    archive = Path(settings.ARCHIVE_DIR)
    env = {
        "DATABASE_URL": database_url(),
        "TESTS_DATA_DIR": str(archive.parent),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    read_only = prefix(archive, "ro")
    job = world.submit()
    with running_mirror(read_only) as mirror:
        wait_until(lambda: _waits(job, "can't be written: Read-only file system"))
        with running_web(archive.parent, prefix=read_only, DATABASE_URL=database_url()) as web:
            status, _, body = web.get("/readyz")
            assert (status, b"archive's folder can't be written" in body) == (503, True)
            assert web.get("/healthz")[0] == 200
            Disk(web.process.pid, archive).remount("rw")
            assert web.get("/readyz")[0] == 200
        doctor = subprocess.run(
            [*read_only, sys.executable, "manage.py", "doctor", "--no-color"],
            cwd=ROOT, env=os.environ | env, capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
        assert doctor.returncode == 1
        assert re.search(r"no +storage +the archive's folder can't be written", doctor.stdout)
        Disk(mirror.pid, archive).remount("rw")
        wait_until(lambda: _archived(job))
    assert world.upstream.creates == 1 and job.attention == ""


# --- the database's own disk -----------------------------------------------------------------

MEMBER = """
from importlib import import_module
from django.conf import settings
from django.utils import timezone
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from videos.models import Heartbeat, Member, CatalogueModel, Provider
member = Member.objects.create_user("ada", password="correct-horse-battery", role="admin")
provider = Provider.objects.create(
    name="P", slug="p", base_url="http://127.0.0.1:9/v1", dialect="engine", origin="admin",
    proved_at=timezone.now(),
)
CatalogueModel.objects.create(
    provider=provider, slug="sketch-1", model="sketch-1", label="Sketch",
    sizes=["1280x720"], seconds=["4"], price_per_second={"*": "0"},
)
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(member.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = member.get_session_auth_hash()
session.create()
print(session.session_key)
"""
TOKEN = "t" * 32


@dataclass
class Site:
    """A web server whose SQLite database lies on a small disk."""

    web: WebProcess
    disk: Disk
    cookie: str

    def post(self, prompt: str, key: str) -> tuple[int, dict[str, str], str]:
        """The composer's form, sent without JavaScript."""
        fields = {"prompt": prompt, "key": key, "csrfmiddlewaretoken": TOKEN}
        fields |= {"model": "sketch-1", "size": "1280x720", "seconds": "4"}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        http: HTTPConnection = self.web.connect()
        try:
            headers = {"Host": "localhost", "Cookie": self.cookie} | kind
            http.request("POST", "/videos", urlencode(fields), headers)
            answer = http.getresponse()
            body = answer.read().decode()
        finally:
            http.close()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, body

    def ask(self, statement: str) -> str:
        """One value of the database, read by a process beside the server."""
        return _sql(self.disk, statement).strip("(),'")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    template = tmp_path / "dailies.sqlite3"
    env = os.environ | {
        "DATABASE_URL": f"sqlite:///{template}",
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "dashboard.settings",
    }

    def manage(*words: str) -> str:
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=env, capture_output=True, text=True, check=True, timeout=PATIENCE
        )
        return done.stdout.strip()

    manage("migrate", "--verbosity", "0")
    manage("createcachetable")
    key = manage("shell", "-v", "0", "-c", MEMBER).splitlines()[-1]
    place = tmp_path / "small"
    with running_web(
        tmp_path,
        prefix=prefix(place, f"size={6 * MB}", copy=template),
        DATABASE_URL=f"sqlite:///{place}/dailies.sqlite3",
        WEB_WORKERS="1",
    ) as web:
        disk = Disk(web.process.pid, place)
        cookie = f"dailies_sessionid={key}; dailies_csrftoken={TOKEN}"
        yield Site(web, disk, cookie)


def test_a_full_disk_of_the_database_costs_a_retry_and_nothing_else(
    site: Site, team: SimpleNamespace
) -> None:
    assert site.post("before", "key-before")[0] == 303
    site.disk.fill()
    # The journal still has a few pages of its own: it takes some prompts until they are used up.
    prompt = "a very long prompt about a boat; " * 900
    taken, answer = 0, (0, {}, "")
    for number in range(60):
        answer = site.post(f"{prompt}{number}", f"key-{number}")
        if answer[0] != 303:
            break
        taken += 1
    status, headers, page = answer
    assert (status, headers["retry-after"]) == (503, "5")
    assert f"{prompt}{taken}" in page and f'value="key-{taken}"' in page
    assert "Traceback" not in page and "OperationalError" not in page
    # What is only read goes on; a page with a message to strike off is a 503, and no other.
    public_id = site.ask("SELECT public_id FROM videos_videojob LIMIT 1")
    poster = site.web.get(f"/videos/{public_id}/content?variant=thumbnail", site.cookie)
    assert poster[0] == 409
    assert site.web.get("/", site.cookie)[0] == 503
    assert site.web.get("/healthz")[0] == 200
    assert site.ask("PRAGMA integrity_check") == "ok"

    site.disk.make_room()
    for _ in range(2):
        # The page's own form, pressed twice: the key makes it one clip.
        assert site.post(f"{prompt}{taken}", f"key-{taken}")[0] == 303
    assert site.ask("SELECT count(*) FROM videos_videojob") == str(taken + 2)
    assert site.ask("PRAGMA integrity_check") == "ok"
