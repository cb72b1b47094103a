"""Retention rules let go of what they say, never of the last copy, and of nothing approved."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from tests.content import archive
from tests.world import World
from videos.archive import store
from videos.jobs.deletion.release import releasable, release_archived
from videos.jobs.deletion.retention import AT_ONCE, apply_rules, rejected_for, trash_rejected
from videos.jobs.deletion.trash import restore
from videos.mirror import worker
from videos.models import Decision, RemoteDeletion, TeamSettings, Verdict, VideoJob
from videos.review.decisions import decide

MakeJob = Callable[..., VideoJob]
DAY = timedelta(days=1)


@pytest.fixture
def rules(team: SimpleNamespace) -> Callable[..., None]:
    """Turns rules on, in the admin's name."""

    def turn_on(**fields: Any) -> None:
        fields = {"rules_by": team.admin} | fields
        TeamSettings.objects.update_or_create(pk=1, defaults=fields)

    return turn_on


def rejected(team: SimpleNamespace, job: VideoJob, *, days_ago: float) -> VideoJob:
    decide(team.owner, VideoJob.objects.filter(pk=job.pk), Verdict.REJECTED)
    at = timezone.now() - days_ago * DAY
    Decision.objects.filter(job=job, verdict=Verdict.REJECTED).update(at=at)
    return job


def trashed() -> set[VideoJob]:
    return set(VideoJob.objects.filter(trashed_at__isnull=False))


# --- rejected clips -------------------------------------------------------------------------


def test_nothing_goes_while_no_rule_is_on(team: SimpleNamespace, make_job: MakeJob) -> None:
    rejected(team, make_job(archived_at=timezone.now()), days_ago=900)
    assert apply_rules() == 0 and not trashed() and not RemoteDeletion.objects.exists()


def test_clips_go_to_the_trash_so_many_days_after_they_were_rejected(
    team: SimpleNamespace, make_job: MakeJob, rules: Callable[..., None]
) -> None:
    rules(reject_days=30)
    old = rejected(team, make_job(), days_ago=30.1)
    rejected(team, make_job(created_at=timezone.now() - 90 * DAY), days_ago=29.9)
    make_job(created_at=timezone.now() - 90 * DAY)
    assert (trash_rejected(), trash_rejected()) == (1, 0)
    assert trashed() == {old}
    old.refresh_from_db()
    assert old.trashed_by == team.admin
    assert old.events.last().why == "Moved to the trash by a rule: rejected for 30 days"


@pytest.mark.parametrize("verdict", [Verdict.APPROVED, Verdict.NEEDS_CHANGES, Verdict.TO_REVIEW])
def test_a_clip_that_is_decided_again_is_kept(
    team: SimpleNamespace, make_job: MakeJob, rules: Callable[..., None], verdict: Verdict
) -> None:
    rules(reject_days=30)
    job = rejected(team, make_job(), days_ago=90)
    decide(team.teammate, VideoJob.objects.filter(pk=job.pk), verdict)
    Decision.objects.update(at=timezone.now() - 80 * DAY)
    assert trash_rejected() == 0


def test_a_rejection_that_is_renewed_counts_from_then(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    job = rejected(team, make_job(), days_ago=90)
    decide(team.teammate, VideoJob.objects.filter(pk=job.pk), Verdict.REJECTED, note="Still.")
    assert not rejected_for(30).exists() and rejected_for(0).exists()


def test_a_restored_clip_is_kept_until_it_is_rejected_again(
    team: SimpleNamespace, make_job: MakeJob, rules: Callable[..., None], time_machine: Any
) -> None:
    rules(reject_days=30)
    job = rejected(team, make_job(), days_ago=90)
    assert trash_rejected() == 1
    assert restore(team.owner, VideoJob.objects.filter(pk=job.pk)).count == 1
    assert trash_rejected() == 0
    later = timezone.now() + 365 * DAY
    time_machine.move_to(later)
    assert trash_rejected() == 0
    decide(team.owner, VideoJob.objects.filter(pk=job.pk), Verdict.REJECTED, note="Really.")
    time_machine.move_to(later + 31 * DAY)
    assert trash_rejected() == 1


@pytest.mark.parametrize(("days", "days_in_trash"), [(0, 7), (3, 7), (30, 30)])
def test_what_a_rule_deletes_stays_in_the_trash_for_a_week_at_least(
    team: SimpleNamespace,
    make_job: MakeJob,
    rules: Callable[..., None],
    days: int,
    days_in_trash: int,
) -> None:
    rules(reject_days=1, trash_days=days)
    job = rejected(team, make_job(), days_ago=2)
    trash_rejected()
    job.refresh_from_db()
    assert job.trashed_at and job.purge_at and job.purge_at - job.trashed_at == days_in_trash * DAY


def test_a_rule_works_in_steps_and_outlives_the_admin_who_turned_it_on(
    team: SimpleNamespace, make_job: MakeJob, rules: Callable[..., None]
) -> None:
    rules(reject_days=1)
    team.admin.is_active = False
    team.admin.save()
    for _ in range(AT_ONCE + 1):
        rejected(team, make_job(), days_ago=2)
    assert [trash_rejected() for _ in range(3)] == [AT_ONCE, 1, 0]


# --- the provider's copies ------------------------------------------------------------------


def test_only_whole_archived_clips_that_nothing_is_made_from_are_released(
    team: SimpleNamespace, make_job: MakeJob, settings: Any
) -> None:
    def archived(**fields: Any) -> VideoJob:
        job = make_job(**fields)
        archive(job, b"clip" * 9, Path(settings.ARCHIVE_DIR))
        return job

    now = timezone.now()
    whole, for_good = archived(), archived(expires_at=None)
    make_job()
    archived(expires_at=now - DAY)
    archived(due_at=now)
    archived(trashed_at=now, trashed_by=team.owner, purge_at=now + DAY)
    archived().assets.update(condition="unchecked")
    source = archived()
    waiting = make_job(status="submitting", source=source)
    assert set(releasable()) == {whole, for_good}
    waiting.delete()
    assert set(releasable()) == {whole, for_good, source}


def test_a_released_clip_is_only_here_from_then_on(
    world: World, rules: Callable[..., None]
) -> None:
    job = world.archived(world.submit())
    rules(release_archived=True)
    assert (release_archived(), release_archived()) == (1, 0)
    world.until(job, lambda row: row.is_expired)
    assert len(world.upstream.requests("delete")) == 1
    assert not RemoteDeletion.objects.exists()
    assert list(VideoJob.objects.all().only_here()) == [job]
    assert job.events.last().why.startswith("Deleted at the provider")
    assert release_archived() == 0


def _turned_off(job: VideoJob) -> None:
    TeamSettings.objects.update(release_archived=False)


def _damaged(job: VideoJob) -> None:
    store.absolute(job.assets.get(kind="video").path).write_bytes(b"something else")


def _missing(job: VideoJob) -> None:
    store.absolute(job.assets.get(kind="video").path).unlink()


def _in_the_trash(job: VideoJob) -> None:
    now: datetime = timezone.now()
    gone = {"trashed_at": now, "trashed_by": job.maker, "purge_at": now + DAY}
    VideoJob.objects.filter(pk=job.pk).update(**gone)


@pytest.mark.parametrize("change", [_turned_off, _damaged, _missing, _in_the_trash])
def test_the_provider_is_not_asked_once_its_copy_is_needed_again(
    world: World, rules: Callable[..., None], change: Callable[[VideoJob], None]
) -> None:
    job = world.archived(world.submit())
    rules(release_archived=True)
    assert release_archived() == 1
    change(job)
    for _ in range(20):
        world.round()
        if not RemoteDeletion.objects.exists():
            break
    assert not RemoteDeletion.objects.exists()
    assert world.upstream.requests("delete") == []
    job.refresh_from_db()
    assert not job.is_expired and (job.archived_at is None) == (change in (_damaged, _missing))


def test_a_refused_release_is_not_asked_for_again(world: World, rules: Callable[..., None]) -> None:
    job = world.archived(world.submit())
    rules(release_archived=True)
    release_archived()
    RemoteDeletion.objects.update(due_at=None, refusal="The provider doesn't support deletion.")
    assert release_archived() == 0
    job.refresh_from_db()
    assert not job.is_expired


def test_the_mirror_applies_the_rules_often_while_there_is_something_to_do(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = [3, 0]
    monkeypatch.setattr(worker, "apply_rules", lambda: done.pop(0))
    world.round()
    assert len(done) == 2, "not at the start"
    for wait in (worker.RULES_EVERY, worker.RULES_RARELY):
        world.mirror.next_rules = 0.0
        world.round()
        assert world.mirror.next_rules >= wait
    assert done == []
