"""A reading of a list counts the entries that could not be read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("videos", "0011_pause_kinds")]

    operations = [
        migrations.AddField(
            model_name="listing",
            name="unreadable",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
