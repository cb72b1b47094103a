"""What must never be true of a row, the database itself refuses."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from videos.models import (
    TERMINAL,
    TRANSITIONS,
    Asset,
    CatalogueModel,
    Invitation,
    JobStatus,
    Kind,
    Provider,
    RemoteDeletion,
    Role,
    TeamSettings,
    VideoJob,
    lease,
    transition,
)
from videos.models.search import search_prompts
from videos.models.transitions import ForbiddenTransition

pytestmark = pytest.mark.database

Make = Callable[..., VideoJob]
NOW = timezone.now()
BROKEN: dict[str, dict[str, Any]] = {
    # An unknown status breaks several rules; which of them is named is the database's choice.
    "status_is_known|terminal_means_finished|only_completed_jobs_expire": {"status": "dreaming"},
    "progress_is_a_percentage": {"progress": 101},
    "terminal_means_finished": {"finished_at": None},
    "running_has_a_remote_id": {"remote_id": ""},
    "trash_is_whole": {"trashed_at": NOW},
    "only_completed_jobs_expire": {"status": "failed"},
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_job_cannot_contradict_itself(make_job: Make, name: str) -> None:
    job = make_job()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        VideoJob.objects.filter(pk=job.pk).update(**BROKEN[name])


def test_an_unfinished_job_always_has_a_next_step_or_asks_a_person(make_job: Make) -> None:
    job = make_job(status=JobStatus.QUEUED)
    with pytest.raises(IntegrityError), transaction.atomic():
        VideoJob.objects.filter(pk=job.pk).update(due_at=None)
    VideoJob.objects.filter(pk=job.pk).update(due_at=None, attention="look")


def test_a_running_job_cannot_be_finished(make_job: Make) -> None:
    with pytest.raises(IntegrityError):
        make_job(status=JobStatus.QUEUED, finished_at=NOW)


def test_two_rows_never_share_a_remote_id(make_job: Make) -> None:
    make_job(remote_id="same")
    with pytest.raises(IntegrityError):
        make_job(remote_id="same")


def test_one_press_of_a_member_is_one_job(make_job: Make, team: SimpleNamespace) -> None:
    make_job(submission_key="press")
    make_job(submission_key="press", maker=team.teammate)
    with pytest.raises(IntegrityError):
        make_job(submission_key="press")


def test_a_kind_of_file_is_there_once_and_never_empty(make_job: Make) -> None:
    job = make_job()
    fields = {"job": job, "kind": Kind.VIDEO, "path": "x", "sha256": "0", "width": 1, "height": 1}
    Asset.objects.create(bytes=1, **fields)
    for size in (1, 0):
        with pytest.raises(IntegrityError), transaction.atomic():
            Asset.objects.create(bytes=size, **fields | ({"kind": "thumbnail"} if not size else {}))


def test_roles_offers_and_settings_hold_to_their_rules(
    team: SimpleNamespace, provider: Provider, catalogue_model: CatalogueModel
) -> None:
    breaks: list[Callable[[], object]] = [
        lambda: type(team.owner).objects.filter(pk=team.owner.pk).update(role="king"),
        lambda: CatalogueModel.objects.create(
            provider=provider, model=catalogue_model.model, slug="other"
        ),
        lambda: TeamSettings.objects.create(id=2),
        lambda: Provider.objects.filter(pk=provider.pk).update(paused_until=NOW),
        lambda: RemoteDeletion.objects.create(provider=provider, remote_id="x"),
        lambda: Invitation.objects.create(
            token_hash="x", name="x", role="king", invited_by=team.admin, expires_at=NOW
        ),
        lambda: Invitation.objects.create(
            token_hash="y",
            name="x",
            role=Role.MEMBER,
            invited_by=team.admin,
            expires_at=NOW,
            accepted_at=NOW,
        ),
    ]
    for broken in breaks:
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()


# --- transitions -----------------------------------------------------------------------------


def test_every_status_is_in_the_table_and_terminal_ones_lead_nowhere() -> None:
    assert set(TRANSITIONS) == set(JobStatus)
    assert {status for status, ways in TRANSITIONS.items() if not ways} == set(TERMINAL)


@pytest.mark.parametrize("came_from", JobStatus)
@pytest.mark.parametrize("to", JobStatus)
def test_only_what_the_table_says_may_happen(
    make_job: Make, came_from: JobStatus, to: JobStatus
) -> None:
    job = make_job(status=came_from, remote_id="r")
    if to in TRANSITIONS[came_from]:
        assert transition(job, to, why="because")
        job.refresh_from_db()
        assert job.status == to and (job.finished_at is not None) == (to in TERMINAL)
        event = job.events.get()
        assert (event.from_status, event.to_status, event.why) == (came_from, to, "because")
    else:
        with pytest.raises(ForbiddenTransition):
            transition(job, to, why="because")
        assert not job.events.exists()


def test_of_two_who_move_the_same_row_one_wins(make_job: Make) -> None:
    job = make_job(status=JobStatus.QUEUED)
    other = VideoJob.objects.get(pk=job.pk)
    assert transition(job, JobStatus.IN_PROGRESS, why="first")
    assert not transition(other, JobStatus.FAILED, why="second")
    assert [event.why for event in job.events.all()] == ["first"]


# --- leases ----------------------------------------------------------------------------------


def test_a_claimed_row_is_not_claimed_again_until_its_lease_ends(
    make_job: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "renewed_within", lambda: 0.0)
    job = make_job(status=JobStatus.QUEUED)
    (mine,) = VideoJob.objects.all().claim(10)
    assert VideoJob.objects.all().claim(10) == []
    VideoJob.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    (theirs,) = VideoJob.objects.all().claim(10)
    assert theirs.pk == job.pk and theirs.claims == 2
    assert not mine.is_held() and theirs.is_held()
    assert not mine.write_back(attention="late")
    assert not transition(mine, JobStatus.FAILED, why="late", fenced=True)
    assert theirs.write_back(attention="in time")
    job.refresh_from_db()
    assert (job.attention, job.lease_token, job.claims) == ("in time", "", 0)


def test_what_its_workers_do_not_come_back_from_is_claimed_apart_in_ever_smaller_groups(
    make_job: Make,
) -> None:
    died = [0, 1, *[2] * 101, *[3] * 11, *[4] * 2, 5]
    for number in died:
        make_job(status=JobStatus.QUEUED, claims=number)
    rows = VideoJob.objects.order_by("-pk")
    assert {job.claims for job in rows.claim(1000, suspects=False)} == {1, 2}
    # One group at a time, the least suspect first, and alone at the last.
    taken = [[job.claims for job in rows.claim(1000)] for _ in range(7)]
    assert taken == [[3] * 100, [3], [4] * 10, [4], [5], [5], [6]]
    assert rows.claim(1000) == []


def test_who_waits_behind_what_kills_its_workers_is_claimed_all_the_same(make_job: Make) -> None:
    for _ in range(3):
        make_job(status=JobStatus.QUEUED, claims=4)
    healthy = make_job(status=JobStatus.QUEUED)
    assert VideoJob.objects.order_by("pk").claim(1, suspects=False) == [healthy]


# --- search ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("boat", True),
        ("BOAT paper", True),
        ("bo", True),
        ("böat", True),
        ("oat", False),
        ("boat tractor", False),
        ('boat" OR "x', False),
        ("boat*) NEAR(", False),
        ("'; DROP TABLE", False),
        ("!!!", False),
        ("", True),
    ],
)
def test_prompts_are_found_by_words_and_never_by_syntax(
    make_job: Make, text: str, is_found: bool
) -> None:
    make_job(prompt="a paper boat on a calm sea")
    rows, order = search_prompts(VideoJob.objects.all(), text)
    assert rows.order_by(f"-{order}").exists() == is_found


def test_a_deleted_prompt_is_no_longer_found(make_job: Make) -> None:
    make_job(prompt="forgotten").delete()
    make_job(prompt="kept")
    assert not search_prompts(VideoJob.objects.all(), "forgotten")[0].exists()
    assert search_prompts(VideoJob.objects.all(), "kept")[0].exists()


# --- keys ------------------------------------------------------------------------------------


def test_a_providers_key_is_not_readable_in_the_database(provider: Provider, settings: Any) -> None:
    provider.key = "sk-canary"
    provider.save()
    stored = Provider.objects.values_list("sealed_key", flat=True).get()
    assert "canary" not in stored and Provider.objects.get().key == "sk-canary"
    settings.SECRET_KEY = "another"
    assert Provider.objects.get().key == ""
