"""An uploaded picture that can't be written whole leaves nothing in the archive."""

import errno
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from videos.archive.errors import is_disk_full
from videos.archive.uploads import references


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("takes", [1, 3])
def test_nothing_is_left_of_a_picture_that_does_not_fit(settings: Any, takes: int) -> None:
    names = [f"video_{number:032x}" for number in range(takes)]
    with pytest.raises(OSError) as refusal, largest_file(1000):
        references.keep(names, b"x" * 100_000)
    assert is_disk_full(refusal.value)
    assert [path for path in Path(settings.ARCHIVE_DIR).rglob("*") if path.is_file()] == []


def test_other_errors_of_files_are_not_taken_for_a_full_disk() -> None:
    assert not is_disk_full(OSError(errno.EACCES, "no"))
    assert not is_disk_full(ValueError("no"))
