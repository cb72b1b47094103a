"""An open gallery learns of clips and decisions that come later, and moves nothing by itself."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from tests.gallery_fixtures import (
    HTMX,
    cards_of,
    client_of,
    mirror_runs,  # noqa: F401
    unfinished_on,
)
from tests.pages.gallery.test_list import many, shown
from videos.models import (
    AuditAction,
    Member,
    VideoJob,
    record,
)

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs")]


def ask(client, since, **more):
    return client.get("/news", {"since": since, "said": "0"} | more, headers=HTMX)


def test_nothing_new_is_an_empty_answer(team, make_job, django_assert_max_num_queries):
    many(make_job, 24)
    job = VideoJob.objects.order_by("pk").last()
    client = client_of(team.owner)
    cards = cards_of(client.get("/"))
    # The login's two and the role's permissions; newer clips and where they begin; the page's
    # cards, their comments, favourites; clips that match by now.
    with django_assert_max_num_queries(9):
        answer = ask(client, job.public_id, cards=cards)
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
    answer = ask(client_of(team.owner), job.public_id, show="1")
    assert shown(answer) == [third.public_id, second.public_id]
    assert 'hx-swap-oob="afterend:#newest"' in answer.content.decode()
    # What is being made is followed from now on.
    assert unfinished_on(answer) == f"{second.public_id}.1"


def test_more_than_a_page_is_a_link_to_the_first_page(team, make_job):
    job = make_job()
    many(make_job, 30)
    client = client_of(team.owner)
    page = ask(client, job.public_id).content.decode()
    assert "More than 24 new clips" in page and 'href="/"' in page
    page = ask(client, job.public_id, maker="owner").content.decode()
    assert 'href="/?maker=owner"' in page


def test_in_another_order_the_pill_loads_the_list_again(team, make_job):
    make_job(price="2.00")
    newest = make_job(price="1.00")
    client = client_of(team.owner)
    first = client.get("/?sort=price").content.decode()
    assert f'data-since="{newest.public_id}"' in first
    assert ask(client, newest.public_id, sort="price").status_code == 204
    make_job(price="3.00")
    page = ask(client, newest.public_id, sort="price", first="no").content.decode()
    assert "1 new clip" in page and '<a class="btn pill" href="/?sort=price">' in page
    assert f'data-since="{newest.public_id}"' in page


def test_other_filters_ask_for_their_own_news_and_forget_the_pill(team, make_job):
    make_job()
    client = client_of(team.owner)
    page = client.get("/?maker=owner", headers=HTMX).content.decode()
    poll = re.search(r'<div id="news-poll"[^>]*>', page)[0]
    assert 'hx-get="/news?maker=owner"' in poll and 'hx-swap-oob="true"' in poll
    assert '<div class="news" id="news" role="status" hx-swap-oob="true"></div>' in page


def test_only_clips_that_the_filters_leave_are_news(team, make_job):
    job = make_job()
    make_job(maker=team.teammate)
    client = client_of(team.owner)
    assert ask(client, job.public_id, maker="owner").status_code == 204
    assert "1 new clip" in ask(client, job.public_id, maker="teammate").content.decode()


@pytest.mark.parametrize("junk", ["", "x", "-1", "9" * 30, "²", "1e3", "2026-11-30"])
def test_what_is_no_place_is_no_fault(team, make_job, junk):
    make_job()
    answer = ask(client_of(team.owner), junk, said=junk, seen_at=junk)
    assert answer.status_code in (200, 204)


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
    return re.findall(r'<h2 class="day"[^>]*>([^<]+)<', response.content.decode())


def days_of(response):
    """What the page sends along when it asks for new cards."""
    return re.search(r'name="days" value="([^"]*)"', response.content.decode())[1]


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


def test_new_cards_stand_under_the_heading_that_a_reload_would_show(team, make_job):
    now = timezone.now().replace(hour=12)
    for days in (3, 1, 1):
        old = make_job(created_at=now - timedelta(days=days))
    client = client_of(team.owner)
    days = days_of(client.get("/"))
    new = make_job(created_at=now)
    answer = ask(client, old.public_id, show="1", days=days)
    page = answer.content.decode()
    assert page.index('id="newest" hx-swap-oob="true"') < page.index("afterend:#newest")
    assert headings(answer) == headings(client.get("/")) and "Today" in headings(answer)[0]
    assert "row-end" not in page
    # From then on, the page has a heading with this day.
    days, again = days_of(answer), make_job(created_at=now)
    assert headings(ask(client, new.public_id, show="1", days=days)) == headings(answer)
    assert days.endswith(f"/{timezone.localdate(again.created_at)}")


@pytest.mark.parametrize("days", ["", "x", "2026-99-99/2026-11-30"])
def test_where_there_is_no_heading_for_today_the_first_card_brings_it(team, make_job, days):
    client = client_of(team.owner)
    assert days_of(client.get("/")) == ""
    make_job()
    assert headings(ask(client, "", show="1", days=days)) == ["Today"]


def test_a_list_in_the_order_of_price_has_no_days(team, make_job):
    job = make_job(price="2.00")
    page = client_of(team.owner).get("/?sort=price").content.decode()
    assert 'id="newest"' in page and 'name="days"' not in page
    make_job()
    assert headings(ask(client_of(team.owner), job.public_id, show="1")) == []


def test_a_page_further_down_leads_up_and_learns_what_is_new(team, make_job):
    many(make_job, 60)
    client = client_of(team.owner)
    newest = shown(client.get("/?maker=owner"))[0]
    link = re.search(r'rel="next" href="([^"]+)"', client.get("/?maker=owner").content.decode())[1]
    page = client.get("/" + link.replace("&amp;", "&")).content.decode()
    assert page.index('rel="prev" href="?maker=owner&amp;after=') < page.index('id="grid"')
    assert 'href="/?maker=owner">Newest</a>' in page
    poll = re.search(r'<div id="news-poll"[^>]*>', page)[0]
    assert 'hx-get="/news?maker=owner&amp;first=no"' in poll and newest in poll
    make_job()
    page_text = ask(client, newest, maker="owner", first="no").content.decode()
    assert "1 new clip" in page_text and '<a class="btn pill" href="/?maker=owner">' in page_text
    assert f'data-since="{newest}"' in page_text and "maker=owner&amp;first=no" in page_text


def test_after_four_pages_the_next_one_waits_for_a_click(team, make_job):
    many(make_job, 24 * 6)
    client = client_of(team.owner)
    page, triggers = client.get("/?maker=owner").content.decode(), []
    for _ in range(5):
        link = re.search(r'hx-get="(/\?[^"]+)"\s+hx-trigger="([^"]+)"', page)
        triggers.append(link[2])
        page = client.get(link[1].replace("&amp;", "&"), headers=HTMX).content.decode()
    assert triggers == ["revealed, click"] * 4 + ["click"]


def test_a_member_with_another_name_has_it_on_cards_that_are_open(team, make_job):
    job = make_job(maker=team.teammate)
    client = client_of(team.owner)
    key = f'data-member="{team.teammate.pk}"'
    page = client.get("/").content.decode()
    seen = {"seen_at": re.search(r'data-seen-at="([^"]+)"', page)[1]}
    assert key in page
    assert ask(client, job.public_id, **seen).status_code == 204
    with transaction.atomic():
        Member.objects.filter(pk=team.teammate.pk).update(name="Noor <b>")
        record(AuditAction.MEMBER_CHANGED, team.teammate, after={"changed": ["name"]})
    answer = ask(client, job.public_id, **seen).content.decode()
    renamed = f'data-renamed="{team.teammate.pk}" data-username="teammate">Noor &lt;b&gt;</span>'
    assert renamed in answer
