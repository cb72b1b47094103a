"""How is SQLite's index of the words in prompts and comments kept up to date, without accents?

The tokenizer removes the accents of Latin letters only. The triggers that fill the index write
Greek, Cyrillic and a few more letters without theirs. On PostgreSQL, an index does all of this
(migration 0015).

The index and its triggers are put in place after every `migrate`: a migration that rewrites the
table of jobs or comments drops them. No trigger names a table other than its own and the index:
SQLite refuses to rename a table while a trigger names one that is missing.
"""

import unicodedata
from collections.abc import Iterable
from typing import Any

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from videos.models.accents import without_accents

TABLE = "videos_prompt_index"
INSERT = f"INSERT INTO {TABLE}(rowid, prompt)"
# The tables whose words it holds.
SOURCES = {"videos_videojob", "videos_comment"}
COMMENTS = (
    "SELECT group_concat(text, char(10)) FROM videos_comment "
    "WHERE job_id = {} AND deleted_at IS NULL"
)
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
        if not present.keys() >= SOURCES or present.items() >= WANTED.items():
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
    said = COMMENTS.format("videos_prompt_index.rowid")
    commented = "rowid IN (SELECT job_id FROM videos_comment)"
    cursor.execute(f"UPDATE {TABLE} SET comments = ({said}) WHERE {commented}")  # noqa: S608
    for column in ("prompt", "comments"):
        for statement in _without_accents(column):
            cursor.execute(statement)


def _accented() -> list[str]:
    """The letters with accents that the tokenizer doesn't know."""
    letters = (chr(code) for first, last in BLOCKS for code in range(first, last + 1))
    return [
        letter
        for letter in letters
        if without_accents(letter) != letter and unicodedata.is_normalized("NFC", letter)
    ]


def _without_accents(column: str, rows: str = "") -> Iterable[str]:
    """Statements that remove accents in a column of the index, from all rows or from `rows`."""
    letters = _accented()
    for start in range(0, len(letters), LETTERS_AT_ONCE):
        some = letters[start : start + LETTERS_AT_ONCE]
        plain = column
        for letter in some:
            plain = f"replace({plain}, '{letter}', '{without_accents(letter)}')"
        # Nothing in it comes from outside.
        change = f"UPDATE {TABLE} SET {column} = {plain}"  # noqa: S608
        yield f"{change} WHERE {rows}{column} GLOB '*[{''.join(some)}]*'"


def _triggers() -> dict[str, str]:
    new = f"rowid = new.id AND new.prompt GLOB '{ANY_OF_THEM}' AND "
    plain = [*_without_accents("prompt", new)]
    add = f"{INSERT} VALUES (new.id, new.prompt)"
    change = f"UPDATE {TABLE} SET prompt = new.prompt WHERE rowid = new.id"  # noqa: S608
    remove = f"DELETE FROM {TABLE} WHERE rowid = old.id"  # noqa: S608
    said, unsaid = _comments_of("new.job_id"), _comments_of("old.job_id")
    jobs, comments = "videos_videojob", "videos_comment"
    return {
        "videos_prompt_insert": _trigger("prompt_insert", "INSERT", jobs, [add, *plain]),
        "videos_prompt_delete": _trigger("prompt_delete", "DELETE", jobs, [remove]),
        "videos_prompt_update": _trigger(
            "prompt_update", "UPDATE OF prompt", jobs, [change, *plain]
        ),
        "videos_comment_insert": _trigger("comment_insert", "INSERT", comments, said),
        "videos_comment_delete": _trigger("comment_delete", "DELETE", comments, unsaid),
        "videos_comment_update": _trigger(
            "comment_update", "UPDATE OF text, deleted_at", comments, said
        ),
    }


def _comments_of(job: str) -> list[str]:
    """Statements that write what is said about a job into its row of the index."""
    said = COMMENTS.format(job)
    change = f"UPDATE {TABLE} SET comments = ({said}) WHERE rowid = {job}"  # noqa: S608
    return [change, *_without_accents("comments", f"rowid = {job} AND ")]


def _trigger(name: str, event: str, table: str, statements: list[str]) -> str:
    body = "; ".join(statements)
    return f"CREATE TRIGGER videos_{name} AFTER {event} ON {table} BEGIN {body}; END"


# Name → statement, as SQLite keeps it.
WANTED = {
    TABLE: (
        f"CREATE VIRTUAL TABLE {TABLE} USING fts5("
        """prompt, comments, tokenize="unicode61 remove_diacritics 2", prefix='2 3')"""
    ),
    **_triggers(),
}
