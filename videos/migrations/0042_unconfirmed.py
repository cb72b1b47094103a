"""The label “Unconfirmed”, and a new name of a field. Nothing changes in the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("videos", "0041_catalogue_model")]

    operations = [
        migrations.AlterField(
            "listing", "told", models.PositiveIntegerField(db_column="told", default=0)
        ),
        migrations.RenameField("listing", "told", "jobs_read"),
        migrations.AlterField(
            model_name='character',
            name='status',
            field=models.CharField(choices=[('submitting', 'Being made'), ('unsure', 'Unconfirmed'), ('ready', 'Ready'), ('failed', 'Failed')], default='submitting', max_length=12),
        ),
        migrations.AlterField(
            model_name='remotejob',
            name='status',
            field=models.CharField(choices=[('submitting', 'Queued'), ('unsure', 'Unconfirmed'), ('queued', 'Queued'), ('in_progress', 'In progress'), ('completed', 'Completed'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], max_length=12),
        ),
        migrations.AlterField(
            model_name='videojob',
            name='status',
            field=models.CharField(choices=[('submitting', 'Queued'), ('unsure', 'Unconfirmed'), ('queued', 'Queued'), ('in_progress', 'In progress'), ('completed', 'Completed'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='submitting', max_length=12),
        ),
    ]
