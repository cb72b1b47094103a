"""Votes are counted once, until the experiment is closed for good; the result tells what won."""

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from tests.experiment_fixtures import end_vote, start_vote
from videos.jobs.errors import NotAllowed, ValidationFailed
from videos.jobs.submission.experiments import for_a_vote
from videos.jobs.submission.request import Submission
from videos.jobs.submission.submit import submit_all
from videos.models import (
    AuditEntry,
    Experiment,
    ExperimentClip,
    VideoJob,
    Vote,
    ledger,
)
from videos.review.experiments import close, delete, result, vote, voters
from videos.team.erase import erase

pytestmark = pytest.mark.database
Make = Callable[..., VideoJob]


def submissions(
    key: str = "k1", prompts: tuple[str, ...] = ("a", "b"), seeds: int = 3
) -> list[Submission]:
    """A form with a row for each prompt."""
    return [
        Submission(
            prompt=prompt, model="sketch-1", size="640x360", seconds="4", key=key,
            extra={"seed": str(seed)},
        )
        for prompt in prompts
        for seed in range(1, seeds + 1)
    ]  # fmt: skip


def start(team: SimpleNamespace, key: str = "k1") -> list[VideoJob]:
    return submit_all(team.owner, for_a_vote(submissions(key), "Which one?"))


def test_a_form_with_a_question_becomes_an_experiment_with_its_clips(
    team: SimpleNamespace, catalogue_model: object
) -> None:
    jobs = start(team)
    experiment = Experiment.objects.get()
    assert (experiment.question, experiment.maker) == ("Which one?", team.owner)
    assert all(VideoJob.objects.values_list("is_blind", flat=True)) and len(jobs) == 6
    entries = experiment.entries.select_related("job")
    assert [(e.row, e.label) for e in entries] == [
        (1, "A"), (1, "B"), (1, "C"), (2, "A"), (2, "B"), (2, "C"),
    ]  # fmt: skip
    assert {e.job.prompt for e in entries if e.row == 1 and e.job} == {"a"}
    assert {e.seed for e in entries if e.row == 2} == {"1", "2", "3"}
    # The same form once more makes nothing.
    assert [job.pk for job in start(team)] == [job.pk for job in jobs]
    assert Experiment.objects.count() == 1


def test_the_order_of_the_candidates_does_not_follow_the_order_of_the_form() -> None:
    orders = {
        tuple(each.extra["seed"] for each in for_a_vote(submissions(f"k{n}", ("a",), 6), "?"))
        for n in range(20)
    }
    assert len(orders) > 10
    assert for_a_vote(submissions(), "?") == for_a_vote(submissions(), "?")


@pytest.mark.parametrize(("wrong", "field"), [
    (submissions(seeds=1), "question"),
    (submissions(seeds=10), "question"),
    ([Submission(prompt="a", model="sketch-1", size="640x360", seconds="4", key="k", takes=2)] * 2,
     "takes"),
])  # fmt: skip
def test_what_cannot_be_voted_on_is_refused_as_a_whole(
    team: SimpleNamespace, catalogue_model: object, wrong: list[Submission], field: str
) -> None:
    with pytest.raises(ValidationFailed) as refused:
        submit_all(team.owner, for_a_vote(wrong, "Which one?"))
    assert list(refused.value.errors) == [field]
    assert not VideoJob.objects.exists() and not Experiment.objects.exists()


def test_a_vote_can_be_changed_until_the_experiment_is_closed(
    team: SimpleNamespace, make_job: Make
) -> None:
    experiment = start_vote(team.owner, [[make_job(), make_job()]])
    vote(team.teammate, experiment, 1, "A")
    vote(team.teammate, experiment, 1, "B")
    vote(team.owner, experiment, 1, "")
    assert [(each.member, str(each.choice)) for each in Vote.objects.order_by("member")] == [
        (team.owner, "None"), (team.teammate, "1B"),
    ]  # fmt: skip
    assert voters(experiment) == [(team.owner, 1), (team.teammate, 1)]
    assert close(team.owner, experiment)
    with pytest.raises(ValidationFailed, match="closed"):
        vote(team.teammate, experiment, 1, "A")
    assert not close(team.owner, experiment)
    assert Experiment.objects.get().closed_by == team.owner


def test_only_clips_that_can_be_watched_are_voted_for(
    team: SimpleNamespace, make_job: Make
) -> None:
    failed, running = make_job(status="failed"), make_job(status="in_progress")
    experiment = start_vote(team.owner, [[failed, running, make_job()], [make_job()]])
    for row, label in ((1, "A"), (1, "B"), (1, "D"), (2, "B"), (3, ""), (0, "A")):
        with pytest.raises(ValidationFailed, match="can't vote for this clip"):
            vote(team.owner, experiment, row, label)
    assert not Vote.objects.exists()


def test_viewers_see_and_do_not_vote_and_strangers_do_not_close(
    team: SimpleNamespace, make_job: Make
) -> None:
    experiment = start_vote(team.admin, [[make_job(), make_job()]])
    with pytest.raises(NotAllowed):
        vote(team.viewer, experiment, 1, "A")
    for refused in (close, delete):
        with pytest.raises(NotAllowed):
            refused(team.viewer, experiment)
    assert Experiment.objects.open().count() == 1


def test_closing_names_the_clips_and_is_in_the_audit_log(
    team: SimpleNamespace, make_job: Make
) -> None:
    jobs = [make_job(), make_job()]
    experiment = start_vote(team.owner, [jobs])
    vote(team.owner, experiment, 1, "A")
    before = jobs[0].version
    close(team.owner, experiment)
    rows = VideoJob.objects.filter(pk__in=[job.pk for job in jobs])
    # Open pages notice.
    assert set(rows.values_list("is_blind", "version")) == {(False, before + 1)}
    entry = AuditEntry.objects.get(action="experiment.closed")
    assert entry.after == {"clips": 2, "votes": 1, "voters": 1} and entry.member == team.owner


def test_deleting_an_experiment_keeps_its_clips_and_names_them(
    team: SimpleNamespace, make_job: Make
) -> None:
    experiment = start_vote(team.owner, [[make_job(), make_job()]])
    vote(team.owner, experiment, 1, "A")
    delete(team.owner, experiment)
    assert not Vote.objects.exists() and not ExperimentClip.objects.exists()
    assert list(VideoJob.objects.values_list("is_blind", flat=True)) == [False, False]
    assert AuditEntry.objects.filter(action="experiment.deleted").exists()


def test_the_result_counts_votes_clips_and_cost_by_model_and_seed(
    team: SimpleNamespace, make_job: Make
) -> None:
    good = [make_job(model="good", price=Decimal(2), extra={"seed": n}) for n in (1, 2)]
    bad = [make_job(model="bad", price=Decimal(1), extra={"seed": 1}),
           make_job(model="bad", price=Decimal(1), extra={"seed": 2}, status="failed")]  # fmt: skip
    ledger.reserve([*good, *bad])
    VideoJob.objects.filter(pk=good[0].pk).update(verdict="approved")
    experiment = start_vote(team.owner, [[good[0], bad[0]], [bad[1], good[1]]])
    vote(team.owner, experiment, 1, "A")
    vote(team.teammate, experiment, 1, "B")
    vote(team.admin, experiment, 1, "A")
    vote(team.owner, experiment, 2, "B")
    vote(team.teammate, experiment, 2, "")
    outcome = result(end_vote(experiment))
    assert (outcome.votes, outcome.undecided) == (4, 1)
    best, other = outcome.models
    assert (best.model, best.votes, best.share, best.finished, best.approved) == (
        "good",
        3,
        75,
        2,
        1,
    )
    assert (best.spend, best.per_vote, best.per_approved) == (4_000_000, 1_333_333, 4_000_000)
    assert (other.votes, other.finished, other.failed, other.per_approved) == (1, 1, 1, None)
    assert [(line.model, line.seed, line.votes) for line in outcome.finest] == [
        ("good", "1", 2), ("bad", "1", 1), ("good", "2", 1), ("bad", "2", 0),
    ]  # fmt: skip


def test_the_result_outlives_purged_clips_and_erased_members(
    team: SimpleNamespace, make_job: Make
) -> None:
    job = make_job(price=Decimal(2))
    ledger.reserve([job])
    experiment = start_vote(team.owner, [[job, make_job()]])
    vote(team.teammate, experiment, 1, "A")
    team.teammate.is_active = False
    erase(team.teammate)
    job.delete()
    outcome = result(end_vote(experiment))
    [line] = outcome.models
    assert (line.votes, line.clips, line.finished, line.spend) == (1, 2, 1, 2_000_000)
    assert [str(member) for member, _rows in voters(experiment)] == ["Deleted member"]


@pytest.mark.parametrize("fields", [
    {"question": ""},
    {"closed_at": timezone.now()},
])  # fmt: skip
def test_the_database_refuses_half_an_experiment(
    team: SimpleNamespace, fields: dict[str, object]
) -> None:
    values = {"maker": team.owner, "question": "?"} | fields
    with pytest.raises(IntegrityError), transaction.atomic():
        Experiment.objects.create(**values)


def test_the_database_keeps_one_vote_and_one_label(team: SimpleNamespace, make_job: Make) -> None:
    experiment = start_vote(team.owner, [[make_job(), make_job()]])
    entry = experiment.entries.all()[0]
    Vote.objects.create(experiment=experiment, row=1, member=team.owner, choice=entry)
    same = {"experiment": experiment, "provider": entry.provider, "model": "m"}
    for build in (
        lambda: Vote.objects.create(experiment=experiment, row=1, member=team.owner),
        lambda: ExperimentClip.objects.create(row=1, label="A", **same),
        lambda: ExperimentClip.objects.create(row=2, label="A", job=entry.job, **same),
        lambda: ExperimentClip.objects.create(row=2, label="?", **same),
        lambda: ExperimentClip.objects.create(row=0, label="A", **same),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            build()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by statistics")
def test_the_list_and_the_page_read_indexes(team: SimpleNamespace, make_job: Make) -> None:
    experiment = start_vote(team.owner, [[make_job(), make_job()]])
    plan = Experiment.objects.with_counts().order_by("-pk")[:20].explain()
    assert "TEMP B-TREE FOR ORDER BY" not in plan.split("CORRELATED")[0], plan
    assert plan.count("SCAN") == 1, plan
    for rows in (experiment.entries.all(), experiment.votes.all()):
        assert "SEARCH" in rows.order_by().explain() and "USING INDEX" in rows.explain()
    jobs = VideoJob.objects.filter(experiment_clip__experiment=experiment, is_blind=True)
    assert "SCAN" not in jobs.order_by().explain()
