"""An open gallery learns of clips and decisions that come later, and moves nothing by itself."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.gallery_fixtures import HTMX, client_of, mirror_runs  # noqa: F401
from tests.pages.gallery.test_list import many, shown
from videos.models import Decision, VideoJob
from videos.review.decisions import decide

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs")]


def ask(client, since, **more):
    query = {"since": since, "decided": "0", "said": "0"} | more
    return client.get("/news", query, headers=HTMX)


def test_nothing_new_is_an_empty_answer(team, make_job, django_assert_max_num_queries):
    job = make_job()
    client = client_of(team.owner)
    client.get("/")
    with django_assert_max_num_queries(7):
        answer = ask(client, job.public_id)
    assert (answer.status_code, answer.content) == (204, b"")


def test_new_clips_are_a_pill_that_says_how_many(team, make_job):
    job = make_job()
    make_job()
    make_job()
    page = ask(client_of(team.owner), job.public_id).content.decode()
    assert "2 new clips" in page
    assert not re.search(r'id="card-', page)


def test_a_pill_that_was_shown_is_not_sent_again(team, make_job):
    job = make_job()
    make_job()
    client = client_of(team.owner)
    said = re.search(r'data-said="(\d+)"', ask(client, job.public_id).content.decode())[1]
    assert ask(client, job.public_id, said=said).status_code == 204
    make_job()
    assert "2 new clips" in ask(client, job.public_id, said=said).content.decode()


def test_a_click_brings_the_new_cards_newest_first(team, make_job):
    job = make_job()
    second, third = make_job(status="queued"), make_job()
    answer = ask(client_of(team.owner), job.public_id, show="1", jobs="")
    assert shown(answer) == [third.public_id, second.public_id]
    assert 'hx-swap-oob="afterend:#newest"' in answer.content.decode()
    # What is being made is followed from now on.
    assert second.public_id in re.search(r'name="jobs" value="([^"]+)"', answer.content.decode())[1]


def test_more_than_a_page_is_a_link_to_the_first_page(team, make_job):
    job = make_job()
    many(make_job, 30)
    page = ask(client_of(team.owner), job.public_id).content.decode()
    assert "More than 24 new clips" in page and 'href="/"' in page


def test_only_clips_that_the_filters_leave_are_news(team, make_job):
    job = make_job()
    make_job(maker=team.teammate)
    client = client_of(team.owner)
    assert ask(client, job.public_id, maker="owner").status_code == 204
    assert "1 new clip" in ask(client, job.public_id, maker="teammate").content.decode()


def test_what_others_decide_is_seen_on_the_cards(team, make_job):
    job = make_job()
    client = client_of(team.owner)
    decide(team.teammate, VideoJob.objects.all(), "approved")
    answer = ask(client, job.public_id)
    assert shown(answer) == [job.public_id]
    assert 'hx-swap-oob="true"' in answer.content.decode()
    last = Decision.objects.get().pk
    assert f'data-decided="{last}"' in answer.content.decode()
    assert ask(client, job.public_id, decided=str(last)).status_code == 204


@pytest.mark.parametrize("junk", ["", "x", "-1", "9" * 30, "²", "1e3"])
def test_what_is_no_place_is_no_fault(team, make_job, junk):
    make_job()
    assert ask(client_of(team.owner), junk, decided=junk, said=junk).status_code in (200, 204)


def test_an_empty_gallery_learns_of_the_first_clip(team, make_job):
    client = client_of(team.owner)
    assert ask(client, "").status_code == 204
    make_job()
    assert "1 new clip" in ask(client, "").content.decode()


def test_the_end_of_the_wall_brings_the_next_cards_alone(team, make_job):
    many(make_job, 30)
    client = client_of(team.owner)
    first = client.get("/")
    address = re.search(r'hx-get="(/\?before=[^"]+)"', first.content.decode())[1]
    more = client.get(address.replace("&amp;", "&"), headers=HTMX)
    assert len(shown(more)) == 6
    page = more.content.decode()
    assert "<html" not in page and 'class="day"' not in page and 'id="composer"' not in page
    assert 'hx-swap-oob="beforeend:#grid"' in page


def test_without_javascript_older_clips_are_a_page(team, make_job):
    many(make_job, 30)
    client = client_of(team.owner)
    link = re.search(r'rel="next" href="([^"]+)"', client.get("/").content.decode())[1]
    page = client.get("/" + link.replace("&amp;", "&"))
    assert len(shown(page)) == 6 and "<html" in page.content.decode()


def headings(response):
    return re.findall(r'<h2 class="day">([^<]+)</h2>', response.content.decode())


def test_each_day_has_a_heading(team, make_job):
    now = timezone.now().replace(hour=12)
    for days in (400, 1, 0):
        many(make_job, 8, created_at=now - timedelta(days=days), key=str(days))
    old = now - timedelta(days=400)
    first = client_of(team.owner).get("/")
    assert headings(first) == ["Today", "Yesterday", f"{old.day} {old:%B} {old.year}"]


def test_days_with_few_clips_share_a_heading(team, make_job):
    now = timezone.now().replace(hour=12)
    for days in (5, 3, 1, 0, 0):
        make_job(created_at=now - timedelta(days=days))
    day = now - timedelta(days=5)
    (only,) = headings(client_of(team.owner).get("/"))
    assert only == f"{day.day} {day:%B} – Today" or str(day.year) in only
