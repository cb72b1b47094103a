"""Whether a member uses shortcuts of a single key."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("videos", "0015_search_without_accents")]

    operations = [
        migrations.AddField(
            model_name="member",
            name="single_keys",
            field=models.BooleanField(default=True),
        ),
    ]
