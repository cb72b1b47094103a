from django.db import migrations, models


class Migration(migrations.Migration):
    """What a clip was measured to be, and whether its bytes are in doubt."""

    dependencies = [("videos", "0010_pause_kinds")]

    operations = [
        migrations.AddField("asset", name, field)
        for name, field in (
            ("container", models.CharField(blank=True, default="", max_length=8)),
            ("codec", models.CharField(blank=True, default="", max_length=32)),
            ("seconds", models.FloatField(blank=True, null=True)),
            ("frames", models.PositiveIntegerField(blank=True, null=True)),
            ("frame_rate", models.FloatField(blank=True, null=True)),
            ("rotation", models.PositiveSmallIntegerField(default=0)),
            ("pixel_aspect", models.FloatField(default=1.0)),
            ("has_audio", models.BooleanField(blank=True, null=True)),
            (
                "condition",
                models.CharField(
                    blank=True,
                    choices=[
                        ("", "Whole"),
                        ("unchecked", "Kept as it came, not checked"),
                        ("incomplete", "Kept as it came, incomplete"),
                    ],
                    default="",
                    max_length=10,
                ),
            ),
            ("note", models.CharField(blank=True, default="", max_length=300)),
        )
    ]
