"""Dailies starts with files of another user if it may write them, and else says what is wrong."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.folders import why_unwritable
from videos.management.static_files import STAMP

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
# What `run` does before it starts the processes.
PREPARE = """
import os; os.environ["DJANGO_SETTINGS_MODULE"] = "dashboard.settings"
from django.core import management
load = management.load_command_class
def load_without_processes(*words):
    # The applications are loaded by now, which the processes' module needs.
    command = load(*words)
    from videos.management.processes import Processes
    Processes.run = lambda self: 0
    return command
management.load_command_class = load_without_processes
management.execute_from_command_line(["manage.py", "run"])
"""
# Python itself may lie where only root reads.
READS = "+dac_read_search"
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
AS_NOBODY += [f"--inh-caps={READS}", f"--ambient-caps={READS}"]
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to be another user")


def _prepare(folder: Path, *, as_nobody: bool, **env: str) -> subprocess.CompletedProcess[str]:
    """`manage.py run` up to where the processes start."""
    return subprocess.run(
        [*(AS_NOBODY if as_nobody else []), sys.executable, "-c", PREPARE],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
        | env,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder below one that other users may enter. pytest closes its own to them."""
    with tempfile.TemporaryDirectory(prefix="dailies-") as parent:
        Path(parent).chmod(0o755)
        yield Path(parent) / "data"


@needs_root
def test_static_files_of_another_user_are_made_again(folder: Path) -> None:
    done = _prepare(folder, as_nobody=False)
    assert done.returncode == 0, done.stderr
    subprocess.run(["chmod", "-R", "a+rwX", folder], check=True)
    (folder / "static" / STAMP).write_text("of an older release")
    done = _prepare(folder, as_nobody=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert {path.stat().st_uid for path in (folder / "static").rglob("*")} == {NOBODY}


@needs_root
@pytest.mark.parametrize(
    ("existing", "closed"),
    [("", ""), ("archive/", "archive"), ("dailies.sqlite3", "dailies.sqlite3"), ("tmp/", "tmp")],
)
def test_what_cannot_be_written_is_said_in_one_line(
    folder: Path, existing: str, closed: str
) -> None:
    folder.mkdir()
    folder.chmod(0o777)
    if existing.endswith("/"):
        (folder / existing).mkdir()
    elif existing:
        (folder / existing).touch()
    (folder / closed).chmod(0o755 if existing != "dailies.sqlite3" else 0o644)
    for key in ("", "s" * 50):
        done = _prepare(folder, as_nobody=True, SECRET_KEY=key)
        assert done.returncode == 1
        [line] = done.stderr.splitlines()
        assert f"{folder / closed} cannot be written by the user nobody (65534)" in line
        assert "belongs to root (0)" in line


@needs_root
def test_every_process_and_command_says_so_in_one_line(folder: Path) -> None:
    assert _prepare(folder, as_nobody=False).returncode == 0
    (folder / "tmp").rmdir()
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    env |= {"SECRET_KEY": "s" * 50, "ENGINE_KEY": "e" * 50, "PORT": "0"}
    commands = ["-m dashboard.web", "manage.py mirror", "manage.py engine", "manage.py migrate"]
    for arguments in [*commands, "manage.py create_token ada"]:
        command = [*AS_NOBODY, sys.executable, *arguments.split()]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
        [line] = done.stderr.splitlines()
        assert done.returncode == 1, arguments
        assert f"{folder} cannot be written by the user nobody (65534)" in line, arguments
        assert "It belongs to root (0). Change its owner" in line, arguments


def test_a_file_in_place_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "is a file" in why_unwritable([tmp_path / "file" / "data"])
    assert why_unwritable([tmp_path / "not" / "there"]) == ""
