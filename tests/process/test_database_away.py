"""The database is locked, stopped, started again: work waits, and nothing is bought twice."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from django.db import connection

from tests.gallery_fixtures import client_of, form
from tests.mirror_process import ROOT
from tests.patience import PATIENCE, wait_until
from tests.postgres import Cluster, own_cluster
from tests.upstream.control import Upstream
from tests.web_process import WebProcess, running_web
from tests.world import World
from videos.models import VideoJob

pytestmark = pytest.mark.slow

MEMBER = """
from django.utils import timezone
from videos.models import Member, CatalogueModel, Provider
Member.objects.create_user("ada", password="correct-horse-battery", role="admin")
provider = Provider.objects.create(
    name="P", slug="p", base_url="{url}", dialect="openai", origin="admin",
    create_timeout_seconds=10, proved_at=timezone.now(),
)
CatalogueModel.objects.create(
    provider=provider, slug="sora-2", model="sora-2", label="Sora",
    sizes=["1280x720"], seconds=["4"], price_per_second={{"*": "0"}},
)
"""


@dataclass
class Site:
    """A mirror and a web process on a database server that the test stops and starts."""

    cluster: Cluster
    web: WebProcess
    upstream: Upstream
    log: Path
    env: dict[str, str]

    def manage(self, *words: str) -> str:
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=PATIENCE
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.cluster.url, autocommit=True) as database:
            return database.execute(statement).fetchall()

    def is_archived(self) -> bool:
        rows = self.ask("SELECT archived_at, status FROM videos_videojob")
        return bool(rows) and all(row[0] is not None for row in rows)

    @contextmanager
    def mirror(self) -> Iterator["subprocess.Popen[bytes]"]:
        """A mirror that is killed at the end of the block."""
        command = [sys.executable, "manage.py", "mirror"]
        with self.log.open("wb") as out:
            process = subprocess.Popen(command, cwd=ROOT, env=self.env, stderr=out)
            try:
                yield process
            finally:
                process.send_signal(signal.SIGKILL)
                process.wait(timeout=PATIENCE)

    def readyz(self) -> int:
        return self.web.get("/readyz")[0]


@pytest.fixture
def site(upstream: Upstream, tmp_path: Path) -> Iterator[Site]:
    with own_cluster() as cluster:
        variables = {"DATABASE_URL": cluster.url, "DATA_DIR": str(tmp_path), "ENGINE": "off"}
        variables |= {"LEASE_SECONDS": "3", "SUBMIT_GRACE_SECONDS": "2", "MIRROR_THREADS": "2"}
        env = os.environ | variables | {"DJANGO_SETTINGS_MODULE": "dashboard.settings"}
        log = tmp_path / "mirror.log"
        with running_web(tmp_path, **variables) as web:
            site = Site(cluster, web, upstream, log, env)
            site.manage("migrate", "--verbosity", "0")
            site.manage("createcachetable")
            site.manage("shell", "-v", "0", "-c", MEMBER.format(url=upstream.base_url))
            yield site


@pytest.mark.parametrize(("route", "mode"), [("create", "immediate"), ("content", "fast")])
def test_a_database_server_that_restarts_costs_neither_clip_nor_money(
    site: Site, route: str, mode: str
) -> None:
    site.upstream.settings(polls_queued=0, polls_in_progress=1)
    # The step is under way when the database goes, and its outcome comes while it is away.
    site.upstream.script(route, "pass", delay=3)
    with site.mirror() as mirror:
        wait_until(lambda: site.readyz() == 200)
        site.manage("generate", "a boat that waits")
        wait_until(lambda: site.upstream.requests(route))
        site.cluster.stop(mode)
        assert site.readyz() == 503
        status, headers, page = site.web.get("/")
        assert (status, headers["retry-after"]) == (503, "5") and b"Traceback" not in page
        wait_until(lambda: "the database doesn't answer" in site.log.read_text())
        assert site.web.get("/healthz")[0] == 200
        site.cluster.start()
        wait_until(lambda: site.readyz() == 200)
        wait_until(site.is_archived)
        assert mirror.poll() is None
    assert site.upstream.creates == 1
    assert site.ask("SELECT status, attention FROM videos_videojob") == [("completed", "")]


def test_a_mirror_that_starts_before_its_database_waits_for_it(site: Site) -> None:
    site.upstream.settings(polls_queued=0, polls_in_progress=0)
    site.manage("generate", "a boat that waits")
    site.cluster.stop()
    with site.mirror() as mirror:
        wait_until(lambda: "doesn't answer" in site.log.read_text())
        assert mirror.poll() is None
        site.cluster.start()
        wait_until(site.is_archived)
    assert site.upstream.creates == 1


# --- SQLite has one writer at a time ---------------------------------------------------------


@pytest.fixture
def impatient(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world on a SQLite that waits a moment for the lock, not twenty seconds."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL locks rows, not the database")
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.3)
    connection.close()
    return world


@contextmanager
def _locked() -> Iterator[None]:
    """Another process's transaction holds the database's one write lock."""
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_a_locked_database_is_a_page_that_keeps_what_was_typed(
    impatient: World, team: SimpleNamespace
) -> None:
    client = client_of(team.owner)
    client.raise_request_exception = False
    typed = form(prompt='a <boat> & "sea"')
    with _locked():
        answer = client.post("/videos", typed)
        assert client.get("/").status_code == 200
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "a &lt;boat&gt; &amp; &quot;sea&quot;" in page and f'value="{typed["key"]}"' in page
    assert "Traceback" not in page and "locked" not in page
    assert not VideoJob.objects.exists()
    for _ in range(2):
        assert client.post("/videos", typed).status_code == 303
    assert VideoJob.objects.get().prompt == typed["prompt"]


def test_a_step_whose_outcome_meets_a_locked_database_is_taken_up_again(impatient: World) -> None:
    world = impatient
    world.upstream.script("create", "pass", delay=1)
    job = world.submit()
    world.mirror.round()
    wait_until(lambda: world.upstream.requests("create"))
    with _locked():
        world.mirror.settle()
        tries: list[int] = []
        # Claiming fails as well, and ends nothing.
        world.mirror.next_slow = 0
        world.mirror.run(lambda: tries.append(1) or len(tries) < 3)
    assert world.upstream.creates == 1
    VideoJob.objects.update(lease_until=None)
    world.archived(job)
    assert (world.upstream.creates, job.sends) == (1, 1)
