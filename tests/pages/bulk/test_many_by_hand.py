"""A selection by hand is done whole, or refused in words: nothing is left out in silence."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.utils import timezone

from tests.gallery_fixtures import client_of, html_of, mirror_runs  # noqa: F401
from videos.gallery.shell.bulk import MAX_IDS
from videos.models import JobTag, Stack, VideoJob
from videos.review.bulk.work import due_runs, work

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs")]


def test_more_clips_than_a_request_takes_are_refused(team: SimpleNamespace) -> None:
    ids = [f"video_{number:032x}" for number in range(MAX_IDS + 1)]
    for address in ("/selection/organise", "/delete", "/cleanup/archive"):
        answer = client_of(team.owner).post(address, {"ids": ids, "do": "tag", "tags": "x"})
        assert answer.status_code == 400, address
        assert f"Choose at most {MAX_IDS} clips at a time. Nothing was changed." in html_of(answer)


def test_a_whole_stack_is_meant_whole_however_many_clips_it_holds(
    team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    cover, stack = make_job(), Stack.objects.create()
    VideoJob.objects.filter(pk=cover.pk).update(stack=stack)
    VideoJob.objects.bulk_create(
        VideoJob(
            maker=team.owner, provider=cover.provider, prompt="x", model="x", size="1280x720",
            seconds="4", status="completed", progress=100, finished_at=timezone.now(),
            remote_id=f"remote{place}", stack=stack, is_cover=False,
        )
        for place in range(MAX_IDS)
    )  # fmt: skip
    sent = {"ids": [cover.public_id], "whole_stacks": "1", "do": "tag", "tags": "fog"}
    client_of(team.owner).post("/selection/organise", sent)
    while runs := list(due_runs(timezone.now()).claim(5)):
        for run in runs:
            work(run)
    assert JobTag.objects.count() == MAX_IDS + 1
