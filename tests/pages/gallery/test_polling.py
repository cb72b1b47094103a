"""One request per page follows all its unfinished clips, and costs next to nothing."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.gallery_fixtures import HTMX, client_of, mirror_runs, with_pictures  # noqa: F401
from videos.models import Heartbeat, JobStatus, Provider, VideoJob

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs")]


def poll(client, *jobs):
    seen = ",".join(f"{job.public_id}.{job.version}" for job in jobs)
    return client.get(f"/poll?jobs={seen}", headers=HTMX)


def next_poll(response):
    found = re.search(r'hx-get="(/poll\?jobs=[^"]*)"', response.content.decode())
    return found[1].replace("&amp;", "&") if found else ""


def test_the_page_asks_about_its_unfinished_clips_and_no_others(team, make_job):
    queued, unsure = make_job(status=JobStatus.QUEUED), make_job(status=JobStatus.UNSURE)
    arriving = make_job(due_at=timezone.now())
    make_job(archived_at=timezone.now())
    make_job(status=JobStatus.FAILED)
    page = client_of(team.viewer).get("/")
    asked = next_poll(page)
    assert page.content.count(b'hx-trigger="every 2s"') == 1
    assert set(re.findall(r"video_\w+", asked)) == {
        queued.public_id, unsure.public_id, arriving.public_id
    }  # fmt: skip


def test_a_page_of_finished_clips_does_not_poll(team, make_job):
    make_job(archived_at=timezone.now())
    assert not next_poll(client_of(team.owner).get("/"))


def test_nothing_changed_is_a_short_204(team, make_job, django_assert_max_num_queries):
    jobs = [make_job(status=JobStatus.IN_PROGRESS) for _ in range(3)]
    client = client_of(team.viewer)
    with django_assert_max_num_queries(4):  # the login's two, the role's permissions, the jobs
        response = poll(client, *jobs)
    assert response.status_code == 204 and not response.content
    lines = [f"{name}: {value}\r\n" for name, value in response.items()]
    # What waitress adds.
    lines += ["Server: Dailies\r\n", "Connection: close\r\n", f"Date: {'x' * 29}\r\n"]
    assert sum(map(len, lines)) <= 300, lines


def test_only_changed_cards_come_and_the_poller_goes_on(
    team, make_job, django_assert_max_num_queries
):
    still, moved = (make_job(status=JobStatus.QUEUED) for _ in range(2))
    VideoJob.objects.filter(pk=moved.pk).update(
        status=JobStatus.IN_PROGRESS, progress=40, version=2
    )
    client = client_of(team.viewer)
    with django_assert_max_num_queries(7):
        response = poll(client, still, moved)
    page = response.content.decode()
    assert re.findall(r'<article[^>]*id="card-(\w+)"[^>]*hx-swap-oob', page) == [moved.public_id]
    assert "In progress" in page and 'value="40"' in page
    assert f"{moved.public_id}.2" in next_poll(response)
    assert f"{still.public_id}.1" in next_poll(response)
    assert "Content-Security-Policy" not in response


def test_the_last_clip_that_arrives_ends_the_polling(team, make_job):
    job = make_job(status=JobStatus.IN_PROGRESS)
    now = timezone.now()
    VideoJob.objects.filter(pk=job.pk).update(
        status=JobStatus.COMPLETED, version=3, due_at=None, archived_at=now, finished_at=now
    )
    with_pictures(job)
    response = poll(client_of(team.viewer), job)
    assert response.status_code == 200 and not next_poll(response)
    page = response.content.decode()
    assert 'id="poll"' in page and "every 2s" not in page and "variant=thumbnail" in page


def test_a_clip_is_followed_until_it_is_archived(team, make_job):
    job = make_job(due_at=timezone.now())
    job.version = 0
    assert job.public_id in next_poll(poll(client_of(team.viewer), job))


def test_a_deleted_clip_leaves_the_page(team, make_job):
    gone, trashed, stays = (make_job(status=JobStatus.QUEUED) for _ in range(3))
    now = timezone.now()
    VideoJob.objects.filter(pk=trashed.pk).update(
        trashed_at=now, trashed_by=team.owner, purge_at=now + timedelta(days=1)
    )
    VideoJob.objects.filter(pk=gone.pk).delete()
    response = poll(client_of(team.teammate), gone, trashed, stays)
    removed = re.findall(r'id="card-(\w+)" hx-swap-oob="delete"', response.content.decode())
    assert removed == [gone.public_id, trashed.public_id]
    assert next_poll(response).endswith(f"{stays.public_id}.1")


@pytest.mark.parametrize(
    "jobs",
    ["", "x", "video_1.1", "%00", "video_" + "0" * 32, "video_" + "0" * 32 + ".99999999999999",
     ",".join(["video_" + "a" * 32 + ".1"] * 5000), "'; DROP TABLE videos_videojob; --.1"],
)  # fmt: skip
def test_a_made_up_list_is_no_fault(team, jobs):
    response = client_of(team.owner).get("/poll", {"jobs": jobs}, headers=HTMX)
    assert response.status_code == 200 and not next_poll(response)


def test_at_most_48_clips_are_followed(team, make_job):
    rows = [make_job(status=JobStatus.QUEUED) for _ in range(50)]
    for row in rows:
        row.version = 0
    response = poll(client_of(team.owner), *rows)
    assert response.content.count(b"<article") == 48


def test_a_stranger_learns_nothing(make_job):
    job = make_job(status=JobStatus.QUEUED)
    response = poll(Client(), job)
    assert "HX-Redirect" in response and job.prompt.encode() not in response.content


def test_where_a_provider_tells_no_progress_none_is_shown(team, make_job):
    job = make_job(status=JobStatus.IN_PROGRESS, progress=0)
    page = client_of(team.viewer).get(job.get_absolute_url()).content.decode()
    # Not a zero that stands still, but a bar that says that nobody knows.
    assert "dial-number" not in page and re.search(r'<progress class="frame-progress" aria', page)


def test_a_waiting_card_says_why_and_a_poll_notices_when_the_reason_changes(team, make_job):
    job = make_job(status=JobStatus.SUBMITTING)
    client = client_of(team.viewer)
    assert "chip-wait" not in client.get("/").content.decode()
    Provider.objects.update(enabled=False, turned_off=True)
    page = client.get("/")
    assert "Engine is turned off." in page.content.decode()
    asked = next_poll(page)
    assert client.get(asked, headers=HTMX).status_code == 204
    Provider.objects.update(enabled=True, turned_off=False, paused_at=timezone.now())
    response = client.get(asked, headers=HTMX)
    assert "Engine is paused." in response.content.decode()
    assert client.get(next_poll(response), headers=HTMX).status_code == 204
    # On its own page as well.
    page = client.get(job.get_absolute_url()).content.decode()
    asked = re.search(r'hx-get="(/videos/[^"]*/status\?[^"]*)"', page)[1].replace("&amp;", "&")
    assert client.get(asked, headers=HTMX).status_code == 204
    Heartbeat.objects.all().delete()
    told = client.get(asked, headers=HTMX).content.decode()
    assert "background worker isn&#x27;t running" in told and 'id="status"' not in told
