"""Existing takes, remixes, edits and extensions become stacks; existing ratings get an average."""

from collections import defaultdict

from django.db import migrations
from django.db.models import Avg

AT_ONCE = 500


def fill(apps, schema_editor):
    jobs = apps.get_model("videos", "VideoJob").objects
    fill_ratings(jobs, apps.get_model("videos", "Rating"))
    fill_batches(jobs)
    fill_stacks(jobs, apps.get_model("videos", "Stack"))


def fill_ratings(jobs, rating):
    averages = rating.objects.order_by().values_list("job").annotate(average=Avg("stars"))
    for pk, average in list(averages):
        jobs.filter(pk=pk).update(rating=average)


def fill_batches(jobs):
    """Clips of one press have the same maker, and a key that is the press's own, or `key.n`."""
    presses = defaultdict(list)
    for pk, *key in jobs.order_by("pk").values_list("pk", "maker", "submission_key").iterator():
        presses[tuple(key)].append(pk)
    for maker, key in list(presses):
        base, dot, number = key.rpartition(".")
        if dot and number.isdigit() and (maker, base) in presses:
            presses[maker, base] += presses.pop((maker, key))
    for members in presses.values():
        if len(members) > 1:
            jobs.filter(pk__in=members).update(batch=f"{min(members):032x}")


def fill_stacks(jobs, stack):
    root = {}

    def find(pk):
        while root.setdefault(pk, pk) != pk:
            root[pk] = pk = root[root[pk]]
        return pk

    def join(one, other):
        one, other = sorted((find(one), find(other)))
        root[other] = one

    for pk, source in jobs.filter(source__isnull=False).values_list("pk", "source"):
        join(pk, source)
    presses = {}
    takes = jobs.filter(takes__gt=1).order_by("pk").values_list("pk", "maker", "submission_key")
    for pk, maker, key in takes.iterator():
        join(pk, presses.setdefault((maker, key), pk))
    stacks = defaultdict(list)
    for pk in sorted(root):
        stacks[find(pk)].append(pk)
    for members in stacks.values():
        if len(members) > 1:
            put_together(jobs, stack.objects.create(), members)


def put_together(jobs, stack, members):
    for start in range(0, len(members), AT_ONCE):
        part = jobs.filter(pk__in=members[start : start + AT_ONCE])
        part.update(stack=stack, is_cover=False)
    live = jobs.filter(stack=stack, trashed_at=None)
    approved = live.filter(verdict="approved").order_by("-pk").values_list("pk", flat=True).first()
    newest = live.order_by("-pk").values_list("pk", flat=True).first()
    jobs.filter(pk=approved or newest).update(is_cover=True)


class Migration(migrations.Migration):

    dependencies = [
        ('videos', '0019_stacks'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
