"""Members take turns at a provider, whoever asked first and for how many."""

from types import SimpleNamespace

import pytest

from tests.world import World
from videos.jobs.dispatch.waiting import waits_of
from videos.jobs.submission.request import Submission
from videos.jobs.submission.submit import submit_all
from videos.models import JobStatus, Member, Provider, VideoJob

pytestmark = pytest.mark.database


def ask(world: World, member: Member, count: int) -> list[VideoJob]:
    """A member's takes, one press."""
    world.keys += 1
    fields = {"offer": world.offer.slug, "size": "1280x720", "seconds": "4"}
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
