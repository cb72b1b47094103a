"""A file that is written durably is whole under its name, or not there at all."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from videos import durable

KILLED_WHILE_WRITING = """
import os, signal, sys
from pathlib import Path
from videos import durable

def chunks():
    yield b"new"
    os.kill(os.getpid(), signal.SIGKILL)

durable.write_file(Path(sys.argv[1]), chunks())
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    durable.write_file(path, b"old")
    durable.write_file(path, iter([b"new", b"er"]))
    assert path.read_bytes() == b"newer"
    assert names(tmp_path) == ["clip.mp4"]


def test_file_and_folder_are_synced_before_and_after_the_rename(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, seen = tmp_path / "clip.mp4", []
    fsync = os.fsync

    def note(handle: int) -> None:
        seen.append((os.path.isdir(f"/proc/self/fd/{handle}"), path.exists()))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", note)
    durable.write_file(path, b"data")
    assert seen == [(False, False), (True, True)]


def test_an_error_leaves_the_earlier_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    durable.write_file(path, b"old")

    def broken() -> Iterator[bytes]:
        yield b"new"
        raise ValueError("cut off")

    with pytest.raises(ValueError, match="cut off"):
        durable.write_file(path, broken())
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["clip.mp4"]


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        durable.write_file(tmp_path / "clip.mp4", b"data")
    with pytest.raises(OSError, match="No space"):
        durable.create_file(tmp_path / "key", b"data")
    assert names(tmp_path) == []


def test_a_killed_process_leaves_the_earlier_file(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    durable.write_file(path, b"old")
    killed = subprocess.run([sys.executable, "-c", KILLED_WHILE_WRITING, str(path)], check=False)
    assert killed.returncode == -9
    assert path.read_bytes() == b"old"
    # Backups leave the rest out, by its name.
    assert [name.startswith(durable.PART) for name in names(tmp_path)] == [True, False]


def test_only_the_first_of_several_creates_the_file(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    keys = [f"key {number}".encode() for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        created = list(pool.map(lambda key: durable.create_file(path, key), keys))
    assert created.count(True) == 1
    assert path.read_bytes() == keys[created.index(True)]
    assert names(tmp_path) == ["secret_key"]


@pytest.mark.parametrize("mode", [0o600, 0o640])
def test_the_mode_is_there_from_the_first_byte(tmp_path: Path, mode: int) -> None:
    modes = []

    def data() -> Iterator[bytes]:
        modes.extend(path.stat().st_mode & 0o777 for path in tmp_path.iterdir())
        yield b"secret"

    before = os.umask(0o022)
    try:
        durable.write_file(tmp_path / "key", data(), mode=mode)
    finally:
        os.umask(before)
    assert modes == [mode]
    assert (tmp_path / "key").stat().st_mode & 0o777 == mode


def test_a_folder_is_published_with_its_files(tmp_path: Path) -> None:
    part, place = tmp_path / "work", tmp_path / "videos"
    part.mkdir()
    durable.write_file(part / "video.mp4", b"data")
    durable.publish(part, place)
    assert names(place) == ["video.mp4"]


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        durable.write_file(tmp_path / "missing" / "clip.mp4", b"data")
