"""How are running jobs polled with as few calls as possible?"""

import logging
import random
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import msgspec
from django.db import transaction
from django.utils import timezone

from videos import wire
from videos.archive import store
from videos.failpoints import failpoint
from videos.jobs.providers.clients import (
    client_for,
    dialect_of,
    is_server_error,
    record_failed_poll,
    record_success,
)
from videos.jobs.providers.failing_list import failing_list, record_failed_list
from videos.jobs.providers.list_note import save_list_note
from videos.jobs.remote.record import store_unknown_jobs
from videos.jobs.retry import POLL, POLL_MISSING
from videos.jobs.sanitize import plain
from videos.jobs.sync.apply import apply, is_news, postpone
from videos.models import JobStatus, Provider, VideoJob, transition
from videos.models.job import RUNNING
from videos.models.lease import LeasedQuerySet
from videos.provider.errors import NotFound, ProviderError, Refused, Unauthorized
from videos.wire.text import gettext_noop

log = logging.getLogger(__name__)

PAGE = 100
FIRST_BYTES = "bytes=0-1023"
# After this many calls by id, the remaining claimed rows are left to the next round.
MAX_RETRIEVES = 40
BAD_TRIES, TRANSIENT_TRIES = 5, 8
# After this many failures in a row, the server is the cause and not these jobs.
FAILURES_IN_A_ROW = 3
GONE_AFTER_TRIES = 3
GONE_AFTER = timedelta(minutes=10)


def refresh(jobs: list[VideoJob]) -> None:
    """The step of running rows of one provider: read the list for many rows, or ask by id."""
    if not jobs:
        return
    provider = jobs[0].provider
    for job in jobs:
        job.provider = provider
    wanted = {job.remote_id: job for job in jobs}
    has_list = len(jobs) > 1 and dialect_of(provider).lists
    if has_list and not failing_list(provider).is_avoided and not _ask_list(provider, wanted):
        _wait(list(wanted.values()))
        return
    _ask_each(provider, list(wanted.values()))


def _ask_list(provider: Provider, wanted: dict[str, VideoJob]) -> bool:
    """Update rows from the list, if it can be read. Returns False if the provider fails.

    After several failures, one job is asked for by id instead. Only if that is answered is the
    list tried as well, so a server that is down gets no more requests than before.
    """
    list_state = failing_list(provider)
    is_suspected = list_state.is_suspected
    if is_suspected and not _answers_by_id(wanted):
        return False
    try:
        _read_list(provider, wanted)
    except ProviderError as error:
        if is_suspected and is_server_error(error):
            list_state.avoid()
        if record_failed_list(provider, error):
            return False
        # There is no list, this key may not read it, it is unreadable, or it alone fails.
        save_list_note(provider, error)
    else:
        list_state.failures = 0
    return True


def _answers_by_id(wanted: dict[str, VideoJob]) -> bool:
    """Ask for any one of the jobs, and remove it from `wanted`. Returns False if that fails."""
    # Not always the same one, because it may be the one that always fails.
    job = wanted.pop(random.choice(list(wanted)))  # noqa: S311
    return _retrieve(job) == 0


def _read_list(provider: Provider, wanted: dict[str, VideoJob]) -> None:
    """Update rows from the list, a page at a time, and remove them from `wanted`.

    It reads one page for each hundred rows, and one more for jobs that finished in between. If some
    rows weren't among them, it reads on as far as they may be, unless asking for each of them by id
    takes fewer calls.
    """
    unclear: dict[str, VideoJob] = {}
    # The same for all pages. Otherwise the rows of each page would be due at a different time, and
    # the list would be read from the top each time.
    now = timezone.now()
    running = VideoJob.objects.filter(provider=provider, status__in=RUNNING)
    least, most, read = _pages(len(wanted)), _pages(running.count()), 0
    listed = client_for(provider).list_all(limit=PAGE)
    try:
        while wanted and (read < least or len(wanted) > most - read > 0):
            if not (page := list(islice(listed, PAGE))):
                break
            read += 1
            others = [remote for remote in page if remote.id not in wanted]
            matched = [(wanted.pop(remote.id), remote) for remote in page if remote.id in wanted]
            # Only their content shows whether these are finished.
            unclear |= {job.remote_id: job for job, remote in matched if remote.looks_finished}
            _apply_page([pair for pair in matched if not pair[1].looks_finished], now)
            _apply_page(
                _claim_others(running, [each for each in others if not each.looks_finished]), now
            )
            # Other jobs on the page are stored, so that people can import them.
            store_unknown_jobs(provider, others)
    finally:
        wanted |= unclear
    record_success(provider)
    save_list_note(provider)


def _claim_others(
    running: LeasedQuerySet[VideoJob], remotes: list[wire.RemoteVideo]
) -> list[tuple[VideoJob, wire.RemoteVideo]]:
    """Claim the rows on this page that aren't due yet, so that rows of one age become due together
    and fewer pages are read.

    Rows that have become due since, for example by a webhook, need a newer answer.
    """
    by_id = {remote.id: remote for remote in remotes}
    rows = running.filter(remote_id__in=list(by_id), due_at__gt=timezone.now())
    # Without this, SQLite wouldn't use the partial index on `remote_id`.
    rows = rows.exclude(remote_id="")
    rows = rows.select_related("provider").defer("prompt", "extra", "remote")
    return [(job, by_id[job.remote_id]) for job in rows.claim(PAGE, suspects=False)]


def _pages(rows: int) -> int:
    return -(-rows // PAGE) + 1


def _apply_page(matched: list[tuple[VideoJob, wire.RemoteVideo]], now: datetime) -> None:
    """Apply a page of answers in one transaction, because each commit waits for the disk."""
    with transaction.atomic():
        postpone([job for job, remote in matched if not is_news(job, remote, now)], now)
        for job, remote in matched:
            if is_news(job, remote, now):
                _apply(job, remote, now)


def _ask_each(provider: Provider, jobs: list[VideoJob]) -> None:
    """Ask for each job by id. Rows that aren't reached stay due; the next round starts there."""
    failures = 0
    for place, job in enumerate(jobs):
        in_trouble = failures >= FAILURES_IN_A_ROW or provider.holds_polls
        if place == MAX_RETRIEVES or in_trouble:
            VideoJob.objects.hand_back(jobs[place:])
            return
        remote = _retrieve(job)
        failures = failures + remote if remote else 0


def _retrieve(job: VideoJob) -> int:
    """Ask for one job. Returns how much a failure counts against the provider; 0 if not at all."""
    try:
        remote = client_for(job.provider).retrieve(job.remote_id)
    except NotFound:
        record_success(job.provider)
        _missing(job)
    except Refused as error:
        record_success(job.provider)
        _wait([job], error)
    except ProviderError as error:
        is_provider = record_failed_poll(job.provider, error)
        _wait([job], None if is_provider else error)
        if isinstance(error, Unauthorized):
            return FAILURES_IN_A_ROW if is_provider else 0
        return 1
    else:
        record_success(job.provider)
        if remote.looks_finished and _has_content(job):
            remote = msgspec.structs.replace(remote, status=wire.Status.COMPLETED)
        _apply(job, remote, timezone.now())
    return 0


def _has_content(job: VideoJob) -> bool:
    """Return True if the provider sends the clip, which proves that the job is finished."""
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
        # A problem with one row must not delay the other rows of its page.
        log.exception("could not apply the provider's answer to %s", job.public_id)
        _wait([job])


def _wait(jobs: list[VideoJob], error: ProviderError | None = None) -> None:
    """Poll again later. An `error` that concerns these rows is shown after several failures."""
    now = timezone.now()
    # The same jittered wait for all, so that one call can serve them.
    waits: dict[int, timedelta] = {}
    for job in jobs:
        attempts = job.attempts + 1
        due_at = now + waits.setdefault(attempts, POLL.wait(attempts))
        job.write_back(attempts=attempts, due_at=due_at, **_attention_after(job, attempts, error))


def _attention_after(job: VideoJob, attempts: int, error: ProviderError | None) -> dict[str, Any]:
    """The changes that show people a row that keeps failing."""
    if error is None or job.attention:
        return {}
    if attempts < (TRANSIENT_TRIES if error.transient else BAD_TRIES):
        return {}
    attention = gettext_noop(
        "The provider doesn't return its status: %(reason)s", reason=plain(error.message)
    )
    return {"attention": attention, "version": job.version + 1}


def counts_as_lost_at(job: VideoJob) -> datetime | None:
    """When a running job that its provider does not know counts as lost; None if it knows it."""
    return job.missing_since + GONE_AFTER if job.missing_since and job.status in RUNNING else None


def _missing(job: VideoJob) -> None:
    """Handle a 404 by id. After three of them over ten minutes, the job counts as lost."""
    now = timezone.now()
    since, count = job.missing_since or now, job.missing_count + 1
    if count < GONE_AFTER_TRIES or now - since < GONE_AFTER:
        wait = POLL_MISSING.wait(count)
        # The clip's page says so at once.
        job.write_back(
            missing_since=since, missing_count=count, due_at=now + wait, version=job.version + 1
        )
        return
    if store.holds_clip(job):
        # The database is older than its archive. The next step records the file.
        why = gettext_noop("The provider no longer has it, but its clip is in the archive")
        ended: dict[str, Any] = {"progress": 100, "expires_at": now, "due_at": now}
        transition(job, JobStatus.COMPLETED, why=why, fenced=True, **ended)
        return
    transition(
        job,
        JobStatus.FAILED,
        why=gettext_noop(
            "The provider hasn't known this job for %(minutes)d minutes",
            minutes=int((now - since).total_seconds() // 60),
        ),
        fenced=True,
        due_at=None,
        error_code="lost_at_provider",
        error_message=gettext_noop(
            "The provider no longer knows this job. It may have been restarted."
        ),
    )
