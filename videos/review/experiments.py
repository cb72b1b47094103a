"""How do members vote on clips blindly, and what comes of it?"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy

from videos.jobs.errors import NotAllowed, ValidationFailed
from videos.models import (
    Action,
    AuditAction,
    Charge,
    Experiment,
    ExperimentClip,
    JobStatus,
    Member,
    Verdict,
    Vote,
    may,
    record,
)
from videos.models.charge import CURRENCY
from videos.models.row_policies import votable_jobs
from videos.models.selectors import blind_jobs

CLOSED = gettext_lazy("This vote is closed.")
NO_CLIP = gettext_lazy("You can't vote for this clip.")
MAY_NOT_VOTE = gettext_lazy("Your role doesn't allow you to vote here.")
MAY_NOT_RUN = gettext_lazy(
    "Only the person who started this vote, or someone who manages projects, can do this."
)
NO_CLIPS = (JobStatus.FAILED, JobStatus.CANCELLED)


@dataclass(frozen=True)
class Line:
    """What the clips of one model, or of one model with one seed, have got. Money in millionths;
    `share` is the part of all choices, in percent."""

    provider: str
    model: str
    seed: str = ""
    clips: int = 0
    finished: int = 0
    failed: int = 0
    approved: int = 0
    votes: int = 0
    share: int = 0
    spend: int = 0

    @property
    def per_vote(self) -> int | None:
        """What a vote cost; None without any."""
        return self.spend // self.votes if self.votes else None

    @property
    def per_approved(self) -> int | None:
        """What an approved clip cost, with everything that wasn't approved; None without any."""
        return self.spend // self.approved if self.approved else None


@dataclass(frozen=True)
class Result:
    """What came of a closed experiment: by model, and by model and seed where seeds were given.
    `undecided` votes chose no clip."""

    models: list[Line]
    seeds: list[Line]
    votes: int
    undecided: int

    @property
    def finest(self) -> list[Line]:
        """By model and seed, or by model alone without seeds."""
        return self.seeds or self.models


def vote(member: Member, experiment: Experiment, row: int, label: str) -> None:
    """Choose the clip with this label in a row, or none of them with an empty `label`. A later vote
    replaces an earlier one. Raises ValidationFailed."""
    if not may(member, Action.DECIDE, experiment):
        raise NotAllowed({"": str(MAY_NOT_VOTE)})
    with transaction.atomic():
        # The lock keeps votes from arriving while the experiment is being closed.
        rows = Experiment.objects.open().select_for_update()
        if not rows.filter(pk=experiment.pk).exists():
            raise ValidationFailed({"": str(CLOSED)})
        entries = ExperimentClip.objects.filter(experiment=experiment, row=row)
        choice = None
        if label:
            choice = entries.filter(label=label, job__in=votable_jobs(member)).first()
        if not entries.exists() or (label and choice is None):
            raise ValidationFailed({"choice": str(NO_CLIP)})
        Vote.objects.update_or_create(
            experiment=experiment,
            row=row,
            member=member,
            defaults={"choice": choice, "at": timezone.now()},
        )


def close(member: Member, experiment: Experiment) -> bool:
    """Show what made which clip, permanently. False if it was closed before. Raises NotAllowed."""
    _refuse_unless_run_by(member, experiment)
    with transaction.atomic():
        rows = Experiment.objects.open().filter(pk=experiment.pk)
        if not rows.update(closed_at=timezone.now(), closed_by=member):
            return False
        _name_clips(experiment)
        record(AuditAction.EXPERIMENT_CLOSED, experiment, after=_counts(experiment), member=member)
    return True


def delete(member: Member, experiment: Experiment) -> None:
    """Delete an experiment with its votes. Its clips stay, and are named. Raises NotAllowed."""
    _refuse_unless_run_by(member, experiment)
    with transaction.atomic():
        _name_clips(experiment)
        before = _counts(experiment)
        record(AuditAction.EXPERIMENT_DELETED, experiment, before=before, member=member)
        experiment.delete()


def voters(experiment: Experiment) -> list[tuple[Member, int]]:
    """Who has voted, and in how many rows. Doesn't say what they chose."""
    counts = dict(experiment.votes.order_by().values_list("member").annotate(rows=Count("pk")))
    members = Member.objects.filter(pk__in=counts).order_by("name", "username")
    return [(member, counts[member.pk]) for member in members]


def result(experiment: Experiment) -> Result:
    """What came of a closed experiment. Three queries, however many clips."""
    entries = list(
        experiment.entries.select_related("job", "provider").annotate(chosen=Count("votes"))
    )
    keys = [entry.job_id for entry in entries if entry.job_id is not None]
    charges = Charge.objects.filter(job__in=keys, currency=CURRENCY).order_by()
    spent = dict(charges.values_list("job").annotate(spend=Sum("amount")))
    undecided = experiment.votes.filter(choice=None).count()
    lines = [_line(entry, spent.get(entry.job_id, 0)) for entry in entries]
    votes = sum(line.votes for line in lines)
    by_seed = _added(lines, votes) if any(line.seed for line in lines) else []
    without_seeds = (replace(line, seed="") for line in lines)
    return Result(_added(without_seeds, votes), by_seed, votes, undecided)


def _line(entry: ExperimentClip, spend: int) -> Line:
    job = entry.job
    status, verdict = (job.status, job.verdict) if job else ("", "")
    return Line(
        provider=str(entry.provider or ""),
        model=entry.model,
        seed=entry.seed,
        clips=1,
        finished=int(status == JobStatus.COMPLETED),
        failed=int(status in NO_CLIPS),
        approved=int(verdict == Verdict.APPROVED),
        votes=entry.chosen,  # type: ignore[attr-defined]
        spend=spend,
    )


def _added(lines: Iterable[Line], votes: int) -> list[Line]:
    """One line for each model and seed, the one with the most votes first."""
    lines_by_key: dict[tuple[str, str, str], Line] = {}
    names = ("clips", "finished", "failed", "approved", "votes", "spend")
    for line in lines:
        key = (line.provider, line.model, line.seed)
        old = lines_by_key.get(key, Line(*key))
        lines_by_key[key] = replace(old, **{n: getattr(old, n) + getattr(line, n) for n in names})
    shared = [
        replace(line, share=round(100 * line.votes / votes) if votes else 0)
        for line in lines_by_key.values()
    ]
    return sorted(shared, key=lambda line: (-line.votes, line.spend, line.model, line.seed))


def _refuse_unless_run_by(member: Member, experiment: Experiment) -> None:
    if not may(member, Action.RUN_EXPERIMENT, experiment):
        raise NotAllowed({"": str(MAY_NOT_RUN)})


def _name_clips(experiment: Experiment) -> None:
    blind_jobs(experiment.pk).update_shown(is_blind=False)


def _counts(experiment: Experiment) -> dict[str, int]:
    return {
        "clips": experiment.entries.count(),
        "votes": experiment.votes.count(),
        "voters": experiment.votes.values("member").distinct().count(),
    }
