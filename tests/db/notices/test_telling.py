"""Who is told of what: in the transaction of what happened, and never twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from tests.share_fixtures import share
from videos.billing.set_budget import Target, set_budget
from videos.models import (
    Charge,
    JobStatus,
    Member,
    Notice,
    NoticeKind,
    PauseKind,
    Provider,
    ShareLink,
    VideoJob,
    transition,
)
from videos.models.budget import Per, Scope, Unit
from videos.models.notice import KEPT
from videos.models.notify import notify
from videos.notices.inbox import unread_of
from videos.notices.messages import text_of
from videos.notices.watch import LASTING, watch
from videos.review.comments import add_comment, delete_comment, edit_comment
from videos.review.decisions import Author, decide, undo
from videos.sharing.links import count_view, find_link

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MakeJob = Callable[..., VideoJob]


def notified_kinds(member: Member) -> list[str]:
    """The kinds that `member` was told, oldest first."""
    return list(Notice.objects.filter(member=member).order_by("pk").values_list("kind", flat=True))


def texts(member: Member) -> list[str]:
    return [text_of(notice) for notice in Notice.objects.shown_to(member).with_subjects()]


def say(member: Member, job: VideoJob, text: str, **more: Any) -> Any:
    return add_comment(Author(member=member), job, text, key=text, **more)


@pytest.mark.parametrize("status", [JobStatus.COMPLETED, JobStatus.FAILED])
def test_the_maker_is_notified_when_a_clip_has_ended(
    team: SimpleNamespace, make_job: MakeJob, status: JobStatus
) -> None:
    job = make_job(status="in_progress")
    assert transition(job, status, why="done", due_at=None)
    assert notified_kinds(team.owner) == [status]
    assert not Notice.objects.exclude(member=team.owner).exists()


def test_a_rolled_back_event_sends_no_notice(team: SimpleNamespace, make_job: MakeJob) -> None:
    job = make_job(status="in_progress")
    with transaction.atomic():
        transition(job, JobStatus.FAILED, why="done", due_at=None)
        transaction.set_rollback(True)
    assert notified_kinds(team.owner) == []


def test_a_clip_that_was_cancelled_or_given_up_by_its_maker_is_no_news(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    transition(make_job(status="queued"), JobStatus.CANCELLED, why="cancelled", due_at=None)
    given_up = make_job(status="unsure", due_at=None, attention="Look.")
    transition(given_up, JobStatus.FAILED, why="given up", who=team.owner, attention="")
    assert notified_kinds(team.owner) == []


def test_a_comment_tells_each_person_once_for_the_best_reason(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    job = make_job()
    first = say(team.teammate, job, "Slower here")
    say(team.viewer, job, "No, @owner and @teammate: faster", parent=first)
    assert notified_kinds(team.owner) == ["comment", "mention"]
    assert notified_kinds(team.teammate) == ["mention"]
    say(team.owner, job, "Done", parent=first)
    assert notified_kinds(team.owner) == ["comment", "mention"], (
        "nobody is told what they said themselves"
    )
    assert notified_kinds(team.teammate) == ["mention", "reply"]
    assert notified_kinds(team.viewer) == ["reply"]


def test_a_comment_that_is_edited_or_sent_twice_tells_only_whom_it_newly_mentions(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    comment = say(team.teammate, make_job(), "Look @viewer")
    say(team.teammate, comment.job, "Look @viewer")
    edit_comment(team.teammate, comment, "Look @viewer and @admin")
    assert (notified_kinds(team.owner), notified_kinds(team.viewer)) == (["comment"], ["mention"])
    assert notified_kinds(team.admin) == ["mention"]


def test_a_guest_is_named_and_a_deleted_comment_shows_no_words(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    job = make_job()
    link = share(team.owner, VideoJob.objects.all())
    comment = add_comment(Author(guest="Zoë", link=link), job, "Lovely", key="k")
    assert texts(team.owner) == ["Zoë commented on “a paper boat on a calm sea at dawn”"]
    delete_comment(team.admin, comment)
    assert "Lovely" not in str(texts(team.owner))


def test_a_decision_about_many_clips_sends_one_notice_which_undo_removes(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    make_job()
    make_job()
    make_job(maker=team.teammate)
    press = decide(team.teammate, VideoJob.objects.all(), "approved").press
    assert texts(team.owner) == ["Teammate approved 2 clips of yours"]
    assert notified_kinds(team.teammate) == []
    undo(team.teammate, press)
    assert notified_kinds(team.owner) == []
    decide(
        team.teammate, VideoJob.objects.filter(pk=VideoJob.objects.earliest("pk").pk), "rejected"
    )
    assert texts(team.owner)[0].startswith("Teammate rejected “a paper boat")


def test_only_the_first_visit_of_a_share_link_sends_a_notice(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    make_job()
    token = share(team.owner, VideoJob.objects.all(), title="Cut 3").token
    for visitor in ("one", "two"):
        link = find_link(token)
        assert link is not None
        count_view(link, visitor)
    assert texts(team.owner) == ["Your share link “Cut 3” was opened for the first time"]
    assert ShareLink.objects.get().views == 2


def pause(kind: PauseKind, minutes: float = 0) -> None:
    at = timezone.now() - timedelta(minutes=minutes)
    until = timezone.now() + timedelta(minutes=5)
    Provider.objects.update(pause_kind=kind, paused_at=at, paused_until=until)


def test_admins_are_notified_once_of_a_pause_that_needs_them(
    team: SimpleNamespace, provider: Provider
) -> None:
    pause(PauseKind.KEY)
    watch()
    watch()
    assert (notified_kinds(team.admin), notified_kinds(team.owner)) == (["paused"], [])
    assert texts(team.admin) == ["Engine is paused"]
    Provider.objects.update(paused_at=timezone.now() + timedelta(hours=1))
    watch()
    assert notified_kinds(team.admin) == ["paused"] * 2, "the next pause is another one"


def test_a_pause_that_ends_by_itself_sends_a_notice_only_if_it_lasts(
    team: SimpleNamespace, provider: Provider
) -> None:
    pause(PauseKind.RATE, minutes=1)
    watch()
    assert notified_kinds(team.admin) == []
    pause(PauseKind.RATE, minutes=LASTING.total_seconds() / 60 + 1)
    watch()
    assert notified_kinds(team.admin) == ["paused"]


def spend(job: VideoJob, amount: int) -> None:
    Charge.objects.create(
        kind="reserved",
        job_id=job.pk,
        public_id=job.public_id,
        amount=amount,
        source="price_list",
        milliseconds=0,
        member_id=job.maker_id,
        role=job.maker.role,
        provider_id=job.provider_id,
        model=job.model,
        booked_at=timezone.now(),
    )


def test_a_budget_sends_one_notice_at_80_and_one_at_100_percent(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    target = Target(Scope.MEMBER, member=team.owner)
    set_budget(target, Per.MONTH, Unit.MONEY, 1000, is_hard=False)
    spend(make_job(), 799)
    watch()
    assert notified_kinds(team.owner) == []
    spend(make_job(), 1)
    watch()
    watch()
    assert notified_kinds(team.owner) == notified_kinds(team.admin) == ["budget"]
    spend(make_job(), 300)
    watch()
    watch()
    assert texts(team.owner) == [
        "The budget “Member Owner, per month” is used up",
        "The budget “Member Owner, per month” is 80% used",
    ]
    assert notified_kinds(team.teammate) == []


def test_the_maker_is_notified_of_a_clip_that_expires_or_expired_without_a_copy(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    now = timezone.now()
    before = now - timedelta(minutes=20)
    make_job(finished_at=now)  # is being fetched
    make_job(finished_at=before, archived_at=now)
    job = make_job(finished_at=before, prompt="a kite")
    watch()
    watch()
    assert texts(team.owner) == ["“a kite” expires soon and isn't archived yet"]
    VideoJob.objects.filter(pk=job.pk).update(expires_at=now - timedelta(minutes=1))
    watch()
    watch()
    assert texts(team.owner)[0] == "“a kite” expired before it was archived"
    assert len(notified_kinds(team.owner)) == 2


def test_old_notices_go_and_newer_ones_stay(team: SimpleNamespace) -> None:
    for age, key in ((1, "old"), (-1, "new")):
        notify(NoticeKind.PAUSED, [team.admin.pk], key, values={"provider": "x", "slug": "x"})
        created_at = timezone.now() - KEPT - timedelta(hours=age)
        Notice.objects.filter(key=key).update(created_at=created_at)
    watch()
    assert list(Notice.objects.values_list("key", flat=True)) == ["new"]


@pytest.mark.django_db(transaction=True)
def test_ten_processes_that_notice_the_same_tell_it_once(
    team: SimpleNamespace, provider: Provider
) -> None:
    pause(PauseKind.KEY)

    def look(_: int) -> None:
        watch()
        connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(look, range(10)))
    assert notified_kinds(team.admin) == ["paused"]


def test_the_bell_reads_an_index_and_stops_at_a_hundred(team: SimpleNamespace) -> None:
    Notice.objects.bulk_create(
        Notice(member=team.owner, kind="failed", key=str(n)) for n in range(150)
    )
    assert (unread_of(team.owner).count, unread_of(team.owner).text) == (100, "99+")
    if connection.vendor == "sqlite":
        plan = Notice.objects.shown_to(team.owner).unread()[:100].explain()
        assert "notices_unread" in plan and "TEMP B-TREE" not in plan
        assert "notices_shown" in Notice.objects.shown_to(team.owner)[:31].explain()


def test_a_purged_clip_takes_its_notices_along(team: SimpleNamespace, make_job: MakeJob) -> None:
    job = make_job(status="in_progress")
    transition(job, JobStatus.FAILED, why="done", due_at=None)
    job.delete()
    assert notified_kinds(team.owner) == []
