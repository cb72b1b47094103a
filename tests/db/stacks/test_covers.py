"""A stack has one cover: the newest approved clip, else the newest that did not fail."""

import threading
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction

from videos.jobs.deletion.trash import restore, trash
from videos.models import JobStatus, Stack, Verdict, VideoJob, VideoJobQuerySet, transition
from videos.review.decisions import decide, undo
from videos.review.stacks import join, split_off

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def stack(make_job: Callable[..., VideoJob]) -> list[VideoJob]:
    """Three clips of a stack, oldest first; the newest is the cover."""
    stack = Stack.objects.create()
    return [make_job(stack=stack, is_cover=place == 2) for place in range(3)]


def covers() -> list[int]:
    return list(VideoJob.objects.live().filter(is_cover=True).values_list("pk", flat=True))


def only(job: VideoJob) -> VideoJobQuerySet:
    return VideoJob.objects.filter(pk=job.pk)


def test_an_approved_clip_is_the_cover_and_the_newest_of_several(
    team: SimpleNamespace, stack: list[VideoJob]
) -> None:
    decide(team.owner, only(stack[0]), Verdict.APPROVED)
    assert covers() == [stack[0].pk]
    decide(team.owner, only(stack[1]), Verdict.APPROVED)
    assert covers() == [stack[1].pk]


def test_taking_an_approval_back_gives_the_cover_back(
    team: SimpleNamespace, stack: list[VideoJob]
) -> None:
    done = decide(team.owner, only(stack[0]), Verdict.APPROVED)
    undo(team.owner, done.press)
    assert covers() == [stack[2].pk]


def test_a_cover_in_the_trash_is_replaced_and_comes_back(
    team: SimpleNamespace, stack: list[VideoJob]
) -> None:
    trash(team.owner, only(stack[2]))
    assert covers() == [stack[1].pk]
    restore(team.owner, only(stack[2]))
    assert covers() == [stack[2].pk]


def test_a_whole_stack_goes_to_the_trash_and_comes_back(
    team: SimpleNamespace, stack: list[VideoJob]
) -> None:
    everything = VideoJob.objects.all()
    assert trash(team.owner, everything).count == 3 and covers() == []
    assert restore(team.owner, everything).count == 3 and covers() == [stack[2].pk]


def test_a_take_that_fails_gives_the_cover_to_one_that_did_not(
    make_job: Callable[..., VideoJob],
) -> None:
    stack = Stack.objects.create()
    first, second, third = (
        make_job(stack=stack, is_cover=place == 2, status="in_progress") for place in range(3)
    )
    transition(third, JobStatus.FAILED, why="no paper", due_at=None)
    assert covers() == [second.pk]
    transition(second, JobStatus.FAILED, why="no paper", due_at=None)
    transition(first, JobStatus.CANCELLED, why="no time", due_at=None)
    # Where all have failed, the newest says so.
    assert covers() == [third.pk]


def test_a_clip_that_stands_alone_stays_its_own_cover(
    team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    job = make_job()
    decide(team.owner, only(job), Verdict.APPROVED)
    trash(team.owner, only(job))
    restore(team.owner, only(job))
    assert covers() == [job.pk]


def test_the_database_refuses_a_second_cover_and_a_lonely_clip_without_one(
    stack: list[VideoJob], make_job: Callable[..., VideoJob]
) -> None:
    with pytest.raises(IntegrityError, match=r"stack|one_cover"), transaction.atomic():
        only(stack[0]).update(is_cover=True)
    alone = make_job()
    with pytest.raises(IntegrityError, match="cover"), transaction.atomic():
        only(alone).update(is_cover=False)


@pytest.mark.django_db(transaction=True)
def test_two_people_who_approve_at_once_leave_one_cover(
    team: SimpleNamespace, stack: list[VideoJob]
) -> None:
    def press(job: VideoJob) -> None:
        try:
            decide(team.owner, only(job), Verdict.APPROVED)
        finally:
            connection.close()

    presses = [threading.Thread(target=press, args=[job]) for job in stack]
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    assert covers() == [stack[2].pk]
    assert set(VideoJob.objects.values_list("verdict", flat=True)) == {"approved"}


@pytest.mark.django_db(transaction=True)
def test_two_people_who_join_and_split_at_once_leave_one_cover_per_stack(
    team: SimpleNamespace, stack: list[VideoJob], make_job: Callable[..., VideoJob]
) -> None:
    alone = [make_job() for _ in range(3)]
    keys = [job.pk for job in (*stack, *alone)]

    def press(number: int) -> None:
        try:
            rows = VideoJob.objects.filter(pk__in=keys[number : number + 3])
            if number % 2:
                split_off(team.owner, rows)
            else:
                join(team.teammate, rows)
        finally:
            connection.close()

    presses = [threading.Thread(target=press, args=[number % 4]) for number in range(8)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    for key in set(VideoJob.objects.values_list("stack", flat=True)):
        rows = VideoJob.objects.filter(stack=key)
        expected = rows.count() if key is None else 1
        assert rows.filter(is_cover=True).count() == expected
