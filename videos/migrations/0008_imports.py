"""Imports: what providers have and we do not; rows of a restored database are doubted."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('videos', '0007_takes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Inquiry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('lease_token', models.CharField(blank=True, default='', max_length=32)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('claims', models.PositiveSmallIntegerField(default=0)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('remote_id', models.CharField(max_length=1024)),
                ('outcome', models.CharField(blank=True, default='', max_length=600)),
            ],
        ),
        migrations.CreateModel(
            name='Listing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('lease_token', models.CharField(blank=True, default='', max_length=32)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('claims', models.PositiveSmallIntegerField(default=0)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('whole', models.BooleanField(default=True)),
                ('begun_at', models.DateTimeField(blank=True, null=True)),
                ('base_url', models.CharField(blank=True, default='', max_length=500)),
                ('first_id', models.CharField(blank=True, default='', max_length=1024)),
                ('after', models.CharField(blank=True, default='', max_length=1024)),
                ('pages', models.PositiveIntegerField(default=0)),
                ('told', models.PositiveIntegerField(default=0)),
                ('fresh', models.PositiveIntegerField(default=0)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('whole_at', models.DateTimeField(blank=True, null=True)),
                ('size', models.PositiveIntegerField(default=0)),
                ('truncated', models.BooleanField(default=False)),
                ('trouble', models.CharField(blank=True, default='', max_length=600)),
            ],
        ),
        migrations.CreateModel(
            name='RemoteJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('remote_id', models.CharField(max_length=1024)),
                ('prompt', models.TextField(blank=True, default='')),
                ('prompt_key', models.CharField(blank=True, default='', max_length=64)),
                ('model', models.CharField(blank=True, default='', max_length=200)),
                ('size', models.CharField(blank=True, default='', max_length=32)),
                ('seconds', models.CharField(blank=True, default='', max_length=8)),
                ('status', models.CharField(choices=[('submitting', 'Queued'), ('unsure', 'Unsure'), ('queued', 'Queued'), ('in_progress', 'In progress'), ('completed', 'Completed'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], max_length=12)),
                ('remote_status', models.CharField(blank=True, default='', max_length=64)),
                ('progress', models.PositiveSmallIntegerField(default=0)),
                ('error_code', models.CharField(blank=True, default='', max_length=100)),
                ('error_message', models.CharField(blank=True, default='', max_length=2000)),
                ('remote', models.JSONField(blank=True, default=dict)),
                ('made_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('noted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('seen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('hidden', models.CharField(blank=True, choices=[('', 'Offered'), ('ignored', 'Ignored'), ('purged', 'Deleted here')], default='', max_length=8)),
            ],
        ),
        migrations.CreateModel(
            name='Resumption',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('newest_job', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name='videojob',
            name='cleared_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='videojob',
            index=models.Index(condition=models.Q(('finished_at', None)), fields=['status'], name='unfinished'),
        ),
        migrations.AddField(
            model_name='inquiry',
            name='job',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='videos.videojob'),
        ),
        migrations.AddField(
            model_name='inquiry',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='inquiry',
            name='provider',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='inquiries', to='videos.provider'),
        ),
        migrations.AddField(
            model_name='listing',
            name='provider',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='listing', to='videos.provider'),
        ),
        migrations.AddField(
            model_name='remotejob',
            name='provider',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='remote_jobs', to='videos.provider'),
        ),
        migrations.AddConstraint(
            model_name='resumption',
            constraint=models.CheckConstraint(condition=models.Q(('id', 1)), name='one_row_of_resumption'),
        ),
        migrations.AddIndex(
            model_name='inquiry',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='inquiry_due'),
        ),
        migrations.AddConstraint(
            model_name='inquiry',
            constraint=models.UniqueConstraint(fields=('provider', 'remote_id'), name='one_inquiry_per_id'),
        ),
        migrations.AddConstraint(
            model_name='inquiry',
            constraint=models.CheckConstraint(condition=models.Q(('due_at__isnull', False), models.Q(('outcome', ''), _negated=True), _connector='OR'), name='inquiry_is_due_or_told'),
        ),
        migrations.AddIndex(
            model_name='listing',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='listing_due'),
        ),
        migrations.AddIndex(
            model_name='remotejob',
            index=models.Index(fields=['provider', 'hidden', '-made_at', '-id'], name='orphans'),
        ),
        migrations.AddConstraint(
            model_name='remotejob',
            constraint=models.UniqueConstraint(fields=('provider', 'remote_id'), name='one_note_per_id'),
        ),
        migrations.AddConstraint(
            model_name='remotejob',
            constraint=models.CheckConstraint(condition=models.Q(('hidden__in', ['', 'ignored', 'purged'])), name='hidden_is_known'),
        ),
    ]
