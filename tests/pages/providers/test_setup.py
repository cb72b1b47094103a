"""An admin adds and changes providers in the browser; keys go in and never come out."""

import io
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from tests.provider_fixtures import CANARY, setup
from tests.upstream.control import Upstream
from videos.jobs.providers.clients import client_for
from videos.jobs.providers.configured import sync_configured
from videos.jobs.providers.edit import why_not_removable
from videos.jobs.submission.validate import enabled_models
from videos.models import CatalogueModel, Origin, Provider, VideoJob

Add = Callable[..., Provider]


def test_a_new_provider_is_kept_with_its_key_sealed(admin: Client, add: Add) -> None:
    provider = add(key=CANARY, dialect="sglang", max_jobs="2", max_creates_per_minute="30")
    assert (provider.slug, provider.origin, provider.dialect) == ("gpu-box", "admin", "sglang")
    assert (provider.max_jobs, provider.max_creates_per_minute) == (2, 30)
    assert provider.key == CANARY and CANARY not in provider.sealed_key
    assert provider.probe_due_at is not None and provider.dialect_by_hand


def test_the_key_is_in_no_page_log_or_dump(
    admin: Client,
    add: Add,
    upstream: Upstream,
    go_round: Callable[[], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    upstream.settings(key="sk-something-else-9876")
    provider = add(key=CANARY, base_url=upstream.base_url)
    go_round()
    # The server has seen it, and has echoed it in its refusal.
    assert any(CANARY in str(request["headers"]) for request in upstream.requests())
    paths = ["/providers", "/providers/new", f"/providers/{provider.slug}", "/settings", "/"]
    paths += [f"/providers/{provider.slug}/probe", f"/providers/{provider.slug}/models.json"]
    page = "".join(admin.get(path).content.decode() for path in paths)
    refused = admin.post("/providers/new", setup(key=CANARY, base_url="ftp://x"))
    assert refused.status_code == 422
    page += refused.content.decode()
    out = io.StringIO()
    # The index of prompts is SQLite's own; it is filled from the rows that are dumped.
    call_command("dumpdata", exclude=["videos.promptindex"], stdout=out)
    assert "It refuses the key" in page
    for text in (page, out.getvalue(), caplog.text, repr(provider), repr(vars(provider))):
        assert CANARY not in text and CANARY[:12] not in text


def test_an_empty_key_keeps_the_stored_one_and_a_tick_removes_it(admin: Client, add: Add) -> None:
    provider = add(key=CANARY)
    address = f"/providers/{provider.slug}"
    assert "Replace the key" in admin.get(address).content.decode()
    admin.post(address, setup(name="Renamed"))
    provider.refresh_from_db()
    assert (provider.name, provider.key) == ("Renamed", CANARY)
    admin.post(address, setup(key="sk-new-key-111111"))
    provider.refresh_from_db()
    assert provider.key == "sk-new-key-111111"
    admin.post(address, setup(remove_key="on"))
    provider.refresh_from_db()
    assert provider.sealed_key == ""


def test_a_stored_key_does_not_follow_to_another_server(admin: Client, add: Add) -> None:
    provider = add(key=CANARY)
    address = f"/providers/{provider.slug}"
    for elsewhere in ("http://127.0.0.2:9/v1", "https://127.0.0.1:9/v1", "http://127.0.0.1:10/v1"):
        response = admin.post(address, setup(base_url=elsewhere))
        assert response.status_code == 422 and b"sent to another host" in response.content
    provider.refresh_from_db()
    assert provider.base_url == "http://127.0.0.1:9/v1"
    assert admin.post(address, setup(base_url="http://127.0.0.1:9/v2")).status_code == 303
    moved = setup(base_url="http://127.0.0.2:9/v1", key="sk-for-that-one")
    assert admin.post(address, moved).status_code == 303


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ftp://gpu/v1", "must start with http"),
        ("javascript:alert(1)", "must start with http"),
        ("http:///v1", "has no host"),
        ("http://user:secret@gpu/v1", "user name and password"),
        ("http://gpu:port/v1", ""),
        ("http://gpu/v1#x", "fragment"),
        ("http://169.254.169.254/v1", "link-local, metadata"),
        ("http://[::ffff:169.254.169.254]/v1", "link-local, metadata"),
        ("http://2852039166/v1", "link-local, metadata"),
        ("http://0xa9fea9fe/v1", "link-local, metadata"),
        ("http://[fe80::1]/v1", "link-local, metadata"),
        ("http://100.100.100.200/v1", "link-local, metadata"),
        ("http://0.0.0.0/v1", "unspecified"),
    ],
)
def test_forbidden_addresses_are_refused(admin: Client, url: str, message: str) -> None:
    response = admin.post("/providers/new", setup(base_url=url))
    assert response.status_code == 422 and message in response.content.decode()
    assert not Provider.objects.exists()


@pytest.mark.parametrize(
    "url", ["http://10.0.0.7:8000/v1", "http://gpu-box:8000/v1", "https://[fd00::7]/v1"]
)
def test_machines_of_ones_own_network_are_welcome(add: Add, url: str) -> None:
    assert add(base_url=url).base_url == url


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "a" * 61),
        ("name", "GPU\u202ebox"),
        ("key", "two words"),
        ("key", "schlüssel"),
        ("dialect", "klingon"),
        ("max_jobs", "0"),
        ("max_creates_per_minute", "-1"),
        ("expires_after_seconds", "5"),
        ("create_timeout_seconds", "9"),
        ("create_timeout_seconds", "901"),
        ("can_remix", "perhaps"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    admin: Client, field: str, value: str
) -> None:
    response = admin.post("/providers/new", setup(**{field: value}))
    assert response.status_code == 422 and b"errorlist" in response.content
    assert not Provider.objects.exists()


def test_an_admin_says_how_long_a_create_may_take(admin: Client, add: Add) -> None:
    provider = add(create_timeout_seconds="300")
    assert provider.create_timeout_seconds == 300
    assert b'value="300"' in admin.get(f"/providers/{provider.slug}").content


def test_fields_that_are_no_ones_to_send_change_nothing(admin: Client, add: Add) -> None:
    sneaky = {
        "origin": "engine",
        "slug": "engine",
        "sealed_key": "x",
        "capabilities": '{"remix": true}',
        "paused_at": "2026-01-01",
        "turned_off": "on",
        "lease_token": "x",
        "id": "7",
        "can_fly": "yes",
    }
    provider = add(**sneaky)
    assert (provider.origin, provider.slug, provider.sealed_key) == ("admin", "gpu-box", "")
    assert (provider.capabilities, provider.corrections) == ({}, {})
    assert provider.paused_at is None and not provider.turned_off and not provider.lease_token


def test_names_that_look_alike_get_addresses_of_their_own(add: Add) -> None:
    slugs = [add(name=name).slug for name in ("GPU box", "gpu-box", "New", "🎬")]
    assert slugs == ["gpu-box", "gpu-box-2", "new-2", "provider"]


def test_markup_in_a_name_or_an_answer_is_shown_as_text(admin: Client, add: Add) -> None:
    evil = "<script>alert(1)</script>"
    provider = add(name=f"x{evil}")
    Provider.objects.update(
        probe={"state": "other", "trouble": evil, "notes": [evil]}, probe_due_at=None
    )
    provider.catalogue_models.create(slug=evil, model=evil, label=evil, sizes=[evil], seconds=["4"])
    pages = [admin.get(path) for path in ("/providers", f"/providers/{provider.slug}", "/")]
    catalogue_model = provider.catalogue_models.get()
    pages.append(admin.get(f"/providers/{provider.slug}/models/{catalogue_model.pk}"))
    for page in pages:
        assert page.status_code == 200 and evil not in page.content.decode()


def test_a_provider_without_clips_is_deleted_and_one_with_clips_is_not(
    admin: Client, add: Add, make_job: Callable[..., VideoJob]
) -> None:
    spare = add()
    job = make_job()
    assert admin.post(f"/providers/{spare.slug}/delete").status_code == 303
    assert not Provider.objects.filter(pk=spare.pk).exists()
    page = admin.get(f"/providers/{job.provider.slug}").content.decode()
    assert "turn it off instead" in page and "Delete Engine" not in page
    admin.post(f"/providers/{job.provider.slug}/delete")
    assert Provider.objects.filter(pk=job.provider.pk).exists()


def test_the_environments_provider_takes_limits_but_no_address(
    admin: Client, settings: Any, db: None
) -> None:
    settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = "http://127.0.0.1:9/v1", CANARY
    settings.PROVIDER_DIALECT = "vllm-omni"
    sync_configured()
    page = admin.get("/providers/environment").content.decode()
    assert 'name="base_url"' not in page and 'name="key"' not in page and "max_jobs" in page
    admin.post("/providers/environment", setup(max_jobs="3", key="sk-mine", name="Mine"))
    provider = Provider.objects.get()
    assert (provider.max_jobs, provider.key, provider.enabled) == (3, CANARY, True)
    assert (provider.name, provider.origin) == ("127.0.0.1:9", Origin.ENVIRONMENT)
    assert "settings" in why_not_removable(provider)


def test_what_an_admin_turned_off_stays_off_when_a_mirror_starts(
    admin: Client, settings: Any, db: None
) -> None:
    settings.OPENAI_BASE_URL = "http://127.0.0.1:9/v1"
    sync_configured()
    admin.post("/providers/environment", setup(enabled=None))
    sync_configured()
    assert not Provider.objects.get().enabled
    admin.post("/providers/environment", setup())
    assert Provider.objects.get().enabled
    settings.OPENAI_BASE_URL = ""
    sync_configured()
    admin.post("/providers/environment", setup())
    assert not Provider.objects.get().enabled
    assert "No longer configured" in admin.get("/providers").content.decode()


def test_a_provider_that_is_off_offers_nothing(
    admin: Client, add: Add, catalogue_model: CatalogueModel
) -> None:
    address = f"/providers/{catalogue_model.provider.slug}"
    admin.post(address, setup(enabled=None))
    assert enabled_models() == []
    admin.post(address, setup())
    assert enabled_models() == [catalogue_model]


@pytest.mark.parametrize("count", [1, 12])
def test_the_pages_cost_the_same_for_any_number_of_rows(
    admin: Client, add: Add, django_assert_max_num_queries: Any, count: int
) -> None:
    first = add(name="first")
    for number in range(count):
        Provider.objects.create(name=f"p{number}", slug=f"p{number}", dialect="openai")
        first.catalogue_models.create(
            slug=f"m{number}", model=f"m{number}", label="M", seconds=["4"]
        )
    admin.get("/providers")
    with django_assert_max_num_queries(8):
        assert admin.get("/providers").status_code == 200
    with django_assert_max_num_queries(9):
        assert admin.get("/providers/first").status_code == 200


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("what_is_turned_off_is_not_enabled", {"turned_off": True}),
        ("some_jobs_are_allowed", {"max_jobs": 0}),
        ("some_creates_are_allowed", {"max_creates_per_minute": 0}),
    ],
)
def test_the_database_itself_refuses_what_makes_no_sense(
    provider: Provider, name: str, wrong: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Provider.objects.filter(pk=provider.pk).update(**wrong)


def test_with_several_providers_each_model_says_whose_it_is(
    admin: Client, add: Add, catalogue_model: CatalogueModel
) -> None:
    assert ">Sketch<" in admin.get("/").content.decode()
    other = add()
    Provider.objects.update(proved_at=timezone.now())
    other.catalogue_models.create(
        slug="w", model="w", label="Wan", sizes=["640x360"], seconds=["4"]
    )
    caches["cards"].clear()
    page = admin.get("/").content.decode()
    assert ">Sketch · Engine<" in page and ">Wan · GPU box<" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("::1", "http://[::1]:8100/v1"),
        ("fd00::5", "http://[fd00::5]:8100/v1"),
        ("::", "http://[::1]:8100/v1"),
        ("0.0.0.0", "http://127.0.0.1:8100/v1"),
        ("localhost", "http://localhost:8100/v1"),
    ],
)
def test_the_engine_is_reached_wherever_it_listens(settings: Any, host: str, url: str) -> None:
    settings.ENGINE_ENABLED, settings.ENGINE_HOST, settings.ENGINE_PORT = True, host, 8100
    sync_configured()
    provider = Provider.objects.get(origin=Origin.ENGINE)
    assert provider.base_url == url
    client_for(provider)
