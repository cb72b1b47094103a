"""Could the work be done just now, and if not, why not? Plain words, empty where all is well."""

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
    """Does the database answer, and can it be written?"""
    try:
        # A deletion of nothing takes the write lock, and leaves nothing behind.
        with transaction.atomic():
            Heartbeat.objects.filter(name="health").delete()
    except Error:
        return "the database does not answer or cannot be written"
    return ""


def archive_trouble() -> str:
    """Can the archive take another clip?"""
    folder = settings.ARCHIVE_DIR
    parent = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    if not (parent.is_dir() and os.access(parent, os.W_OK | os.X_OK)):
        return f"the archive's folder cannot be written: {folder}"
    free = shutil.disk_usage(parent).free
    return f"the archive's disk has only {free // 2**20} MB left" if free < LITTLE_SPACE else ""


def disk_trouble() -> str:
    """Is a disk full that the archive or the database lies on?"""
    for folder in {settings.ARCHIVE_DIR, settings.DATA_DIR}:
        parent = next((each for each in (folder, *folder.parents) if each.exists()), folder)
        disk = os.statvfs(parent)
        if (free := disk.f_bavail * disk.f_frsize) < RESERVE:
            return f"the disk of {folder} is full: {free // 2**20} MB are left"
        if disk.f_files and not disk.f_favail:
            return f"the disk of {folder} is full: it can take no more files"
    return ""


def mirror_trouble() -> str:
    """Would anything move just now?"""
    last = mirror_silence()
    if last is None:
        return "no mirror has ever run here"
    seen, silence = last
    if silence > MIRROR_IS_LATE:
        return f"no mirror has gone round since {seen:%Y-%m-%d %H:%M:%S} UTC"
    return ""


def clock_trouble() -> str:
    """Do this machine, the database and the mirrors agree about the time?"""
    seen = mirror_seen_at()
    if seen is not None and seen - timezone.now() > SKEW:
        ahead = (seen - timezone.now()).total_seconds()
        return f"this machine's clock is {ahead:.0f} s behind the mirror's"
    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        apart = abs(cursor.fetchone()[0] - timezone.now())
    return f"the database's clock is {apart.total_seconds():.0f} s apart" if apart > SKEW else ""


def provider_trouble(provider: Provider) -> str:
    """Does the provider answer a harmless question? Waits for it: not for web requests."""
    try:
        client_for(provider).models()
    except (NotFound, NotOffered):
        return ""
    except Unauthorized as error:
        # A key that makes clips need not be allowed to list models.
        is_fine = verdict_on(provider.pk, client_for(provider), error) is Verdict.REQUEST
        return "" if is_fine else str(error)
    except (ProviderError, ValueError) as error:
        return str(error)
    return ""
