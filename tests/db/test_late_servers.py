"""A provider that was added before its server was up is tested again by itself."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.web_process import free_port
from tests.world import World
from videos.jobs.providers.capabilities import want_probe
from videos.jobs.providers.configured import sync_configured
from videos.models import Origin, Provider


def test_it_is_tested_again_when_it_first_answers(world: World) -> None:
    world.provider.base_url = f"http://127.0.0.1:{free_port()}/v1"
    world.provider.save()
    want_probe(world.provider)
    world.round()
    provider = Provider.objects.get()
    assert provider.probe["state"] == "unreachable" and not provider.is_being_tested
    Provider.objects.update(
        base_url=world.upstream.base_url,
        probed_at=timezone.now() - timedelta(minutes=5),
        due_at=timezone.now(),
    )
    world.round(3)
    provider = Provider.objects.get()
    assert provider.probe["state"] == "works" and provider.probe_due_at is None


def test_it_is_tested_every_hour_while_it_does_not_work(world: World) -> None:
    world.upstream.script("any", "html", times=None)
    want_probe(world.provider)
    world.round()
    provider = Provider.objects.get()
    assert provider.probe["state"] == "other" and provider.probe_due_at is not None
    wait = provider.probe_due_at - timezone.now()
    assert timedelta(minutes=59) < wait <= timedelta(hours=1)


def test_one_of_the_environment_is_tested_when_it_is_new(db: None, settings: Any) -> None:
    settings.OPENAI_BASE_URL = "http://127.0.0.1:9/v1"
    settings.ENGINE_ENABLED = False
    sync_configured()
    assert Provider.objects.get(origin=Origin.ENVIRONMENT).is_being_tested
