"""Decisions: who may, what is kept, and undo."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from videos.jobs.errors import ValidationFailed
from videos.models import Decision, Verdict, VideoJob
from videos.review.decisions import Author, decide, latest_decision, reasons, record_verdict, undo

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_member_decides_about_clips_of_others_and_the_history_says_who(team, make_job):
    job = make_job()
    done = decide(team.teammate, VideoJob.objects.all(), "rejected", reason="Flicker", note=" no ")
    job.refresh_from_db()
    last = latest_decision(job)
    assert (done.count, job.verdict, job.version) == (1, Verdict.REJECTED, 2)
    assert (last.by, last.reason, last.note, last.previous) == (team.teammate, "Flicker", "no", "")


def test_a_viewer_decides_nothing(team, make_job):
    make_job()
    assert decide(team.viewer, VideoJob.objects.all(), "approved").count == 0
    assert not Decision.objects.exists()


def test_only_finished_clips_outside_the_trash_are_decided(team, make_job):
    now = timezone.now()
    make_job(status="queued")
    make_job(status="failed")
    make_job(trashed_at=now, trashed_by=team.owner, purge_at=now)
    assert decide(team.admin, VideoJob.objects.all(), "approved").count == 0


def test_the_same_verdict_again_is_no_news_unless_something_is_said(team, make_job):
    make_job()
    rows = VideoJob.objects.all()
    assert decide(team.owner, rows, "approved").count == 1
    assert decide(team.owner, rows, "approved").count == 0
    assert decide(team.owner, rows, "approved", note="the wide one").count == 1
    assert Decision.objects.count() == 2


def test_undo_brings_each_clip_back_to_what_it_was(team, make_job):
    first, second = make_job(), make_job()
    decide(team.owner, VideoJob.objects.filter(pk=first.pk), "needs_changes")
    press = decide(team.owner, VideoJob.objects.all(), "rejected").press
    assert undo(team.owner, press) == 2
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.verdict, second.verdict) == ("needs_changes", "")
    assert undo(team.owner, press) == 0


def test_undo_keeps_newer_decisions(team, make_job):
    job = make_job()
    press = decide(team.owner, VideoJob.objects.all(), "rejected").press
    decide(team.teammate, VideoJob.objects.all(), "approved")
    assert undo(team.owner, press) == 0
    job.refresh_from_db()
    assert job.verdict == "approved"


def test_members_cannot_undo_others_decisions(team, make_job):
    make_job()
    press = decide(team.owner, VideoJob.objects.all(), "rejected").press
    assert undo(team.teammate, press) == 0


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("verdict", {"verdict": "maybe"}),
        ("note", {"verdict": "approved", "note": "x" * 2001}),
        ("reason", {"verdict": "rejected", "reason": "x" * 81}),
    ],
)
def test_what_is_no_decision_changes_nothing(team, make_job, field, values):
    make_job()
    with pytest.raises(ValidationFailed) as refused:
        decide(team.owner, VideoJob.objects.all(), **values)
    assert set(refused.value.errors) == {field}
    assert not Decision.objects.exists()


def test_a_guest_decides_under_a_name(make_job):
    job = make_job()
    record_verdict(Author(guest="Kim"), VideoJob.objects.filter(pk=job.pk), "approved")
    last = latest_decision(job)
    assert (last.by, last.guest) == (None, "Kim")


def test_the_database_refuses_a_verdict_for_a_clip_that_is_not_finished(make_job):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_job(status="queued", verdict="approved")


def test_there_are_reasons_to_pick_from():
    assert "Flicker" in reasons()
