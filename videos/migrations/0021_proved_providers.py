"""A provider offers its models once a test has found the Video API there.

Those that have made clips, passed their last test or were never tested go on as before.
"""

from django.db import migrations, models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone


def keep_known(apps, schema_editor):
    Provider = apps.get_model("videos", "Provider")
    VideoJob = apps.get_model("videos", "VideoJob")
    made = VideoJob.objects.filter(provider=OuterRef("pk"), remote_id__isnull=False)
    made = made.exclude(remote_id="")
    known = Q(Exists(made)) | Q(probe__state="works") | Q(probed_at=None)
    Provider.objects.filter(known).update(proved_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("videos", "0020_fill_stacks")]

    operations = [
        migrations.AddField(
            "provider", "proved_at", models.DateTimeField(blank=True, null=True)
        ),
        migrations.RunPython(keep_known, migrations.RunPython.noop),
    ]
