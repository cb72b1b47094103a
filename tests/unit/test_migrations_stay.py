"""An applied migration is never edited: databases that have applied it would not get the change."""

import hashlib
from pathlib import Path

PLACE = Path(__file__).resolve().parents[2] / "videos" / "migrations"
# A line for each applied migration: SHA-256 and name. Newer ones are added with each release.
APPLIED = Path(__file__).with_name("applied_migrations.txt")


def _applied() -> dict[str, str]:
    """Name → hash."""
    rows = (line.split() for line in APPLIED.read_text().splitlines())
    return {name: checksum for checksum, name in rows}


def test_no_applied_migration_has_changed() -> None:
    applied = _applied()
    assert len(applied) > 40
    now = {name: hashlib.sha256((PLACE / name).read_bytes()).hexdigest() for name in applied}
    assert now == applied


def test_newer_migrations_come_after_them() -> None:
    applied = set(_applied())
    newer = {path.name for path in PLACE.glob("0*.py")} - applied
    assert all(name > max(applied) for name in newer)
