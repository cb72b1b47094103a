"""Keeps files private from other users of this machine, except nginx if it sends the archive."""

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from dashboard.folders import cannot_write

# The group may read the archive's files: nginx is a member of it.
GROUP_READS, PRIVATE = 0o027, 0o077
# The group may pass through DATA_DIR to reach the archive, but not list it.
PASS_THROUGH = 0o710


def make_private(data_dir: Path, *, group_reads_archive: bool) -> None:
    """Set the umask and a private folder for temporary files, and make files private that an
    earlier release left readable to other users.

    Only files of this user are changed; `doctor` reports the rest. Raises SystemExit if the folder
    can't be created.
    """
    os.umask(GROUP_READS if group_reads_archive else PRIVATE)
    tempfile.tempdir = str(data_dir / "tmp")
    try:
        (data_dir / "tmp").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SystemExit(cannot_write(data_dir, error.strerror or "")) from error
    for path, mode in _too_open(data_dir, group_reads_archive):
        # A read-only disk, or a file that was just deleted, must not prevent the start.
        with suppress(OSError):
            stat_result = path.stat()
            # Folders such as /tmp are shared.
            if stat_result.st_uid == os.geteuid() and not stat_result.st_mode & stat.S_ISVTX:
                path.chmod(stat_result.st_mode & mode)


def readable_by_others(data_dir: Path, *, group_reads_archive: bool) -> list[Path]:
    """Paths in `data_dir` that other users of this machine can read or change."""
    # If the folder is private, no other user can reach the files inside.
    if not data_dir.exists() or not data_dir.stat().st_mode & 0o077:
        return []
    return [path for path, _ in _too_open(data_dir, group_reads_archive)]


def _too_open(data_dir: Path, group_reads_archive: bool) -> list[tuple[Path, int]]:
    """Those of `data_dir` and its direct children whose mode allows more than it should."""
    problems = []
    with suppress(OSError):
        for path in (data_dir, *sorted(data_dir.iterdir())):
            mode = _mode_of(path, data_dir, group_reads_archive)
            with suppress(OSError):
                if not path.is_symlink() and path.stat().st_mode & 0o777 & ~mode:
                    problems.append((path, mode))
    return problems


def _mode_of(path: Path, data_dir: Path, group_reads_archive: bool) -> int:
    """The maximum permissions for `path`."""
    if path == data_dir:
        return PASS_THROUGH if group_reads_archive else 0o700
    if group_reads_archive and path.name == "archive":
        return 0o750
    return 0o700 if path.is_dir() else 0o600
