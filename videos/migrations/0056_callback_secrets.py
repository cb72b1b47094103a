from typing import Any

from django.db import migrations, models

FEW = 500


def name_makers(apps: Any, schema_editor: Any) -> None:
    """Fill in whose script is called. The key of such a delivery is `callback:` and the clip's."""
    delivery = apps.get_model("videos", "WebhookDelivery")
    job = apps.get_model("videos", "VideoJob")
    rows = list(delivery.objects.filter(endpoint=None).values_list("pk", "key"))
    for start in range(0, len(rows), FEW):
        clips = {pk: int(key.partition(":")[2]) for pk, key in rows[start : start + FEW]}
        makers = dict(job.objects.filter(pk__in=clips.values()).values_list("pk", "maker"))
        for pk, clip in clips.items():
            if clip in makers:
                delivery.objects.filter(pk=pk).update(member=makers[clip])


class Migration(migrations.Migration):
    dependencies = [("videos", "0055_prompts_without_text")]

    operations = [
        migrations.AddField(
            model_name="webhookdelivery",
            name="member",
            field=models.ForeignKey(
                "videos.member",
                models.CASCADE,
                null=True,
                blank=True,
                related_name="+",
                db_index=False,
            ),
        ),
        migrations.AlterField(
            model_name="webhookdelivery",
            name="type",
            field=models.CharField(
                max_length=30,
                choices=[
                    ("video.completed", "A clip is ready"),
                    ("video.failed", "A clip failed"),
                    ("video.decided", "Someone decides about a clip"),
                    ("video.commented", "Someone comments on a clip"),
                    ("video.expiring", "A clip expires and isn't archived"),
                    ("share.opened", "A share link is opened for the first time"),
                    ("budget.reached", "A budget reaches 80 or 100 %"),
                    ("provider.paused", "A provider is paused"),
                ],
            ),
        ),
        migrations.RunPython(name_makers, migrations.RunPython.noop, elidable=True),
    ]
