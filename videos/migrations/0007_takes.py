"""Several takes of one press, and a reference that was padded.

SQLite cannot add these columns to a table: Django writes the table anew, and the triggers that
keep the prompt index true go with the old one. They are put back on either way.
"""

from importlib import import_module

from django.db import migrations, models

TRIGGERS = import_module("videos.migrations.0002_prompt_search").SQLITE[1:]
NAMES = ("videos_prompt_insert", "videos_prompt_delete", "videos_prompt_update")


def put_triggers_back(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        return
    for name, statement in zip(NAMES, TRIGGERS, strict=True):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('videos', '0006_webhooks'),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, put_triggers_back),
        migrations.RemoveConstraint(
            model_name='videojob',
            name='one_job_per_press',
        ),
        migrations.AddField(
            model_name='videojob',
            name='padded',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='videojob',
            name='take',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='videojob',
            name='takes',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddConstraint(
            model_name='videojob',
            constraint=models.CheckConstraint(condition=models.Q(('take__gte', 1), ('take__lte', models.F('takes'))), name='take_is_one_of_its_takes'),
        ),
        migrations.AddConstraint(
            model_name='videojob',
            constraint=models.UniqueConstraint(fields=('maker', 'submission_key', 'take'), name='one_job_per_take_and_press'),
        ),
        migrations.RunPython(put_triggers_back, migrations.RunPython.noop),
    ]
