"""How is a completed clip downloaded before it expires?"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

from django.utils import timezone

from videos.archive import store
from videos.archive.check import fault_of
from videos.archive.errors import DiskFull, LeaseLost, NotAClip
from videos.archive.record import record
from videos.failpoints import failpoint
from videos.jobs.media.integrity import is_damaged, record_damage
from videos.jobs.providers.clients import client_for, record_failed_download, record_success
from videos.jobs.retry import DOWNLOAD
from videos.models import JobEvent, Kind, VideoJob
from videos.provider.content_stream import ContentStream
from videos.provider.errors import (
    BadAnswer,
    Conflict,
    NotFound,
    NotOffered,
    ProviderError,
    Refused,
)
from videos.wire.text import Message, gettext_noop, joined

log = logging.getLogger(__name__)

ASK_EVERY = 3.0
# A 404 may mean "not ready yet". Only this many over this time mean "gone".
GONE_AFTER_TRIES = 3
GONE_AFTER = timedelta(minutes=10)
BAD_TRIES, TRANSIENT_TRIES = 5, 8
SHORTEST_WAIT = timedelta(seconds=2)
# A clip that arrives incomplete is downloaded this often, over about eight minutes; then it is kept
# as it is.
KEEP_TRIES = 9


class ContentUnavailable(Exception):
    """The provider doesn't send the content now; the message says why.

    `status` is the HTTP status of its answer; None if there was none.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


def fetch(job: VideoJob, keep_going: Callable[[], bool]) -> None:
    """The step of a completed row: download, check and record its clip.

    If the clip is archived already, only its pictures are drawn again, unless it may be damaged.
    """
    failpoint("fetching", job.public_id)
    try:
        _fetch(job, keep_going)
    except LeaseLost:
        # Another mirror has the row by now, or this one shuts down: then it's due again at once.
        held = job.write_back(due_at=timezone.now())
        if not held and not VideoJob.objects.filter(pk=job.pk).exists():
            # It was purged during the download, so delete its files.
            store.remove(job)
    except DiskFull as error:
        _retry_later(job, attention=joined(error.args[0], _until_then(job)))
    except OSError as error:
        # The archive's disk is missing, read-only or owned by another user. Retry, so that once an
        # operator has fixed it, no row needs a person's help.
        log.exception("%s can't be stored in the archive", job)
        reason = str(error.strerror or error)
        message = gettext_noop("The archive can't be written: %(reason)s.", reason=reason)
        _retry_later(job, attention=message)


def _fetch(job: VideoJob, keep_going: Callable[[], bool]) -> None:
    stored = store.existing_clip(job) or store.unmeasured(job)
    if stored is None and job.archived_at is not None and store.unverified_asset(job) is None:
        _mark_missing_clip(job)
        return
    try:
        if stored is None:
            with client_for(job.provider).content(job.remote_id) as stream:
                stored = store.receive(job, stream, _lease_check(job, keep_going), stream.length)
            record_success(job.provider)
        record(job, stored)
        failpoint("recorded")
    except (NotAClip, BadAnswer, Refused, Conflict, NotOffered) as error:
        message = error.args[0] if isinstance(error, NotAClip) else _not_given(error)
        if not _keep_in_doubt(job, is_enough=job.attempts + 1 >= KEEP_TRIES):
            _retry_later(job, attention=message if job.attempts + 1 >= BAD_TRIES else "")
    except NotFound as error:
        _missing(job, error)
    except ProviderError as error:
        is_provider = record_failed_download(job.provider, error)
        tries = TRANSIENT_TRIES if error.transient else BAD_TRIES
        is_told = job.attempts + 1 >= tries and not is_provider
        message = _not_given(error) if is_told else ""
        if not _keep_in_doubt(job):
            _retry_later(job, attention=message, wait=error.retry_after)


def _not_given(error: ProviderError) -> Message:
    return gettext_noop("The provider doesn't send the clip: %(reason)s", reason=error.message)


def _keep_in_doubt(job: VideoJob, *, is_enough: bool = False) -> bool:
    """Keep an incomplete clip if no better copy can be expected; returns whether that was done.

    That is the case if the provider no longer has it, or there were enough tries (`is_enough`).
    """
    if not (is_enough or job.is_expired or job.archived_at is not None):
        return False
    if (stored := store.best_unverified(job)) is None:
        return False
    record(job, stored)
    return True


def open_content(job: VideoJob, range_header: str | None = None) -> ContentStream:
    """The content from the provider, for a clip that isn't archived yet. The caller closes it."""
    if not job.remote_id or job.is_expired:
        raise ContentUnavailable(gettext_noop("The provider no longer has this clip."))
    try:
        return client_for(job.provider).content(job.remote_id, range_header)
    except ProviderError as error:
        raise ContentUnavailable(error.message, error.status) from error


def _lease_check(job: VideoJob, keep_going: Callable[[], bool]) -> Callable[[], bool]:
    """A function that returns True while we hold the lease; it queries only now and then."""
    checked_at = monotonic()

    def held() -> bool:
        nonlocal checked_at
        if not keep_going():
            return False
        if monotonic() - checked_at < ASK_EVERY:
            return True
        checked_at = monotonic()
        return job.is_held()

    return held


def _until_then(job: VideoJob) -> str:
    if job.archived_at is not None:
        return gettext_noop("Its thumbnails are made once there is space.")
    return gettext_noop("The clip stays at the provider until then.")


def _mark_missing_clip(job: VideoJob) -> None:
    for asset in job.assets.filter(kind=Kind.VIDEO):
        if (fault := fault_of(asset.path, asset.bytes, asset.sha256)) is not None:
            record_damage(job.pk, Kind.VIDEO, asset.path, fault)
    # Nothing else is left to do. If it was marked, that has already ended the lease.
    job.write_back(due_at=None)


def _retry_later(job: VideoJob, attention: str = "", wait: float | None = None) -> None:
    """Try again after a back-off, or after `wait` seconds if that is longer."""
    attempts = job.attempts + 1
    seen = {"version": job.version + 1} if attention != job.attention else {}
    job.write_back(
        attempts=attempts,
        attention=attention,
        due_at=_next_try(job, max(DOWNLOAD.wait(attempts), timedelta(seconds=wait or 0))),
        **seen,
    )


def _next_try(job: VideoJob, wait: timedelta) -> datetime:
    """When to try again: before the clip expires, so after half of its time left at the latest."""
    now = timezone.now()
    if job.expires_at is not None and job.expires_at > now:
        wait = min(wait, max((job.expires_at - now) / 2, SHORTEST_WAIT))
    return now + wait


def _missing(job: VideoJob, error: NotFound) -> None:
    now = timezone.now()
    since = job.missing_since or now
    count = job.missing_count + 1
    if job.is_expired or error.gone or (count >= GONE_AFTER_TRIES and now - since >= GONE_AFTER):
        if _keep_in_doubt(job, is_enough=True):
            return
        expires_at = job.expires_at if job.is_expired else now
        has_lease = job.write_back(due_at=None, expires_at=expires_at, version=job.version + 1)
        if has_lease:
            JobEvent.objects.create(
                job=job,
                from_status=job.status,
                to_status=job.status,
                why=_lost_message(job),
            )
        return
    attempts = job.attempts + 1
    job.write_back(
        attempts=attempts,
        missing_since=since,
        missing_count=count,
        due_at=_next_try(job, DOWNLOAD.wait(attempts)),
    )


def _lost_message(job: VideoJob) -> str:
    if is_damaged(job):
        return gettext_noop("Lost: the provider no longer has it, and the copy here is damaged")
    return gettext_noop("Lost: the provider no longer has it, and it wasn't archived before")
