"""Static files are collected once, and again when they have changed."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from videos.management.static_files import collect_static


@pytest.fixture
def folders(tmp_path: Path, settings: Any) -> tuple[Path, Path]:
    """Where the files come from, and where they are collected."""
    source, collected = tmp_path / "source", tmp_path / "collected"
    source.mkdir()
    (source / "page.css").write_text("p{}")
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [source], collected
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    collect_static()
    return source, collected


def test_files_that_have_not_changed_are_left_as_they_are(folders: tuple[Path, Path]) -> None:
    _, collected = folders
    assert (collected / "page.css").read_text() == "p{}"
    (collected / "page.css").write_text("as it was collected")
    collect_static()
    assert (collected / "page.css").read_text() == "as it was collected"


@pytest.mark.parametrize("change", ["changed", "added", "deleted"])
def test_a_change_is_collected(folders: tuple[Path, Path], change: str) -> None:
    source, collected = folders
    if change == "changed":
        (source / "page.css").write_text("p{color:red}")
        # Django compares whole seconds.
        later = time.time() + 10
        os.utime(source / "page.css", (later, later))
    elif change == "added":
        (source / "more.css").write_text("a{}")
    else:
        (collected / "page.css").unlink()
        (collected / "collected.txt").unlink()
    collect_static()
    names = {path.name for path in source.iterdir()}
    assert {name: (collected / name).read_text() for name in names} == {
        name: (source / name).read_text() for name in names
    }
