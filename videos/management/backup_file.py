"""What is in a backup file, and is it complete?

A tar file: the database, the archive, the generated secret key, and last a manifest with the size
and SHA-256 of each. A backup without its manifest was not finished.
"""

import hashlib
import json
import os
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any, NamedTuple

from videos import durable

MANIFEST, SECRET_KEY, ARCHIVE = "manifest.json", "secret_key", "archive"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
FORMAT = 1
CHUNK = 1024 * 1024


class BackupError(Exception):
    """The message says what is wrong with the file."""


class Entry(NamedTuple):
    """A file of the backup, as its manifest describes it."""

    bytes: int
    sha256: str


class Manifest(NamedTuple):
    """`database` is the kind: sqlite or postgresql. `migrations` are those applied to it."""

    database: str
    migrations: list[str]
    made_at: str
    files: dict[str, Entry]


class Writer:
    """Adds files to a backup. Nothing is at `path` until `finish`."""

    def __init__(self, path: Path) -> None:
        self.path, self._partial = path, path.with_name(f".{path.name}.partial")
        self._file = os.fdopen(
            os.open(self._partial, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
        )
        self._tar = tarfile.open(fileobj=self._file, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self.files: dict[str, Entry] = {}

    def add(self, name: str, source: Path) -> None:
        """Copy `source` as `name`. Raises FileNotFoundError if it was deleted."""
        with source.open("rb") as file:
            stat_result = os.fstat(file.fileno())
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = stat_result.st_size, int(stat_result.st_mtime), 0o600
            reader = _Hashing(file)
            self._tar.addfile(info, reader)
        self.files[name] = Entry(info.size, reader.sha256.hexdigest())

    def add_archive(self, folder: Path) -> list[str]:
        """Copy the archive; returns the names of files that were deleted while it was copied."""
        gone = []
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink() and not path.name.startswith(durable.PART):
                name = f"{ARCHIVE}/{path.relative_to(folder).as_posix()}"
                try:
                    self.add(name, path)
                except FileNotFoundError:
                    gone.append(name)
        return gone

    def finish(self, **about: Any) -> None:
        """Write the manifest and give the file its name. Raises FileExistsError if that exists."""
        files = {
            name: {"bytes": entry.bytes, "sha256": entry.sha256}
            for name, entry in self.files.items()
        }
        text = json.dumps({"format": FORMAT, **about, "files": files}, indent=1)
        info, data = tarfile.TarInfo(MANIFEST), text.encode()
        info.size, info.mode = len(data), 0o600
        self._tar.addfile(info, BytesIO(data))
        self._tar.close()
        durable.flush(self._file)
        self._file.close()
        if self.path.exists():
            raise FileExistsError(self.path)
        durable.publish(self._partial, self.path)

    def discard(self) -> None:
        """Delete an unfinished backup."""
        self._file.close()
        self._partial.unlink(missing_ok=True)


def read_manifest(path: Path) -> Manifest:
    """Read the whole file and compare it with its manifest. Raises BackupError or OSError."""
    try:
        text, entries = _read(path)
    except tarfile.TarError as error:
        raise BackupError(f"{path} isn't a backup, or is cut off: {error}.") from error
    manifest = _parsed(text)
    names = manifest.files.keys() | entries
    if wrong := sorted(name for name in names if manifest.files.get(name) != entries.get(name)):
        raise BackupError(f"The backup is damaged: {', '.join(wrong[:5])}.")
    return manifest


def _read(path: Path) -> tuple[bytes, dict[str, Entry]]:
    """The manifest's text, and the actual size and hash of the other files."""
    text, entries = b"", {}
    for name, file in members(path):
        if name == MANIFEST:
            text = file.read()
            continue
        size, sha256 = 0, hashlib.sha256()
        while chunk := file.read(CHUNK):
            size += len(chunk)
            sha256.update(chunk)
        entries[name] = Entry(size, sha256.hexdigest())
    return text, entries


def members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """The files of a backup with their names. Raises BackupError for an unexpected one."""
    with tarfile.open(path, mode="r:") as tar:
        for info in tar:
            file = tar.extractfile(info) if info.isreg() and _is_ours(info.name) else None
            if file is None:
                raise BackupError(f"Unexpected file in the backup: “{info.name[:100]}”.")
            yield info.name, file


def _is_ours(name: str) -> bool:
    parts = PurePosixPath(name).parts
    if parts[:1] == (ARCHIVE,):
        return len(parts) > 1 and ".." not in parts
    return name in (MANIFEST, SECRET_KEY, *DATABASES.values())


def _parsed(text: bytes) -> Manifest:
    if not text:
        raise BackupError("The backup has no manifest: it was not finished.")
    try:
        data = json.loads(text)
        if data["format"] != FORMAT:
            raise BackupError("The backup was made by another release of Dailies.")
        files = {name: Entry(**entry) for name, entry in data["files"].items()}
        return Manifest(data["database"], data["migrations"], data["made_at"], files)
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError("The backup's manifest can't be read.") from error


class _Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.sha256 = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.sha256.update(data)
        return data
