"""A new signing secret: the old one signs along for 24 hours, and receivers check with either."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from openai import InvalidWebhookSignatureError, OpenAI
from standardwebhooks import Webhook, WebhookVerificationError

from tests.gallery_fixtures import client_of, html_of
from tests.receivers import HookServer
from videos.models import AuditEntry, Member, WebhookDelivery, WebhookEndpoint
from videos.models.announce import announce
from videos.models.outgoing import EventType, callback_secret, new_secret
from videos.models.sealed import seal
from videos.notices.endpoints import renew_secret
from videos.notices.watch import watch
from videos.notices.webhooks import send_webhook
from videos.team.callback_secrets import renew

pytestmark = [pytest.mark.django_db, pytest.mark.database]
DAY, SECOND = timedelta(hours=24), timedelta(seconds=1)


@pytest.fixture
def endpoint(team: SimpleNamespace, receiver: HookServer) -> WebhookEndpoint:
    endpoint = WebhookEndpoint(url=receiver.url, events=list(EventType), made_by=team.admin)
    endpoint.secret = new_secret()
    endpoint.save()
    return endpoint


def accepts(secret: str, call: tuple[Any, bytes]) -> bool:
    """Whether a receiver with this secret takes the call, by the library of Standard Webhooks and
    by the official client."""
    headers, body = call
    try:
        Webhook(secret).verify(body, headers)
        by_library = True
    except WebhookVerificationError:
        by_library = False
    try:
        OpenAI(api_key="x").webhooks.verify_signature(body, headers, secret=secret)
        by_client = True
    except InvalidWebhookSignatureError:
        by_client = False
    assert by_library == by_client
    return by_library


def call_at(moment: datetime, receiver: HookServer, **to: Any) -> tuple[Any, bytes]:
    """What the receiver gets for an event at this time."""
    with time_machine.travel(moment, tick=False):
        if to:
            until = moment + DAY
            body = '{"type": "video.completed"}'
            name = f"{moment.timestamp()}"
            WebhookDelivery.objects.create(
                event_id=name, key=name, type=EventType.COMPLETED, body=body, due_at=moment,
                tried_until=until, **to,
            )  # fmt: skip
        else:
            announce(EventType.PAUSED, f"at {moment}", {"provider": "p"})
        for row in WebhookDelivery.objects.filter(due_at__isnull=False).claim(1):
            send_webhook(row)
    return receiver.got[-1]


@pytest.fixture
def at() -> datetime:
    """When the secret is replaced. Receivers refuse calls that are older than five minutes, so the
    clock is theirs, too."""
    return timezone.now().replace(microsecond=0)


def test_an_endpoint_is_called_with_both_secrets_for_24_hours(
    endpoint: WebhookEndpoint, receiver: HookServer, at: datetime
) -> None:
    old = endpoint.secret
    assert renew_secret(endpoint, endpoint.secret_version, at)
    new = endpoint.secret
    assert new != old and new.startswith("whsec_")
    for moment, old_counts in (
        (at, True),
        (at + DAY - SECOND, True),
        (at + DAY, False),
        (at + DAY * 2, False),
    ):
        call = call_at(moment, receiver)
        with time_machine.travel(moment, tick=False):
            assert accepts(new, call)
            assert accepts(old, call) == old_counts
            assert not accepts(new_secret(), call)
        signatures = call[0]["webhook-signature"].split(" ")
        assert len(signatures) == (2 if old_counts else 1)
        assert all(each.startswith("v1,") for each in signatures)


def test_callbacks_are_signed_with_both_secrets_for_24_hours(
    team: SimpleNamespace, receiver: HookServer, at: datetime
) -> None:
    old = callback_secret(team.owner)
    assert renew(team.owner, "0", at)
    new = callback_secret(Member.objects.get(pk=team.owner.pk))
    assert len({old, new, callback_secret(team.teammate)}) == 3
    for moment, old_counts in ((at, True), (at + DAY - SECOND, True), (at + DAY, False)):
        call = call_at(moment, receiver, url=receiver.url, member=team.owner)
        with time_machine.travel(moment, tick=False):
            assert accepts(new, call)
            assert accepts(old, call) == old_counts
            assert not accepts(callback_secret(team.teammate), call)


def test_a_secret_is_replaced_once_for_each_that_was_seen(
    endpoint: WebhookEndpoint, team: SimpleNamespace, at: datetime
) -> None:
    version = endpoint.secret_version
    assert renew_secret(endpoint, version, at)
    secret_before = endpoint.secret
    assert not renew_secret(endpoint, version, at) and not renew_secret(endpoint, "", at)
    assert WebhookEndpoint.objects.get().secret == secret_before
    assert renew(team.owner, "0", at)
    for seen in ("0", "2", "", "x", "²", "-1", "9" * 30):
        assert not renew(team.owner, seen, at)
    assert Member.objects.get(pk=team.owner.pk).callback_number == 1


def test_the_one_before_the_old_secret_signs_no_more(
    endpoint: WebhookEndpoint, receiver: HookServer, at: datetime
) -> None:
    first = endpoint.secret
    renew_secret(endpoint, endpoint.secret_version, at)
    second = endpoint.secret
    renew_secret(endpoint, endpoint.secret_version, at)
    call = call_at(at, receiver)
    with time_machine.travel(at, tick=False):
        taken = [accepts(each, call) for each in (first, second, endpoint.secret)]
    assert taken == [False, True, True]


def test_a_secret_that_cannot_be_read_is_replaced_and_does_not_sign_along(
    endpoint: WebhookEndpoint, receiver: HookServer, at: datetime, settings: Any
) -> None:
    settings.SECRET_KEY = "another" * 8
    endpoint.refresh_from_db()
    assert endpoint.secret == "" and endpoint.secrets(at) == []
    assert renew_secret(endpoint, endpoint.secret_version, at)
    assert endpoint.secret and endpoint.old_secret_until is None
    call = call_at(at, receiver)
    with time_machine.travel(at, tick=False):
        assert accepts(endpoint.secret, call)


def test_old_secrets_are_deleted_once_they_sign_nothing(
    endpoint: WebhookEndpoint, at: datetime
) -> None:
    renew_secret(endpoint, endpoint.secret_version, at)
    watch(at + DAY - SECOND)
    assert WebhookEndpoint.objects.get().sealed_old_secret
    watch(at + DAY)
    stored = WebhookEndpoint.objects.get()
    assert (stored.sealed_old_secret, stored.old_secret_until) == ("", None)
    assert stored.secret == endpoint.secret


def test_an_old_secret_without_an_end_is_refused_by_the_database(
    endpoint: WebhookEndpoint, at: datetime
) -> None:
    for changes in ({"sealed_old_secret": seal("x")}, {"old_secret_until": at}):
        with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
            WebhookEndpoint.objects.update(**changes)


def test_an_admin_makes_a_new_secret_and_sees_until_when_the_old_one_signs(
    endpoint: WebhookEndpoint, team: SimpleNamespace
) -> None:
    admin, path = client_of(team.admin), f"/settings/webhooks/{endpoint.pk}"
    old, version = endpoint.secret, endpoint.secret_version
    assert version in html_of(admin.get(path))
    admin.post(f"{path}/secret", {"version": version})
    page = html_of(admin.get(path))
    new = WebhookEndpoint.objects.get().secret
    assert new in page and old not in page
    assert "New secret. The old one also signs until" in page
    admin.post(f"{path}/secret", {"version": version})
    assert "The secret was already changed." in html_of(admin.get(path))
    assert WebhookEndpoint.objects.get().secret == new
    [entry] = AuditEntry.objects.filter(action="webhook.secret")
    assert entry.target == "127.0.0.1" and "old_until" in entry.after
    assert admin.post("/settings/webhooks/999/secret").status_code == 404
    with time_machine.travel(timezone.now() + DAY):
        assert "The old secret also signs" not in html_of(client_of(team.admin).get(path))


def test_a_member_makes_a_new_secret_for_callbacks_on_the_page_of_tokens(
    team: SimpleNamespace,
) -> None:
    browser = client_of(team.owner)
    old = callback_secret(team.owner)
    assert old in html_of(browser.get("/tokens"))
    answer = browser.post("/tokens/callback-secret", {"number": "0"}, follow=True)
    page, owner = html_of(answer), Member.objects.get(pk=team.owner.pk)
    assert callback_secret(owner) in page and old not in page
    assert "Your callbacks have a new secret. The old one also signs until" in page
    again = browser.post("/tokens/callback-secret", {"number": "0"}, follow=True)
    assert "The secret was already changed." in html_of(again)
    [entry] = AuditEntry.objects.filter(action="callback.secret")
    assert (entry.member_id, entry.target_id) == (owner.pk, owner.pk)
    assert Member.objects.get(pk=team.teammate.pk).callback_number == 0
