"""Takes of one press, and what is made from a clip or beside it, lie in one stack."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from videos.jobs.submission.request import Submission
from videos.jobs.submission.retry import retry
from videos.jobs.submission.submit import submit_all
from videos.models import Operation, Stack, VideoJob
from videos.review.opinions import rate

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.database,
    pytest.mark.usefixtures("catalogue_model"),
]
MakeJob = Callable[..., VideoJob]


def submission(**fields: Any) -> Submission:
    """A submission that would be accepted."""
    right = {"prompt": "a fox", "model": "sketch-1", "size": "1280x720", "seconds": "4"}
    return Submission(**right | {"key": uuid4().hex} | fields)


def fresh(*jobs: VideoJob) -> list[VideoJob]:
    return [VideoJob.objects.get(pk=job.pk) for job in jobs]


def test_takes_of_one_press_are_a_stack_and_a_batch(team: SimpleNamespace) -> None:
    takes = fresh(*submit_all(team.owner, [submission(takes=3)]))
    assert len({row.stack_id for row in takes}) == 1 and takes[0].stack_id is not None
    assert len({row.batch for row in takes}) == 1 and takes[0].batch
    # The first take is the newest row, so that the wall shows takes in their order.
    assert [row.is_cover for row in takes] == [True, False, False]


def test_a_single_clip_has_no_stack_and_no_batch(team: SimpleNamespace) -> None:
    (job,) = fresh(*submit_all(team.owner, [submission()]))
    assert (job.stack, job.batch, job.is_cover) == (None, "", True)


def test_each_line_of_a_list_has_a_stack_of_its_own_and_all_are_one_batch(
    team: SimpleNamespace,
) -> None:
    key = uuid4().hex
    rows = fresh(
        *submit_all(team.owner, [submission(key=key, takes=2), submission(key=key, takes=2)])
    )
    assert [row.stack_id for row in rows] == [rows[0].stack_id] * 2 + [rows[2].stack_id] * 2
    assert rows[0].stack_id != rows[2].stack_id and len({row.batch for row in rows}) == 1


def test_a_clip_beside_another_joins_its_stack_and_becomes_the_cover(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    first = make_job()
    (second,) = submit_all(team.owner, [submission(beside=first)])
    (third,) = submit_all(team.owner, [submission(beside=first)])
    rows = fresh(first, second, third)
    assert len({row.stack_id for row in rows}) == 1 and Stack.objects.count() == 1
    assert [row.is_cover for row in rows] == [False, False, True]


def test_an_approved_clip_stays_the_cover_when_a_take_is_added(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    approved = make_job(verdict="approved")
    takes = submit_all(team.owner, [submission(beside=approved, takes=2)])
    assert [row.is_cover for row in fresh(approved, *takes)] == [True, False, False]


def test_a_retry_and_what_is_made_from_a_clip_join_its_stack(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    failed, source = make_job(status="failed"), make_job()
    again = retry(team.owner, failed, uuid4().hex)
    remixes = submit_all(team.owner, [submission(source=source, operation=Operation.REMIX)])
    rows = fresh(failed, again, source, *remixes)
    assert rows[0].stack_id == rows[1].stack_id and rows[2].stack_id == rows[3].stack_id
    assert rows[0].stack_id != rows[2].stack_id


def test_a_clip_beside_one_that_was_purged_stands_alone(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    purged = make_job()
    VideoJob.objects.filter(pk=purged.pk).delete()
    (job,) = fresh(*submit_all(team.owner, [submission(beside=purged)]))
    assert job.stack is None and job.is_cover


def test_the_same_key_again_makes_no_second_stack(team: SimpleNamespace) -> None:
    request = submission(takes=2)
    first, second = submit_all(team.owner, [request]), submit_all(team.owner, [request])
    assert [row.pk for row in first] == [row.pk for row in second]
    assert Stack.objects.count() == 1


def test_a_clip_keeps_the_average_of_its_ratings(team: SimpleNamespace, make_job: MakeJob) -> None:
    job = make_job()
    rate(team.owner, job, 5)
    rate(team.teammate, job, 4)
    assert fresh(job)[0].rating == 4.5
    rate(team.owner, job, 0)
    assert fresh(job)[0].rating == 4
    rate(team.teammate, job, 0)
    assert fresh(job)[0].rating == 0
