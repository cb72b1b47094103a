"""Clips of an older release are put into stacks and batches, and their ratings get an average."""

from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.utils import timezone

from videos.models import Rating, Stack, VideoJob

pytestmark = [pytest.mark.django_db, pytest.mark.database]
fill = import_module("videos.migrations.0020_fill_stacks").fill
choose_again = import_module("videos.migrations.0029_covers_that_failed").choose_again
MakeJob = Callable[..., VideoJob]


def shown() -> dict[str, tuple[int | None, bool]]:
    rows = VideoJob.objects.values_list("prompt", "stack", "is_cover")
    return {prompt: (stack, is_cover) for prompt, stack, is_cover in rows}


def test_takes_and_what_was_made_from_them_become_one_stack(make_job: MakeJob) -> None:
    takes = [make_job(prompt=f"take {n}", submission_key="k", take=n, takes=2) for n in (1, 2)]
    remix = make_job(prompt="remix", source=takes[0])
    make_job(prompt="extension", source=remix, operation="extend", added_seconds="4")
    make_job(prompt="alone")
    fill(apps, None)
    stacks = shown()
    stack = Stack.objects.get().pk
    assert stacks.pop("alone") == (None, True)
    assert {each for each, _ in stacks.values()} == {stack}
    assert [name for name, (_, is_cover) in stacks.items() if is_cover] == ["extension"]


def test_the_cover_is_the_approved_clip_and_none_in_the_trash(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    trash = {"trashed_at": timezone.now(), "trashed_by": team.owner, "purge_at": timezone.now()}
    first = make_job(prompt="first", verdict="approved")
    make_job(prompt="second", source=first)
    other = make_job(prompt="other")
    make_job(prompt="thrown", source=other, **trash)
    gone = make_job(prompt="gone", **trash)
    make_job(prompt="gone too", source=gone, **trash)
    fill(apps, None)
    assert {name for name, (_, is_cover) in shown().items() if is_cover} == {"first", "other"}
    assert Stack.objects.count() == 3


def test_clips_of_one_list_become_a_batch(make_job: MakeJob) -> None:
    for key in ("k", "k.2", "k.3", "other", "script.1", "script.2"):
        make_job(prompt=key, submission_key=key)
    fill(apps, None)
    batches = dict(VideoJob.objects.values_list("prompt", "batch"))
    assert batches["k"] and batches["k"] == batches["k.2"] == batches["k.3"]
    # A script names its keys as it likes: these are no list.
    assert batches["other"] == batches["script.1"] == batches["script.2"] == ""


def test_ratings_get_their_average(team: SimpleNamespace, make_job: MakeJob) -> None:
    job = make_job()
    for member, stars in ((team.owner, 5), (team.teammate, 4)):
        Rating.objects.create(job=job, member=member, stars=stars)
    fill(apps, None)
    assert VideoJob.objects.get().rating == 4.5


def test_a_failed_cover_makes_room_for_a_clip_that_did_not_fail(make_job: MakeJob) -> None:
    first = make_job(prompt="first")
    make_job(prompt="failed", source=first, status="failed")
    bad = make_job(prompt="bad", status="failed")
    make_job(prompt="worse", source=bad, status="failed")
    fill(apps, None)
    choose_again(apps, None)
    assert {name for name, (_, is_cover) in shown().items() if is_cover} == {"first", "worse"}
