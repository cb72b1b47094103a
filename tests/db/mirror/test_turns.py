"""Members take turns at a provider, whoever asked first and for how many."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from tests.world import World
from videos.jobs.dispatch.waiting import Reason, waits_of
from videos.jobs.submission.request import Submission
from videos.jobs.submission.submit import submit_all
from videos.mirror import Mirror
from videos.models import JobStatus, Member, Project, Provider, QueueRule, VideoJob

pytestmark = pytest.mark.database


def ask(world: World, member: Member, count: int) -> list[VideoJob]:
    """A member's takes, one press."""
    world.keys += 1
    fields = {"model": world.catalogue_model.slug, "size": "1280x720", "seconds": "4"}
    asked = Submission(
        prompt=member.username, takes=count, key=f"k{member.pk}.{world.keys}", **fields
    )
    return submit_all(member, [asked])


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


def test_the_place_in_the_queue_is_that_of_the_turns(world: World, team: SimpleNamespace) -> None:
    world.upstream.settings(polls_queued=500)
    Provider.objects.update(max_jobs=1)
    world.submit("under way")
    world.round(2)
    mine = ask(world, team.owner, 3)
    (theirs,) = ask(world, team.teammate, 1)
    waits = waits_of([*mine, theirs])
    assert waits[theirs.pk].ahead == 0 and [waits[job.pk].ahead for job in mine] == [1, 2, 3]


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
