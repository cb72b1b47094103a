"""One request per page follows all its unfinished clips, and costs next to nothing."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.gallery_fixtures import (
    HTMX,
    client_of,
    mirror_runs,  # noqa: F401
    unfinished_on,
    with_pictures,
)
from videos.models import Heartbeat, JobStatus, Provider, VideoJob
from videos.review.comments import add_comment
from videos.review.decisions import Author

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs")]


def poll(client, *jobs):
    seen = ",".join(f"{job.public_id}.{job.version}" for job in jobs)
    return client.get(f"/poll?jobs={seen}", headers=HTMX)


def again(client, response):
    """Ask for the unfinished clips that a page or an answer shows."""
    return client.get("/poll", {"jobs": unfinished_on(response)}, headers=HTMX)


def test_the_page_asks_about_its_unfinished_clips_and_no_others(team, make_job):
    queued, unsure = make_job(status=JobStatus.QUEUED), make_job(status=JobStatus.UNSURE)
    arriving = make_job(due_at=timezone.now())
    make_job(archived_at=timezone.now())
    make_job(status=JobStatus.FAILED)
    page = client_of(team.viewer).get("/")
    unfinished = unfinished_on(page)
    assert page.content.count(b'hx-trigger="every 2s"') == 1
    assert set(re.findall(r"video_\w+", unfinished)) == {
        queued.public_id, unsure.public_id, arriving.public_id
    }  # fmt: skip


def test_a_page_of_finished_clips_has_nothing_to_ask(team, make_job):
    make_job(archived_at=timezone.now())
    assert not unfinished_on(client_of(team.owner).get("/"))


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


def test_only_changed_cards_come_and_are_followed_further(
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
    assert unfinished_on(response) == f"{moved.public_id}.2"
    assert "Content-Security-Policy" not in response


def test_a_clip_that_has_arrived_is_followed_no_longer(team, make_job):
    job = make_job(status=JobStatus.IN_PROGRESS)
    now = timezone.now()
    VideoJob.objects.filter(pk=job.pk).update(
        status=JobStatus.COMPLETED, version=3, due_at=None, archived_at=now, finished_at=now
    )
    with_pictures(job)
    response = poll(client_of(team.viewer), job)
    assert response.status_code == 200 and not unfinished_on(response)
    assert "variant=thumbnail" in response.content.decode()


def test_a_clip_is_followed_until_it_is_archived(team, make_job):
    job = make_job(due_at=timezone.now())
    job.version = 0
    assert job.public_id in unfinished_on(poll(client_of(team.viewer), job))


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
    assert stays.public_id not in response.content.decode()


@pytest.mark.parametrize(
    "jobs",
    ["", "x", "video_1.1", "%00", "video_" + "0" * 32, "video_" + "0" * 32 + ".99999999999999",
     ",".join(["video_" + "a" * 32 + ".1"] * 5000), "'; DROP TABLE videos_videojob; --.1"],
)  # fmt: skip
def test_a_made_up_list_is_no_fault(team, jobs):
    response = client_of(team.owner).get("/poll", {"jobs": jobs}, headers=HTMX)
    assert response.status_code in (200, 204) and b"<article" not in response.content


def test_one_request_is_for_at_most_48_clips(team, make_job):
    rows = [make_job(status=JobStatus.QUEUED) for _ in range(50)]
    for row in rows:
        row.version = 0
    response = poll(client_of(team.owner), *rows)
    assert response.content.count(b"<article") == 48


def test_every_unfinished_card_of_a_long_wall_can_be_asked_for(team, make_job):
    rows = [make_job(status=JobStatus.QUEUED) for _ in range(96)]
    VideoJob.objects.update(version=5)
    client = client_of(team.owner)
    page, seen = client.get("/"), []
    while page is not None:
        seen += unfinished_on(page).split(",")
        link = re.search(r'hx-get="(/\?before=[^"]+)"', page.content.decode())
        page = client.get(link[1].replace("&amp;", "&"), headers=HTMX) if link else None
    assert [each.partition(".")[0] for each in seen] == [row.public_id for row in rows[::-1]]
    # The places of those that are done are for the next ones.
    for part in (rows[:48], rows[48:]):
        assert poll(client, *part).content.count(b"<article") == 48


def test_a_card_that_changes_keeps_saying_where_the_search_found_it(team, make_job):
    job = make_job(prompt="a boat", status=JobStatus.QUEUED)
    add_comment(Author(member=team.owner), job, "More fog", key="1")
    client = client_of(team.owner)
    VideoJob.objects.update(version=2)
    headers = HTMX | {"HX-Current-URL": "http://testserver/?q=fog"}
    page = client.get(f"/poll?jobs={job.public_id}.1", headers=headers)
    assert "In a comment" in page.content.decode()
    page = client.get(f"/poll?jobs={job.public_id}.1", headers=HTMX)
    assert "In a comment" not in page.content.decode()


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
    assert again(client, page).status_code == 204
    Provider.objects.update(enabled=True, turned_off=False, paused_at=timezone.now())
    response = again(client, page)
    assert "Engine is paused." in response.content.decode()
    assert again(client, response).status_code == 204
    # On its own page as well.
    page = client.get(job.get_absolute_url()).content.decode()
    status_url = re.search(r'hx-get="(/videos/[^"]*/status\?[^"]*)"', page)[1].replace("&amp;", "&")
    assert client.get(status_url, headers=HTMX).status_code == 204
    Heartbeat.objects.all().delete()
    page_text = client.get(status_url, headers=HTMX).content.decode()
    assert "background worker isn&#x27;t running" in page_text and 'id="status"' not in page_text


def test_the_strip_shows_the_clips_own_poster_once_it_is_there(team, make_job):
    job = make_job(status=JobStatus.IN_PROGRESS)
    client = client_of(team.viewer)
    # Without neighbours there is no strip, and an answer still finds its place.
    alone = client.get(job.get_absolute_url()).content.decode()
    assert '<span id="strip-poster" hidden></span>' in alone
    make_job(archived_at=timezone.now())
    page = client.get(job.get_absolute_url()).content.decode()
    address = re.search(r'hx-get="(/videos/[^"]*/status\?[^"]*)"', page)[1].replace("&amp;", "&")
    assert page.count('id="strip-poster"') == 1
    VideoJob.objects.filter(pk=job.pk).update(
        status=JobStatus.COMPLETED, progress=100, finished_at=timezone.now(),
        archived_at=timezone.now(), version=2,
    )  # fmt: skip
    with_pictures(job)
    answer = client.get(address, headers=HTMX).content.decode()
    strip = answer.partition('hx-swap-oob="innerHTML:#strip-poster"')[2].partition("</span>")[0]
    assert re.search(r'<img src="[^"]*thumbnail', strip), answer
