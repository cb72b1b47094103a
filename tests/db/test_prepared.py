"""A query that is written once gives what Django gives, whoever asks with whatever values."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from videos.models import JobEvent, Offer, VideoJob
from videos.models.prepared import SOME_TIME, Insert, Prepared, foreseen

JOBS: Prepared[VideoJob] = Prepared(
    lambda prompt: VideoJob.objects.select_related("maker", "provider").filter(prompt=prompt),
    "a prompt",
)
MADE_BEFORE: Prepared[Any] = Prepared(
    lambda when: (
        VideoJob.objects.filter(created_at__lt=when)
        .order_by("id")
        .values_list("prompt", "created_at", "price", "extra", named=True)
    ),
    SOME_TIME,
)


@pytest.mark.django_db
def test_rows_come_whole_with_what_belongs_to_them(
    make_job: Callable[..., VideoJob], django_assert_num_queries: Any
) -> None:
    made = make_job(prompt="a boat", extra={"seed": 7}, price="0.40")
    make_job(prompt="a fox")
    with django_assert_num_queries(1):
        [found] = JOBS.all("a boat")
        assert (found.maker.name, found.provider.name) == ("Owner", "Engine")
    plain = VideoJob.objects.get(pk=made.pk)
    names = [field.attname for field in VideoJob._meta.concrete_fields]
    assert [getattr(found, name) for name in names] == [getattr(plain, name) for name in names]
    assert JOBS.all("nothing of the kind") == []


@pytest.mark.django_db
def test_values_are_converted_as_in_any_queryset(make_job: Callable[..., VideoJob]) -> None:
    make_job(prompt="a boat", extra={"seed": 7}, price="0.40")
    now = timezone.now()
    plain = VideoJob.objects.filter(created_at__lt=now).values_list(
        "prompt", "created_at", "price", "extra", named=True
    )
    assert MADE_BEFORE.all(now) == list(plain)
    assert MADE_BEFORE.all(SOME_TIME) == []


@pytest.mark.django_db
def test_the_same_objects_are_given_only_while_the_rows_are_the_same(
    make_job: Callable[..., VideoJob],
) -> None:
    job = make_job(prompt="a boat")
    [first] = JOBS.same("a boat")
    assert JOBS.same("a boat") == [first] and JOBS.same("a boat")[0] is first
    VideoJob.objects.filter(pk=job.pk).update(progress=7)
    [second] = JOBS.same("a boat")
    assert (second.progress, second.maker.name) == (7, "Owner") and second is not first
    VideoJob.objects.filter(pk=job.pk).delete()
    assert JOBS.same("a boat") == []


@pytest.mark.django_db(transaction=True)
def test_threads_ask_by_connections_of_their_own(make_job: Callable[..., VideoJob]) -> None:
    names = [make_job(prompt=f"boat {number}").prompt for number in range(8)]

    def ask(name: str) -> list[str]:
        try:
            return [job.prompt for job in JOBS.all(name)]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, names * 5)) == [[name] for name in names * 5]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_new_rows_are_written_as_they_are(team: SimpleNamespace, offer: Offer, count: int) -> None:
    rows = [
        VideoJob(
            maker=team.owner,
            provider=offer.provider,
            prompt=f"boat {number}",
            model="sketch-1",
            size="1280x720",
            seconds="4",
            extra={"seed": number},
            due_at=timezone.now(),
        )
        for number in range(count)
    ]
    Insert(VideoJob).all(rows)
    Insert(JobEvent).all([JobEvent(job=row, to_status=row.status, why="?") for row in rows])
    stored = list(VideoJob.objects.order_by("pk"))
    names = [field.attname for field in VideoJob._meta.concrete_fields]
    assert [[getattr(row, name) for name in names] for row in stored] == [
        [getattr(row, name) for name in names] for row in rows
    ]
    assert [row.events.get().to_status for row in stored] == ["submitting"] * count
    # They are rows of the database now: saving them again changes them and adds none.
    rows[0].prompt = "another boat"
    rows[0].save()
    assert VideoJob.objects.count() == count


def test_a_query_that_ignores_a_value_is_refused() -> None:
    with pytest.raises(ValueError, match="each example"):
        Prepared(lambda _: VideoJob.objects.all(), "unused").all("anything")


@pytest.mark.django_db
def test_what_is_foreseen_is_asked_at_once(
    make_job: Callable[..., VideoJob], django_assert_num_queries: Any
) -> None:
    boat, fox = make_job(prompt="a boat"), make_job(prompt="a fox")
    named = Prepared(
        lambda prompt: VideoJob.objects.filter(prompt=prompt).values_list("id", "prompt"),
        "a prompt",
    )
    made = Prepared(lambda pk: VideoJob.objects.filter(pk=pk).values_list("public_id"), -1)
    with (
        django_assert_num_queries(2),
        foreseen((named, ("a boat",)), (made, (fox.pk,)), (named, ("a fox",))),
    ):
        assert named.row("a boat") == (boat.pk, "a boat")
        assert named.row("a fox") == (fox.pk, "a fox")
        assert made.row(fox.pk) == (fox.public_id,)
        # Nobody thought of this one.
        assert made.row(boat.pk) == (boat.public_id,)
    with django_assert_num_queries(1):
        assert named.row("a fox") == (fox.pk, "a fox")


@pytest.mark.django_db
def test_where_one_answer_is_missing_each_question_is_asked_by_itself(
    make_job: Callable[..., VideoJob], django_assert_num_queries: Any
) -> None:
    boat = make_job(prompt="a boat")
    made = Prepared(lambda pk: VideoJob.objects.filter(pk=pk).values_list("public_id"), -1)
    with django_assert_num_queries(3), foreseen((made, (boat.pk,)), (made, (boat.pk + 1,))):
        assert made.row(boat.pk) == (boat.public_id,)
        assert made.row(boat.pk + 1) is None
    with django_assert_num_queries(0), foreseen():
        pass
