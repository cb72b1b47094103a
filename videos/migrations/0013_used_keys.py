"""The one-time keys of purged jobs."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("videos", "0012_sealed_key_pause")]

    operations = [
        migrations.CreateModel(
            name="UsedKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                ("take", models.PositiveSmallIntegerField(default=1)),
                ("request_hash", models.CharField(max_length=64)),
                ("public_id", models.CharField(max_length=38)),
                ("created_at", models.DateTimeField()),
                ("purged_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "maker",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("maker", "key", "take"), name="one_used_key_per_take"
                    )
                ],
            },
        ),
    ]
