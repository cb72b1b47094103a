"""The test of a connection: asked for in the browser, done by the mirror, obeyed everywhere."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from tests.gallery_fixtures import html_of
from tests.provider_fixtures import setup
from tests.upstream.control import Upstream
from tests.world import World
from videos.jobs.errors import ValidationFailed
from videos.jobs.providers.capabilities import probe, want_probe
from videos.jobs.providers.clients import dialect_of
from videos.models import Provider, VideoJob

Add = Callable[..., Provider]
SGLANG = {"id": "wan-2.2", "owned_by": "sglang", "dit_precision": "bf16"}


@pytest.fixture
def tested(add: Add, upstream: Upstream, go_round: Callable[[], None]) -> Callable[..., Provider]:
    """Adds the fake upstream as a provider and lets the mirror test it."""

    def tested(**fields: object) -> Provider:
        provider = add(base_url=upstream.base_url, **fields)
        go_round()
        go_round()
        provider.refresh_from_db()
        return provider

    return tested


def test_no_page_talks_to_the_server(admin: Client, add: Add, upstream: Upstream) -> None:
    provider = add(base_url=upstream.base_url)
    address = f"/providers/{provider.slug}"
    admin.post(f"{address}/test")
    for path in (address, f"{address}/probe", "/providers"):
        admin.get(path)
    assert upstream.requests() == []


def test_the_mirror_tests_and_the_page_then_tells(
    admin: Client, add: Add, upstream: Upstream, go_round: Callable[[], None]
) -> None:
    upstream.settings(models=[SGLANG], echo_prompt=False)
    upstream.script("delete", "no_method", times=None)
    provider = add(base_url=upstream.base_url)
    address = f"/providers/{provider.slug}"
    page = admin.get(address).content.decode()
    assert "Testing the connection." in page and f'hx-get="{address}/probe"' in page
    assert admin.get(f"{address}/probe").status_code == 204
    go_round()
    go_round()
    piece = html_of(admin.get(f"{address}/probe"))
    assert "It works" in piece and "SGLang Diffusion" in piece and "hx-get" not in piece
    assert 'Delete</strong><span class="sr">: no.' in piece and "tested" in piece
    assert "wan-2.2" in piece
    provider.refresh_from_db()
    assert (provider.dialect, provider.probe["state"]) == ("sglang", "works")
    assert provider.capabilities["delete"] is False and provider.probed_at is not None
    assert not dialect_of(provider).deletes


def test_a_kind_that_a_person_chose_is_kept_and_the_guess_is_shown(
    admin: Client, tested: Callable[..., Provider], upstream: Upstream
) -> None:
    upstream.settings(models=[SGLANG])
    provider = tested(dialect="fastvideo")
    assert provider.dialect == "fastvideo"
    page = admin.get(f"/providers/{provider.slug}").content.decode()
    assert "It looks like SGLang Diffusion" in page


def test_a_persons_correction_wins_over_the_test(
    admin: Client, tested: Callable[..., Provider], upstream: Upstream
) -> None:
    upstream.script("list", "no_method", times=None)
    provider = tested()
    assert not dialect_of(provider).lists
    admin.post(f"/providers/{provider.slug}", setup(base_url=upstream.base_url, can_list="yes"))
    provider.refresh_from_db()
    assert dialect_of(provider).lists
    assert "set by hand" in admin.get(f"/providers/{provider.slug}").content.decode()


def test_what_no_test_can_show_is_said_to_be_assumed(
    admin: Client, tested: Callable[..., Provider]
) -> None:
    page = admin.get(f"/providers/{tested().slug}").content.decode()
    rows = re.findall(r'<li class="ability">.*?<strong>(.*?)</strong>.*?source">(.*?)<', page, re.S)
    sources = dict(rows)
    assert sources["List"] == sources["Delete"] == "tested"
    assert sources["Reference image"] == sources["Progress"] == "assumed from the kind of server"
    # Pictures are drawn here, whatever a server has: nothing depends on it.
    assert "Thumbnail" not in page and len(rows) == len(sources) == 11


def test_a_failed_test_forgets_nothing_that_an_earlier_one_has_shown(
    admin: Client,
    tested: Callable[..., Provider],
    upstream: Upstream,
    go_round: Callable[[], None],
) -> None:
    upstream.script("delete", "no_method", times=None)
    provider = tested()
    upstream.calm()
    upstream.script("any", "html", times=None)
    admin.post(f"/providers/{provider.slug}/test")
    go_round()
    provider.refresh_from_db()
    assert provider.probe["state"] == "other" and provider.capabilities["delete"] is False
    assert "not as an API" in admin.get(f"/providers/{provider.slug}").content.decode()


def test_another_address_starts_over(
    admin: Client, tested: Callable[..., Provider], upstream: Upstream
) -> None:
    upstream.script("delete", "no_method", times=None)
    provider = tested()
    admin.post(f"/providers/{provider.slug}", setup(base_url="http://127.0.0.1:9/v1"))
    provider.refresh_from_db()
    assert (provider.capabilities, provider.probe) == ({}, {})
    assert provider.probe_due_at is not None


def test_what_was_learnt_of_an_old_address_is_not_written(
    add: Add, upstream: Upstream, go_round: Callable[[], None]
) -> None:
    provider = add(base_url=upstream.base_url)
    [claimed] = Provider.objects.filter(pk=provider.pk).claim(1)
    Provider.objects.update(base_url="http://127.0.0.1:9/v1")
    probe(claimed)
    provider.refresh_from_db()
    assert provider.probe == {} and provider.probe_due_at is not None
    assert provider.lease_token == ""


def test_a_paused_or_disabled_provider_can_still_be_tested(
    admin: Client, add: Add, upstream: Upstream, go_round: Callable[[], None]
) -> None:
    provider = add(base_url=upstream.base_url, enabled=None)
    go_round()
    provider.refresh_from_db()
    assert provider.probe["state"] == "works" and not provider.enabled
    assert provider.catalogue_at is None


@pytest.mark.parametrize(
    ("status", "fault", "ends"),
    [
        (401, {}, True),
        (404, {}, True),
        (503, {"headers": {"Retry-After": "300"}}, True),
        (429, {"headers": {"Retry-After": "300"}}, False),
        (429, {"json": {"error": {"message": "no", "code": "insufficient_quota"}}}, False),
    ],
)
def test_a_test_that_works_ends_a_pause_that_it_proves_to_be_over(
    world: World, admin: Client, status: int, fault: dict[str, Any], ends: bool
) -> None:
    fault = {"json": {"error": {"message": "no"}}} | fault
    route = "any" if status in (401, 404) else "create"
    world.upstream.script(route, status=status, times=None, **fault)
    world.submit()
    world.round()
    provider = Provider.objects.get()
    assert provider.is_paused
    world.upstream.calm()
    want_probe(provider)
    world.mirror.next_slow = 0
    world.mirror.round()
    world.mirror.settle()
    provider.refresh_from_db()
    assert provider.probe["state"] == "works"
    assert provider.is_paused is not ends
    page = admin.get(f"/providers/{provider.slug}").content.decode()
    assert ("can't prove that there is credit" in unescape(page)) is (
        "insufficient_quota" in str(fault)
    )


def test_remix_is_shown_only_where_the_provider_remixes(
    admin: Client, make_job: Callable[..., VideoJob]
) -> None:
    job = make_job()
    assert "Remix</button>" in html_of(admin.get(job.get_absolute_url()))
    Provider.objects.update(corrections={"remix": False})
    caches["cards"].clear()
    assert "Remix</button>" not in html_of(admin.get(job.get_absolute_url()))
    response = admin.post(f"{job.get_absolute_url()}/remix", {"prompt": "x", "key": "k"})
    assert response.status_code == 303 and "reuse=" in response["Location"]


def test_a_reference_image_is_refused_where_none_is_taken(world: World) -> None:
    Provider.objects.update(corrections={"reference": False})
    with pytest.raises(ValidationFailed) as caught:
        world.submit(reference=b"picture")
    assert "doesn't support reference images" in caught.value.errors["reference"]


def test_a_provider_that_is_off_finishes_what_is_under_way(world: World) -> None:
    job = world.submit()
    world.round()
    waiting = world.submit()
    Provider.objects.update(enabled=False, turned_off=True)
    job = world.archived(job)
    waiting.refresh_from_db()
    assert waiting.status == "submitting" and world.upstream.creates == 1


def test_a_server_that_was_added_in_the_browser_makes_clips(
    admin: Client, tested: Callable[..., Provider], world: World
) -> None:
    """As a new user would: the address, nothing else, and then a prompt."""
    Provider.objects.filter(pk=world.provider.pk).update(enabled=False)
    world.upstream.settings(models=[SGLANG], echo_prompt=False)
    provider = tested()
    sent = {"model": "wan-2.2", "size": "1280x720", "seconds": "4", "key": "k", "seed": "7"}
    assert admin.post("/videos", sent | {"prompt": "a fox in snow"}).status_code == 303
    job = world.archived(VideoJob.objects.get())
    assert (job.provider, job.model, job.extra) == (provider, "wan-2.2", {"seed": 7})
    assert world.upstream.creates == 1


def test_a_server_without_the_video_api_offers_nothing_until_a_test_works(
    tested: Callable[..., Provider], upstream: Upstream, go_round: Callable[[], None]
) -> None:
    models = {"data": [{"id": "Qwen/Qwen3-8B", "object": "model"}]}
    upstream.script("models", times=None, status=200, json=models)
    error = {"error": {"message": "Not Found", "type": "NotFoundError", "code": 404}}
    upstream.script("any", times=None, status=404, json=error)
    provider = tested()
    assert provider.probe["state"] == "other"
    Provider.objects.update(due_at=timezone.now())
    go_round()
    assert not provider.catalogue_models.exists()
    upstream.calm()
    want_probe(provider)
    go_round()
    go_round()
    assert provider.catalogue_models.exists()
