"""Health checks. Each returns what is wrong in plain words, or an empty text."""

import os
import shutil
from datetime import timedelta

from django.conf import settings
from django.db import Error, connection, transaction
from django.utils import timezone

from videos.archive.store import RESERVE
from videos.jobs.health.heartbeat import MIRROR_IS_LATE, mirror_seen_at, mirror_silence
from videos.jobs.providers.clients import client_for
from videos.jobs.providers.refusals import verdict_on
from videos.models import Heartbeat, Provider
from videos.provider.errors import NotFound, NotOffered, ProviderError, Unauthorized
from videos.provider.evidence import Verdict

SKEW = timedelta(seconds=5)
LITTLE_SPACE = 1024**3


def database_trouble() -> str:
    """Check that the database answers and can be written."""
    try:
        # Deleting nothing takes the write lock and leaves no data behind.
        with transaction.atomic():
            Heartbeat.objects.filter(name="health").delete()
    except Error:
        return "the database doesn't answer or can't be written"
    return ""


def archive_trouble() -> str:
    """Check that the archive can store another clip."""
    folder = settings.ARCHIVE_DIR
    parent = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    if not (parent.is_dir() and os.access(parent, os.W_OK | os.X_OK)):
        return f"the archive's folder can't be written: {folder}"
    free = shutil.disk_usage(parent).free
    return f"the archive's disk has only {free // 2**20} MB left" if free < LITTLE_SPACE else ""


def disk_trouble() -> str:
    """Check that the disks of the archive and the database aren't full."""
    for folder in {settings.ARCHIVE_DIR, settings.DATA_DIR}:
        parent = next((each for each in (folder, *folder.parents) if each.exists()), folder)
        disk = os.statvfs(parent)
        if (free := disk.f_bavail * disk.f_frsize) < RESERVE:
            return f"the disk of {folder} is full: {free // 2**20} MB are left"
        if disk.f_files and not disk.f_favail:
            return f"the disk of {folder} is full: no inodes are left"
    return ""


def mirror_trouble() -> str:
    """Check that a mirror is running."""
    last = mirror_silence()
    if last is None:
        return "no mirror has ever run here"
    seen, silence = last
    if silence > MIRROR_IS_LATE:
        return f"no mirror has run since {seen:%Y-%m-%d %H:%M:%S} UTC"
    return ""


def clock_trouble() -> str:
    """Check that the clocks of this machine, the database and the mirrors agree."""
    seen = mirror_seen_at()
    if seen is not None and seen - timezone.now() > SKEW:
        ahead = (seen - timezone.now()).total_seconds()
        return f"this machine's clock is {ahead:.0f} s behind the mirror's"
    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        apart = abs(cursor.fetchone()[0] - timezone.now())
    off = f"the clocks of this machine and the database differ by {apart.total_seconds():.0f} s"
    return off if apart > SKEW else ""


def provider_trouble(provider: Provider) -> str:
    """Check that the provider answers a harmless request. It waits, so not for web requests."""
    try:
        client_for(provider).models()
    except (NotFound, NotOffered):
        return ""
    except Unauthorized as error:
        # A key that may create clips isn't always allowed to list models.
        is_fine = verdict_on(provider.pk, client_for(provider), error) is Verdict.REQUEST
        return "" if is_fine else str(error)
    except (ProviderError, ValueError) as error:
        return str(error)
    return ""
