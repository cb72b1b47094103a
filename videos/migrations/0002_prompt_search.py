"""Full-text search over prompts: FTS5 with triggers on SQLite, a GIN index on PostgreSQL."""

from django.db import migrations

SQLITE = [
    """CREATE VIRTUAL TABLE videos_prompt_index USING fts5(
        prompt, content='videos_videojob', content_rowid='id',
        tokenize="unicode61 remove_diacritics 2", prefix='2 3')""",
    """CREATE TRIGGER videos_prompt_insert AFTER INSERT ON videos_videojob BEGIN
        INSERT INTO videos_prompt_index(rowid, prompt) VALUES (new.id, new.prompt); END""",
    """CREATE TRIGGER videos_prompt_delete AFTER DELETE ON videos_videojob BEGIN
        INSERT INTO videos_prompt_index(videos_prompt_index, rowid, prompt)
        VALUES ('delete', old.id, old.prompt); END""",
    """CREATE TRIGGER videos_prompt_update AFTER UPDATE OF prompt ON videos_videojob BEGIN
        INSERT INTO videos_prompt_index(videos_prompt_index, rowid, prompt)
        VALUES ('delete', old.id, old.prompt);
        INSERT INTO videos_prompt_index(rowid, prompt) VALUES (new.id, new.prompt); END""",
]
POSTGRESQL = [
    """CREATE INDEX videos_prompt_words ON videos_videojob
        USING gin (to_tsvector('simple'::regconfig, COALESCE(prompt, '')))""",
]


def forwards(apps, schema_editor):
    statements = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("videos", "0001_initial")]
    operations = [migrations.RunPython(forwards, elidable=False)]
