"""Decisions, ratings, favourites, comments; projects, tags, collections; share links, saved views.

SQLite changes a table by rewriting it, and drops the triggers of the prompt index with the old one:
they are put back at the end.
"""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

put_triggers_back = import_module("videos.migrations.0007_takes").put_triggers_back


class Migration(migrations.Migration):

    dependencies = [
        ('videos', '0013_used_keys'),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, put_triggers_back),
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stars', models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('query', models.CharField(max_length=2000)),
                ('for_team', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ShareItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(default=0)),
            ],
            options={
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ShareLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('sealed_token', models.CharField(editable=False, max_length=400)),
                ('title', models.CharField(blank=True, default='', max_length=120)),
                ('password', models.CharField(blank=True, default='', max_length=128)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('views', models.PositiveIntegerField(default=0)),
                ('viewed_at', models.DateTimeField(blank=True, null=True)),
                ('allow_download', models.BooleanField(default=False)),
                ('allow_comments', models.BooleanField(default=False)),
                ('allow_decisions', models.BooleanField(default=False)),
                ('show_prompts', models.BooleanField(default=False)),
                ('show_prices', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('key', models.CharField(editable=False, max_length=160, unique=True)),
            ],
            options={
                'ordering': ['key'],
            },
        ),
        migrations.AddField(
            model_name='teamsettings',
            name='reject_reasons',
            field=models.TextField(blank=True, default='Wrong subject\nMotion looks wrong\nFaces or hands\nFlicker\nOff brand', max_length=2000),
        ),
        migrations.AddField(
            model_name='videojob',
            name='verdict',
            field=models.CharField(blank=True, choices=[('', 'To review'), ('approved', 'Approved'), ('needs_changes', 'Needs changes'), ('rejected', 'Rejected')], default='', max_length=13),
        ),
        migrations.CreateModel(
            name='Collection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(allow_unicode=True, max_length=80, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('version', models.PositiveIntegerField(default=1)),
                ('maker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='collections', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='CollectionItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('collection', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='items', to='videos.collection')),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='collection_items', to='videos.videojob')),
            ],
            options={
                'ordering': ['position', 'id'],
            },
        ),
        migrations.AddField(
            model_name='collection',
            name='jobs',
            field=models.ManyToManyField(related_name='collections', through='videos.CollectionItem', to='videos.videojob'),
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('guest', models.CharField(blank=True, default='', max_length=80)),
                ('text', models.TextField()),
                ('start', models.DecimalField(blank=True, decimal_places=3, max_digits=9, null=True)),
                ('end', models.DecimalField(blank=True, decimal_places=3, max_digits=9, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('edited_at', models.DateTimeField(blank=True, null=True)),
                ('deleted_at', models.DateTimeField(blank=True, null=True)),
                ('resolved_at', models.DateTimeField(blank=True, null=True)),
                ('submission_key', models.CharField(max_length=64)),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='videos.videojob')),
                ('maker', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to=settings.AUTH_USER_MODEL)),
                ('mentions', models.ManyToManyField(blank=True, related_name='mentioned_in', to=settings.AUTH_USER_MODEL)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='replies', to='videos.comment')),
                ('resolved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(blank=True, choices=[('', 'To review'), ('approved', 'Approved'), ('needs_changes', 'Needs changes'), ('rejected', 'Rejected')], max_length=13)),
                ('previous', models.CharField(blank=True, choices=[('', 'To review'), ('approved', 'Approved'), ('needs_changes', 'Needs changes'), ('rejected', 'Rejected')], default='', max_length=13)),
                ('reason', models.CharField(blank=True, default='', max_length=80)),
                ('note', models.CharField(blank=True, default='', max_length=2000)),
                ('guest', models.CharField(blank=True, default='', max_length=80)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('press', models.CharField(db_index=True, max_length=32)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to=settings.AUTH_USER_MODEL)),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='videos.videojob')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Favourite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='favourites', to='videos.videojob')),
                ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='favourites', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='JobTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='job_tags', to='videos.videojob')),
            ],
        ),
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(allow_unicode=True, max_length=80, unique=True)),
                ('name', models.CharField(max_length=80, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('archived_at', models.DateTimeField(blank=True, null=True)),
                ('maker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='projects', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.AddField(
            model_name='videojob',
            name='project',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='videos.project'),
        ),
        migrations.AddIndex(
            model_name='videojob',
            index=models.Index(condition=models.Q(('trashed_at', None), ('project__isnull', False)), fields=['project', '-id'], name='live_project'),
        ),
        migrations.AddIndex(
            model_name='videojob',
            index=models.Index(condition=models.Q(('trashed_at', None), ('status', 'completed')), fields=['verdict', '-id'], name='live_verdict'),
        ),
        migrations.AddConstraint(
            model_name='videojob',
            constraint=models.CheckConstraint(condition=models.Q(('verdict', ''), models.Q(('status', 'completed'), ('verdict__in', ['', 'approved', 'needs_changes', 'rejected'])), _connector='OR'), name='only_finished_clips_are_decided'),
        ),
        migrations.AddField(
            model_name='rating',
            name='job',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='videos.videojob'),
        ),
        migrations.AddField(
            model_name='rating',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='savedview',
            name='maker',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='shareitem',
            name='job',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='share_items', to='videos.videojob'),
        ),
        migrations.AddField(
            model_name='sharelink',
            name='collection',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='share_links', to='videos.collection'),
        ),
        migrations.AddField(
            model_name='sharelink',
            name='jobs',
            field=models.ManyToManyField(related_name='share_links', through='videos.ShareItem', to='videos.videojob'),
        ),
        migrations.AddField(
            model_name='sharelink',
            name='maker',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='share_links', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='shareitem',
            name='link',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='items', to='videos.sharelink'),
        ),
        migrations.AddField(
            model_name='decision',
            name='link',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='decisions', to='videos.sharelink'),
        ),
        migrations.AddField(
            model_name='comment',
            name='link',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='comments', to='videos.sharelink'),
        ),
        migrations.AddField(
            model_name='tag',
            name='jobs',
            field=models.ManyToManyField(related_name='tags', through='videos.JobTag', to='videos.videojob'),
        ),
        migrations.AddField(
            model_name='jobtag',
            name='tag',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='tagged', to='videos.tag'),
        ),
        migrations.AddIndex(
            model_name='collectionitem',
            index=models.Index(fields=['collection', 'position'], name='collection_order'),
        ),
        migrations.AddConstraint(
            model_name='collectionitem',
            constraint=models.UniqueConstraint(fields=('collection', 'job'), name='once_in_a_collection'),
        ),
        migrations.AddConstraint(
            model_name='favourite',
            constraint=models.UniqueConstraint(fields=('member', 'job'), name='one_favourite_per_member'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='project_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='rating',
            constraint=models.UniqueConstraint(fields=('job', 'member'), name='one_rating_per_member'),
        ),
        migrations.AddConstraint(
            model_name='rating',
            constraint=models.CheckConstraint(condition=models.Q(('stars__gte', 1), ('stars__lte', 5)), name='stars_are_one_to_five'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(fields=('maker', 'name'), name='one_view_per_name'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='view_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='shareitem',
            constraint=models.UniqueConstraint(fields=('link', 'job'), name='once_in_a_link'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('verdict__in', ['', 'approved', 'needs_changes', 'rejected'])), name='decision_is_known'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('by__isnull', False), ('guest', '')), models.Q(('by', None), models.Q(('guest', ''), _negated=True)), _connector='OR'), name='decision_is_by_a_member_or_a_guest'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(fields=('press', 'job'), name='one_decision_per_press'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('end', None), models.Q(('end__gt', models.F('start')), ('start__isnull', False)), _connector='OR'), name='comment_range_goes_forward'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('start', None), ('start__gte', 0), _connector='OR'), name='comment_starts_in_the_clip'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('guest', ''), ('maker__isnull', False)), models.Q(('maker', None), models.Q(('guest', ''), _negated=True)), _connector='OR'), name='comment_is_by_a_member_or_a_guest'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.UniqueConstraint(fields=('job', 'submission_key'), name='one_comment_per_press'),
        ),
        migrations.AddConstraint(
            model_name='tag',
            constraint=models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='tag_has_a_key'),
        ),
        migrations.AddConstraint(
            model_name='jobtag',
            constraint=models.UniqueConstraint(fields=('tag', 'job'), name='one_tag_per_clip'),
        ),
        migrations.RunPython(put_triggers_back, migrations.RunPython.noop),
    ]
