"""On PostgreSQL, an index of the words in comments, as 0015 has one of those in prompts."""

from django.db import migrations

# `WithoutAccents` in videos/models/search.py has the same words.
POSTGRESQL = r"""CREATE INDEX videos_comment_plain_words ON videos_comment USING gin (to_tsvector(
    'simple'::regconfig, COALESCE(normalize(regexp_replace(normalize(text, NFD),
    '[\u0300-\u036f]', '', 'g'), NFC), ''))) WHERE deleted_at IS NULL"""


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)


def backwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS videos_comment_plain_words")


class Migration(migrations.Migration):
    dependencies = [("videos", "0052_experiments")]
    operations = [migrations.RunPython(forwards, backwards, elidable=False)]
