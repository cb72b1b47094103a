"""`manage.py restore FILE`: restore a backup into an empty database."""

from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from dashboard.private import make_private
from videos import durable
from videos.jobs.health.schema import unknown_migrations
from videos.jobs.send_count import read_marker, record_restore
from videos.management.backup_file import (
    ARCHIVE,
    CHUNK,
    DATABASES,
    MANIFEST,
    SECRET_KEY,
    BackupError,
    Manifest,
    members,
    read_manifest,
)
from videos.management.database_copy import CopyError, is_empty, put_back
from videos.models import AuditAction, record

# Before the umask: where nginx sends the archive, its group may read the files.
ARCHIVED = 0o640


class Command(BaseCommand):
    """Restore a file made by `backup`. Nothing is overwritten."""

    help = "Restore a backup. The database must be empty; existing files are kept."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            # All of it is checked before anything is written.
            manifest = read_manifest(path)
            _check(manifest)
            make_private(settings.DATA_DIR, group_reads_archive=bool(settings.X_ACCEL_PREFIX))
            copy = _unpack(path)
            put_back(copy)
            copy.unlink(missing_ok=True)
        except (OSError, BackupError, CopyError) as error:
            raise CommandError(f"The backup was not restored. {error}") from error
        call_command("migrate", verbosity=0)
        # The database doesn't know what was sent since the backup, so the mirror searches first.
        record_restore(read_marker())
        with transaction.atomic():
            record(AuditAction.BACKUP_RESTORED, path.name, after={"made_at": manifest.made_at})
        self.stdout.write(f"Restored the backup of {manifest.made_at}.")
        self.stdout.write(
            "Jobs that were waiting to be sent are looked up at their providers first. "
            "Start Dailies, then run “manage.py verify_media”."
        )


def _check(manifest: Manifest) -> None:
    if manifest.database != connection.vendor:
        raise BackupError(
            f"It contains a {manifest.database} database, but DATABASE_URL is {connection.vendor}."
        )
    if unknown := unknown_migrations(manifest.migrations):
        raise BackupError(
            f"It was made by a newer release (unknown migrations: {', '.join(unknown[:3])})."
        )
    if not is_empty():
        raise BackupError(
            "A database exists already. First stop Dailies on all machines and move the database "
            "away; leave send_count where it is."
        )
    for name, entry in manifest.files.items():
        place = _place(name)
        if (
            name.startswith(f"{ARCHIVE}/")
            and place.exists()
            and place.stat().st_size != entry.bytes
        ):
            raise BackupError(f"{place} differs from the backup's file. Move it away first.")


def _unpack(path: Path) -> Path:
    """Write the files to their places; returns the path of the database's copy."""
    copy = Path(settings.DATA_DIR) / ".restoring"
    for name, file in members(path):
        if name in DATABASES.values():
            _write(copy, file)
        elif name == SECRET_KEY:
            _put_key_back(file.read())
        elif name != MANIFEST and not (place := _place(name)).exists():
            _write(place, file, ARCHIVED)
    return copy


def _place(name: str) -> Path:
    return Path(settings.ARCHIVE_DIR) / name.removeprefix(f"{ARCHIVE}/")


def _put_key_back(key: bytes) -> None:
    """Write the secret key. A different existing key is renamed, in case it is still needed."""
    place = Path(settings.DATA_DIR) / SECRET_KEY
    if place.exists() and place.read_bytes() != key:
        place.rename(place.with_name(f"{SECRET_KEY}.before-restore"))
    durable.create_file(place, key, mode=0o600)


def _write(place: Path, file: IO[bytes], mode: int = 0o600) -> None:
    # The umask decides about the folders, as it does when clips are archived.
    place.parent.mkdir(parents=True, exist_ok=True)
    durable.write_file(place, iter(lambda: file.read(CHUNK), b""), mode=mode)
