"""An admin turns webhooks on and off in the browser; the secret goes in and never comes out."""

import io
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.gallery_fixtures import html_of
from tests.provider_fixtures import setup
from tests.webhook_fixtures import SECRET, deliver, event, listen
from videos.models import Origin, Provider, VideoJob

Add = Callable[..., Provider]
OFF = "Off: no signing secret. Dailies polls the provider instead."
CANARY = SECRET.removeprefix("whsec_")


def page(admin: Client, provider: Provider) -> str:
    return html_of(admin.get(f"/providers/{provider.slug}"))


def save(admin: Client, provider: Provider, **fields: str) -> Any:
    return admin.post(f"/providers/{provider.slug}/webhook", fields)


def test_a_secret_turns_webhooks_on_and_its_removal_off(admin: Client, add: Add) -> None:
    provider = add()
    text = page(admin, provider)
    assert OFF in text and "http://localhost:8000/webhooks/gpu-box" in text
    assert "Remove secret" not in text
    assert save(admin, provider, secret=f"  {SECRET} ").status_code == 303
    provider.refresh_from_db()
    assert provider.webhook_secret == SECRET and CANARY not in provider.sealed_webhook_secret
    text = page(admin, provider)
    assert OFF not in text and "No webhooks received yet" in text
    assert save(admin, provider, remove="1").status_code == 303
    provider.refresh_from_db()
    assert provider.sealed_webhook_secret == ""
    assert OFF in page(admin, provider)


def test_the_address_is_built_from_public_url(admin: Client, add: Add, settings: Any) -> None:
    provider = add()
    assert "Only this machine can reach this address" in page(admin, provider)
    settings.PUBLIC_URL = "https://dailies.example.com"
    text = page(admin, provider)
    assert "https://dailies.example.com/webhooks/gpu-box" in text
    assert "Only this machine can reach this address" not in text


def test_the_page_tells_when_the_provider_was_last_heard(
    admin: Client, add: Add, make_job: Callable[..., VideoJob]
) -> None:
    provider = add()
    listen(provider)
    make_job(provider=provider, status="queued", remote_id="video_1")
    assert deliver("gpu-box", event("video_1")).status_code == 200
    text = page(admin, provider)
    assert "Last received" in text and "No webhooks received yet" not in text


@pytest.mark.parametrize(
    "secret", ["", "hunter2", CANARY, "whsec_", "whsec_AAAA", "whsec_é%%%", "whsec_" + "A" * 600]
)
def test_what_cannot_be_a_secret_is_refused_and_the_old_one_stays(
    admin: Client, add: Add, secret: str
) -> None:
    provider = add()
    listen(provider)
    response = save(admin, provider, secret=secret)
    assert response.status_code == 422
    assert not secret or f'value="{secret}"' not in response.content.decode()
    provider.refresh_from_db()
    assert provider.webhook_secret == SECRET


def test_a_secret_without_padding_is_welcome(admin: Client, add: Add) -> None:
    provider = add()
    assert save(admin, provider, secret="whsec_" + "A" * 27).status_code == 303


def test_providers_of_the_environment_may_have_one_and_the_engine_needs_none(
    admin: Client, add: Add
) -> None:
    provider = add()
    Provider.objects.update(origin=Origin.ENVIRONMENT)
    assert save(admin, provider, secret=SECRET).status_code == 303
    Provider.objects.update(origin=Origin.ENGINE)
    assert "/webhooks/" not in page(admin, provider)


def test_other_changes_leave_the_secret(admin: Client, add: Add) -> None:
    provider = add()
    listen(provider)
    assert admin.post("/providers/gpu-box", setup(name="Renamed")).status_code == 303
    provider.refresh_from_db()
    assert (provider.name, provider.webhook_secret) == ("Renamed", SECRET)


def test_the_secret_is_in_no_page_log_or_dump(
    admin: Client,
    add: Add,
    make_job: Callable[..., VideoJob],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    provider = add()
    make_job(provider=provider, status="queued", remote_id="video_1")
    shown = save(admin, provider, secret=SECRET).content.decode()
    shown += save(admin, provider, secret=f"{SECRET}%").content.decode()
    shown += page(admin, provider)
    shown += "".join(admin.get(p).content.decode() for p in ("/", "/providers", "/settings"))
    shown += admin.get("/providers/gpu-box/models.json").content.decode()
    for headers in (None, {}, {"webhook-id": "x", "webhook-signature": "v1,AA"}):
        shown += deliver("gpu-box", event("video_1"), headers).content.decode()
    out = io.StringIO()
    call_command("dumpdata", exclude=["videos.promptindex"], stdout=out)
    assert provider.slug in out.getvalue() and "webhookreceipt" in out.getvalue()
    provider.refresh_from_db()
    for text in (shown, out.getvalue(), caplog.text, repr(provider), repr(vars(provider))):
        assert CANARY not in text and CANARY[:12] not in text
