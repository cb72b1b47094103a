"""A gallery from before edits and extensions is migrated with its remixes and its search."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.old_release import old_release
from tests.patience import PATIENCE

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
BEFORE = "0004_providers"


def manage(data: Path, *words: str, **more: str) -> str:
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    env |= {"DJANGO_SETTINGS_MODULE": "tests.settings", "TESTS_DATA_DIR": str(data)} | more
    command = [sys.executable, "manage.py", *words]
    done = subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def add(table: sqlite3.Connection, name: str, row: dict[str, object]) -> None:
    """A row in which every column that is not named has a value of its type."""
    columns = table.execute(f"PRAGMA table_info({name})").fetchall()
    for _, column, kind, required, default, key in columns:
        if required and default is None and not key:
            row.setdefault(column, 0 if "int" in kind or "bool" in kind else "")
    names, marks = ", ".join(f'"{each}"' for each in row), ", ".join("?" * len(row))
    table.execute(f"INSERT INTO {name} ({names}) VALUES ({marks})", list(row.values()))


def test_remixes_keep_their_source_and_prompts_are_found(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    manage(tmp_path, "migrate", "videos", BEFORE, **old_release(old, "tests.settings"))
    (path,) = tmp_path.glob("*.sqlite3")
    now = "2026-11-01 10:00:00"
    with sqlite3.connect(path) as table:
        add(table, "videos_member", {"id": 1, "username": "ada", "role": "member",
                                   "date_joined": now, "is_active": 1})  # fmt: skip
        add(table, "videos_provider", {"id": 1, "name": "Box", "slug": "box", "origin": "admin",
                                     "dialect": "openai", "capabilities": "{}",
                                     "corrections": "{}", "probe": "{}"})  # fmt: skip
        for pk, prompt, source in ((1, "a lighthouse", None), (2, "a lighthouse at night", 1)):
            add(table, "videos_videojob", {
                "id": pk, "public_id": f"video_{pk}", "maker_id": 1, "provider_id": 1,
                "submission_key": f"k{pk}", "operation": "remix" if source else "create",
                "prompt": prompt, "status": "failed", "created_at": now, "finished_at": now,
                "extra": "{}", "remote": "{}", "seconds": "4", "size": "1280x720",
                "remix_of_id": source, "version": 1,
            })  # fmt: skip
    table.close()
    manage(tmp_path, "migrate")
    code = (
        "from videos.models import *; from videos.models.search import search_prompts\n"
        "job = VideoJob.objects.get(pk=2); print(job.source_id, job.operation, job.added_seconds)\n"
        "VideoJob.objects.filter(pk=1).update(prompt='a windmill')\n"
        "for words in ('lighthouse', 'windmill'):\n"
        "    print([row.pk for row in search_prompts(VideoJob.objects.all(), words)[0]])\n"
    )
    lines = manage(tmp_path, "shell", "-c", code).splitlines()[-3:]
    assert lines == ["1 remix ", "[2]", "[1]"]
