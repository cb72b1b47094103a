"""A provider may be paused because its stored key cannot be read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("videos", "0011_measured_assets")]

    operations = [
        migrations.AlterField(
            "provider",
            "pause_kind",
            models.CharField(
                blank=True,
                default="",
                max_length=12,
                choices=[
                    ("key", "The key is refused"),
                    ("rate", "Rate limited"),
                    ("quota", "Out of credit"),
                    ("endpoint", "No such endpoint"),
                    ("trouble", "Server errors"),
                    ("connection", "No connection"),
                    ("unreadable", "Unreadable answers"),
                    ("sealed_key", "The stored key cannot be read"),
                ],
            ),
        ),
    ]
