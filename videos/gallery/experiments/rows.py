"""What does the page of an experiment show of each row?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from videos.gallery.clips.card import Card, card_of
from videos.gallery.clips.playing import video_url, with_video
from videos.gallery.clips.states import is_pending
from videos.models import (
    Action,
    Experiment,
    ExperimentClip,
    JobStatus,
    Member,
    VideoJob,
    Vote,
    may,
    visible_jobs,
)

CANNOT_TELL = "none"


@dataclass(frozen=True)
class Candidate:
    """One clip of a row. Its name and its votes are empty and 0 while the vote is open."""

    label: str
    # Which key chooses it.
    key: int
    # None for a clip that was deleted, or that the member may not see.
    card: Card | None
    video_url: str
    is_chosen: bool
    is_best: bool
    name: str
    votes: int

    @property
    def is_pending(self) -> bool:
        """Return True if the clip is still being made."""
        return self.card is not None and self.card.is_pending

    @property
    def says(self) -> str:
        """Why there is nothing to play."""
        if self.card is None:
            return _("This clip was deleted.")
        return self.card.asset_text or self.card.status_text


@dataclass(frozen=True)
class Row:
    """One prompt with its candidates. `choice` is what the member chose: a label, `none`, or empty
    without a vote. `undecided` votes chose no clip."""

    number: int
    prompt: str
    candidates: list[Candidate]
    choice: str
    undecided: int

    @property
    def cannot_tell(self) -> bool:
        """Return True if the member couldn't tell."""
        return self.choice == CANNOT_TELL


def rows_of(member: Member, experiment: Experiment, number: int | None = None) -> list[Row]:
    """All rows, or the one with this number. Five queries, however many."""
    only = {} if number is None else {"row": number}
    entries = list(_entries(experiment).filter(**only))
    seen = visible_jobs(member).live().filter(pk__in=[entry.job_id for entry in entries])
    jobs = {job.pk: job for job in with_video(seen)}
    own = Vote.objects.filter(experiment=experiment, member=member, **only)
    chosen = {vote.row: vote.choice_id for vote in own}
    undecided = {} if experiment.is_open else _undecided(experiment, only)
    numbers = dict.fromkeys(entry.row for entry in entries)
    return [
        _row(each, [e for e in entries if e.row == each], jobs, chosen, undecided.get(each, 0))
        for each in numbers
    ]


def settled_since(member: Member, experiment: Experiment, since: datetime) -> set[tuple[int, str]]:
    """Row and label of the clips that arrived or failed since then."""
    arrived = Q(archived_at__gt=since) | Q(
        finished_at__gt=since, status__in=(JobStatus.FAILED, JobStatus.CANCELLED)
    )
    jobs = visible_jobs(member).filter(arrived, experiment_clip__experiment=experiment)
    places = ("experiment_clip__row", "experiment_clip__label")
    return set(jobs.order_by().values_list(*places))


def page_of(member: Member, experiment: Experiment, rows: list[Row]) -> dict[str, Any]:
    """What the templates of rows and progress ask for. `rows` are all of them."""
    candidates = [candidate for row in rows for candidate in row.candidates]
    return {
        "experiment": experiment,
        "rows": rows,
        "may_vote": experiment.is_open and may(member, Action.DECIDE, experiment),
        "voted": sum(bool(row.choice) for row in rows),
        "total": len(rows),
        "pending": sum(candidate.is_pending for candidate in candidates),
    }


def _entries(experiment: Experiment) -> Any:
    entries = experiment.entries.select_related("provider")
    # While it is open, not even the number of votes leaves the database.
    return entries if experiment.is_open else entries.annotate(chosen=Count("votes"))


def _undecided(experiment: Experiment, only: Mapping[str, int]) -> dict[int, int]:
    rows = Vote.objects.filter(experiment=experiment, choice=None, **only).order_by()
    return dict(rows.values_list("row").annotate(Count("pk")))


def _row(
    number: int,
    entries: list[ExperimentClip],
    jobs: Mapping[int, VideoJob],
    chosen: Mapping[int, int | None],
    undecided: int,
) -> Row:
    most = max(getattr(entry, "chosen", 0) for entry in entries)
    shown = [job for entry in entries if (job := jobs.get(entry.job_id or 0))]
    mine = chosen.get(number, 0)
    label = next((entry.label for entry in entries if entry.pk == mine), "")
    return Row(
        number=number,
        prompt=shown[0].prompt if shown else "",
        candidates=[
            _candidate(key, entry, jobs.get(entry.job_id or 0), mine, most)
            for key, entry in enumerate(entries, start=1)
        ],
        choice=CANNOT_TELL if mine is None else label,
        undecided=undecided,
    )


def _candidate(
    key: int, entry: ExperimentClip, job: VideoJob | None, mine: int | None, most: int
) -> Candidate:
    votes = getattr(entry, "chosen", None)
    return Candidate(
        label=entry.label,
        key=key,
        card=card_of(job) if job else None,
        video_url=video_url(job) if job and not is_pending(job) else "",
        is_chosen=entry.pk == mine,
        is_best=bool(votes) and votes == most,
        name="" if votes is None else name_of(entry),
        votes=votes or 0,
    )


def name_of(entry: ExperimentClip) -> str:
    """`sora-2 · OpenAI · Seed 7`."""
    seed = _("Seed %(seed)s") % {"seed": entry.seed} if entry.seed else ""
    return " · ".join(filter(None, (entry.model, str(entry.provider or ""), seed)))
