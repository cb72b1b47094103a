"""Stores the jobs and their states in one SQLite file, which survives any kill."""

import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from videos import wire

SCHEMA_VERSION = 2
SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    model TEXT NOT NULL,
    prompt TEXT NOT NULL,
    size TEXT NOT NULL,
    seconds TEXT NOT NULL,
    seed INTEGER NOT NULL,
    has_reference INTEGER NOT NULL,
    remixed_from TEXT,
    created_at INTEGER NOT NULL,
    status TEXT NOT NULL DEFAULT 'queued'
        CHECK (status IN ('queued', 'in_progress', 'completed', 'failed')),
    progress INTEGER NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
    attempts INTEGER NOT NULL DEFAULT 0,
    completed_at INTEGER,
    expires_at INTEGER,
    swept INTEGER NOT NULL DEFAULT 0,
    error_code TEXT,
    error_message TEXT,
    CHECK ((status = 'completed') = (completed_at IS NOT NULL)),
    CHECK ((status = 'failed') = (error_message IS NOT NULL))
);
CREATE INDEX IF NOT EXISTS jobs_waiting ON jobs (seq) WHERE status IN ('in_progress', 'queued');
CREATE INDEX IF NOT EXISTS jobs_expiring ON jobs (expires_at) WHERE completed_at AND NOT swept;
"""

# Columns added in version 2: clips that are made from clips.
ADDED = (
    "words TEXT NOT NULL DEFAULT ''",
    "look TEXT NOT NULL DEFAULT ''",
    "continues INTEGER NOT NULL DEFAULT 0",
    "picture TEXT NOT NULL DEFAULT '' CHECK (picture IN ('', 'first', 'last'))",
)


@dataclass(frozen=True, kw_only=True)
class NewJob:
    """One accepted request. Times are Unix seconds.

    `words` are drawn in place of the prompt where it alone would not do, with the `look` of
    another clip. A kept clip is shown for its first `continues` seconds, or lends a `picture`.
    """

    id: str
    model: str
    prompt: str
    size: str
    seconds: str
    seed: int
    has_reference: bool
    remixed_from: str | None
    created_at: int
    words: str = ""
    look: str = ""
    continues: int = 0
    picture: str = ""

    @property
    def has_source(self) -> bool:
        return bool(self.continues or self.picture)


@dataclass(frozen=True, kw_only=True)
class Job(NewJob):
    """A row. `seq` is the order of creation, `attempts` how often rendering was started."""

    seq: int
    status: str
    progress: int
    attempts: int
    completed_at: int | None
    expires_at: int | None
    swept: int
    error_code: str | None
    error_message: str | None

    def video(self) -> wire.Video:
        error = None
        if self.error_message is not None:
            error = wire.VideoError(code=self.error_code or "", message=self.error_message)
        return wire.Video(
            id=self.id,
            model=self.model,
            status=self.status,
            progress=self.progress,
            created_at=self.created_at,
            completed_at=self.completed_at,
            expires_at=self.expires_at,
            prompt=self.prompt,
            size=self.size,
            seconds=self.seconds,
            remixed_from_video_id=self.remixed_from,
            error=error,
        )


class Store:
    """One connection per thread. Every method is one transaction of one statement."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()

    def prepare(self) -> None:
        """Create the tables. Raises RuntimeError if a newer engine has created different ones."""
        connection = self._connection()
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise RuntimeError(f"{self._path} was written by a newer version of the engine")
        connection.executescript(SCHEMA)
        columns = {row["name"] for row in connection.execute("PRAGMA table_info(jobs)")}
        for column in ADDED:
            if column.split()[0] not in columns:
                connection.execute(f"ALTER TABLE jobs ADD COLUMN {column}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def close(self) -> None:
        """Close this thread's connection."""
        self._connection().close()
        del self._local.connection

    # --- for callers ---

    def add(self, job: NewJob) -> Job:
        fields = vars(job)
        names, marks = ", ".join(fields), ", ".join(f":{name}" for name in fields)
        # The names come from the dataclass.
        sql = f"INSERT INTO jobs ({names}) VALUES ({marks}) RETURNING *"  # noqa: S608
        return self._jobs(sql, fields)[0]

    def get(self, job_id: str) -> Job | None:
        return next(iter(self._jobs("SELECT * FROM jobs WHERE id = :id", {"id": job_id})), None)

    def page(self, *, after: int | None, limit: int, newest_first: bool) -> list[Job]:
        """At most `limit` jobs after the sequence number `after`."""
        if newest_first:
            sql = "SELECT * FROM jobs WHERE seq < :after ORDER BY seq DESC LIMIT :limit"
            return self._jobs(sql, {"after": 2**62 if after is None else after, "limit": limit})
        sql = "SELECT * FROM jobs WHERE seq > :after ORDER BY seq LIMIT :limit"
        return self._jobs(sql, {"after": after or 0, "limit": limit})

    def remove(self, job_id: str) -> bool:
        return self._changed("DELETE FROM jobs WHERE id = :id", id=job_id)

    # --- for the worker ---

    def ids(self) -> set[str]:
        return {row["id"] for row in self._connection().execute("SELECT id FROM jobs")}

    def take(self, running: Iterable[str]) -> Job | None:
        """Start the oldest unfinished job that isn't `running`, and count the attempt."""
        names = list(running)
        marks = ", ".join("?" * len(names))
        sql = f"""
            UPDATE jobs SET status = 'in_progress', attempts = attempts + 1
            WHERE seq = (
                SELECT seq FROM jobs
                WHERE status IN ('in_progress', 'queued') AND id NOT IN ({marks})
                ORDER BY seq LIMIT 1
            ) RETURNING *"""  # noqa: S608
        return next(iter(self._jobs(sql, names)), None)

    def unfinished(self, job_id: str) -> bool:
        sql = "SELECT 1 FROM jobs WHERE id = ? AND status = 'in_progress'"
        return self._connection().execute(sql, (job_id,)).fetchone() is not None

    def advance(self, job_id: str, progress: int) -> bool:
        """Store progress, which never goes backwards. Returns False if the job was deleted."""
        sql = """UPDATE jobs SET progress = max(progress, :progress)
            WHERE id = :id AND status = 'in_progress'"""
        return self._changed(sql, id=job_id, progress=progress)

    def forgive(self, job_id: str) -> None:
        """Don't count an attempt that ended because the engine was stopped."""
        sql = "UPDATE jobs SET attempts = attempts - 1 WHERE id = :id AND status = 'in_progress'"
        self._changed(sql, id=job_id)

    def complete(self, job_id: str, *, now: int, expires_at: int) -> bool:
        sql = """UPDATE jobs SET status = 'completed', progress = 100, completed_at = :now,
            expires_at = :expires_at WHERE id = :id AND status = 'in_progress'"""
        return self._changed(sql, id=job_id, now=now, expires_at=expires_at)

    def fail(self, job_id: str, code: str, message: str) -> bool:
        sql = """UPDATE jobs SET status = 'failed', error_code = :code, error_message = :message
            WHERE id = :id AND status = 'in_progress'"""
        return self._changed(sql, id=job_id, code=code, message=message)

    def expired(self, now: int) -> list[str]:
        """Finished jobs whose files have expired."""
        sql = "SELECT id FROM jobs WHERE completed_at AND NOT swept AND expires_at <= ?"
        return [row["id"] for row in self._connection().execute(sql, (now,))]

    def mark_swept(self, job_id: str) -> None:
        self._changed("UPDATE jobs SET swept = 1 WHERE id = :id", id=job_id)

    # --- SQLite ---

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            connection = sqlite3.connect(self._path, timeout=5, isolation_level=None)
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            self._local.connection = connection
        return self._local.connection  # type: ignore[no-any-return]

    def _jobs(self, sql: str, parameters: dict[str, object] | list[str]) -> list[Job]:
        rows = self._connection().execute(sql, parameters).fetchall()
        return [Job(**{**row, "has_reference": bool(row["has_reference"])}) for row in rows]

    def _changed(self, sql: str, **parameters: object) -> bool:
        return self._connection().execute(sql, parameters).rowcount > 0
