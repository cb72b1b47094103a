"""A server that takes no webhooks for days: admins hear of it, and no event is lost silently."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.gallery_fixtures import client_of, html_of
from tests.receivers import HookServer
from videos.models import (
    JobStatus,
    Member,
    Notice,
    Permission,
    RolePermission,
    VideoJob,
    WebhookDelivery,
    WebhookEndpoint,
    transition,
)
from videos.models.outgoing import EventType, new_secret
from videos.notices import webhooks as sending
from videos.notices.endpoints import change_endpoint
from videos.notices.messages import line_of
from videos.notices.watch import watch
from videos.notices.webhooks import due_webhooks, send_webhook
from videos.provider import post as posting

pytestmark = pytest.mark.django_db
MakeJob = Callable[..., VideoJob]
FAILING = "Webhooks to 127.0.0.1 have failed for an hour and are tried again"
GIVEN_UP = "Webhooks to 127.0.0.1 failed and are not tried any more"


@pytest.fixture
def endpoint(team: SimpleNamespace, receiver: HookServer) -> WebhookEndpoint:
    endpoint = WebhookEndpoint(url=receiver.url, events=list(EventType), made_by=team.admin)
    endpoint.secret = new_secret()
    endpoint.save()
    return endpoint


@pytest.fixture(autouse=True)
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: 1.0)


def finish(make_job: MakeJob) -> VideoJob:
    job = make_job(status="in_progress")
    transition(job, JobStatus.COMPLETED, why="done", due_at=None)
    return job


def run_until(clock: Any, end: datetime) -> None:
    """What the mirror does until then: each try when it is due, and a look at the states."""
    while True:
        for delivery in due_webhooks(timezone.now()).claim(100):
            send_webhook(delivery)
        watch()
        waiting = WebhookDelivery.objects.waiting().order_by("due_at")
        due = waiting.values_list("due_at", flat=True).first()
        clock.move_to(min(due or end, end))
        if timezone.now() >= end:
            return


def notified_kinds(member: Member) -> list[str]:
    rows = Notice.objects.filter(member=member, kind="webhook").order_by("pk")
    return [line_of(row).text for row in rows]


@pytest.mark.parametrize("fault", ["500", "302", "hang"])
def test_a_server_that_is_back_after_a_day_gets_the_event(
    endpoint: WebhookEndpoint,
    receiver: HookServer,
    make_job: MakeJob,
    team: SimpleNamespace,
    fault: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun = timezone.now()
    if fault == "hang":
        receiver.hang = True
        monkeypatch.setitem(posting.post.__kwdefaults__, "seconds", 0.05)
    else:
        receiver.status, receiver.location = int(fault), receiver.url
    with time_machine.travel(begun, tick=False) as clock:
        finish(make_job)
        run_until(clock, begun + timedelta(minutes=50))
        assert notified_kinds(team.admin) == []
        run_until(clock, begun + timedelta(hours=24.5))
        assert notified_kinds(team.admin) == [FAILING], "once"
        assert notified_kinds(team.owner) == []
        receiver.hang, receiver.status = False, 200
        run_until(clock, begun + timedelta(hours=27))
        assert WebhookDelivery.objects.get().sent_at is not None
        assert WebhookEndpoint.objects.get().failing_since is None
        run_until(clock, begun + timedelta(days=4))
    assert notified_kinds(team.admin) == [FAILING]
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1


def test_after_three_days_events_are_given_up_and_that_is_told_once_for_each_outage(
    endpoint: WebhookEndpoint, receiver: HookServer, make_job: MakeJob, team: SimpleNamespace
) -> None:
    begun = timezone.now()
    receiver.status = 503
    with time_machine.travel(begun, tick=False) as clock:
        finish(make_job)
        finish(make_job)
        run_until(clock, begun + timedelta(days=2, hours=23, minutes=59))
        assert WebhookDelivery.objects.waiting().count() == 2
        finish(make_job)
        run_until(clock, begun + timedelta(days=3, minutes=1))
        assert WebhookDelivery.objects.given_up().count() == 2
        run_until(clock, begun + timedelta(days=7))
        assert WebhookDelivery.objects.given_up().count() == 3
        assert notified_kinds(team.admin) == [FAILING, GIVEN_UP]
        receiver.status = 200
        finish(make_job)
        run_until(clock, begun + timedelta(days=8))
        receiver.status = 410
        finish(make_job)
        run_until(clock, begun + timedelta(days=9))
    assert notified_kinds(team.admin) == [FAILING, GIVEN_UP, GIVEN_UP], (
        "that one was given up at once"
    )


@pytest.mark.database
def test_a_mirror_that_loses_its_claim_neither_records_nor_tells(
    endpoint: WebhookEndpoint, receiver: HookServer, make_job: MakeJob, team: SimpleNamespace
) -> None:
    receiver.status = 410
    finish(make_job)
    [slow] = due_webhooks(timezone.now()).claim(1)
    WebhookDelivery.objects.update(lease_token="of another")
    send_webhook(slow)
    assert notified_kinds(team.admin) == [] and WebhookEndpoint.objects.get().failing_since is None
    # What the other then finds is told once, however often it is recorded.
    for _ in range(2):
        WebhookDelivery.objects.update(due_at=timezone.now(), lease_token="", lease_until=None)
        [row] = due_webhooks(timezone.now()).claim(1)
        send_webhook(row)
    assert notified_kinds(team.admin) == [GIVEN_UP]


def test_a_server_that_hangs_does_not_delay_events_for_the_others(
    endpoint: WebhookEndpoint, team: SimpleNamespace
) -> None:
    now = timezone.now()
    hanging = WebhookEndpoint(url="https://b.example/", made_by=team.admin, failing_since=now)
    hanging.save()
    callback = {"endpoint": None, "url": "https://c.example/", "member": team.owner}
    receivers: dict[str, dict[str, Any]] = {
        "hangs": {"endpoint": hanging, "due_at": now - timedelta(hours=2)},
        "hangs, new": {"endpoint": hanging, "due_at": now - timedelta(hours=1)},
        "callback again": callback | {"due_at": now - timedelta(hours=1), "attempts": 3},
        "callback": callback | {"due_at": now - timedelta(minutes=2)},
        "works": {"endpoint": endpoint, "due_at": now},
    }
    for key, values in receivers.items():
        event = {"event_id": key, "type": "video.failed", "body": "{}", "tried_until": now}
        WebhookDelivery.objects.create(key=key, **event | values)
    order = [each.key for each in due_webhooks(now)]
    assert order == ["callback", "works", "callback again", "hangs", "hangs, new"]
    [first] = due_webhooks(now).claim(1)
    assert first.key == "callback"


def test_an_error_while_telling_leaves_the_event_to_be_tried_again(
    endpoint: WebhookEndpoint,
    receiver: HookServer,
    make_job: MakeJob,
    team: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(_delivery: WebhookDelivery) -> None:
        raise RuntimeError("killed")

    receiver.status = 410
    finish(make_job)
    with monkeypatch.context() as patch:
        patch.setattr(sending, "notify_of_given_up", broken)
        [row] = due_webhooks(timezone.now()).claim(1)
        with pytest.raises(RuntimeError):
            send_webhook(row)
    assert WebhookDelivery.objects.given_up().count() == 0
    WebhookDelivery.objects.update(lease_token="", lease_until=None)
    [row] = due_webhooks(timezone.now()).claim(1)
    send_webhook(row)
    assert notified_kinds(team.admin) == [GIVEN_UP]


def test_after_the_mirror_was_down_an_overdue_try_comes_before_the_notice(
    endpoint: WebhookEndpoint, receiver: HookServer, make_job: MakeJob, team: SimpleNamespace
) -> None:
    receiver.status = 500
    begun = timezone.now()
    with time_machine.travel(begun, tick=False) as clock:
        finish(make_job)
        run_until(clock, begun + timedelta(seconds=1))
        clock.move_to(begun + timedelta(hours=3))
        watch()
        assert notified_kinds(team.admin) == []
        receiver.status = 200
        run_until(clock, begun + timedelta(hours=4))
    assert notified_kinds(team.admin) == []


def test_it_is_told_to_whoever_manages_settings_and_by_what_they_chose(
    endpoint: WebhookEndpoint, receiver: HookServer, make_job: MakeJob, team: SimpleNamespace
) -> None:
    RolePermission.objects.create(role="viewer", permission=Permission.SETTINGS, allowed=True)
    assert "A webhook endpoint fails" not in html_of(client_of(team.owner).get("/notices/settings"))
    assert "A webhook endpoint fails" in html_of(client_of(team.admin).get("/notices/settings"))
    receiver.status = 410
    finish(make_job)
    [row] = due_webhooks(timezone.now()).claim(1)
    send_webhook(row)
    assert notified_kinds(team.viewer) == notified_kinds(team.admin) == [GIVEN_UP]
    notice = Notice.objects.get(member=team.admin, kind="webhook")
    assert notice.due_at is not None, "it is sent by e-mail too"
    assert line_of(notice).path == f"/settings/webhooks/{endpoint.pk}"
    assert GIVEN_UP in html_of(client_of(team.admin).get("/notices"))
    assert "/hooks" not in str(notice.values), "the path of an address is often a secret"


def test_another_address_or_turning_it_on_begins_afresh(
    endpoint: WebhookEndpoint, receiver: HookServer
) -> None:
    for change in ({"url": "https://b.example/"}, {"enabled": False}, {"events": ["video.failed"]}):
        WebhookEndpoint.objects.update(failing_since=timezone.now())
        change_endpoint(WebhookEndpoint.objects.get(), change)
        assert (WebhookEndpoint.objects.get().failing_since is None) == ("events" not in change)


@pytest.mark.database
def test_the_log_is_filtered_and_everything_given_up_is_sent_again(
    endpoint: WebhookEndpoint,
    receiver: HookServer,
    team: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = timezone.now()
    event = {"endpoint": endpoint, "type": "video.failed", "body": "{}", "tried_until": now}
    states: list[dict[str, Any]] = [{"sent_at": now, "status": 200}, {"due_at": now}, {}, {}, {}]
    for number, state in enumerate(states):
        what = {"event_id": f"evt_{number}", "key": str(number), "trouble": f"trouble-{number}"}
        WebhookDelivery.objects.create(**event | what | state)
    admin, page = client_of(team.admin), f"/settings/webhooks/{endpoint.pk}"
    for url in (page, "/settings/webhooks"):
        counts = {
            result: html_of(admin.get(f"{url}?result={result}")).count("<code>video.failed</code>")
            for result in ("delivered", "waiting", "given_up", "else", "")
        }
        # The form names each type once.
        assert [count - 1 for count in counts.values()] == [1, 1, 3, 5, 5]
    monkeypatch.setattr("videos.gallery.webhook_endpoints.views.PER_PAGE", 2)
    older = html_of(admin.get(f"{page}?result=given_up"))
    assert "?result=given_up&amp;before=" in older
    assert "Send all given-up again (3)" in older
    monkeypatch.setattr(sending, "MOST_AGAIN", 2)
    answer = admin.post(f"{page}/again", follow=True)
    assert "2 deliveries are sent again. 1 is left." in html_of(answer)
    assert WebhookDelivery.objects.get(key="4").is_over, "the oldest go first"
    assert "1 delivery is sent again." in html_of(admin.post(f"{page}/again", follow=True))
    assert "0 deliveries are sent again." in html_of(admin.post(f"{page}/again", follow=True))
    assert WebhookDelivery.objects.filter(tried_until__gt=now + timedelta(days=2)).count() == 3
    assert admin.post(f"/settings/webhooks/{10**30}/again").status_code == 404
    assert client_of(team.owner).post(f"{page}/again").status_code == 403


def test_an_endpoint_that_is_off_is_turned_on_before_anything_is_sent_again(
    endpoint: WebhookEndpoint, team: SimpleNamespace
) -> None:
    WebhookEndpoint.objects.update(enabled=False, failing_since=timezone.now())
    WebhookDelivery.objects.create(
        endpoint=endpoint, type="video.failed", body="{}", tried_until=timezone.now()
    )
    admin, page = client_of(team.admin), f"/settings/webhooks/{endpoint.pk}"
    assert "Send all given-up again" not in html_of(admin.get(page))
    assert "Turn on the endpoint first." in html_of(admin.post(f"{page}/again", follow=True))
    assert WebhookDelivery.objects.get().is_over


def test_the_page_and_the_doctor_name_an_endpoint_that_fails(
    endpoint: WebhookEndpoint, receiver: HookServer, make_job: MakeJob, team: SimpleNamespace
) -> None:
    listed = html_of(client_of(team.admin).get("/settings/webhooks"))
    assert "The first failed try was" not in listed
    receiver.status = 410
    finish(make_job)
    [row] = due_webhooks(timezone.now()).claim(1)
    send_webhook(row)
    said = _doctor()
    assert "look Webhooks to 127.0.0.1 have failed since" in said and "1 were given up" in said
    assert receiver.url not in said
    for page in ("/settings/webhooks", f"/settings/webhooks/{endpoint.pk}"):
        assert "The first failed try was" in html_of(client_of(team.admin).get(page))
    WebhookEndpoint.objects.update(enabled=False)
    assert "Webhooks to" not in _doctor()


def _doctor() -> str:
    out = StringIO()
    with suppress(CommandError):
        call_command("doctor", stdout=out, no_color=True)
    return out.getvalue()
