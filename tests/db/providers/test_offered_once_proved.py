"""Nothing is offered or sent before a test has found the Video API at the address."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from tests.gallery_fixtures import form, html_of
from tests.provider_fixtures import model, setup
from tests.upstream.control import Upstream
from tests.web_process import free_port
from tests.world import World
from videos.jobs.health.heartbeat import beat
from videos.jobs.providers.capabilities import want_probe
from videos.jobs.providers.configured import sync_configured
from videos.jobs.submission.validate import enabled_models
from videos.models import Origin, Provider, VideoJob

Add = Callable[..., Provider]
GoRound = Callable[[], None]
NOT_FOUND = {"error": {"message": "Not Found", "type": "NotFoundError", "code": 404}}
keep_known = import_module("videos.migrations.0021_proved_providers").keep_known


def _serve_text_models(upstream: Upstream) -> None:
    models = {"data": [{"id": "Qwen/Qwen3-8B", "object": "model"}]}
    upstream.script("models", times=None, status=200, json=models)
    upstream.script("any", times=None, status=404, json=NOT_FOUND)


def test_a_server_whose_first_test_failed_offers_not_even_a_model_entered_by_hand(
    admin: Client, add: Add, upstream: Upstream, go_round: GoRound
) -> None:
    _serve_text_models(upstream)
    provider = add(base_url=upstream.base_url)
    admin.post(f"/providers/{provider.slug}/models/new", model())
    assert [catalogue_model.model for catalogue_model in enabled_models()] == ["wan-2.2"]
    for _ in range(2):
        Provider.objects.update(due_at=timezone.now())
        go_round()
    assert provider.catalogue_models.count() == 1 and enabled_models() == []
    admin.post("/videos", form(model="wan-2.2"))
    assert not VideoJob.objects.exists()
    page = html_of(admin.get(f"/providers/{provider.slug}"))
    assert "once a test finds the Video API at this address" in page
    upstream.calm()
    want_probe(provider)
    go_round()
    assert enabled_models()
    page = html_of(admin.get(f"/providers/{provider.slug}"))
    assert "once a test finds" not in page


def test_an_admin_who_knows_better_offers_them_anyway(
    admin: Client, add: Add, upstream: Upstream, go_round: GoRound
) -> None:
    upstream.script("models", times=None, status=200, json={"data": [{"id": "wan-2.2"}]})
    upstream.script("any", times=None, status=404, json=NOT_FOUND)
    provider = add(base_url=upstream.base_url)
    page = f"/providers/{provider.slug}"
    assert "Offer its models anyway" not in html_of(admin.get(page)), "the first test is to come"
    go_round()
    assert "Offer its models anyway" in html_of(admin.get(page)) and enabled_models() == []
    assert admin.post(f"{page}/vouch").status_code == 303
    go_round()
    assert [catalogue_model.model for catalogue_model in enabled_models()] == ["wan-2.2"]
    assert "Offer its models anyway" not in html_of(admin.get(page))


def test_a_test_that_fails_later_takes_nothing_away(
    admin: Client, add: Add, upstream: Upstream, go_round: GoRound
) -> None:
    provider = add(base_url=upstream.base_url)
    admin.post(f"/providers/{provider.slug}/models/new", model())
    go_round()
    upstream.script("any", "html", times=None)
    want_probe(provider)
    go_round()
    provider.refresh_from_db()
    assert provider.probe["state"] == "other" and enabled_models()


def test_a_clip_waits_while_a_new_address_is_not_tested(world: World, admin: Client) -> None:
    page = f"/providers/{world.provider.slug}"
    changes = setup(name="Engine", base_url=f"http://127.0.0.1:{free_port()}/v1")
    job = world.submit()
    assert admin.post(page, changes).status_code == 303
    world.round(2)
    beat("test")
    job.refresh_from_db()
    assert job.submit_started_at is None and enabled_models() == []
    shown = html_of(admin.get(job.get_absolute_url()))
    assert "passed a test at its address yet. It&#x27;s sent after that." in shown
    admin.post(page, changes | {"base_url": world.upstream.base_url})
    world.archived(job)
    assert world.upstream.creates == 1


def test_one_of_the_environment_that_is_down_offers_its_models_when_it_comes_up(
    upstream: Upstream, settings: Any, go_round: GoRound
) -> None:
    settings.ENGINE_ENABLED = False
    settings.OPENAI_BASE_URL = f"http://127.0.0.1:{free_port()}/v1"
    sync_configured()
    go_round()
    assert Provider.objects.get().probe["state"] == "unreachable" and enabled_models() == []
    Provider.objects.update(base_url=upstream.base_url)
    settings.OPENAI_BASE_URL = upstream.base_url
    sync_configured()
    go_round()
    go_round()
    assert enabled_models()


def test_the_engine_needs_no_test(db: None, settings: Any) -> None:
    settings.OPENAI_BASE_URL, settings.ENGINE_ENABLED = "", True
    sync_configured()
    assert Provider.objects.get(origin=Origin.ENGINE).proved_at is not None


@pytest.mark.parametrize(
    ("probe", "has_clip", "stays_proved"),
    [({}, False, True), ({"state": "works"}, False, True), ({"state": "other"}, False, False),
     ({"state": "trouble"}, True, True)],
)  # fmt: skip
def test_providers_of_an_older_release_go_on_unless_only_a_failed_test_is_known(
    provider: Provider, make_job: Any, probe: dict[str, str], has_clip: bool, stays_proved: bool
) -> None:
    if has_clip:
        make_job()
    tested = timezone.now() if probe else None
    Provider.objects.update(probe=probe, probed_at=tested, proved_at=None)
    keep_known(apps, None)
    provider.refresh_from_db()
    assert (provider.proved_at is not None) is stays_proved
