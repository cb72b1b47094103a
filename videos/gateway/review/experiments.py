"""How does a script read experiments, vote, close them, and read their results?"""

from collections.abc import Mapping

from django.db.models import Count
from django.http import HttpRequest, HttpResponse

from videos.gateway.auth import require
from videos.gateway.pages import limit_of
from videos.gateway.responses import Refusal, json_answer, not_found
from videos.gateway.review import experiment_objects as objects
from videos.gateway.review.body import read_body
from videos.gateway.review.comments import LARGEST_ID
from videos.gateway.review.serializers import unix
from videos.models import (
    AccessToken,
    Action,
    Experiment,
    ExperimentClip,
    Member,
    VideoJob,
    visible_jobs,
)
from videos.models.experiment import ExperimentQuerySet
from videos.models.paging import page_of
from videos.models.row_policies import may_see_cost
from videos.review.experiments import Line, close, result, vote
from videos.wire.values import whole_number


def listing(request: HttpRequest, token: AccessToken) -> HttpResponse:
    """The experiments that the member may see, the newest first."""
    at: tuple[int, ...] = ()
    if after := request.GET.get("after", ""):
        if (key := whole_number(after)) is None:
            message = "`after` must be the ID of an experiment."
            raise Refusal(400, message, param="after", code="invalid_value")
        at = (key,)
    experiments = page_of(_seen(token.member).with_counts(), limit_of(request), after=at)
    answer = objects.ExperimentList(
        data=[_line(each) for each in experiments.rows],
        last_id=experiments.last.pk if experiments.last else None,
        has_more=experiments.has_more,
    )
    return json_answer(answer)


def retrieve(request: HttpRequest, token: AccessToken, experiment_id: int) -> HttpResponse:
    """One experiment with its rows, and what the member chose."""
    return _answer(token, _find(token, experiment_id))


def add_vote(request: HttpRequest, token: AccessToken, experiment_id: int) -> HttpResponse:
    """Vote in one row. A later vote replaces an earlier one."""
    experiment, body = _find(token, experiment_id), read_body(request, objects.AddVote)
    require(token, Action.DECIDE, experiment)
    _refuse_closed(experiment)
    vote(token.member, experiment, body.row, body.choice or "")
    return _answer(token, experiment)


def end(request: HttpRequest, token: AccessToken, experiment_id: int) -> HttpResponse:
    """Close an experiment permanently."""
    experiment = _find(token, experiment_id)
    require(token, Action.RUN_EXPERIMENT, experiment)
    if not close(token.member, experiment):
        _refuse_closed(experiment, is_closed=True)
    return _answer(token, _find(token, experiment_id))


def results(request: HttpRequest, token: AccessToken, experiment_id: int) -> HttpResponse:
    """What came of a closed experiment."""
    experiment = _find(token, experiment_id)
    if experiment.is_open:
        message = "The vote is still open. Its result is hidden from everyone until it is closed."
        raise Refusal(409, message, code="vote_is_open")
    outcome, priced = result(experiment), may_see_cost(token.member, experiment)
    answer = objects.ExperimentResult(
        id=experiment.pk,
        votes=outcome.votes,
        undecided=outcome.undecided,
        by_model=[_result(line, priced=priced) for line in outcome.models],
        by_seed=[_result(line, priced=priced) for line in outcome.seeds],
    )
    return json_answer(answer)


def _seen(member: Member) -> ExperimentQuerySet:
    return Experiment.objects.select_related("maker", "project").visible_to(member)


def _find(token: AccessToken, experiment_id: int) -> Experiment:
    if experiment_id > LARGEST_ID:
        raise not_found("Experiment")
    experiment = _seen(token.member).filter(pk=experiment_id).first()
    if experiment is None:
        raise not_found("Experiment")
    return experiment


def _refuse_closed(experiment: Experiment, *, is_closed: bool = False) -> None:
    if is_closed or not experiment.is_open:
        raise Refusal(409, "This vote is closed.", code="vote_is_closed")


def _line(row: Experiment) -> objects.ExperimentLine:
    return objects.ExperimentLine(
        id=row.pk,
        question=row.question,
        maker=row.maker.username,
        project=row.project.slug if row.project else None,
        rows=row.rows,  # type: ignore[attr-defined]
        clips=row.clips,  # type: ignore[attr-defined]
        voters=row.voters,  # type: ignore[attr-defined]
        created_at=unix(row.created_at),
        closed_at=unix(row.closed_at) if row.closed_at else None,
    )


def _answer(token: AccessToken, experiment: Experiment) -> HttpResponse:
    """The experiment as the member sees it. Four queries, however many clips."""
    entries = list(experiment.entries.all())
    keys = [entry.job_id for entry in entries if entry.job_id is not None]
    jobs = visible_jobs(token.member).live().filter(pk__in=keys).in_bulk()
    own = dict(experiment.votes.filter(member=token.member).values_list("row", "choice"))
    voters = experiment.votes.aggregate(n=Count("member", distinct=True))["n"]
    answer = objects.Experiment(
        id=experiment.pk,
        question=experiment.question,
        maker=experiment.maker.username,
        project=experiment.project.slug if experiment.project else None,
        rows=[
            _row(number, [each for each in entries if each.row == number], jobs, own)
            for number in dict.fromkeys(entry.row for entry in entries)
        ],
        voters=voters,
        created_at=unix(experiment.created_at),
        closed_at=unix(experiment.closed_at) if experiment.closed_at else None,
    )
    return json_answer(answer)


def _row(
    number: int,
    entries: list[ExperimentClip],
    jobs: Mapping[int, VideoJob],
    own: Mapping[int, int | None],
) -> objects.ExperimentRow:
    clips = {entry.label: jobs.get(entry.job_id or 0) for entry in entries}
    chosen = own.get(number)
    return objects.ExperimentRow(
        row=number,
        prompt=next((job.prompt for job in clips.values() if job), None),
        clips=[
            objects.ExperimentClip(label=label, video_id=job.public_id if job else None)
            for label, job in clips.items()
        ],
        voted=number in own,
        choice=next((entry.label for entry in entries if entry.pk == chosen), None),
    )


def _result(line: Line, *, priced: bool) -> objects.ExperimentLineResult:
    return objects.ExperimentLineResult(
        model=line.model,
        provider=line.provider,
        seed=line.seed or None,
        clips=line.clips,
        finished=line.finished,
        failed=line.failed,
        approved=line.approved,
        votes=line.votes,
        share_percent=line.share,
        cost_usd=_dollars(line.spend, priced=priced),
        usd_per_vote=_dollars(line.per_vote, priced=priced),
        usd_per_approved_clip=_dollars(line.per_approved, priced=priced),
    )


def _dollars(micros: int | None, *, priced: bool) -> float | None:
    return micros / 1e6 if priced and micros is not None else None
