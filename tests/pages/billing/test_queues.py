"""Admins pause, resume and limit queues in the browser."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.gallery_fixtures import client_of, html_of, mirror_runs  # noqa: F401
from videos.billing.set_budget import Target, set_budget
from videos.models import Budget, Member, Project, QueueRule, RolePermission, VideoJob
from videos.models.budget import Per, Scope, Unit

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs", "catalogue_model")]
PAGE = "/settings/queues"


def test_a_queue_is_paused_resumed_and_limited(
    team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    make_job(status="submitting")
    client, target = client_of(team.admin), f"member:{team.owner.pk}"
    page = html_of(client.get(PAGE))
    assert "1 waiting · 0 in progress" in page and "Pause the queue of Owner" in page
    paused = html_of(client.post(PAGE, {"target": target, "do": "pause"}, follow=True))
    assert "Resume the queue of Owner" in paused and "Paused the queue of Owner." in paused
    assert "This queue is paused." in html_of(client_of(team.owner).get("/"))
    limited = client.post(PAGE, {"target": target, "do": "limit", "limit": "3"}, follow=True)
    assert "Owner: at most 3 clips in progress at a time." in html_of(limited)
    assert 'aria-label="Limit of clips in progress of Owner"' in html_of(limited)
    client.post(PAGE, {"target": target, "do": "resume"})
    rule = QueueRule.objects.get()
    assert rule.max_jobs == 3 and rule.paused_at is None
    one = client.post(PAGE, {"target": target, "do": "limit", "limit": "1"}, follow=True)
    assert "Owner: at most 1 clip in progress at a time." in html_of(one)
    free = client.post(PAGE, {"target": target, "do": "limit", "limit": ""}, follow=True)
    assert "Owner: no limit." in html_of(free)
    assert QueueRule.objects.get().max_jobs is None


def test_a_project_that_a_producer_may_not_see_is_named_nowhere(team: SimpleNamespace) -> None:
    secret = Project.objects.create(name="Secret", slug="secret", maker=team.admin)
    budget = set_budget(Target(Scope.PROJECT, project=secret), Per.ALL, Unit.MONEY, 5, is_hard=True)
    Member.objects.filter(pk=team.owner.pk).update(role="producer")
    RolePermission.objects.create(role="producer", permission="see", project=secret, allowed=False)
    client = client_of(Member.objects.get(pk=team.owner.pk))
    for page in (PAGE, "/settings/budgets"):
        assert "Secret" not in html_of(client.get(page))
        assert "Secret" in html_of(client_of(team.admin).get(page))
    sent = {"target": f"project:{secret.pk}", "do": "pause"}
    assert client.post(PAGE, sent).status_code == 404
    assert client.get(f"/settings/budgets/{budget.pk}").status_code == 404
    client.post(f"/settings/budgets/{budget.pk}/delete")
    assert Budget.objects.filter(pk=budget.pk).exists()


def test_a_deactivated_member_is_listed_while_clips_wait_and_the_admin_is_told(
    team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    job, client = make_job(status="submitting"), client_of(team.admin)
    assert "Clips that wait to be sent are held" in html_of(client.get("/team"))
    url = f"/team/{team.owner.pk}/active"
    assert "1 waiting clip is held." in html_of(client.post(url, {"active": "0"}, follow=True))
    page = html_of(client.get(PAGE))
    assert "Deactivated" in page and "Pause the queue of Owner" not in page
    assert "account is deactivated." in html_of(client.get(job.get_absolute_url()))
    client.post(f"{job.get_absolute_url()}/cancel")
    assert "Deactivated" not in html_of(client.get(PAGE))
    again = html_of(client.post(url, {"active": "1"}, follow=True))
    assert "can sign in again." in again and "waiting clip" not in again


def test_a_project_is_paused(team: SimpleNamespace) -> None:
    film = Project.objects.create(name="<b>Film</b>", slug="film", maker=team.owner)
    client, target = client_of(team.admin), f"project:{film.pk}"
    client.post(PAGE, {"target": target, "do": "pause"})
    assert QueueRule.objects.get().project == film
    assert "&lt;b&gt;Film&lt;/b&gt;" in html_of(client.get(PAGE))
    assert client.post(PAGE, {"target": target, "do": "limit", "limit": "3"}).status_code == 404


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "x", "1.5", "٣", "9" * 5000])
def test_a_limit_that_makes_no_sense_is_refused(team: SimpleNamespace, limit: str) -> None:
    sent = {"target": f"member:{team.owner.pk}", "do": "limit", "limit": limit}
    page = html_of(client_of(team.admin).post(PAGE, sent, follow=True))
    assert "Enter a number from 1 to 1000." in page and not QueueRule.objects.exists()


@pytest.mark.parametrize("target", ["", "member:", "member:999999", "team:1", "member:" + "9" * 99])
def test_an_unknown_queue_is_not_found(team: SimpleNamespace, target: str) -> None:
    answer = client_of(team.admin).post(PAGE, {"target": target, "do": "pause"})
    assert answer.status_code == 404


@pytest.mark.parametrize("count", [1, 20])
def test_the_page_asks_as_many_queries_however_many_queues_there_are(
    team: SimpleNamespace, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        project = Project.objects.create(name=f"P{number}", slug=f"p{number}", maker=team.owner)
        QueueRule.objects.create(project=project)
    client = client_of(team.admin)
    client.get(PAGE)
    with django_assert_max_num_queries(9):
        client.get(PAGE)
