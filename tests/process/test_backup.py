"""A backup is whole, private and never in the way; a restored one buys nothing twice."""

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest

from tests.installed import DATABASE, installed
from tests.stack import ROOT, own_database

pytestmark = [pytest.mark.slow, pytest.mark.database, pytest.mark.xdist_group("backup")]

# A clip in the archive, and one that waits to be sent.
FILL = """
from django.conf import settings
from django.utils import timezone
from videos.models import *
ada = Member.objects.create_user("ada", password="correct-horse-battery", role="admin")
provider = Provider.objects.create(
    name="P", slug="p", base_url="http://127.0.0.1:9/v1", dialect="engine", origin="admin",
    key="sk-x",
)
VideoJob.objects.create(
    maker=ada, provider=provider, prompt="a boat", model="m", size="1280x720", seconds="4",
    status="submitting", due_at=timezone.now(),
)
clip = settings.ARCHIVE_DIR / "ab" / "cd" / "video-1.mp4"
clip.parent.mkdir(parents=True)
clip.write_bytes(b"frames")
(clip.parent / ".part-2").write_bytes(b"half")
"""
LOOK = """
from videos.models import *
from videos.jobs.send_count import is_behind, read_marker
from django.conf import settings
clip = settings.ARCHIVE_DIR / "ab" / "cd" / "video-1.mp4"
print(VideoJob.objects.get().prompt, Provider.objects.get().key, clip.stat().st_size,
      DatabaseRestore.objects.get().newest_job == VideoJob.objects.get().pk,
      is_behind(read_marker()))
"""

LAST_ENTRY = """
from videos.models import AuditEntry
entry = AuditEntry.objects.latest("pk")
assert "@" in entry.system_user
print(entry.action, entry.target)
"""


@dataclass
class Site:
    """A DATA_DIR and its database."""

    data: Path
    database: str

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        env = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        env |= {"DATA_DIR": str(self.data), "DATABASE_URL": self.database}
        return subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=env, capture_output=True, text=True
        )

    def manage(self, *words: str) -> str:
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refused(self, *words: str) -> str:
        done = self.run(*words)
        assert done.returncode == 1 and "Traceback" not in done.stderr
        return done.stderr


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with a clip and a job that waits."""
    with own_database() as database:
        site = Site(tmp_path_factory.mktemp("site") / "data", database)
        if not database:
            site.data.mkdir()
            shutil.copy(installed() / DATABASE, site.data)
        site.manage("migrate", "-v0")
        site.manage("shell", "-v0", "-c", FILL)
        yield site


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Site]:
    """Where a backup can be restored."""
    with own_database() as database:
        yield Site(tmp_path / "data", database)


@pytest.fixture(scope="module")
def backup(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("backups") / "dailies.tar"
    said = site.manage("backup", str(path))
    assert "Left out: send_count" in said and "Left out: engine" in said
    return path


def test_what_was_backed_up_comes_back_and_nothing_is_bought_twice(
    backup: Path, empty: Site
) -> None:
    said = empty.manage("restore", str(backup))
    assert "looked up at their providers first" in said
    # The provider's key is readable, so the secret key came along.
    assert empty.manage("shell", "-v0", "-c", LOOK).strip() == "a boat sk-x 6 True False"
    assert empty.manage("shell", "-v0", "-c", LAST_ENTRY).strip() == "backup.restored dailies.tar"
    places = ("secret_key", "archive", "archive/ab/cd", "archive/ab/cd/video-1.mp4")
    assert not [name for name in places if (empty.data / name).stat().st_mode & 0o077]
    assert "A database exists already" in empty.refused("restore", str(backup))


def test_a_backup_is_private_and_holds_only_what_belongs_in_it(site: Site, backup: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0
    with tarfile.open(backup) as tar:
        names = set(tar.getnames())
    assert {"secret_key", "manifest.json", "archive/ab/cd/video-1.mp4"} < names
    assert not [name for name in names if ".part-" in name or "send_count" in name]
    assert [path.name for path in backup.parent.iterdir()] == [backup.name]


def test_a_backup_overwrites_nothing(site: Site, backup: Path) -> None:
    before = backup.read_bytes()
    assert "already exists" in site.refused("backup", str(backup))
    assert backup.read_bytes() == before
    assert "Cannot write" in site.refused("backup", str(backup / "below"))


def _changed(backup: Path, target: Path, name: str, data: bytes | None) -> Path:
    """The backup with another content of one file, or without it."""
    with tarfile.open(backup) as old, tarfile.open(target, "w") as new:
        for info in old:
            file = old.extractfile(info)
            content = file.read() if file else b""
            if info.name == name:
                if data is None:
                    continue
                content, info.size = data, len(data)
            new.addfile(info, BytesIO(content))
    return target


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("archive/ab/cd/video-1.mp4", b"Frames", "damaged: archive/ab/cd/video-1.mp4"),
        ("archive/ab/cd/video-1.mp4", None, "damaged: archive/ab/cd/video-1.mp4"),
        ("secret_key", b"x", "damaged: secret_key"),
        ("manifest.json", None, "no manifest"),
        ("manifest.json", b"{}", "manifest can't be read"),
        ("manifest.json", b'{"format": 99}', "another release"),
    ],
)
def test_a_damaged_backup_is_refused_before_anything_is_written(
    backup: Path, empty: Site, tmp_path: Path, name: str, data: bytes | None, message: str
) -> None:
    damaged = _changed(backup, tmp_path / "damaged.tar", name, data)
    assert message in empty.refused("restore", str(damaged))
    assert not (empty.data / "archive").exists()


def test_what_is_no_backup_or_reaches_outside_is_refused(
    backup: Path, empty: Site, tmp_path: Path
) -> None:
    cut, strange = tmp_path / "cut.tar", tmp_path / "strange.tar"
    cut.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])
    assert "not restored" in empty.refused("restore", str(cut))
    for name in ("archive/../../evil", "/etc/passwd", "archive", "send_count"):
        with tarfile.open(strange, "w") as tar:
            tar.addfile(tarfile.TarInfo(name))
        assert "Unexpected file in the backup" in empty.refused("restore", str(strange))
    assert "not restored" in empty.refused("restore", str(tmp_path / "nowhere.tar"))
