from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Plainer names for what belongs to importing. No row changes."""

    dependencies = [("videos", "0063_new_secrets")]

    operations = [
        migrations.RenameModel("Inquiry", "ImportRequest"),
        migrations.RenameField("remotejob", "noted_at", "first_seen_at"),
        migrations.RenameIndex("remotejob", new_name="not_imported_newest", old_name="orphans"),
        migrations.RenameIndex(
            "importrequest", new_name="import_request_due", old_name="inquiry_due"
        ),
        migrations.AlterField("listing", "jobs_read", models.PositiveIntegerField(default=0)),
        migrations.RemoveConstraint("remotejob", "one_note_per_id"),
        migrations.AddConstraint(
            "remotejob",
            models.UniqueConstraint(
                fields=["provider", "remote_id"], name="one_remote_job_per_id"
            ),
        ),
        migrations.RemoveConstraint("importrequest", "one_inquiry_per_id"),
        migrations.AddConstraint(
            "importrequest",
            models.UniqueConstraint(
                fields=["provider", "remote_id"], name="one_import_request_per_id"
            ),
        ),
        migrations.RemoveConstraint("importrequest", "inquiry_is_due_or_told"),
        migrations.AddConstraint(
            "importrequest",
            models.CheckConstraint(
                condition=Q(due_at__isnull=False) | ~Q(outcome=""),
                name="import_request_is_due_or_done",
            ),
        ),
        migrations.AlterField(
            "importrequest",
            "provider",
            models.ForeignKey(
                on_delete=models.CASCADE, related_name="import_requests", to="videos.provider"
            ),
        ),
        migrations.AlterModelOptions("importrequest", {}),
    ]
