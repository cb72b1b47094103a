"""A failed clip is no longer the cover of a stack in which another did not fail."""

from django.db import migrations

MADE_NO_CLIP = ("failed", "cancelled")


def choose_again(apps, schema_editor):
    jobs = apps.get_model("videos", "VideoJob").objects
    live = jobs.filter(trashed_at=None)
    failed = live.filter(stack__isnull=False, is_cover=True, status__in=MADE_NO_CLIP)
    for pk, stack in list(failed.values_list("pk", "stack")):
        others = live.filter(stack=stack).exclude(status__in=MADE_NO_CLIP).order_by("-pk")
        if (newest := others.values_list("pk", flat=True).first()) is not None:
            jobs.filter(pk=pk).update(is_cover=False)
            jobs.filter(pk=newest).update(is_cover=True)


class Migration(migrations.Migration):

    dependencies = [
        ('videos', '0028_token_scopes_and_project'),
    ]

    operations = [
        migrations.RunPython(choose_again, migrations.RunPython.noop),
    ]
