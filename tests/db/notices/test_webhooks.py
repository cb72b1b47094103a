"""Outgoing webhooks: signed, sent at least once with a stable id, and given up after three days."""

import json
import signal
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from openai import OpenAI
from standardwebhooks import Webhook, WebhookVerificationError

from tests.gallery_fixtures import client_of, html_of
from tests.gateway_fixtures import CREATE, caller
from tests.mirror_process import running_mirror
from tests.patience import PATIENCE, wait_until
from tests.receivers import HookServer, serving
from tests.share_fixtures import share
from videos.models import (
    JobCallback,
    JobStatus,
    ShareLink,
    VideoJob,
    WebhookDelivery,
    WebhookEndpoint,
    transition,
)
from videos.models.outgoing import EventType, callback_secret, new_secret
from videos.notices.receivers import why_no_receiver
from videos.notices.webhooks import send_webhook
from videos.provider import post as posting
from videos.review.comments import add_comment
from videos.review.decisions import Author, decide
from videos.sharing.links import count_view

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MakeJob = Callable[..., VideoJob]


@pytest.fixture
def endpoint(team: SimpleNamespace, receiver: HookServer) -> WebhookEndpoint:
    endpoint = WebhookEndpoint(url=receiver.url, events=list(EventType), made_by=team.admin)
    endpoint.secret = new_secret()
    endpoint.save()
    return endpoint


def finish(make_job: MakeJob, status: JobStatus = JobStatus.COMPLETED) -> VideoJob:
    job = make_job(status="in_progress")
    transition(job, status, why="done", due_at=None)
    return job


def send(now: Any = None) -> WebhookDelivery:
    """One try of the one delivery."""
    WebhookDelivery.objects.filter(due_at__isnull=False).update(due_at=now or timezone.now())
    rows = WebhookDelivery.objects.filter(due_at__isnull=False).claim(1)
    for row in rows:
        send_webhook(row)
    return WebhookDelivery.objects.latest("pk")


def test_the_official_client_reads_and_checks_an_event(
    endpoint: WebhookEndpoint, receiver: HookServer, make_job: MakeJob
) -> None:
    job = finish(make_job)
    delivery = send()
    assert (delivery.status, delivery.is_over, delivery.sent_at is not None) == (200, False, True)
    [(headers, body)] = receiver.got
    event = OpenAI(api_key="x").webhooks.unwrap(body, headers, secret=endpoint.secret)
    assert (event.type, event.data.id) == ("video.completed", job.public_id)  # type: ignore[union-attr]
    assert Webhook(endpoint.secret).verify(body, headers) == json.loads(body)
    assert job.prompt not in body.decode()
    send()
    assert len(receiver.got) == 1


def test_each_kind_is_announced_once_to_those_who_want_it(
    endpoint: WebhookEndpoint, team: SimpleNamespace, make_job: MakeJob
) -> None:
    failing = WebhookEndpoint(url="https://x.example", events=["video.failed"], made_by=team.admin)
    failing.save()
    job = finish(make_job)
    finish(make_job, JobStatus.FAILED)
    decide(team.teammate, VideoJob.objects.filter(pk=job.pk), "approved")
    for _ in range(2):
        add_comment(Author(member=team.owner), job, "Mine", key="k")
    deliveries = WebhookDelivery.objects.order_by("pk").values_list("endpoint", "type")
    assert list(deliveries) == [
        (endpoint.pk, "video.completed"),
        (endpoint.pk, "video.failed"),
        (failing.pk, "video.failed"),
        (endpoint.pk, "video.decided"),
        (endpoint.pk, "video.commented"),
    ]


@pytest.mark.parametrize("fault", ["500", "302", "hang", "refused"])
def test_what_is_not_taken_is_tried_again_with_the_same_id_for_three_days(
    endpoint: WebhookEndpoint,
    receiver: HookServer,
    make_job: MakeJob,
    fault: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    finish(make_job)
    with serving(HookServer()) as elsewhere:
        if fault == "hang":
            receiver.hang = True
            monkeypatch.setitem(posting.post.__kwdefaults__, "seconds", 0.3)
        elif fault == "refused":
            endpoint.url = "http://127.0.0.1:9/hooks"
            endpoint.save()
        else:
            receiver.status, receiver.location = int(fault), elsewhere.url
        first = send()
        assert first.sent_at is None and first.due_at is not None and first.due_at > timezone.now()
        assert first.trouble and "127.0.0.1" not in first.trouble
        assert elsewhere.got == [], "a redirect isn't followed"
    with time_machine.travel(first.tried_until - timedelta(seconds=1)):
        assert send().due_at == first.tried_until, "the last try is at the very end"
    with time_machine.travel(first.tried_until):
        assert send().is_over
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) <= 1


def test_a_receiver_that_comes_back_gets_the_event(
    endpoint: WebhookEndpoint, receiver: HookServer, make_job: MakeJob
) -> None:
    receiver.status = 503
    finish(make_job)
    assert send().attempts == 1
    receiver.status = 204
    assert send().sent_at is not None
    first, second = receiver.got
    assert first[0]["webhook-id"] == second[0]["webhook-id"] and first[1] == second[1]


def test_410_and_an_endpoint_that_was_turned_off_end_it(
    endpoint: WebhookEndpoint, receiver: HookServer, make_job: MakeJob
) -> None:
    receiver.status = 410
    finish(make_job)
    assert send().is_over
    finish(make_job)
    WebhookEndpoint.objects.update(enabled=False)
    assert send().is_over and len(receiver.got) == 1
    finish(make_job)
    assert WebhookDelivery.objects.count() == 2


def test_private_addresses_are_refused_by_name_and_when_connecting(
    endpoint: WebhookEndpoint, receiver: HookServer, make_job: MakeJob, settings: Any
) -> None:
    settings.ALLOW_PRIVATE_RECEIVERS = False
    finish(make_job)
    assert send().trouble == "The address isn't allowed."
    assert receiver.got == []
    for url in (
        "http://127.0.0.1/x",
        "http://localhost:8000/x",
        "http://api.localhost/x",
        "http://2130706433/x",
        "http://[::1]/x",
        "http://10.0.0.8/x",
        "http://169.254.169.254/latest",
        "ftp://example.com/x",
        "https://user:pw@example.com/x",
        "https://example.com/" + "x" * 3000,
        "https://exam ple.com",
        "javascript:alert(1)",
        "https://[::1",
        "",
    ):
        assert why_no_receiver(url), url
    assert why_no_receiver("https://example.com:8443/hooks?x=1") == ""


def test_a_script_names_a_callback_and_is_called_once_the_clip_has_ended(
    team: SimpleNamespace, make_job: MakeJob, receiver: HookServer
) -> None:
    make_job()
    script = caller(team.owner)
    for _ in range(2):
        answer = script.post(
            "/v1/videos",
            CREATE | {"callback_url": receiver.url},
            content_type="application/json",
            headers={"Idempotency-Key": "once"},
        )
        assert answer.status_code == 200, answer.content
    job = VideoJob.objects.get(public_id=answer.json()["id"])
    assert JobCallback.objects.get().url == receiver.url
    transition(job, JobStatus.FAILED, why="refused", due_at=None)
    assert send().sent_at is not None
    [(headers, body)] = receiver.got
    event = Webhook(callback_secret(team.owner)).verify(body, headers)
    assert (event["type"], event["data"]) == ("video.failed", {"id": job.public_id})
    # Each member finds their own secret beside their tokens, and nobody else's.
    assert callback_secret(team.owner) in html_of(client_of(team.owner).get("/tokens"))
    assert callback_secret(team.owner) not in html_of(client_of(team.teammate).get("/tokens"))
    with pytest.raises(WebhookVerificationError):
        Webhook(callback_secret(team.teammate)).verify(body, headers)


def test_the_first_guest_of_a_share_link_is_one_event(
    team: SimpleNamespace, make_job: MakeJob, endpoint: WebhookEndpoint
) -> None:
    make_job()
    link = share(team.owner, VideoJob.objects.all(), title="Cut 3")
    for visitor in ("one", "two"):
        count_view(ShareLink.objects.get(pk=link.pk), visitor)
    event = json.loads(WebhookDelivery.objects.get().body)
    assert (event["type"], event["data"]) == ("share.opened", {"title": "Cut 3", "link": link.pk})


@pytest.mark.parametrize("bad", ["http://127.0.0.1/x", "ftp://example.com", 5, ["x"], "x" * 9000])
def test_a_bad_callback_is_refused_by_name_and_nothing_is_made(
    team: SimpleNamespace, make_job: MakeJob, bad: Any
) -> None:
    make_job()
    answer = caller(team.owner).post(
        "/v1/videos", CREATE | {"callback_url": bad}, content_type="application/json"
    )
    assert answer.status_code == 400 and answer.json()["error"]["param"] == "callback_url"
    assert VideoJob.objects.count() == 1


def browser(team: SimpleNamespace) -> Client:
    return client_of(team.admin)


def test_an_admin_adds_an_endpoint_sees_what_was_sent_and_sends_it_again(
    team: SimpleNamespace, receiver: HookServer, make_job: MakeJob
) -> None:
    admin = browser(team)
    form = {"url": receiver.url, "events": ["video.completed"], "enabled": "on"}
    assert admin.post("/settings/webhooks", form).status_code == 303
    endpoint = WebhookEndpoint.objects.get()
    finish(make_job)
    receiver.status = 410
    delivery = send()
    page = html_of(admin.get(f"/settings/webhooks/{endpoint.pk}"))
    assert endpoint.secret in page and "Given up" in page and "The server answered 410." in page
    receiver.status = 200
    again = f"/settings/webhooks/deliveries/{delivery.pk}"
    assert admin.post(again).status_code == 303
    assert admin.post(again).status_code == 303, "a second press changes nothing"
    assert send().sent_at is not None
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert admin.post(f"/settings/webhooks/deliveries/{10**30}").status_code == 404
    assert admin.get(f"/settings/webhooks/{10**30}").status_code == 404
    for wrong in ({"url": "http://[::1"}, {"events": []}, {"events": ["nothing"]}):
        assert admin.post("/settings/webhooks", form | wrong).status_code == 422
    page = html_of(admin.post(f"/settings/webhooks/{endpoint.pk}/delete", follow=True))
    assert f"Deleted the endpoint {endpoint.url}." in page
    assert not WebhookDelivery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_mirror_killed_between_answer_and_record_sends_it_again_with_the_same_id(
    endpoint: WebhookEndpoint, receiver: HookServer, make_job: MakeJob
) -> None:
    finish(make_job)
    env = {"ALLOW_PRIVATE_RECEIVERS": "true", "LEASE_SECONDS": 1}
    with running_mirror(FAILPOINTS="webhook_answered", **env) as mirror:
        assert mirror.wait(timeout=PATIENCE) == -signal.SIGKILL
    assert WebhookDelivery.objects.get().sent_at is None
    with running_mirror(**env):
        wait_until(lambda: WebhookDelivery.objects.get().sent_at is not None)
    ids = [headers["webhook-id"] for headers, _ in receiver.got]
    assert len(ids) == 2 and len(set(ids)) == 1
