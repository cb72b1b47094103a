"""Stacks, batches, ratings and prices to sort by.

SQLite changes a table by rewriting it, and drops the triggers of the prompt index with the old one:
they are put back at the end.
"""

from importlib import import_module

import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

put_triggers_back = import_module("videos.migrations.0007_takes").put_triggers_back


class Migration(migrations.Migration):

    dependencies = [
        ('videos', '0018_findings'),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, put_triggers_back),
        migrations.CreateModel(
            name='Stack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='StackMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('press', models.CharField(max_length=32)),
            ],
        ),
        migrations.AddField(
            model_name='videojob',
            name='batch',
            field=models.CharField(blank=True, db_default='', default='', max_length=32),
        ),
        migrations.AddField(
            model_name='videojob',
            name='is_cover',
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name='videojob',
            name='rating',
            field=models.FloatField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='videojob',
            name='stack',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='videos.stack'),
        ),
        migrations.AddField(
            model_name='videojob',
            name='sort_price',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce('price', models.Value(-1, output_field=models.DecimalField(decimal_places=4, max_digits=10))), output_field=models.DecimalField(decimal_places=4, max_digits=10)),
        ),
        migrations.AddIndex(
            model_name='videojob',
            index=models.Index(condition=models.Q(('trashed_at', None)), fields=['-sort_price', '-id'], name='live_price'),
        ),
        migrations.AddIndex(
            model_name='videojob',
            index=models.Index(condition=models.Q(('trashed_at', None)), fields=['-rating', '-id'], name='live_rating'),
        ),
        migrations.AddIndex(
            model_name='videojob',
            index=models.Index(condition=models.Q(('trashed_at', None), ('is_cover', True)), fields=['-id'], name='live_covers'),
        ),
        migrations.AddIndex(
            model_name='videojob',
            index=models.Index(condition=models.Q(('stack__isnull', False)), fields=['stack'], name='in_stack'),
        ),
        migrations.AddIndex(
            model_name='videojob',
            index=models.Index(condition=models.Q(('batch', ''), _negated=True), fields=['batch'], name='in_batch'),
        ),
        migrations.AddConstraint(
            model_name='videojob',
            constraint=models.CheckConstraint(condition=models.Q(('rating', 0), models.Q(('rating__gte', 1), ('rating__lte', 5)), _connector='OR'), name='rating_is_none_or_one_to_five'),
        ),
        migrations.AddConstraint(
            model_name='videojob',
            constraint=models.CheckConstraint(condition=models.Q(('stack__isnull', False), ('is_cover', True), _connector='OR'), name='a_clip_alone_is_its_own_cover'),
        ),
        migrations.AddConstraint(
            model_name='videojob',
            constraint=models.UniqueConstraint(condition=models.Q(('trashed_at', None), ('is_cover', True), ('stack__isnull', False)), fields=('stack',), name='one_cover_per_stack'),
        ),
        migrations.AddField(
            model_name='stackmove',
            name='after',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='videos.stack'),
        ),
        migrations.AddField(
            model_name='stackmove',
            name='before',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='videos.stack'),
        ),
        migrations.AddField(
            model_name='stackmove',
            name='by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='stackmove',
            name='job',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='stack_moves', to='videos.videojob'),
        ),
        migrations.AddIndex(
            model_name='stackmove',
            index=models.Index(fields=['job'], name='stack_move_job'),
        ),
        migrations.AddConstraint(
            model_name='stackmove',
            constraint=models.UniqueConstraint(fields=('press', 'job'), name='one_stack_move_per_press'),
        ),
        migrations.RunPython(put_triggers_back, migrations.RunPython.noop),
    ]
