"""On PostgreSQL, the index of prompts leaves accents out, as that of SQLite does."""

from importlib import import_module

from django.db import migrations

WITH_ACCENTS = import_module("videos.migrations.0002_prompt_search").POSTGRESQL

# `WithoutAccents` in videos/models/search.py has the same words.
POSTGRESQL = [
    r"""CREATE INDEX videos_prompt_plain_words ON videos_videojob USING gin (to_tsvector(
        'simple'::regconfig, COALESCE(normalize(regexp_replace(normalize(prompt, NFD),
        '[\u0300-\u036f]', '', 'g'), NFC), '')))""",
    "DROP INDEX IF EXISTS videos_prompt_words",
]


BACK = [*WITH_ACCENTS, "DROP INDEX IF EXISTS videos_prompt_plain_words"]


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in POSTGRESQL:
            schema_editor.execute(statement)


def backwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in BACK:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("videos", "0014_review")]
    operations = [migrations.RunPython(forwards, backwards, elidable=False)]
