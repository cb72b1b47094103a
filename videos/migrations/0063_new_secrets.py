from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('videos', '0062_audit_system_user'),
    ]

    operations = [
        migrations.AddField(
            model_name='member',
            name='callback_changed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='member',
            name='callback_number',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='webhookendpoint',
            name='old_secret_until',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='webhookendpoint',
            name='sealed_old_secret',
            field=models.TextField(blank=True, db_default='', default='', editable=False),
        ),
        migrations.AddConstraint(
            model_name='webhookendpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('old_secret_until', None), ('sealed_old_secret', '')), models.Q(models.Q(('sealed_old_secret', ''), _negated=True), ('old_secret_until__isnull', False)), _connector='OR'), name='old_webhook_secret_has_an_end'),
        ),
    ]
