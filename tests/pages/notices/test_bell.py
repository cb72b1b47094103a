"""Notices in the page: the bell, the tab's title, the list, and what is marked as read."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from tests.gallery_fixtures import HTMX, client_of, html_of, mirror_runs  # noqa: F401
from videos.models import Member, Notice, NoticeKind
from videos.models.notify import notify
from videos.notices.inbox import PER_PAGE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mirror_runs")]


def failed(member: Member, job: Any, number: int = 1) -> None:
    """`number` notices about a clip that failed."""
    first = Notice.objects.count()
    for each in range(number):
        notify(NoticeKind.FAILED, [member.pk], f"failed:{first + each}", job=job)


def version_of(page: str) -> str:
    match = re.search(r'"/notices/bell\?version=([^"]+)"', page)
    assert match
    return match[1]


def ask(client: Client, version: str) -> Any:
    return client.get("/notices/bell", {"version": version}, headers=HTMX)


def test_one_bell_counts_banners_and_notices_and_the_title_counts_notices(
    team: SimpleNamespace, make_job: Any
) -> None:
    job = make_job()
    page = html_of(client_of(team.owner).get("/"))
    assert page.count('id="bell"') == 1 and 'aria-label="Notices"' in page
    assert "Nothing new." in page
    failed(team.owner, job, 2)
    make_job(status="unsure", due_at=None, attention="Look.")
    caches["cards"].clear()  # that all was well is remembered for a moment
    page = html_of(client_of(team.owner).get("/"))
    assert page.count('id="bell"') == 1 and 'aria-label="Notices: 3"' in page
    assert "<title>(2) " in page
    assert "“a paper boat on a calm sea at dawn” failed" in page
    assert "<title>(" not in html_of(client_of(team.teammate).get("/"))


@pytest.mark.parametrize("path", ["/", "/notices", "/account", "/prompts"])
def test_every_page_asks_for_the_bell_and_gets_it_only_when_it_has_changed(
    team: SimpleNamespace, make_job: Any, path: str
) -> None:
    job = make_job()
    client = client_of(team.owner)
    version = version_of(html_of(client.get(path)))
    assert ask(client, version).status_code == 204
    failed(team.owner, job)
    answer = html_of(ask(client, version))
    assert 'id="bell"' in answer and 'aria-label="Notices: 1"' in answer
    assert re.search(
        r'id="bell-said" aria-live="polite" data-poll[^>]*>\s*1 unread notice\s*<', answer
    )
    new = version_of(answer)
    assert ask(client, new).status_code == 204
    assert ask(client, "\0<x>").status_code == 200


def test_notices_are_read_one_by_one_or_all_that_were_seen(
    team: SimpleNamespace, make_job: Any
) -> None:
    job = make_job()
    failed(team.owner, job, 3)
    client = client_of(team.owner)
    page = html_of(client.get("/notices"))
    assert page.count("is-unread") == 3
    pk = Notice.objects.earliest("pk").pk
    assert client.post(f"/notices/{pk}/read")["Location"] == "/notices"
    assert html_of(client.get("/notices")).count("is-unread") == 2
    newest = re.search(r'name="newest" value="(\d+)"', page)
    assert newest
    failed(team.owner, job)  # comes after the page was opened
    client.post("/notices/read", {"newest": newest[1]})
    assert html_of(client.get("/notices")).count("is-unread") == 1
    for bad in ("", "x", "9" * 40, "-1"):
        assert client.post("/notices/read", {"newest": bad}).status_code == 303
    assert html_of(client.get("/notices")).count("is-unread") == 1


def test_members_cannot_see_or_read_the_notices_of_others(
    team: SimpleNamespace, make_job: Any
) -> None:
    failed(team.owner, make_job())
    for person in (team.teammate, team.admin):
        client = client_of(person)
        assert "a paper boat" not in html_of(client.get("/notices"))
        assert client.post(f"/notices/{Notice.objects.get().pk}/read").status_code == 404
        client.post("/notices/read", {"newest": "99999"})
    assert client_of(team.owner).post(f"/notices/{10**30}/read").status_code == 404
    assert Notice.objects.get().read_at is None


def test_pages_of_notices_cost_the_same_few_queries(
    team: SimpleNamespace, make_job: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_of(team.owner)
    for number in (2, PER_PAGE * 2):
        failed(team.owner, make_job(), number)
        client.get("/notices")
        with django_assert_max_num_queries(9):
            client.get("/notices")
    page = html_of(client.get("/notices"))
    assert page.count("notice-line ") == PER_PAGE
    older = re.search(r'rel="next" href="([^"]+)"', page)
    assert older
    assert html_of(client.get(f"/notices{older[1]}")).count("notice-line ") == PER_PAGE
    assert client.get("/notices?before=x").status_code == 200
    assert "No notices yet" in html_of(client.get("/notices?before=0"))


def test_prompts_with_markup_or_another_direction_stay_text(
    team: SimpleNamespace, make_job: Any
) -> None:
    failed(team.owner, make_job(prompt="<b onclick=x>%(clip)s %s שלום" + "x" * 30_000))
    page = html_of(client_of(team.owner).get("/notices"))
    assert "&lt;b onclick=x&gt;%(clip)s %s שלום" in page and "<b onclick" not in page
    assert re.search(r'class="notice-text"[^>]* dir="auto"', page)
    assert len(page) < 40_000
