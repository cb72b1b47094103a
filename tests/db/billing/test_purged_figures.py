"""What was approved still counts as approved after it is deleted permanently."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from videos.billing.usage_report import Filters, combinations, fold
from videos.jobs.deletion.trash import due_purges, purge, trash
from videos.models import JobStatus, Project, PurgedClip, VideoJob, ledger
from videos.team.erase import erase

pytestmark = pytest.mark.database
KEYS = ("member", "project", "model", "provider")
Clip = Callable[..., VideoJob]


@pytest.fixture
def clip(make_job: Clip) -> Clip:
    """A clip of four seconds for forty cents that has ended, with its charges."""

    def make(**fields: Any) -> VideoJob:
        job = make_job(**{"price": "0.4"} | fields)
        job.refresh_from_db()
        ledger.reservation(job, at=timezone.now()).save()
        ledger.close(job, JobStatus.QUEUED)
        return job

    return make


def today() -> Filters:
    day = timezone.localdate()
    return Filters(day - timedelta(days=1), day + timedelta(days=1))


def figures() -> dict[str, list[Any]]:
    """What the usage page says: in all, and by each key."""
    rows = combinations(today())
    by_key: dict[str, list[Any]] = {key: fold(rows, lambda row: row[key]) for key in KEYS}  # noqa: B023
    return by_key | {"total": fold(rows, lambda row: None)}


def delete_for_good(team: SimpleNamespace) -> None:
    trash(team.admin, VideoJob.objects.all())
    VideoJob.objects.update(purge_at=timezone.now() - timedelta(hours=1))
    for job in due_purges(timezone.now()).claim(20):
        purge(job)
    assert not VideoJob.objects.exists()


def test_the_figures_are_the_same_before_and_after_a_purge(
    team: SimpleNamespace, clip: Clip
) -> None:
    film = Project.objects.create(name="Film", slug="film", maker=team.owner)
    clip(project=film, verdict="approved")
    clip(verdict="approved", maker=team.teammate, model="other-1")
    clip(project=film, verdict="rejected")
    clip(verdict="needs_changes")
    clip()
    clip(status=JobStatus.FAILED)
    before = figures()
    (total,) = before["total"]
    assert (total.finished, total.approved, total.approval_rate) == (5, 2, 40)
    assert total.approved_video == 8000 and total.per_approved_second == 250_000
    trash(team.admin, VideoJob.objects.all())
    assert figures() == before
    delete_for_good(team)
    assert figures() == before
    assert PurgedClip.objects.count() == 4
    # A member who is erased later takes nothing away.
    team.teammate.is_active = False
    erase(team.teammate)
    assert figures() == before


def test_the_last_decision_before_the_purge_counts(team: SimpleNamespace, clip: Clip) -> None:
    job = clip(verdict="approved")
    VideoJob.objects.filter(pk=job.pk).update(verdict="rejected")
    delete_for_good(team)
    (total,) = figures()["total"]
    assert (total.finished, total.approved) == (1, 0)


def test_a_decision_about_a_clip_in_an_open_vote_is_not_told_by_its_purge(
    team: SimpleNamespace, clip: Clip
) -> None:
    clip(verdict="approved", is_blind=True)
    delete_for_good(team)
    assert not PurgedClip.objects.exists() and figures()["model"][0].approved == 0


def test_purged_clips_of_earlier_releases_count_as_not_approved(
    team: SimpleNamespace, clip: Clip
) -> None:
    clip(verdict="approved")
    VideoJob.objects.all().delete()
    (total,) = figures()["total"]
    assert (total.finished, total.approved, total.approval_rate) == (1, 0, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.update(verdict="rejected"),
        lambda rows: connection.cursor().execute("DELETE FROM videos_purgedclip"),
    ],
)
def test_the_database_refuses_to_change_what_was_decided(
    team: SimpleNamespace, clip: Clip, change: Callable[[Any], Any]
) -> None:
    clip(verdict="approved")
    delete_for_good(team)
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        change(PurgedClip.objects.all())


@pytest.mark.parametrize("verdict", ["", "perhaps"])
def test_the_database_takes_decisions_only(db: None, verdict: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PurgedClip(pk=1, verdict=verdict).save(force_insert=True)
