"""Deleting a clip of which nobody knows whether it was made says what may remain."""

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from tests.gallery_fixtures import client_of, html_of, mirror_runs  # noqa: F401
from tests.world import World
from videos.jobs.deletion.trash import trash
from videos.models import VideoJob

pytestmark = pytest.mark.usefixtures("mirror_runs")
MakeJob = Callable[..., VideoJob]
MAY_REMAIN = "We couldn&#x27;t confirm whether Engine made it. A copy may remain there."


def trashed(make_job: MakeJob, team: SimpleNamespace, **fields: Any) -> VideoJob:
    now = timezone.now()
    gone = {"trashed_at": now, "trashed_by": team.owner, "purge_at": now + timedelta(days=7)}
    return make_job(**gone | fields)


def test_moving_it_to_the_trash_says_so(team: SimpleNamespace, make_job: MakeJob) -> None:
    client = client_of(team.owner)
    for job, is_warned in ((make_job(status="unsure"), True), (make_job(), False)):
        page = client.post(f"/videos/{job.public_id}/delete", follow=True).content.decode()
        assert "Moved to the trash." in page and (MAY_REMAIN in page) is is_warned


def test_deleting_several_counts_those_of_ones_own(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    mine = [make_job(status="unsure"), make_job(), make_job(status="unsure")]
    theirs = make_job(status="unsure", maker=team.teammate)
    ids = [job.public_id for job in (*mine, theirs)]
    page = client_of(team.owner).post("/delete", {"ids": ids}, follow=True).content.decode()
    assert "Moved 3 clips to the trash. 1 clip belongs to someone else and stays." in page
    assert "We couldn&#x27;t confirm whether 2 of them were made" in page


def test_the_trash_marks_it_and_asks_before_it_is_forgotten(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    unsure = trashed(make_job, team, status="unsure")
    trashed(make_job, team)
    client = client_of(team.owner)
    page = html_of(client.get("/cleanup/trash"))
    assert page.count("May exist at the provider") == 1
    question = page.split(f'id="ask-{unsure.public_id}"')[1].split("</dialog>")[0]
    assert MAY_REMAIN in question and page.count(MAY_REMAIN) == 1
    assert "We couldn&#x27;t confirm whether 1 of them was made" in page.split('id="ask-empty"')[1]
    done = client.post(f"/cleanup/trash/{unsure.public_id}/purge", follow=True).content.decode()
    assert "Deleting permanently…" in done and MAY_REMAIN in done


def test_a_trash_without_any_is_as_quiet_as_before(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    job = trashed(make_job, team)
    client = client_of(team.owner)
    page = client.get("/cleanup/trash").content.decode()
    assert not re.search("May exist|nobody knows|may remain", page, re.I)
    done = client.post(f"/cleanup/trash/{job.public_id}/purge", follow=True).content.decode()
    assert "may remain" not in done


def test_the_trash_costs_the_same_queries_whatever_is_in_it(
    team: SimpleNamespace, make_job: MakeJob, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        trashed(make_job, team, status="unsure" if number % 2 else "completed")
    client = client_of(team.admin)
    with django_assert_max_num_queries(10):
        assert client.get("/cleanup/trash").status_code == 200


def test_the_log_keeps_what_the_row_no_longer_tells(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.provider.dialect = "litellm"
    world.provider.save()
    world.upstream.script("create", "reset", commit=True)
    job = world.until(world.submit("a secret boat"), lambda row: row.attention)
    mine = VideoJob.objects.filter(pk=job.pk)
    trash(world.maker, mine)
    mine.update(purge_at=timezone.now() - timedelta(hours=1))
    with caplog.at_level(logging.WARNING):
        world.round()
    assert not mine.exists()
    lines = [
        entry.getMessage() for entry in caplog.records if "may still have its clip" in entry.message
    ]
    assert len(lines) == 1 and job.public_id in lines[0] and "secret boat" not in lines[0]
