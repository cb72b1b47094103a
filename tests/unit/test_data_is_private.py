"""Other users of the machine cannot read the team's data."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.private import make_private, readable_by_others
from engine.hosts import accepts_host
from engine.options import Options

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    before, tempdir = os.umask(0o022), tempfile.tempdir
    yield
    os.umask(before)
    tempfile.tempdir = tempdir


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def _older_data(place: Path) -> Path:
    """A DATA_DIR as an earlier release left it: open to everybody."""
    for folder in ("archive/ab", "tmp", "engine"):
        (place / folder).mkdir(parents=True)
    for name in ("dailies.sqlite3", "dailies.sqlite3-wal", "secret_key", "archive/ab/video.mp4"):
        (place / name).touch()
    return place


def test_what_an_earlier_release_left_open_is_closed(tmp_path: Path) -> None:
    data = _older_data(tmp_path / "data")
    assert data in readable_by_others(data, group_reads_archive=False)
    make_private(data, group_reads_archive=False)
    assert readable_by_others(data, group_reads_archive=False) == []
    assert _mode(data) == 0o700 and _mode(data / "dailies.sqlite3") == 0o600


def test_new_files_and_folders_are_private(tmp_path: Path) -> None:
    make_private(tmp_path / "data", group_reads_archive=False)
    (tmp_path / "data/archive").mkdir()
    (tmp_path / "data/dailies.sqlite3").touch()
    assert _mode(tmp_path / "data/archive") == 0o700
    assert _mode(tmp_path / "data/dailies.sqlite3") == 0o600


def test_with_nginx_the_group_reads_the_archive_and_nothing_else(tmp_path: Path) -> None:
    data = _older_data(tmp_path / "data")
    make_private(data, group_reads_archive=True)
    (data / "archive/ab/new.mp4").touch()
    assert _mode(data) == 0o710 and _mode(data / "archive") == 0o750
    assert _mode(data / "archive/ab/new.mp4") == 0o640
    assert _mode(data / "dailies.sqlite3") == _mode(data / "secret_key") == 0o600
    assert _mode(data / "engine") == 0o700
    assert readable_by_others(data, group_reads_archive=True) == []
    assert data in readable_by_others(data, group_reads_archive=False)


def test_a_shared_folder_is_left_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    make_private(tmp_path, group_reads_archive=False)
    assert _mode(tmp_path) == 0o777
    assert tmp_path in readable_by_others(tmp_path, group_reads_archive=False)


def test_the_engines_key_is_made_once_and_private(tmp_path: Path) -> None:
    code = "from dashboard import settings; print(settings.ENGINE_KEY)"
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "data")}

    def key(**more: str) -> str:
        command = [sys.executable, "-c", code]
        done = subprocess.run(
            command, cwd=ROOT, env=env | more, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    first = key()
    assert len(first) > 50 and key(ENGINE_KEY="") == first and key(ENGINE_KEY="mine") == "mine"
    assert _mode(tmp_path / "data/engine_key") == 0o600 and _mode(tmp_path / "data") == 0o700


def test_an_engine_for_the_network_with_a_key_answers_by_any_name(tmp_path: Path) -> None:
    open_to_network = Options(tmp_path, host="0.0.0.0")
    assert not accepts_host(open_to_network, "gpu-box:8100")
    assert accepts_host(Options(tmp_path, host="0.0.0.0", key="k"), "gpu-box:8100")
    assert accepts_host(Options(tmp_path, host="gpu-box"), "GPU-box:8100")
