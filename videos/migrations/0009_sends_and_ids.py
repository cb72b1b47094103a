"""Longer ids of providers, what is known of each send, and how long a create may take.

SQLite changes a table by writing it anew, and drops the triggers of the prompt index with the old
one. They are put back on either way.
"""

from importlib import import_module

from django.db import migrations, models

put_triggers_back = import_module("videos.migrations.0007_takes").put_triggers_back


class Migration(migrations.Migration):

    dependencies = [
        ('videos', '0008_imports'),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, put_triggers_back),
        migrations.CreateModel(
            name='SendMark',
            fields=[
                ('directory', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('sends', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name='listing',
            name='unreadable',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='provider',
            name='create_timeout_seconds',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='videojob',
            name='accepted_without_id',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='videojob',
            name='busy_sends',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='videojob',
            name='first_sent_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='videojob',
            name='manual_sends',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='videojob',
            name='send_ended_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='character',
            name='remote_id',
            field=models.CharField(blank=True, default='', max_length=2048),
        ),
        migrations.AlterField(
            model_name='inquiry',
            name='remote_id',
            field=models.CharField(max_length=2048),
        ),
        migrations.AlterField(
            model_name='listing',
            name='after',
            field=models.CharField(blank=True, default='', max_length=2048),
        ),
        migrations.AlterField(
            model_name='listing',
            name='first_id',
            field=models.CharField(blank=True, default='', max_length=2048),
        ),
        migrations.AlterField(
            model_name='remotedeletion',
            name='remote_id',
            field=models.CharField(max_length=2048),
        ),
        migrations.AlterField(
            model_name='remotejob',
            name='remote_id',
            field=models.CharField(max_length=2048),
        ),
        migrations.AlterField(
            model_name='videojob',
            name='known_before',
            field=models.CharField(blank=True, default='', max_length=2048),
        ),
        migrations.AlterField(
            model_name='videojob',
            name='remote_id',
            field=models.CharField(blank=True, default='', max_length=2048),
        ),
        migrations.AddConstraint(
            model_name='provider',
            constraint=models.CheckConstraint(condition=models.Q(('create_timeout_seconds', None), ('create_timeout_seconds__gte', 1), _connector='OR'), name='creates_take_some_time'),
        ),
        migrations.RunPython(put_triggers_back, migrations.RunPython.noop),
    ]
