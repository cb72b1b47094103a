"""Which jobs does a provider have that aren't imported here?

Whenever the mirror sees a page of a provider's list, it stores the jobs that aren't ours. That
includes jobs older than this installation: people who connect Dailies to a server that already has
clips want to see them. A person decides what is imported.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from videos import wire
from videos.jobs.sanitize import bounded, plain
from videos.models import (
    DatabaseRestore,
    Hidden,
    JobStatus,
    Provider,
    RemoteDeletion,
    RemoteJob,
    VideoJob,
)
from videos.models.imports import prompt_key
from videos.models.lease import shared_now

S = wire.Status
MEANS = {
    S.QUEUED: JobStatus.QUEUED,
    S.IN_PROGRESS: JobStatus.IN_PROGRESS,
    S.COMPLETED: JobStatus.COMPLETED,
    S.FAILED: JobStatus.FAILED,
    S.CANCELLED: JobStatus.CANCELLED,
}

# Keeps a server that gives the same job a new id each time from filling the database.
MAX_REMOTE_JOBS = 100_000
# With more unconfirmed rows than this, none of their provider's jobs can be imported for now.
MAX_LOOKED_FOR = 1000
COUNT_TO = 1000
MAX_SIMILAR = 10
# The status of deleted jobs, which some servers keep in their list.
DELETED = "deleted"
UPDATED_FIELDS = (
    "prompt",
    "prompt_key",
    "model",
    "size",
    "seconds",
    "status",
    "remote_status",
    "progress",
    "error_code",
    "error_message",
    "remote",
    "finished_at",
    "expires_at",
    "seen_at",
)


def store_unknown_jobs(
    provider: Provider, page: list[wire.RemoteVideo], *, again: bool = False
) -> int:
    """Store the jobs of a list's page that aren't ours; returns how many of them are new.

    With `again`, stored jobs are updated too, and those that are ours by now are deleted.
    """
    if not page:
        return 0
    ids = [remote.id for remote in page]
    ours = ids_here(provider, ids)
    mine = RemoteJob.objects.filter(provider=provider)
    if again and ours:
        mine.filter(remote_id__in=ours).exclude(hidden=Hidden.PURGED).delete()
    unknown_jobs = {
        remote.id: remote
        for remote in page
        if remote.id not in ours and wire.normalize(remote.status_word) != DELETED
    }
    if not unknown_jobs:
        return 0
    rows = mine.filter(remote_id__in=list(unknown_jobs)).order_by("pk")
    hidden_by_id = dict(rows.values_list("remote_id", "hidden"))
    fresh = [remote for remote in unknown_jobs.values() if remote.id not in hidden_by_id]
    if fresh and mine.count() + len(fresh) > MAX_REMOTE_JOBS:
        fresh = []
    if not fresh and not again:
        return 0
    now = shared_now()
    # Lists begin with the newest job, so insert in reverse: a newer job gets a higher primary key.
    new = [as_remote_job(provider, remote, now) for remote in reversed(fresh)]
    RemoteJob.objects.bulk_create(new, ignore_conflicts=True)
    if again:
        _follow(
            provider, [unknown_jobs[each] for each in hidden_by_id if not hidden_by_id[each]], now
        )
        mine.filter(remote_id__in=[each for each in hidden_by_id if hidden_by_id[each]]).update(
            seen_at=now
        )
    return len(fresh)


def ids_here(provider: Provider, ids: Iterable[str]) -> set[str]:
    """Those of `ids` that belong to our jobs, or to jobs that are being deleted at the provider."""
    wanted = list(ids)
    # Without `exclude`, SQLite wouldn't use the partial index on `remote_id`.
    rows = VideoJob.objects.filter(provider=provider, remote_id__in=wanted).exclude(remote_id="")
    owed = RemoteDeletion.objects.filter(provider=provider, remote_id__in=wanted)
    return {*rows.values_list("remote_id", flat=True), *owed.values_list("remote_id", flat=True)}


def ids_of_others(provider: Provider, ids: Iterable[str], moment: datetime) -> set[str]:
    """Those ids that cannot belong to a job first sent at `moment`: they were seen before, or
    belong to a job of ours that was deleted here."""
    earlier = Q(first_seen_at__lt=moment) | Q(hidden=Hidden.PURGED)
    rows = RemoteJob.objects.filter(earlier, provider=provider, remote_id__in=list(ids))
    return set(rows.values_list("remote_id", flat=True))


def seen_since(provider: Provider, prompt: str, moment: datetime) -> list[str]:
    """Ids of jobs with this prompt that were first seen at or after `moment` and are not ours."""
    rows = not_imported(provider).filter(first_seen_at__gte=moment, prompt_key=prompt_key(prompt))
    return list(rows.order_by("pk").values_list("remote_id", flat=True)[:MAX_SIMILAR])


def leave_tombstone(job: VideoJob) -> None:
    """Leave a tombstone for a purged job, because its provider may still list it."""
    if not job.remote_id:
        return
    now = shared_now()
    bare = dict.fromkeys(("prompt", "prompt_key", "model", "size", "seconds"), "")
    values: dict[str, Any] = {**bare, "hidden": Hidden.PURGED, "status": job.status, "remote": {}}
    values |= {"made_at": job.created_at, "seen_at": now}
    RemoteJob.objects.update_or_create(
        provider_id=job.provider_id, remote_id=job.remote_id, defaults=values
    )


def not_imported(provider: Provider, hidden: Hidden = Hidden.NO) -> QuerySet[RemoteJob]:
    """Noted jobs of this provider that aren't imported."""
    return RemoteJob.objects.filter(provider=provider, hidden=hidden).exclude(_is_here())


def importable(provider: Provider) -> QuerySet[RemoteJob]:
    """Noted jobs that may be imported now.

    A job with the prompt of one of our unconfirmed jobs is held back until that job is found
    or a person has decided. Prompts are compared, not times, because clocks differ.
    """
    return not_imported(provider).exclude(_may_be_ours(_looked_for().get(provider.pk, [])))


def held_back(provider: Provider) -> int:
    """How many jobs are held back because they may be ours; counted up to COUNT_TO."""
    theirs = _may_be_ours(_looked_for().get(provider.pk, []))
    return not_imported(provider).filter(theirs)[:COUNT_TO].count()


def may_be_ours(provider: Provider, remote: wire.RemoteVideo) -> VideoJob | None:
    """Our unconfirmed job that may be this one, if any."""
    rows = looked_for(provider).only("public_id", "provider", "prompt")
    prompt = prompt_key(remote.prompt or "")
    alike = (row for row in rows if not prompt or prompt_key(row.prompt) == prompt)
    return next(alike, None)


def not_imported_anywhere() -> QuerySet[RemoteJob]:
    """Noted jobs of all enabled providers that aren't imported."""
    return RemoteJob.objects.filter(hidden=Hidden.NO, provider__enabled=True).exclude(_is_here())


def import_counts() -> list[tuple[Provider, int]]:
    """Enabled providers with the number of jobs that may be imported; COUNT_TO + 1 means more.

    Two or three queries for any number of providers.
    """
    rows = not_imported_anywhere()
    for provider_id, prompts in _looked_for().items():
        rows = rows.exclude(Q(provider=provider_id) & _may_be_ours(prompts))
    counts = Counter(rows.values_list("provider_id", flat=True)[: COUNT_TO + 1])
    if not counts:
        return []
    providers = Provider.objects.filter(pk__in=list(counts)).order_by("name")
    return [(provider, counts[provider.pk]) for provider in providers]


def as_remote_job(provider: Provider, remote: wire.RemoteVideo, now: datetime) -> RemoteJob:
    """An unsaved RemoteJob with what the provider says about a job."""
    error = remote.error or wire.VideoError(code="", message="")
    prompt = plain(remote.prompt or "")
    return RemoteJob(
        provider=provider,
        remote_id=remote.id,
        prompt=prompt,
        # From the text as received, because ours is compared as it was sent.
        prompt_key=prompt_key(remote.prompt or ""),
        model=(remote.model or "")[:200],
        size=remote.size or "",
        seconds=remote.seconds or "",
        status=MEANS.get(remote.status, JobStatus.IN_PROGRESS),
        remote_status=remote.status_word,
        progress=remote.progress or 0,
        error_code=error.code,
        error_message=error.message,
        remote=bounded(remote.raw),
        made_at=_moment(remote.created_at) or now,
        finished_at=_moment(remote.completed_at),
        expires_at=_moment(remote.expires_at),
        first_seen_at=now,
        seen_at=now,
    )


def _follow(provider: Provider, remotes: list[wire.RemoteVideo], now: datetime) -> None:
    RemoteJob.objects.bulk_create(
        [as_remote_job(provider, remote, now) for remote in remotes],
        update_conflicts=True,
        unique_fields=["provider", "remote_id"],
        update_fields=UPDATED_FIELDS,
    )


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _is_here() -> Exists:
    same = Q(provider=OuterRef("provider"), remote_id=OuterRef("remote_id"))
    return Exists(VideoJob.objects.filter(same).exclude(remote_id=""))


def looked_for(provider: Provider) -> QuerySet[VideoJob]:
    """Our jobs that this provider may have under an id that we don't know."""
    return _searching().filter(provider=provider)


def _searching() -> QuerySet[VideoJob]:
    """Our jobs that any provider may have under an id that we don't know."""
    # This condition lets the query use the partial index of unfinished jobs.
    open_rows = VideoJob.objects.filter(finished_at=None)
    rows = open_rows.filter(status__in=[JobStatus.SUBMITTING, JobStatus.UNSURE])
    last = DatabaseRestore.objects.values("newest_job", "at")[:1]
    uncleared = Q(cleared_at=None) | Q(cleared_at__lte=last.values("at"))
    doubted = Q(pk__lte=last.values("newest_job")) & uncleared
    begun = Q(submit_started_at__isnull=False) | Q(first_sent_at__isnull=False)
    return rows.filter(Q(status=JobStatus.UNSURE) | begun | doubted)


def _looked_for() -> dict[int, list[str] | None]:
    """Provider → prompts of its unconfirmed jobs; None if there are too many to compare."""
    ids: dict[int, list[str]] = {}
    rows = _searching().order_by("-pk").values_list("provider_id", "prompt")
    pairs = list(rows[: MAX_LOOKED_FOR + 1])
    for provider_id, prompt in pairs:
        ids.setdefault(provider_id, []).append(prompt)
    return dict.fromkeys(ids) if len(pairs) > MAX_LOOKED_FOR else {**ids}


def _may_be_ours(prompts: list[str] | None) -> Q:
    if prompts is None:
        return ~Q(pk__in=[])
    # A job without a prompt may be any of them.
    return Q(prompt_key__in={"", *map(prompt_key, prompts)} if prompts else [])
