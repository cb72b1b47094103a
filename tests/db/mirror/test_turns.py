"""Members take turns at a provider, whoever asked first and for how many."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from tests.world import World
from videos.gallery.clips.waiting import short_text
from videos.jobs.dispatch.fair_order import last_served
from videos.jobs.dispatch.paused_queues import may_send_for
from videos.jobs.dispatch.waiting import RECENT, Reason, Wait, move_up, waits_of
from videos.jobs.submission.request import Submission
from videos.jobs.submission.submit import submit_all
from videos.mirror import Mirror
from videos.models import JobStatus, Member, Project, Provider, QueueRule, VideoJob

pytestmark = pytest.mark.database


def ask(world: World, member: Member, count: int) -> list[VideoJob]:
    """A member's takes, one press."""
    world.keys += 1
    fields = {"model": world.catalogue_model.slug, "size": "1280x720", "seconds": "4"}
    submission = Submission(
        prompt=member.username, takes=count, key=f"k{member.pk}.{world.keys}", **fields
    )
    return submit_all(member, [submission])


def served(world: World, count: int) -> list[str]:
    """Who was sent, in order, until so many were."""
    for _ in range(20 * count):
        sent = VideoJob.objects.filter(sends__gt=0).order_by("first_sent_at", "pk")
        names = list(sent.values_list("maker__username", flat=True))
        if (
            len(names) >= count
            and not VideoJob.objects.filter(status=JobStatus.SUBMITTING).exists()
        ):
            return names
        world.round()
    raise AssertionError(names)


def test_two_members_are_served_in_turns_at_a_provider_that_takes_one(
    world: World, team: SimpleNamespace
) -> None:
    Provider.objects.update(max_jobs=1)
    ask(world, team.owner, 4)
    ask(world, team.teammate, 2)
    names = served(world, 6)
    assert names == ["owner", "teammate", "owner", "teammate", "owner", "owner"]


def test_a_late_third_member_waits_for_no_more_than_one_of_each(
    world: World, team: SimpleNamespace
) -> None:
    Provider.objects.update(max_jobs=1)
    ask(world, team.owner, 5)
    ask(world, team.teammate, 5)
    while not VideoJob.objects.filter(maker=team.teammate, sends__gt=0).exists():
        world.round()
    ask(world, team.admin, 1)
    names = served(world, 11)
    assert "admin" in names[2:4]


def test_what_is_under_way_counts_as_turns_taken(world: World, team: SimpleNamespace) -> None:
    world.upstream.settings(polls_queued=500)
    Provider.objects.update(max_jobs=4)
    ask(world, team.owner, 6)
    world.round(3)
    ask(world, team.teammate, 6)
    Provider.objects.update(max_jobs=6)
    world.round(4)
    sent = VideoJob.objects.filter(sends__gt=0).order_by("first_sent_at", "pk")
    names = list(sent.values_list("maker__username", flat=True))
    assert names == ["owner"] * 4 + ["teammate"] * 2


def test_one_member_alone_is_served_in_the_order_of_their_presses(world: World) -> None:
    Provider.objects.update(max_jobs=1)
    jobs = [world.submit(f"clip {number}") for number in range(4)]
    served(world, 4)
    sent = VideoJob.objects.order_by("first_sent_at", "pk").values_list("pk", flat=True)
    assert list(sent) == [job.pk for job in jobs]


def waiting_clips(world: World, team: SimpleNamespace) -> tuple[list[VideoJob], VideoJob]:
    """Three clips of the owner and one of a teammate, which wait for a provider that is full."""
    world.upstream.settings(polls_queued=500)
    Provider.objects.update(max_jobs=1)
    world.submit("under way")
    world.round(2)
    mine = ask(world, team.owner, 3)
    (theirs,) = ask(world, team.teammate, 1)
    return mine, theirs


def test_the_place_in_the_queue_is_that_of_the_turns(world: World, team: SimpleNamespace) -> None:
    mine, theirs = waiting_clips(world, team)
    waits = waits_of([*mine, theirs])
    assert waits[theirs.pk].ahead == 0 and [waits[job.pk].ahead for job in mine] == [1, 2, 3]


def test_what_is_not_sent_now_is_not_counted_before_others(
    world: World, team: SimpleNamespace
) -> None:
    mine, theirs = waiting_clips(world, team)
    film = Project.objects.create(name="Film", slug="film", maker=team.owner)
    moved = [each.pk for each in mine[:2]]
    pause(member=team.teammate)
    pause(project=film)
    VideoJob.objects.filter(pk__in=moved).update(project=film)
    last = VideoJob.objects.get(pk=mine[2].pk)
    assert waits_of([last])[last.pk].ahead == 0
    # Retried later.
    VideoJob.objects.filter(pk__in=moved).update(project=None, due_at=timezone.now() + RECENT)
    assert waits_of([last])[last.pk].ahead == 0
    # A member at their limit, and another who may start one more.
    QueueRule.objects.all().delete()
    VideoJob.objects.filter(pk__in=moved).update(due_at=timezone.now())
    QueueRule.objects.create(member=team.owner, max_jobs=2)
    waits = waits_of([theirs, last, *mine[:2]])
    assert [waits[job.pk].ahead for job in (theirs, last, *mine[:2])] == [0, 1, 2, 2]


def test_a_clip_that_was_moved_up_is_sent_next(world: World, team: SimpleNamespace) -> None:
    mine, theirs = waiting_clips(world, team)
    urgent = VideoJob.objects.get(pk=mine[2].pk)
    assert move_up(team.admin, urgent)
    waits = waits_of([*mine, theirs])
    assert [waits[job.pk].ahead for job in (urgent, theirs, *mine[:2])] == [0, 1, 2, 3]
    assert urgent.events.last().why == "Moved up in the queue"
    # The last one moved up comes first, and either can be moved back.
    assert move_up(team.admin, VideoJob.objects.get(pk=mine[1].pk))
    assert waits_of([urgent])[urgent.pk].ahead == 1
    assert move_up(team.admin, VideoJob.objects.get(pk=mine[1].pk), up=False)
    Provider.objects.update(max_jobs=2)
    world.round(2)
    urgent.refresh_from_db()
    assert urgent.sends == 1 and VideoJob.objects.filter(sends__gt=0).count() == 2
    # What is already sent stays as it is.
    assert not move_up(team.admin, urgent)


def test_a_waiting_clip_says_when_it_is_expected_to_start(
    world: World, make_job: Callable[..., VideoJob], team: SimpleNamespace
) -> None:
    world.upstream.settings(polls_queued=500)
    Provider.objects.update(max_jobs=2)
    ask(world, team.owner, 2)
    world.round(2)
    mine = ask(world, team.owner, 3)

    def expected() -> list[timedelta | None]:
        waits = waits_of(mine)
        return [waits[job.pk].starts_in for job in mine]

    now = timezone.now()
    for _ in range(2):
        make_job(submit_started_at=now - timedelta(minutes=8), finished_at=now)
    # Two clips show too little.
    assert expected() == [None] * 3
    make_job(submit_started_at=now - timedelta(minutes=14), finished_at=now)
    # Ten minutes each, two at a time.
    assert expected() == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=15)]
    assert "Starts in about 5 minutes." in short_text(waits_of(mine)[mine[0].pk])
    # A limit per minute counts where it is slower.
    Provider.objects.update(max_creates_per_minute=1)
    assert expected()[0] == timedelta(minutes=5)
    Provider.objects.update(max_jobs=100)
    assert expected()[0] == timedelta(minutes=1)
    Provider.objects.update(max_jobs=None, max_creates_per_minute=None)
    assert expected() == [None] * 3


@pytest.mark.parametrize(
    ("seconds", "duration"),
    [
        (1, "1 minute."),
        (61, "2 minutes."),
        (400, "10 minutes."),
        (46 * 60, "1 hour."),
        (61 * 60, "2 hours."),
    ],
)
def test_the_expected_start_is_rounded_up(provider: Provider, seconds: int, duration: str) -> None:
    wait = Wait(Reason.QUEUE, provider, ahead=1, starts_in=timedelta(seconds=seconds))
    assert short_text(wait) == f"In the queue. 1 clip before it. Starts in about {duration}"


def pause(**owner: Any) -> QueueRule:
    return QueueRule.objects.create(**owner, paused_at=timezone.now())


def test_a_paused_member_s_clips_wait_and_others_go_on(world: World, team: SimpleNamespace) -> None:
    rule = pause(member=team.owner)
    (held,) = ask(world, team.owner, 1)
    (other,) = ask(world, team.teammate, 1)
    world.archived(other)
    held.refresh_from_db()
    assert held.sends == 0 and waits_of([held])[held.pk].reason == Reason.HELD
    QueueRule.objects.filter(pk=rule.pk).update(paused_at=None)
    world.archived(held)


def test_a_deactivated_member_s_clips_are_held_until_the_account_is_back(
    world: World, team: SimpleNamespace
) -> None:
    (held,) = ask(world, team.owner, 1)
    (other,) = ask(world, team.teammate, 1)
    Member.objects.filter(pk=team.owner.pk).update(is_active=False)
    world.archived(other)
    held.refresh_from_db()
    wait = waits_of([held])[held.pk]
    assert held.sends == 0 and wait.reason == Reason.INACTIVE
    assert short_text(wait) == "Its maker's account is deactivated."
    assert not may_send_for(team.owner.pk)
    Member.objects.filter(pk=team.owner.pk).update(is_active=True)
    world.archived(held)


def test_a_paused_project_s_clips_wait(world: World, team: SimpleNamespace) -> None:
    film = Project.objects.create(name="Film", slug="film", maker=team.owner)
    pause(project=film)
    held = world.submit(project="film")
    world.archived(world.submit())
    held.refresh_from_db()
    assert held.sends == 0


def test_a_member_never_has_more_under_way_than_allowed_with_two_mirrors(
    world: World, team: SimpleNamespace
) -> None:
    world.upstream.settings(polls_queued=500)
    QueueRule.objects.create(member=team.owner, max_jobs=2)
    ask(world, team.owner, 6)
    ask(world, team.teammate, 3)
    mirrors = [Mirror(), Mirror()]

    def rounds(mirror: Mirror) -> None:
        for _ in range(6):
            mirror.round()
            mirror.settle()
        mirror.stop()
        connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(rounds, mirrors))
    sent = VideoJob.objects.filter(sends__gt=0)
    assert sent.filter(maker=team.owner).count() == 2
    assert sent.filter(maker=team.teammate).count() == 3
    waiting = VideoJob.objects.filter(maker=team.owner, sends=0).first()
    assert waiting is not None and waits_of([waiting])[waiting.pk].reason == Reason.TURN


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by statistics")
def test_who_was_served_is_read_from_one_day_of_the_index(
    world: World, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1) as captured:
        last_served()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {captured.captured_queries[0]['sql']}")
        plan = "\n".join(row[-1] for row in cursor.fetchall())
    assert "INDEX sent (provider_id=? AND submit_started_at>?)" in plan, plan
    assert "SCAN" not in plan, plan
