"""How do members make, find and revoke share links?"""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.gallery_fixtures import client_of, html_of, mirror_runs  # noqa: F401
from tests.share_fixtures import rows, share
from videos.models import Project, RolePermission, ShareItem, ShareLink, VideoJob
from videos.review.collections import add_to_collection, create_collection
from videos.sharing.links import end_of, revoke

pytestmark = pytest.mark.usefixtures("mirror_runs")
MakeJob = Callable[..., VideoJob]


def form(*jobs: VideoJob, **fields: Any) -> dict[str, Any]:
    """The form, filled in."""
    day = timezone.localdate() + timedelta(days=10)
    right = {"do": "create", "key": "k1", "title": "Cut 3", "last_day": f"{day:%Y-%m-%d}"}
    return right | {"ids": [job.public_id for job in jobs]} | fields


def test_a_selection_becomes_a_link_that_strangers_can_open(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    jobs = [make_job(), make_job()]
    client = client_of(team.teammate)
    response = client.post("/shares/new", {"ids": [job.public_id for job in jobs]})
    page = response.content.decode()
    assert "2 clips" in page and "Create link" in page and not ShareLink.objects.exists()
    month = timezone.localdate() + timedelta(days=30)
    assert f'value="{month:%Y-%m-%d}"' in page
    answer = client.post("/shares/new", form(*jobs, allow_comments="on"))
    link = ShareLink.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/shares/{link.pk}")
    assert (link.maker, link.title, link.allow_comments) == (team.teammate, "Cut 3", True)
    assert not (link.allow_download or link.show_prompts or link.show_prices)
    shown = client.get(answer["Location"]).content.decode()
    address = f"http://localhost:8000/s/{link.token}"
    assert f'value="{address}"' in shown and ">Link</label>" in shown and "Copy" in shown
    opened = Client().get(f"/s/{link.token}").content.decode()
    assert all(job.public_id in opened for job in jobs)


def test_the_last_day_ends_in_the_teams_time_zone(
    team: SimpleNamespace, make_job: MakeJob, settings: Any
) -> None:
    from zoneinfo import ZoneInfo

    settings.TIME_ZONE = "Pacific/Auckland"
    page = client_of(team.owner).get("/shares/new", {"ids": make_job().public_id})
    assert "Pacific/Auckland" in page.content.decode()
    zone = ZoneInfo("Pacific/Auckland")
    day = timezone.localdate(timezone=zone) + timedelta(days=3)
    client_of(team.owner).post("/shares/new", form(make_job(), last_day=f"{day:%Y-%m-%d}"))
    assert ShareLink.objects.get().expires_at == end_of(day, zone)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"last_day": "2020-01-01"}, "Choose today or a later day."),
        ({"last_day": "soon"}, "Write the day as 2026-12-31."),
        ({"last_day": ""}, "This field is required."),
        ({"password": "abc"}, "Use 4 characters or more"),
        ({"title": "x" * 121}, "at most 120 characters"),
    ],
)
def test_a_form_that_is_wrong_makes_no_link_and_keeps_what_was_typed(
    team: SimpleNamespace, make_job: MakeJob, fields: dict[str, str], message: str
) -> None:
    job = make_job()
    answer = client_of(team.owner).post("/shares/new", form(job, **fields))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page and f'value="{job.public_id}"' in page
    assert not ShareLink.objects.exists()


def test_clips_that_are_not_finished_are_left_out_and_said(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    ready, running = make_job(), make_job(status="queued")
    ids = {"ids": [ready.public_id, running.public_id]}
    page = client_of(team.owner).get("/shares/new", ids).content.decode()
    assert "1 clip</strong>" in page and "1 clip isn't finished" in page
    refused = client_of(team.owner).post("/shares/new", form(running))
    assert refused.status_code == 422
    assert "Only finished clips can be shared." in refused.content.decode()


def test_nothing_selected_leads_back_with_a_word(
    team: SimpleNamespace, catalogue_model: Any
) -> None:
    client = client_of(team.owner)
    answer = client.post("/shares/new", {"ids": "nonsense"})
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert "Select some clips first." in client.get("/").content.decode()


def test_a_double_press_makes_one_link(team: SimpleNamespace, make_job: MakeJob) -> None:
    sent = form(make_job())
    answers = [client_of(team.owner).post("/shares/new", sent)["Location"] for _ in range(2)]
    assert answers[0] == answers[1] and ShareLink.objects.count() == 1


def test_a_collection_is_shared_under_its_name(team: SimpleNamespace, make_job: MakeJob) -> None:
    job, client = make_job(), client_of(team.owner)
    best = create_collection(team.owner, "Best of May")
    add_to_collection(team.owner, best, rows(job))
    page = client.get("/shares/new", {"collection": best.slug}).content.decode()
    assert 'value="Best of May"' in page and "1 clip</strong>" in page
    client.post("/shares/new", form(collection=best.slug))
    assert ShareLink.objects.get().collection == best
    assert "Collection “Best of May”" in client.get("/shares").content.decode()
    assert client.get("/shares/new", {"collection": "nothing"}).status_code == 404


def test_a_collections_page_leads_to_its_link_for_those_who_may_share(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    best = create_collection(team.owner, "Best of May")
    address = f'href="/shares/new?collection={best.slug}"'
    assert address not in html_of(client_of(team.owner).get(f"/collections/{best.slug}"))
    add_to_collection(team.owner, best, rows(make_job()))
    assert address in html_of(client_of(team.owner).get(f"/collections/{best.slug}"))
    assert address not in html_of(client_of(team.viewer).get(f"/collections/{best.slug}"))


def test_the_list_shows_whose_links_there_are_and_what_became_of_them(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    job = make_job()
    mine = share(team.owner, rows(job), title="Of Owner", password="open sesame")
    share(team.teammate, rows(job), title="Theirs")
    closed = share(team.owner, rows(job), title="Closed")
    revoke(team.owner, closed)
    client = client_of(team.owner)
    everything = html_of(client.get("/shares"))
    order = [everything.index(title) for title in ("Closed", "Theirs", "Of Owner")]
    assert order == sorted(order)
    assert "password" in everything and "0 views" in everything and "Revoked" in everything
    assert everything.count(">Copy<") == 2 and mine.token in everything
    assert everything.count(">Revoke link<") == 1, "of others, only admins revoke"
    assert html_of(client_of(team.admin).get("/shares")).count(">Revoke link<") == 2
    of_mine = client.get("/shares", {"show": "mine"}).content.decode()
    assert "Of Owner" in of_mine and "Theirs" not in of_mine and "Closed" in of_mine
    still_open = client.get("/shares", {"show": "open"}).content.decode()
    assert "Theirs" in still_open and "Closed" not in still_open


def test_links_to_clips_of_a_hidden_project_are_absent_but_ones_own_stay(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    secret = Project.objects.create(name="Secret", slug="secret", maker=team.admin)
    RolePermission.objects.create(role="member", permission="see", project=secret, allowed=False)
    hidden, shown = make_job(project=secret), make_job()
    best = create_collection(team.admin, "Best of May")
    add_to_collection(team.admin, best, rows(hidden, shown))
    links = [
        share(team.admin, rows(hidden), title="One hidden"),
        share(team.admin, rows(hidden, shown), title="Both"),
        share(team.admin, best, title="Best"),
    ]
    other = share(team.admin, rows(shown), title="Harmless")
    mine = share(team.owner, rows(shown), title="Of Owner")
    ShareItem.objects.create(link=mine, job=hidden)
    client, admin = client_of(team.owner), client_of(team.admin)
    page = client.get("/shares").content.decode()
    assert "Harmless" in page and other.token in page and "Of Owner" in page
    for link in links:
        assert link.title not in page and link.token not in page
        assert client.get(f"/shares/{link.pk}").status_code == 404
        assert client.post(f"/shares/{link.pk}/revoke").status_code == 404
        assert link.token in admin.get(f"/shares/{link.pk}").content.decode()
    assert client.get(f"/shares/{mine.pk}").status_code == 200


def test_a_revoked_link_closes_at_once(team: SimpleNamespace, make_job: MakeJob) -> None:
    link = share(team.owner, rows(make_job()))
    assert client_of(team.teammate).post(f"/shares/{link.pk}/revoke").status_code == 403
    assert Client().get(f"/s/{link.token}").status_code == 200
    for _ in range(2):
        answer = client_of(team.owner).post(f"/shares/{link.pk}/revoke")
        assert (answer.status_code, answer["Location"]) == (303, "/shares")
    assert Client().get(f"/s/{link.token}").status_code == 404
    detail = client_of(team.owner).get(f"/shares/{link.pk}").content.decode()
    assert "Revoked" in detail and link.token not in detail


def test_the_list_comes_in_pages_at_a_constant_cost(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    client, job = client_of(team.owner), make_job()

    def page_of(path: str) -> tuple[str, int]:
        with CaptureQueriesContext(connection) as queries:
            text = client.get(path).content.decode()
        return text, len(queries)

    share(team.owner, rows(job))
    page_of("/shares")
    _text, few = page_of("/shares")
    links = [share(team.owner, rows(job), title=f"Link {n:02}.") for n in range(30)]
    first, many = page_of("/shares")
    assert many == few
    assert "Link 29." in first and "Link 06." in first and "Link 05." not in first
    assert f'href="?before={links[6].pk}"' in first
    second, _count = page_of(f"/shares?before={links[6].pk}")
    assert "Link 05." in second and "Link 06." not in second and "Newest" in second
    assert client.get("/shares?before=9999999999999999999999").status_code == 200


def test_share_is_offered_on_a_clip_and_for_a_selection(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    job, running = make_job(), make_job(status="queued")
    button = 'action="/shares/new"'
    assert button in client_of(team.teammate).get(job.get_absolute_url()).content.decode()
    assert button not in client_of(team.viewer).get(job.get_absolute_url()).content.decode()
    assert button not in client_of(team.owner).get(running.get_absolute_url()).content.decode()
    assert 'formaction="/shares/new"' in client_of(team.owner).get("/").content.decode()
    assert 'href="/shares"' in client_of(team.owner).get("/").content.decode()
    assert 'href="/shares"' not in client_of(team.viewer).get("/").content.decode()
