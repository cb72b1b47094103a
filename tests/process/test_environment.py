"""`make` creates its environment on any machine, in any folder, and says what a machine lacks."""

import ensurepip
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.small_disk import small_disks

__all__ = ["small_disks"]

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
# The Python that `.venv` was created with.
PYTHON = Path(sys.base_prefix) / "bin" / "python3"
ODD_NAME = 'it\'s "here": $HOME #1 & %s; ü文'
# Debian keeps ensurepip in a package of its own.
HIDE = 'mount --bind "$1" "$2"; shift 2; exec "$@"'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the Makefile, and an odd name."""
    folder = tmp_path / ODD_NAME
    folder.mkdir()
    shutil.copy(ROOT / "Makefile", folder)
    return folder


def _make(
    folder: Path, *before: str, python: str = str(PYTHON)
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*before, "make", "--no-print-directory", "environment", f"PYTHON={python}"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "TMPDIR": str(folder.parent)},
        capture_output=True,
        text=True,
    )


def _has_pip(folder: Path) -> bool:
    done = subprocess.run([folder / ".venv/bin/python", "-m", "pip", "--version"], cwd=folder)
    return done.returncode == 0


@pytest.mark.usefixtures("small_disks")
def test_without_ensurepip_the_package_to_install_is_named(checkout: Path) -> None:
    empty = checkout / "empty"
    empty.mkdir()
    hidden = ["unshare", "-rm", "sh", "-ec", HIDE, "sh", str(empty), *ensurepip.__path__]
    done = _make(checkout, *hidden)
    assert done.returncode != 0
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    assert f"On Debian or Ubuntu, run: apt install {package}\n" in done.stdout
    assert "Traceback" not in done.stderr
    assert not (checkout / ".venv").exists()


def test_a_python_that_is_too_old_or_missing_is_no_reason_to_leave_half_an_environment(
    checkout: Path,
) -> None:
    done = _make(checkout, python="no-such-python")
    assert done.returncode != 0
    assert "Dailies needs Python 3.11 or newer" in done.stdout
    assert not (checkout / ".venv").exists()


def test_a_half_made_environment_is_made_again_once_in_a_folder_of_any_name(checkout: Path) -> None:
    (checkout / ".venv/bin").mkdir(parents=True)
    (checkout / ".venv/bin/python").symlink_to(PYTHON.with_name("python-of-another-machine"))
    (checkout / ".venv/.installed").touch()
    done = _make(checkout)
    assert (done.returncode, done.stdout) == (0, "Creating the environment in .venv\n"), done.stderr
    # Without the mark, the packages are installed again as well.
    assert _has_pip(checkout) and not (checkout / ".venv/.installed").exists()
    done = _make(checkout)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert {path.name for path in checkout.parent.iterdir()} == {ODD_NAME}
