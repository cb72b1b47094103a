"""Offer is now called CatalogueModel. The table keeps its name, so nothing changes in the database."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("videos", "0040_producers")]

    operations = [
        migrations.AlterModelTable("offer", "videos_offer"),
        migrations.RenameModel("Offer", "CatalogueModel"),
        migrations.AlterField(
            "cataloguemodel",
            "provider",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="catalogue_models",
                to="videos.provider",
            ),
        ),
    ]
