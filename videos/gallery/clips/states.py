"""Who has a clip's files, and is a clip still being made?"""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from videos.gallery.shell.dates import moment
from videos.models import UNFINISHED, JobStatus, VideoJob, shown_expiry

ASSET_TEXTS = {
    "": "",
    "archived": gettext_noop("Archived"),
    "archived-expired": gettext_noop("Archived, expired at the provider"),
    "lost": gettext_noop("Lost: expired at the provider, no copy here"),
}


def asset_state(job: VideoJob) -> str:
    """Who has the clip: we, the provider, both, or neither. Empty before there is one."""
    if job.status != JobStatus.COMPLETED:
        return ""
    expired = job.expires_at is not None and job.expires_at <= timezone.now()
    if job.archived_at is not None:
        return "archived-expired" if expired else "archived"
    return "lost" if expired else "provider"


def asset_text(job: VideoJob) -> str:
    """The same in words. An hour, not a distance: the card may be old when it is read."""
    state, expires_at = asset_state(job), shown_expiry(job)
    if state != "provider":
        return _(ASSET_TEXTS[state])
    if expires_at is None:
        return _("At the provider only")
    return _("At the provider only until %(when)s") % {"when": moment(expires_at)}


def is_pending(job: VideoJob) -> bool:
    """Will the mirror change this card by itself?"""
    waits = job.status in UNFINISHED or (
        job.status == JobStatus.COMPLETED and job.archived_at is None
    )
    return waits and job.due_at is not None and not job.is_trashed
