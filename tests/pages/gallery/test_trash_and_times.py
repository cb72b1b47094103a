"""The trash asks first, has a search and a selection; times name their zone."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.gallery_fixtures import client_of, html_of, mirror_runs  # noqa: F401
from videos.models import JobStatus, Provider, VideoJob

pytestmark = pytest.mark.usefixtures("mirror_runs")


@pytest.fixture
def trashed(make_job):
    def make(maker, **fields):
        now = timezone.now()
        return make_job(
            maker=maker,
            trashed_at=now,
            trashed_by=maker,
            purge_at=now + timedelta(days=7),
            **fields,
        )

    return make


def page_of(member, url="/cleanup/trash"):
    return html_of(client_of(member).get(url))


def test_delete_now_asks_and_says_whose_clip_it_is(team, trashed):
    job = trashed(team.owner)
    page = page_of(team.admin)
    assert re.search(rf'popovertarget="ask-{job.public_id}"[^>]*>Delete now<', page)
    assert "Delete this clip by Owner permanently?" in page
    form = page[page.index(f'id="ask-{job.public_id}"') :]
    assert f"/cleanup/trash/{job.public_id}/purge" in form[: form.index("</dialog>")]
    # No other button of the page deletes at once.
    assert page.count(f"/cleanup/trash/{job.public_id}/purge") == 1


def test_members_get_boxes_and_buttons_for_the_clips_they_may_change(team, trashed, make_job):
    mine, theirs = trashed(team.owner), trashed(team.teammate)
    page = page_of(team.owner)
    assert re.findall(r'name="ids" value="(\w+)"', page) == [mine.public_id]
    assert f"ask-{theirs.public_id}" not in page and "Delete all of mine" in page
    assert "Other people's clips stay." in page and "Empty trash" not in page
    admin = page_of(team.admin)
    assert admin.count('name="ids"') == 2 and "the whole team's clips" in admin
    viewer = page_of(team.viewer)
    assert (
        'name="ids"' not in viewer and "Delete" not in viewer.split("<main")[1].split("Deleted")[0]
    )
    ours, others = make_job(), make_job(maker=team.teammate)
    expired = [make_job(maker=m, expires_at=timezone.now()) for m in (team.owner, team.teammate)]
    boxes = re.findall(r'name="ids" value="(\w+)"', page_of(team.owner, "/cleanup/lost"))
    assert expired[0].public_id in boxes and expired[1].public_id not in boxes
    # In the gallery everybody's clips are selected, to be decided; deleting leaves those of others.
    boxes = re.findall(r'name="ids" value="(\w+)"', page_of(team.owner, "/"))
    assert {ours.public_id, others.public_id, expired[1].public_id} <= set(boxes)
    assert 'name="ids"' not in page_of(team.viewer, "/cleanup/lost")


def test_the_trash_can_be_searched_and_keeps_the_search_while_paging(team, trashed):
    matching = trashed(team.owner, prompt="a heron at dawn")
    trashed(team.owner, prompt="a fox")
    page = page_of(team.owner, "/cleanup/trash?q=heron")
    assert f"trash-{matching.public_id}" in page and "a fox" not in page
    assert 'value="heron"' in page
    assert "Nothing matches" in page_of(team.owner, "/cleanup/trash?q=zebra")


def test_a_selection_is_restored_or_deleted_once_that_is_confirmed(team, trashed):
    mine, other = trashed(team.owner), trashed(team.owner)
    theirs = trashed(team.teammate)
    client = client_of(team.owner)
    everything = {"ids": [mine.public_id, theirs.public_id], "list": "/cleanup/trash?q=boat"}
    response = client.post("/cleanup/trash/selected", everything | {"do": "purge"})
    assert response.status_code == 200 and b"Delete 1 clip permanently?" in response.content
    assert VideoJob.objects.in_trash().count() == 3
    response = client.post(
        "/cleanup/trash/selected", everything | {"do": "purge", "confirmed": "1"}
    )
    assert response["Location"].startswith("/cleanup/trash?q=boat")
    assert set(VideoJob.objects.in_trash()) == {other, theirs}
    client.post(
        "/cleanup/trash/selected", {"do": "restore", "ids": [other.public_id, theirs.public_id]}
    )
    assert set(VideoJob.objects.in_trash()) == {theirs}
    assert client_of(team.viewer).post("/cleanup/trash/selected", everything).status_code == 403


def test_every_time_on_a_clips_page_is_an_element_that_names_its_zone(team, make_job):
    job = make_job(archived_at=timezone.now())
    page = page_of(team.owner, job.get_absolute_url())
    facts = page[page.index('<dl class="facts">') :]
    for label in ("Created", "Finished", "Archived", "Expires at the provider"):
        value = re.search(rf"<dt>{label}</dt><dd>(.*?)</dd>", facts)[1]
        assert re.fullmatch(r'<time datetime="[^"]+">\d+ \w+, \d\d:\d\d UTC</time>', value), value


def test_a_pause_says_when_it_is_tried_again_in_the_viewers_time(team, make_job):
    make_job(status=JobStatus.QUEUED)
    until = timezone.now() + timedelta(hours=1)
    Provider.objects.update(paused_at=timezone.now(), paused_until=until, pause_reason="<b>no")
    page = page_of(team.admin, "/")
    assert f'We\'ll try again at <time datetime="{until.isoformat()}">' in page
    assert "&lt;b&gt;no" in page and "<b>no" not in page
