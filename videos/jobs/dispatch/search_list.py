"""Is one of our jobs in the provider's list, and if not, is that proof that it wasn't made?"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from videos import wire
from videos.jobs.dispatch.prompts import (
    is_missing,
    is_same_prompt,
    is_similar_prompt,
    list_repeats_prompts,
)
from videos.jobs.dispatch.verdict import WORDS, Evidence, Verdict, judge
from videos.jobs.providers.clients import client_for
from videos.jobs.remote.record import (
    ids_here,
    ids_of_others,
    looked_for,
    seen_since,
    store_unknown_jobs,
)
from videos.jobs.sanitize import plain
from videos.jobs.sync.apply import CLOCK_WRONG
from videos.models import Operation, VideoJob
from videos.models.lease import shared_now
from videos.wire.text import Message

# A job counts as newer than our send if its time, as the provider gives it, is at most this much
# before it: a wrong daylight saving time and some minutes. CLOCK_WRONG is the limit for any clock.
CLOCK_SKEW = timedelta(hours=1, minutes=5)
MAX_LOOKED_AT = 500
# After this time a list must still show older jobs to prove that ours isn't there.
FORGETS_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class SearchResult:
    """The verdict, the job if it was found, and as a message why a person must decide."""

    verdict: Verdict
    job: wire.RemoteVideo | None = None
    reason: str = ""


def look_for(job: VideoJob) -> SearchResult:
    """Search for the row's job in the provider's list. Raises ProviderError."""
    seen = _look(job)
    unknown_jobs = _unknown_jobs(job, seen.jobs)
    earlier = ids_of_others(job.provider, [remote.id for remote in unknown_jobs], seen.sent_at)
    unknown_jobs = [
        remote
        for remote in unknown_jobs
        if not seen.is_old(remote, seen_before=remote.id in earlier)
    ]
    possible = [remote for remote in unknown_jobs if remote.id not in earlier]
    matches = [remote for remote in possible if _matches(job, remote) and seen.is_new(remote)]
    store_unknown_jobs(job.provider, [remote for remote in unknown_jobs if remote not in matches])
    doubtful = _doubtful(job, seen, unknown_jobs, possible)
    verdict = judge(
        Evidence(
            match=bool(matches),
            rival=bool(matches) and _has_rival(job, matches),
            no_prompt=Verdict.NO_PROMPTS in doubtful,
            similar=Verdict.SIMILAR in doubtful,
            reworded=Verdict.REWORDED in doubtful,
            unreadable=seen.unreadable > 0,
            whole=seen.whole,
            reaches_back=seen.reaches_back(),
        )
    )
    if verdict == Verdict.FOUND:
        return SearchResult(verdict, matches[-1])
    remote_id = matches[-1].id if verdict == Verdict.AMBIGUOUS else doubtful.get(verdict, "")
    reason = str(WORDS.get(verdict, ""))
    return SearchResult(
        verdict, reason=Message(reason, {"id": plain(remote_id)[:80]}) if reason else ""
    )


def _doubtful(
    job: VideoJob,
    seen: "_Seen",
    unknown_jobs: list[wire.RemoteVideo],
    possible: list[wire.RemoteVideo],
) -> dict[Verdict, str]:
    """Verdict → the id of a listed job that causes it."""
    verdicts = dict.fromkeys(seen_since(job.provider, job.prompt, seen.sent_at), Verdict.SIMILAR)
    for remote in unknown_jobs:
        if is_missing(remote.prompt):
            verdicts[remote.id] = Verdict.NO_PROMPTS
        elif is_similar_prompt(job.prompt, remote.prompt):
            verdicts[remote.id] = Verdict.SIMILAR
    if not _repeats_prompts(job, seen):
        for remote in possible:
            if seen.is_new(remote) and _agrees(job, remote):
                verdicts.setdefault(remote.id, Verdict.REWORDED)
    return {verdict: remote_id for remote_id, verdict in verdicts.items()}


@dataclass
class _Seen:
    """What the provider's list shows. `newest_known` is the newest job known before the send."""

    sent_at: datetime
    jobs: list[wire.RemoteVideo] = field(default_factory=list)
    newest_known: wire.RemoteVideo | None = None
    unreadable: int = 0
    whole: bool = False

    def is_old(self, remote: wire.RemoteVideo, *, seen_before: bool = False) -> bool:
        """Return True if it certainly existed before our send.

        That is decided by the provider's own clock, which may have been set back since. If no job
        of ours shows how that clock runs, the times alone prove nothing: the job must also have
        been `seen_before`.
        """
        if remote.created_at is None:
            return False
        if (known_at := self.known_at) is not None:
            return _moment(remote.created_at) < known_at - CLOCK_SKEW
        return seen_before and _moment(remote.created_at) < self.sent_at - CLOCK_WRONG

    def is_new(self, remote: wire.RemoteVideo) -> bool:
        """Return True if it is certainly newer than our send."""
        if remote.created_at is None:
            return True
        return _moment(remote.created_at) >= (self.known_at or self.sent_at - CLOCK_SKEW)

    @property
    def known_at(self) -> datetime | None:
        """When the newest job that we knew before the send was created, by the provider's clock."""
        at = self.newest_known.created_at if self.newest_known is not None else None
        return None if at is None else _moment(at)

    def reaches_back(self) -> bool:
        """Return True if the list still shows jobs from before our send, or the send was recent."""
        if self.newest_known is not None or shared_now() - self.sent_at <= FORGETS_AFTER:
            return True
        times = (remote.created_at for remote in self.jobs)
        return any(at and _moment(at) < self.sent_at - CLOCK_SKEW for at in times)


def _look(job: VideoJob) -> _Seen:
    """Read the list until it shows only jobs older than the one that we knew before the send.

    Reaching that job alone isn't enough: servers list jobs of the same second in any order, and
    some list the oldest first whatever order is requested. The part of a long list that is older
    than that job isn't read to the end.
    """
    seen = _Seen(job.first_sent_at or job.submit_started_at or job.created_at)
    count = 0
    for page in client_for(job.provider).list_pages(order="desc"):
        seen.unreadable += page.unreadable
        for remote in page.videos:
            count += 1
            if count > MAX_LOOKED_AT:
                seen.whole = seen.known_at is not None and not all(map(seen.is_new, seen.jobs))
                return seen
            if remote.id == job.known_before:
                seen.newest_known = remote
            elif seen.newest_known is not None and seen.is_old(remote):
                seen.whole = True
                return seen
            else:
                seen.jobs.append(remote)
        seen.whole = page.ends_list
    return seen


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _unknown_jobs(job: VideoJob, remotes: list[wire.RemoteVideo]) -> list[wire.RemoteVideo]:
    ids = [remote.id for remote in remotes]
    ours = ids_here(job.provider, ids)
    return [remote for remote in remotes if remote.id not in ours]


def _matches(job: VideoJob, remote: wire.RemoteVideo) -> bool:
    return is_same_prompt(job.prompt, remote.prompt) and _agrees(job, remote)


def _agrees(job: VideoJob, remote: wire.RemoteVideo) -> bool:
    """Return True if all listed fields except the prompt match the request."""
    # For an extension, a server may list the whole length or the added one.
    lengths = {job.seconds, job.added_seconds or job.seconds}
    comparisons = (
        (remote.size, {job.size}),
        (remote.seconds, lengths),
        (remote.model, {job.model}),
    )
    # The API names a source only for remixes. If a server names it for edits too, a person decides:
    # the listed edit could be someone else's remix.
    source = job.source.remote_id if job.source and job.operation == Operation.REMIX else None
    return (remote.remixed_from_video_id or None) == source and all(
        listed is None or wanted == {""} or listed in wanted for listed, wanted in comparisons
    )


def _repeats_prompts(job: VideoJob, seen: _Seen) -> bool:
    """Return True if this list shows prompts as sent. Some servers improve or shorten them."""
    listed = seen.jobs if seen.newest_known is None else [*seen.jobs, seen.newest_known]
    ids = [remote.id for remote in listed]
    # Imported jobs are left out: their prompt comes from the list.
    sent = VideoJob.objects.filter(provider=job.provider_id, sends__gt=0)
    mine = sent.filter(remote_id__in=ids).exclude(remote_id="")
    repeats = list_repeats_prompts(dict(mine.values_list("remote_id", "prompt")), listed)
    if repeats is not None:
        return repeats
    newest = sent.exclude(remote_id="").order_by("-pk").values_list("prompt", "remote__prompt")
    row = newest.first()
    return row is not None and isinstance(row[1], str) and is_same_prompt(*row)


def _has_rival(job: VideoJob, matches: list[wire.RemoteVideo]) -> bool:
    """Return True if a row that isn't a take of the same clip could be one of these, too.

    Takes may be swapped with each other; an edit and a clip made from text may not.
    """
    kind = _kind(job)
    rows = looked_for(job.provider).exclude(pk=job.pk).defer("remote")
    return any(
        is_same_prompt(job.prompt, row.prompt)
        and _kind(row) != kind
        and any(_agrees(row, remote) for remote in matches)
        for row in rows.select_related("source")
    )


def _kind(job: VideoJob) -> tuple[object, ...]:
    """Properties that lists rarely show. Seeds are left out: takes differ only in them."""
    extra = {name: value for name, value in job.extra.items() if name != "seed"}
    return job.operation, job.source_id, bool(job.reference), job.characters, extra
