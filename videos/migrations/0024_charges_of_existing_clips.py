"""Charges of the clips that there are, from their stored prices.

What was imported was not spent here: such clips have no price and were never sent.
"""

from decimal import Decimal, InvalidOperation

from django.db import migrations
from django.db.models import Q

CHUNK = 1000
TERMINAL = ("completed", "failed", "cancelled")


def micros(price):
    return 0 if price is None else int((price * 1_000_000).to_integral_value())


def milliseconds(job):
    try:
        seconds = Decimal(job.added_seconds or job.seconds)
    except InvalidOperation:
        return 0
    if not seconds.is_finite() or seconds <= 0:
        return 0
    return int(min(seconds * 1000, Decimal(10**10)))


def entry(Charge, job, **fields):
    return Charge(
        job_id=job.pk,
        public_id=job.public_id,
        member_id=job.maker_id,
        role=job.maker.role,
        project_id=job.project_id,
        provider_id=job.provider_id,
        model=job.model,
        booked_at=job.created_at,
        **{"source": "unknown" if job.price is None else "price_list"} | fields,
    )


def may_be_billed(job):
    if job.status == "cancelled":
        return job.first_sent_at is not None and not job.remote_id
    return job.status == "failed" and job.error_code == "lost_at_provider"


def closing(Charge, job, amount, length):
    fields = {"is_closing": True, "estimate": amount, "outcome": job.status}
    fields["at"] = job.finished_at
    if job.status == "completed":
        return entry(Charge, job, kind="settled", **fields)
    if may_be_billed(job):
        return entry(Charge, job, kind="settled", **fields | {"source": "assumed"})
    return entry(Charge, job, kind="released", amount=-amount, milliseconds=-length, **fields)


def add(apps, schema_editor):
    VideoJob, Charge = apps.get_model("videos", "VideoJob"), apps.get_model("videos", "Charge")
    jobs = VideoJob.objects.filter(Q(price__isnull=False) | Q(sends__gt=0)).order_by("pk")
    charges = []
    for job in jobs.select_related("maker").iterator(CHUNK):
        amount, length = micros(job.price), milliseconds(job)
        charges.append(
            entry(Charge, job, kind="reserved", amount=amount, milliseconds=length, at=job.created_at)
        )
        if job.status in TERMINAL:
            charges.append(closing(Charge, job, amount, length))
        if len(charges) >= CHUNK:
            Charge.objects.bulk_create(charges)
            charges.clear()
    Charge.objects.bulk_create(charges)


class Migration(migrations.Migration):

    dependencies = [
        ('videos', '0023_charges'),
    ]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
