"""How does SQLite's index of the prompts' words stay up to date, and without accents?

The tokenizer removes the accents of Latin letters only. The triggers that fill the index write
Greek, Cyrillic and a few more letters without theirs. On PostgreSQL, an index does all of this
(migration 0015).

The index and its triggers are put in place after every `migrate`: a migration that rewrites the
table of jobs drops them.
"""

import unicodedata
from collections.abc import Iterable
from typing import Any

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from videos.models.accents import without_accents

TABLE = "videos_prompt_index"
INSERT = f"INSERT INTO {TABLE}(rowid, prompt)"
# The parser of older SQLites takes about thirty nested calls.
LETTERS_AT_ONCE = 25
# Latin letters with two marks, Greek, Cyrillic, and Greek with the marks of old spelling.
BLOCKS = ((0x1E0, 0x1FF), (0x370, 0x52F), (0x1F00, 0x1FFF))
ANY_OF_THEM = "*[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in BLOCKS) + "]*"


def put_in_place(using: str = "default", **kwargs: Any) -> None:
    """Create what is missing or of an older release. A receiver of `post_migrate`."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        present = _present(cursor)
        if "videos_videojob" not in present or present.items() >= WANTED.items():
            return
        with transaction.atomic(using):
            _rebuild(cursor)


def _present(cursor: CursorWrapper) -> dict[str, str]:
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE name LIKE 'videos!_%' ESCAPE '!'")
    return dict(cursor.fetchall())


def _rebuild(cursor: CursorWrapper) -> None:
    for name in WANTED:
        kind = "TABLE" if name == TABLE else "TRIGGER"
        cursor.execute(f"DROP {kind} IF EXISTS {name}")
    for statement in WANTED.values():
        cursor.execute(statement)
    cursor.execute(f"{INSERT} SELECT id, prompt FROM videos_videojob")  # noqa: S608
    for statement in _without_accents():
        cursor.execute(statement)


def _accented() -> list[str]:
    """The letters with accents that the tokenizer doesn't know."""
    letters = (chr(code) for first, last in BLOCKS for code in range(first, last + 1))
    return [
        letter
        for letter in letters
        if without_accents(letter) != letter and unicodedata.is_normalized("NFC", letter)
    ]


def _without_accents(rows: str = "") -> Iterable[str]:
    """Statements that remove accents in the index, from all rows or from `rows`."""
    letters = _accented()
    for start in range(0, len(letters), LETTERS_AT_ONCE):
        some = letters[start : start + LETTERS_AT_ONCE]
        plain = "prompt"
        for letter in some:
            plain = f"replace({plain}, '{letter}', '{without_accents(letter)}')"
        # Nothing in it comes from outside.
        change = f"UPDATE {TABLE} SET prompt = {plain}"  # noqa: S608
        yield f"{change} WHERE {rows}prompt GLOB '*[{''.join(some)}]*'"


def _triggers() -> dict[str, str]:
    new = f"rowid = new.id AND new.prompt GLOB '{ANY_OF_THEM}' AND "
    add = [f"{INSERT} VALUES (new.id, new.prompt)", *_without_accents(new)]
    remove = [f"DELETE FROM {TABLE} WHERE rowid = old.id"]  # noqa: S608
    return {
        "videos_prompt_insert": _trigger("insert", "INSERT", add),
        "videos_prompt_delete": _trigger("delete", "DELETE", remove),
        "videos_prompt_update": _trigger("update", "UPDATE OF prompt", remove + add),
    }


def _trigger(name: str, event: str, statements: list[str]) -> str:
    body = "; ".join(statements)
    return f"CREATE TRIGGER videos_prompt_{name} AFTER {event} ON videos_videojob BEGIN {body}; END"


# Name → statement, as SQLite keeps it.
WANTED = {
    TABLE: (
        f"CREATE VIRTUAL TABLE {TABLE} USING fts5("
        """prompt, tokenize="unicode61 remove_diacritics 2", prefix='2 3')"""
    ),
    **_triggers(),
}
