"""Is a job of ours in the provider's list, and if it is not, does that prove anything?"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from videos import wire
from videos.jobs.following.notes import ids_here, looked_for, note, of_others
from videos.jobs.following.outcome import CLOCK_WRONG, plain
from videos.jobs.servers.providers import client_for
from videos.models import Operation, VideoJob
from videos.models.lease import shared_now

# How far a provider's clock may be from ours before its word on "newer" is doubted: a wrong
# summer time, and a little. (CLOCK_WRONG is how far at all.)
CLOCK_SKEW = timedelta(hours=1, minutes=5)
MAX_LOOKED_AT = 500
# After so long, a list that does not reach back to the sending proves nothing by its silence.
FORGETS_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Found:
    """What a look at the list has shown: the job; or why its absence is not certain, in words.

    Neither: it was never made. `is_blind`: looking again will not tell more.
    """

    job: wire.RemoteVideo | None = None
    doubt: str = ""
    is_blind: bool = False


def look_for(job: VideoJob) -> Found:
    """Look for the row's job in the provider's list. ProviderError."""
    seen = _look(job)
    strangers = _strangers(job, [remote for remote in seen.jobs if not seen.is_old(remote)])
    alike = [remote for remote in strangers if _is_alike(job, remote)]
    others = of_others(job.provider, [remote.id for remote in alike], seen.sent_at)
    same = [
        remote
        for remote in alike
        if remote.id not in others and _is_same(job, remote) and seen.is_new(remote)
    ]
    note(job.provider, [remote for remote in strangers if remote not in same])
    if same and _has_rival(job, same):
        words = "Something else with the same words is looked for, too, and the list does not tell"
        return Found(doubt=f"{words} which is which: {plain(same[-1].id)[:80]}.")
    if same:
        return Found(same[-1])
    if any(remote.prompt is None for remote in strangers):
        words = "The provider has jobs that may be this one, but does not say their prompts."
        return Found(doubt=words, is_blind=True)
    if alike:
        words = f"The provider has a similar job, but not the same: {plain(alike[-1].id)[:80]}."
        return Found(doubt=words)
    if not _echoes(job) and any(seen.is_new(each) and _is_same(job, each) for each in strangers):
        words = "The provider has a new job in other words, and may have changed those of this one."
        return Found(doubt=words)
    if not seen.whole:
        return Found(doubt=f"It is not among the provider's {MAX_LOOKED_AT} newest jobs.")
    if shared_now() - seen.sent_at > FORGETS_AFTER and not seen.reaches_back():
        return Found(doubt="The provider's list does not reach back to when it was asked for.")
    return Found()


@dataclass
class _Seen:
    """What the provider's list shows. `known` is the newest job that we knew before sending."""

    sent_at: datetime
    jobs: list[wire.RemoteVideo] = field(default_factory=list)
    known: wire.RemoteVideo | None = None
    whole: bool = True

    def is_old(self, remote: wire.RemoteVideo) -> bool:
        """Was it there before ours was sent? By the provider's own clock, where that can be."""
        if remote.created_at is None:
            return False
        if self.known is not None and self.known.created_at is not None:
            return remote.created_at < self.known.created_at
        return _moment(remote.created_at) < self.sent_at - CLOCK_WRONG

    def is_new(self, remote: wire.RemoteVideo) -> bool:
        """Is it not doubtful that it is younger than our sending?"""
        if remote.created_at is None or (self.known and self.known.created_at is not None):
            return not self.is_old(remote)
        return _moment(remote.created_at) >= self.sent_at - CLOCK_SKEW

    def reaches_back(self) -> bool:
        """Does the list still show what was there before ours was sent?"""
        if self.known is not None:
            return True
        told = (remote.created_at for remote in self.jobs)
        return any(at and _moment(at) < self.sent_at - CLOCK_SKEW for at in told)


def _look(job: VideoJob) -> _Seen:
    """Read the list until it tells of nothing newer than what we knew before sending.

    Meeting that job alone is no end: servers list jobs of the same second in any order, and some
    list the oldest first whatever they are asked.
    """
    seen = _Seen(job.submit_started_at or job.created_at)
    for place, remote in enumerate(client_for(job.provider).list_all(order="desc")):
        if place >= MAX_LOOKED_AT:
            seen.whole = False
            break
        if remote.id == job.known_before:
            seen.known = remote
        elif seen.known is not None and seen.is_old(remote):
            break
        else:
            seen.jobs.append(remote)
    return seen


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _strangers(job: VideoJob, remotes: list[wire.RemoteVideo]) -> list[wire.RemoteVideo]:
    ids = [remote.id for remote in remotes]
    ours = ids_here(job.provider, ids)
    return [remote for remote in remotes if remote.id not in ours]


def _is_alike(job: VideoJob, remote: wire.RemoteVideo) -> bool:
    """The same words: enough to doubt that ours never arrived."""
    return remote.prompt is not None and remote.prompt.split() == job.prompt.split()


def _is_same(job: VideoJob, remote: wire.RemoteVideo) -> bool:
    """Does everything else that the server tells agree with what we asked for?"""
    # Of an extension, a server may tell the stitched length or the one that was asked for.
    lengths = {job.seconds, job.added_seconds or job.seconds}
    asked = ((remote.size, {job.size}), (remote.seconds, lengths), (remote.model, {job.model}))
    # The API names the source of a remix alone. A server that does so for others, too, is asked
    # about by a person: its edit could be somebody's remix.
    source = job.source.remote_id if job.source and job.operation == Operation.REMIX else None
    return (remote.remixed_from_video_id or None) == source and all(
        said is None or wanted == {""} or said in wanted for said, wanted in asked
    )


def _echoes(job: VideoJob) -> bool:
    """Did the provider repeat the words of the last job it took from us? Some improve prompts."""
    taken = VideoJob.objects.filter(provider=job.provider_id, sends__gt=0).exclude(remote_id="")
    row = taken.order_by("-pk").values_list("prompt", "remote__prompt").first()
    return row is not None and isinstance(row[1], str) and row[1].split() == row[0].split()


def _has_rival(job: VideoJob, same: list[wire.RemoteVideo]) -> bool:
    """Does another row look for one of these, that is no take of the same clip?

    Takes may have each other's clips; an edit and a clip from words may not.
    """
    words, kind = job.prompt.split(), _kind(job)
    rows = looked_for(job.provider).exclude(pk=job.pk).defer("remote")
    return any(
        row.prompt.split() == words and _kind(row) != kind and any(_is_same(row, r) for r in same)
        for row in rows.select_related("source")
    )


def _kind(job: VideoJob) -> tuple[object, ...]:
    """What a list tells little of. Seeds are left out: takes differ in nothing else."""
    extra = {name: value for name, value in job.extra.items() if name != "seed"}
    return job.operation, job.source_id, bool(job.reference), job.characters, extra
