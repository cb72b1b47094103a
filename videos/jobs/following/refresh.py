"""How do running rows learn what the provider says, with few calls?"""

import logging
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import msgspec
from django.db import transaction
from django.utils import timezone

from videos import wire
from videos.archive import store
from videos.failpoints import failpoint
from videos.jobs.following.notes import note
from videos.jobs.following.outcome import apply, backoff, is_news, keep_waiting, plain
from videos.jobs.servers.providers import client_for, dialect_of, note_failure, note_success
from videos.models import JobStatus, Provider, VideoJob, transition
from videos.models.job import RUNNING
from videos.models.lease import LeasedQuerySet
from videos.provider.errors import NotFound, NotOffered, ProviderError

log = logging.getLogger(__name__)

PAGE = 100
FIRST_BYTES = "bytes=0-1023"
# After this many calls by id the rest of a claim is left to the next round.
MAX_RETRIEVES = 40
BAD_TRIES = 5
GONE_AFTER_TRIES = 3
GONE_AFTER = timedelta(minutes=10)


def refresh(jobs: list[VideoJob]) -> None:
    """The step of claimed running rows of one provider: list for many, retrieve for few."""
    if not jobs:
        return
    provider = jobs[0].provider
    for job in jobs:
        job.provider = provider
    stragglers = jobs
    try:
        if len(jobs) > 1 and dialect_of(provider).lists:
            stragglers = _by_list(provider, jobs)
    except (NotFound, NotOffered) as error:
        # It has no list, whatever its kind is known for. What an earlier page told is no longer
        # held, and stays as it is.
        log.info("%s does not list: %s", provider.slug, error)
    except ProviderError as error:
        note_failure(provider, error)
        # What was written back before the failure is no longer held, and stays as it is.
        _wait(jobs)
        return
    _ask_each(provider, stragglers)


def _by_list(provider: Provider, jobs: list[VideoJob]) -> list[VideoJob]:
    """Tell rows what the list says of them, a page at a time; returns those it did not show.

    It reads one page for each hundred rows, and one more for what finished in between; where older
    rows are due while younger ones are not, as far as they may lie, unless asking for each of them
    takes fewer calls.
    """
    wanted = {job.remote_id: job for job in jobs}
    unclear: list[VideoJob] = []
    # Of all pages: rows that were told page after page would be due one page after another, and
    # each time the list would be read from its top.
    now = timezone.now()
    running = VideoJob.objects.filter(provider=provider, status__in=RUNNING)
    least, most, read = _pages(len(wanted)), _pages(running.count()), 0
    listed = client_for(provider).list_all(limit=PAGE)
    while wanted and (read < least or len(wanted) > most - read > 0):
        if not (page := list(islice(listed, PAGE))):
            break
        read += 1
        others = [remote for remote in page if remote.id not in wanted]
        found = [(wanted.pop(remote.id), remote) for remote in page if remote.id in wanted]
        # Whether these are finished only their content tells.
        unclear += [job for job, remote in found if remote.looks_finished]
        _tell([pair for pair in found if not pair[1].looks_finished], now)
        _tell(_taken_along(running, [each for each in others if not each.looks_finished]), now)
        # Without a call more: what else the page tells of is kept for whoever imports it.
        note(provider, others)
    note_success(provider)
    return [*wanted.values(), *unclear]


def _taken_along(
    running: LeasedQuerySet[VideoJob], told: list[wire.RemoteVideo]
) -> list[tuple[VideoJob, wire.RemoteVideo]]:
    """Claim what a page tells of that is not due yet: rows of one age are due together from then
    on, and no page is read for a few of them alone. What became due meanwhile, as a webhook makes
    it, wants a younger answer."""
    by_id = {remote.id: remote for remote in told}
    rows = running.filter(remote_id__in=list(by_id), due_at__gt=timezone.now())
    # Without this SQLite would not use the index of the ids.
    rows = rows.exclude(remote_id="")
    rows = rows.select_related("provider").defer("prompt", "extra", "remote")
    return [(job, by_id[job.remote_id]) for job in rows.claim(PAGE, suspects=False)]


def _pages(rows: int) -> int:
    return -(-rows // PAGE) + 1


def _tell(found: list[tuple[VideoJob, wire.RemoteVideo]], now: datetime) -> None:
    """Write a page's worth of words in one transaction: each commit waits for the disk."""
    with transaction.atomic():
        keep_waiting([job for job, remote in found if not is_news(job, remote, now)], now)
        for job, remote in found:
            if is_news(job, remote, now):
                _apply(job, remote, now)


def _ask_each(provider: Provider, jobs: list[VideoJob]) -> None:
    """Ask by id. A row that is not come to stays as due as it was: the next round begins there."""
    for place, job in enumerate(jobs):
        if place == MAX_RETRIEVES or provider.is_paused:
            VideoJob.objects.hand_back(jobs[place:])
            return
        _retrieve(job)


def _retrieve(job: VideoJob) -> None:
    try:
        remote = client_for(job.provider).retrieve(job.remote_id)
    except NotFound:
        note_success(job.provider)
        _missing(job)
    except ProviderError as error:
        note_failure(job.provider, error)
        _wait([job], error)
    else:
        note_success(job.provider)
        if remote.looks_finished and _has_content(job):
            remote = msgspec.structs.replace(remote, status=wire.Status.COMPLETED)
        _apply(job, remote, timezone.now())


def _has_content(job: VideoJob) -> bool:
    """Return True if the provider sends the clip: what proves an unknown status word."""
    try:
        with client_for(job.provider).content(job.remote_id, FIRST_BYTES) as stream:
            return bool(next(stream, b""))
    except ProviderError:
        return False


def _apply(job: VideoJob, remote: wire.RemoteVideo, now: datetime) -> None:
    failpoint("telling", job.public_id)
    try:
        with transaction.atomic():
            apply(job, remote, now=now)
    except Exception:
        # One row's oddity must not keep the others of its page waiting.
        log.exception("could not apply the provider's answer to %s", job.public_id)
        _wait([job])


def _wait(jobs: list[VideoJob], error: ProviderError | None = None) -> None:
    """Look again later. Where a server keeps saying no to one row, somebody has to know."""
    for job in jobs:
        attempts = job.attempts + 1
        changes: dict[str, Any] = {"attempts": attempts}
        of_this_row = error is not None and not (error.transient or error.needs_admin)
        if of_this_row and attempts >= BAD_TRIES and not job.attention:
            attention = f"The provider does not say how it stands: {plain(str(error))}"
            changes |= {"attention": attention[:600], "version": job.version + 1}
        job.write_back(**changes, due_at=timezone.now() + backoff(attempts, cap=60))


def _missing(job: VideoJob) -> None:
    """A 404 by id. Said three times over ten minutes, the job is lost there."""
    now = timezone.now()
    since, count = job.missing_since or now, job.missing_count + 1
    if count < GONE_AFTER_TRIES or now - since < GONE_AFTER:
        wait = backoff(min(count + 3, 8), cap=240)
        job.write_back(missing_since=since, missing_count=count, due_at=now + wait)
        return
    if store.holds_clip(job):
        # Only a database older than its archive does not know: the next step records the file.
        why = "The provider no longer knows it, but its clip is in the archive"
        ended: dict[str, Any] = {"progress": 100, "expires_at": now, "due_at": now}
        transition(job, JobStatus.COMPLETED, why=why, fenced=True, **ended)
        return
    transition(
        job,
        JobStatus.FAILED,
        why=f"The provider has not known it for {int((now - since).total_seconds() // 60)} minutes",
        fenced=True,
        due_at=None,
        error_code="lost_at_provider",
        error_message="The provider no longer knows this job. It may have been restarted.",
    )
