"""Edit, extend and characters. What a clip is made from is its `source`, whatever the operation."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
import videos.models.character
from django.conf import settings
from django.db import migrations, models

SEARCH = import_module("videos.migrations.0002_prompt_search").SQLITE


def search_again(apps, schema_editor):
    """SQLite changes a table by making it anew, and drops its triggers with the old one."""
    if schema_editor.connection.vendor == "sqlite":
        for name in ("insert", "delete", "update"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS videos_prompt_{name}")
        for statement in SEARCH[1:]:
            schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('videos', '0004_providers'),
    ]

    operations = [
        migrations.RenameField(model_name='videojob', old_name='remix_of', new_name='source'),
        migrations.CreateModel(
            name='Character',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('lease_token', models.CharField(blank=True, default='', max_length=32)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('claims', models.PositiveSmallIntegerField(default=0)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('public_id', models.CharField(default=videos.models.character.new_character_id, editable=False, max_length=37, unique=True)),
                ('submission_key', models.CharField(default=videos.models.character.new_character_id, max_length=64)),
                ('name', models.CharField(max_length=80)),
                ('upload', models.CharField(blank=True, default='', max_length=200)),
                ('status', models.CharField(choices=[('submitting', 'Being made'), ('unsure', 'Unsure'), ('ready', 'Ready'), ('failed', 'Failed')], default='submitting', max_length=12)),
                ('remote_id', models.CharField(blank=True, default='', max_length=1024)),
                ('message', models.CharField(blank=True, default='', max_length=600)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('submit_started_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.AddField(
            model_name='videojob',
            name='added_seconds',
            field=models.CharField(blank=True, default='', max_length=8),
        ),
        migrations.AddField(
            model_name='videojob',
            name='characters',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AlterField(
            model_name='videojob',
            name='operation',
            field=models.CharField(choices=[('create', 'Create'), ('remix', 'Remix'), ('edit', 'Edit'), ('extend', 'Extend')], default='create', max_length=10),
        ),
        migrations.AlterField(
            model_name='videojob',
            name='source',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='derived', to='videos.videojob'),
        ),
        migrations.AddIndex(
            model_name='videojob',
            index=models.Index(condition=models.Q(('source__isnull', False)), fields=['source'], name='made_from'),
        ),
        migrations.AddConstraint(
            model_name='videojob',
            constraint=models.CheckConstraint(condition=models.Q(('source', None), models.Q(('operation', 'create'), _negated=True), _connector='OR'), name='create_has_no_source'),
        ),
        migrations.AddConstraint(
            model_name='videojob',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('operation', 'extend'), models.Q(('added_seconds', ''), _negated=True)), models.Q(models.Q(('operation', 'extend'), _negated=True), ('added_seconds', '')), _connector='OR'), name='extensions_add_seconds'),
        ),
        migrations.AddField(
            model_name='character',
            name='maker',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='characters', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='character',
            name='provider',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='characters', to='videos.provider'),
        ),
        migrations.AddField(
            model_name='character',
            name='source',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='shown_characters', to='videos.videojob'),
        ),
        migrations.AddConstraint(
            model_name='character',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['submitting', 'unsure', 'ready', 'failed'])), name='character_status_is_known'),
        ),
        migrations.AddConstraint(
            model_name='character',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'ready'), _negated=True), models.Q(('remote_id', ''), _negated=True), _connector='OR'), name='ready_has_a_remote_id'),
        ),
        migrations.AddConstraint(
            model_name='character',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_at__isnull', False), ('status', 'submitting')), models.Q(models.Q(('status', 'submitting'), _negated=True), ('due_at', None)), _connector='OR'), name='being_made_has_a_next_step'),
        ),
        migrations.AddConstraint(
            model_name='character',
            constraint=models.UniqueConstraint(fields=('maker', 'submission_key'), name='one_character_per_press'),
        ),
        migrations.RunPython(search_again, migrations.RunPython.noop),
    ]
