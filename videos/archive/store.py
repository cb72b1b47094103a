"""How is a downloaded clip stored?

It is written to a temporary file named after the lease, checked, fsynced and renamed; the row is
written last. A file that a killed mirror left under its final name is used instead of a second
download.

An incomplete file is set aside, and the clip is downloaded again. If no better copy can be had, it
is kept as it is, because it was paid for.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from videos import durable
from videos.archive.check import fault_of
from videos.archive.errors import DiskFull, LeaseLost, NotAClip, is_disk_full
from videos.archive.examine import Facts, describe, examine, facts_of
from videos.failpoints import failpoint
from videos.frames.inspection import CutOff, MediaError, NotVideo
from videos.models import Asset, Condition, Kind, VideoJob
from videos.provider.errors import NoAnswer
from videos.wire.text import gettext_noop

MB = 1024 * 1024
# Space that is kept free for the database.
RESERVE = 64 * MB
# The free space is checked again each time this much was written.
LOOK_EVERY = 4 * MB
DISK_FULL = gettext_noop("The archive's disk is full.")


SET_ASIDE = ".set-aside"


class StoredClip(NamedTuple):
    """A clip under its final name. `path` is relative to the archive."""

    path: str
    bytes: int
    sha256: str
    facts: Facts


def folder(job: VideoJob) -> Path:
    """The folder of this job's files."""
    digits = job.public_id.removeprefix("video_")
    return Path(settings.ARCHIVE_DIR) / digits[:2] / digits[2:]


def absolute(path: str) -> Path:
    """The absolute path for a path from a row."""
    return Path(settings.ARCHIVE_DIR) / path


def digest(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def existing_clip(job: VideoJob) -> StoredClip | None:
    """A clip that is here already, or None.

    It is the archived one, if that is unchanged and intact, or one that a killed mirror renamed but
    didn't record. Other files are deleted, except those named by rows, which stay until `record`
    replaces them, and the one that was set aside.
    """
    assets = list(job.assets.all())
    expected = {absolute(asset.path) for asset in assets} | {folder(job) / SET_ASIDE}
    whole = [asset for asset in assets if asset.condition == Condition.WHOLE]
    existing = next(filter(None, map(_unchanged, whole)), None)
    for path in sorted(folder(job).glob("*")):
        if path in expected:
            continue
        if path.name.startswith("video-") and existing is None:
            with suppress(MediaError):
                existing = _stored_clip(path, _hash_of(path), examine(path))
                continue
            _set_aside(job, path)
        path.unlink(missing_ok=True)
    return existing


def best_unverified(job: VideoJob) -> StoredClip | None:
    """The file to keep if no intact clip can be had: the one set aside, or the archived one."""
    place = folder(job) / SET_ASIDE
    try:
        final = _final(job, facts := examine(place, anything=True))
        place.rename(final)
        return _stored_clip(final, _hash_of(final), facts)
    except (OSError, NotVideo):
        pass
    asset = unverified_asset(job)
    sound = asset is not None and fault_of(asset.path, asset.bytes, asset.sha256) is None
    return from_asset(asset) if asset is not None and sound else None


def unverified_asset(job: VideoJob) -> Asset | None:
    """The archived clip, if it was kept although it isn't known to be intact."""
    return job.assets.filter(kind=Kind.VIDEO).exclude(condition=Condition.WHOLE).first()


def from_asset(asset: Asset) -> StoredClip:
    """The clip that a row describes."""
    return StoredClip(asset.path, asset.bytes, asset.sha256, facts_of(asset))


def unmeasured(job: VideoJob) -> StoredClip | None:
    """The archived clip as it is, if it was never measured and can't be inspected now."""
    asset = job.assets.filter(kind=Kind.VIDEO, container="").first()
    if asset is None or fault_of(asset.path, asset.bytes, asset.sha256) is not None:
        return None
    return from_asset(asset)._replace(facts=describe(absolute(asset.path)))


def holds_clip(job: VideoJob) -> bool:
    """Return True if the archive has a clip of this job, regardless of its row."""
    return any(folder(job).glob("video-*"))


def is_whole(path: str, sha256: str) -> bool:
    """Return True if the file at this path of the archive has this hash."""
    file = absolute(path)
    return file.is_file() and _hash_of(file) == sha256


def receive(
    job: VideoJob, chunks: Iterable[bytes], held: Callable[[], bool], length: int | None = None
) -> StoredClip:
    """Write the clip of `job` under a name that contains this lease's token.

    `held` returns whether we still hold the lease; it is called between chunks and before the
    rename. `length` is the number of bytes that the provider announced, if it did.

    Raises DiskFull, LeaseLost, NotAClip, and NoAnswer if the download breaks off. A file that may
    be part of a clip is then set aside for `best_unverified`; nothing else is left.
    """
    place = folder(job)
    part = place / f"{durable.PART}{job.lease_token}"
    try:
        place.mkdir(parents=True, exist_ok=True)
        check_free_space(place, length or 0)
        sha256 = _write(part, chunks, held)
        facts = examine(part)
        # `held` may be a few seconds old. A late rename would bring back a clip that was purged.
        if not (held() and job.is_held()):
            raise LeaseLost
        final = _final(job, facts)
        part.rename(final)
        failpoint("after_rename")
        return _stored_clip(final, sha256, facts)
    except NoAnswer:
        _set_aside(job, part)
        raise
    except MediaError as error:
        _set_aside(job, part)
        reason = error.reason
        message = gettext_noop("The provider's file isn't a video: %(reason)s.", reason=reason)
        if isinstance(error, CutOff):
            message = gettext_noop("The provider's file is incomplete: %(reason)s.", reason=reason)
        raise NotAClip(message) from error
    except OSError as error:
        raise _full_or(error) from error
    finally:
        part.unlink(missing_ok=True)


def drop_set_aside(job: VideoJob) -> None:
    """Delete the file that was set aside, which isn't needed once a clip is recorded."""
    (folder(job) / SET_ASIDE).unlink(missing_ok=True)


def _set_aside(job: VideoJob, part: Path) -> None:
    """Keep the longest incomplete file until an intact clip arrives."""
    place = part.with_name(SET_ASIDE)
    with suppress(OSError, NotVideo):
        examine(part, anything=True)
        longest = place.stat().st_size if place.exists() else 0
        if part.stat().st_size >= longest and job.is_held():
            part.rename(place)


def _final(job: VideoJob, facts: Facts) -> Path:
    return folder(job) / f"video-{job.lease_token}.{facts['container']}"


def write_still(job: VideoJob, name: str, data: bytes) -> str:
    """Store a picture in the job's folder; returns its path in the archive. Raises DiskFull."""
    path = folder(job) / f"{name}-{job.lease_token}.webp"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        durable.write_file(path, data)
    except OSError as error:
        raise _full_or(error) from error
    return _relative(path)


def make_durable(job: VideoJob) -> None:
    """Sync the names of the job's files and of its folder to the disk, before a row names them."""
    place = folder(job)
    for each in (place, place.parent, place.parent.parent):
        durable.sync(each)


def drop(paths: Iterable[str]) -> None:
    """Delete files by their paths in the archive. Missing ones are ignored."""
    for path in paths:
        absolute(path).unlink(missing_ok=True)


def remove(job: VideoJob) -> None:
    """Delete all files of a job, and its folder."""
    shutil.rmtree(folder(job), ignore_errors=True)


def _full_or(error: OSError) -> Exception:
    return DiskFull(DISK_FULL) if is_disk_full(error) else error


def check_free_space(place: Path, coming: int) -> None:
    """Raise DiskFull if `coming` bytes would use up the reserve."""
    needed, free = RESERVE + coming, shutil.disk_usage(place).free
    if free < needed:
        raise DiskFull(
            gettext_noop(
                "The archive's disk is full: %(free)d MB are free, %(needed)d MB are needed, "
                "%(kept)d MB of them kept for the database.",
                free=free // MB,
                needed=-(-needed // MB),
                kept=RESERVE // MB,
            )
        )


def _unchanged(asset: Asset) -> StoredClip | None:
    if asset.kind != Kind.VIDEO or fault_of(asset.path, asset.bytes, asset.sha256) is not None:
        return None
    with suppress(MediaError):
        return _stored_clip(absolute(asset.path), asset.sha256, examine(absolute(asset.path)))
    return None


def _write(part: Path, chunks: Iterable[bytes], held: Callable[[], bool]) -> str:
    running, unseen = hashlib.sha256(), 0
    with part.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
            running.update(chunk)
            failpoint("mid_chunk")
            unseen += len(chunk)
            if unseen >= LOOK_EVERY:
                # The announced length may be missing or wrong, and other processes write here too.
                unseen = 0
                check_free_space(part.parent, 0)
            if not held():
                raise LeaseLost
        durable.flush(file)
    failpoint("after_fsync")
    return running.hexdigest()


def _stored_clip(path: Path, sha256: str, facts: Facts) -> StoredClip:
    return StoredClip(_relative(path), path.stat().st_size, sha256, facts)


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _relative(path: Path) -> str:
    return str(path.relative_to(settings.ARCHIVE_DIR))
