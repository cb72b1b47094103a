"""`manage.py backup FILE`: the database, the archive and the secret key in one file."""

import logging
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from videos.management.backup_file import DATABASES, SECRET_KEY, Writer
from videos.management.database_copy import CopyError, copy_to
from videos.models import AuditAction, record

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """Make a backup while Dailies is running."""

    help = "Copy database, archive and secret key to FILE (tar). Dailies may be running."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"].absolute()
        if path.exists():
            raise CommandError(f"{path} already exists. Choose another name.")
        try:
            writer = Writer(path)
        except OSError as error:
            raise CommandError(f"Cannot write {path}: {error.strerror}.") from error
        copy = path.with_name(f".{path.name}.database")
        try:
            gone = _write(writer, copy)
        except (OSError, CopyError) as error:
            raise CommandError(f"No backup was made. {error}") from error
        finally:
            copy.unlink(missing_ok=True)
            writer.discard()
        size = sum(entry.bytes for entry in writer.files.values()) // 2**20
        self.stdout.write(f"{path}: {len(writer.files)} files, {size} MB.")
        for line in _left_out(writer, gone):
            self.stdout.write(f"Left out: {line}")
        self.stdout.write("The backup contains password hashes and keys. Keep it private.")


def _write(writer: Writer, copy: Path) -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    # The database first, so that every file it mentions is copied after it.
    copy.touch(mode=0o600)
    copy_to(copy)
    writer.add(DATABASES[connection.vendor], copy)
    if (key := settings.DATA_DIR / "secret_key").exists():
        writer.add(SECRET_KEY, key)
    gone = writer.add_archive(Path(settings.ARCHIVE_DIR))
    _record(writer)
    writer.finish(
        database=connection.vendor,
        migrations=sorted(name for app, name in applied if app == "videos"),
        made_at=timezone.now().isoformat(timespec="seconds"),
    )
    return gone


def _record(writer: Writer) -> None:
    """Leave an entry in the audit log, before the backup is whole, so that none is without one."""
    facts = {"files": len(writer.files), "database": connection.vendor}
    try:
        with transaction.atomic():
            record(AuditAction.BACKUP_MADE, writer.path.name, after=facts)
    # A database of an older release, whose backup matters more: before an update, for example.
    except DatabaseError as error:
        log.warning("the audit log has no entry of this backup: %s", error)


def _left_out(writer: Writer, gone: list[str]) -> list[str]:
    lines = [
        "send_count, which shows that a database was restored; it must stay where it is",
        "engine, engine_key: the embedded engine's own copies and key",
        "static, tmp: created again at the next start",
        ".env: your settings",
    ]
    if SECRET_KEY not in writer.files:
        lines.append("SECRET_KEY, which is set in your environment: providers' keys need it")
    if gone:
        lines.append(f"{len(gone)} files that were purged while the backup was made")
    return lines
