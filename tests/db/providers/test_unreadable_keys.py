"""A key that SECRET_KEY no longer opens: nothing is sent without it, and people learn why."""

from contextlib import suppress
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from tests.world import World
from videos.gallery.layout.pauses import pause_of
from videos.gallery.providers.forms import ProviderForm
from videos.jobs.providers.capabilities import probe
from videos.jobs.providers.clients import pause_unreadable_keys
from videos.models import JobStatus, Origin, PauseKind, Provider, WebhookEndpoint
from videos.models.outgoing import new_secret
from videos.team.second_factor import MFAAdapter


def lock(settings: Any) -> Provider:
    """A provider whose key and webhook secret were sealed with another SECRET_KEY."""
    own = settings.SECRET_KEY
    provider = Provider.objects.get()
    settings.SECRET_KEY = "another-secret-key-of-fifty-characters-aaaaaaaaaaaaaaaaaa"
    provider.key, provider.webhook_secret = "sk-canary", "whsec_aaaa"
    settings.SECRET_KEY = own
    provider.origin = Origin.ADMIN
    provider.save()
    return provider


def test_nothing_is_sent_without_the_key_and_the_provider_is_paused(
    world: World, settings: Any
) -> None:
    lock(settings)
    requests_before = len(world.upstream.requests())
    job = world.submit()
    for _ in range(3):
        world.mirror.next_slow = 0
        world.mirror.round()
        world.mirror.settle()
    provider = Provider.objects.get()
    assert provider.is_paused and provider.pause_kind == PauseKind.SEALED_KEY
    assert provider.paused_until is None
    assert len(world.upstream.requests()) == requests_before
    job.refresh_from_db()
    assert job.status == JobStatus.SUBMITTING and job.attention == ""


def test_the_page_the_form_and_the_doctor_say_so(world: World, settings: Any) -> None:
    lock(settings)
    pause_unreadable_keys()
    provider = Provider.objects.get()
    assert "SECRET_KEY has changed" in pause_of(provider).for_admins
    assert "SECRET_KEY has changed" in str(ProviderForm(provider=provider).fields["key"].help_text)
    out = StringIO()
    with suppress(CommandError):
        call_command("doctor", stdout=out, no_color=True)
    assert "The stored key can't be read since SECRET_KEY has changed" in out.getvalue()
    assert "The webhook secret of" in out.getvalue()


def test_the_doctor_names_every_other_secret_that_cannot_be_read(
    world: World, settings: Any
) -> None:
    own, settings.SECRET_KEY = settings.SECRET_KEY, "another-secret-key-" + "a" * 40
    endpoint = WebhookEndpoint(url="https://hooks.example.com/a", made_by=world.maker)
    endpoint.secret = new_secret()
    endpoint.save()
    sealed = MFAAdapter().encrypt("JBSWY3DPEHPK3PXP")
    kind = Authenticator.Type.TOTP
    Authenticator.objects.create(user=world.maker, type=kind, data={"secret": sealed})

    def doctor() -> str:
        out = StringIO()
        with suppress(CommandError):
            call_command("doctor", stdout=out, no_color=True)
        return out.getvalue()

    assert "SECRET_KEY" not in doctor()
    settings.SECRET_KEY = own
    assert (
        "The secret of the webhook endpoint https://hooks.example.com/a can't be read" in doctor()
    )
    assert f"Second factors of {world.maker.username} can't be read" in doctor()


def test_a_test_of_the_connection_says_so_and_sends_nothing(world: World, settings: Any) -> None:
    lock(settings)
    requests_before = len(world.upstream.requests())
    [claimed] = Provider.objects.all().claim(1)
    probe(claimed)
    provider = Provider.objects.get()
    assert "SECRET_KEY has changed" in provider.probe["trouble"]
    assert len(world.upstream.requests()) == requests_before


@pytest.mark.usefixtures("world")
def test_the_pause_ends_when_the_key_can_be_read_again(settings: Any) -> None:
    provider = lock(settings)
    pause_unreadable_keys()
    assert Provider.objects.get().is_paused
    provider.key = "sk-canary"
    provider.save(update_fields=["sealed_key"])
    pause_unreadable_keys()
    provider = Provider.objects.get()
    assert not provider.is_paused and provider.pause_kind == ""
