"""Django's admin shows rows to admins, changes nothing, and shows no secret."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.contrib.staticfiles import finders
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dashboard.static_files import StaticFiles
from tests.access import client_of
from tests.access_world import World, build
from tests.experiment_fixtures import end_vote, start_vote
from videos.admin import fields
from videos.admin.rows import MOST_COUNTED, CappedPaginator
from videos.admin.site import site
from videos.models import (
    AccessToken,
    AuditEntry,
    Charge,
    ExperimentClip,
    JobCallback,
    JobEvent,
    Member,
    Notice,
    Provider,
    ShareLink,
    VideoJob,
    ledger,
)

MODELS = sorted(
    (each for each in apps.get_app_config("videos").get_models() if each._meta.managed),
    key=lambda each: each.__name__,
)
REFUSED = (403, 405)
# Signed-in member, permissions, the page's rows, the count, and what the frame of a page needs.
MOST_QUERIES = 9


@pytest.fixture
def world(team: SimpleNamespace, make_job: Callable[..., VideoJob], settings: Any) -> World:
    world = build(team, make_job, Path(settings.ARCHIVE_DIR))
    world.provider.key = "sk-the-key-of-the-provider-0123456789"
    world.provider.save()
    return world


@pytest.fixture
def admin(world: World) -> Client:
    return client_of(world, "admin")


def list_url(model: type[Model]) -> str:
    return reverse(f"admin:videos_{model._meta.model_name}_changelist")


def pages_of(model: type[Model]) -> list[str]:
    """The list, and the page of the newest row with its history, if there is one."""
    urls = [list_url(model)]
    row = model._default_manager.order_by("-pk").first()
    if row is not None:
        names = ("change", "history")
        urls += [
            reverse(f"admin:videos_{model._meta.model_name}_{name}", args=[row.pk])
            for name in names
        ]
    return urls


def test_every_model_of_ours_is_there() -> None:
    assert [each for each in MODELS if not site.is_registered(each)] == []


def test_an_admin_sees_the_rows_of_every_model(admin: Client) -> None:
    assert admin.get(reverse("admin:index")).status_code == 200
    assert admin.get(reverse("admin:app_list", args=["videos"])).status_code == 200
    with_rows = 0
    for model in MODELS:
        for url in pages_of(model):
            response = admin.get(url)
            assert response.status_code == 200, url
            assert "Content-Security-Policy" in response
            text = response.content.decode()
            assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]* src=)", text), url
            assert 'type="submit" name="_save"' not in text and "deletelink" not in text
        with_rows += model._default_manager.exists()
    assert with_rows > 30


def test_rows_of_clips_in_an_open_vote_come_once_it_is_closed(world: World, admin: Client) -> None:
    job = VideoJob.objects.filter(is_blind=False, charges=None, status="completed").latest("pk")
    VideoJob.objects.filter(pk=job.pk).update(model="the-secret-model")
    job.refresh_from_db()
    ledger.reservation(job, at=timezone.now()).save()
    vote = start_vote(world.team.owner, [[job]])
    lists = [list_url(each) for each in (VideoJob, Charge, ExperimentClip)]
    page = reverse("admin:videos_videojob_change", args=[job.pk])
    for url in [*lists, page]:
        shown = admin.get(url, follow=True).content.decode()
        assert job.public_id not in shown and "the-secret-model" not in shown, url
    end_vote(vote)
    assert all(job.public_id in admin.get(url).content.decode() for url in lists[:2])
    for url in (lists[2], page):
        assert "the-secret-model" in admin.get(url).content.decode(), url


def test_the_settings_page_leads_there(admin: Client) -> None:
    assert f'href="{reverse("admin:index")}"' in admin.get("/settings").content.decode()


@pytest.mark.parametrize("role", ["viewer", "teammate", "owner"])
def test_nobody_else_sees_any(world: World, role: str) -> None:
    client = client_of(world, role)
    urls = [reverse("admin:index"), *(url for model in MODELS for url in pages_of(model))]
    assert {client.get(url).status_code for url in urls} == {403}


def test_a_former_admin_sees_nothing(world: World, admin: Client) -> None:
    Member.objects.filter(pk=world.team.admin.pk).update(role="producer")
    assert admin.get(reverse("admin:index")).status_code == 403


def test_being_staff_or_superuser_in_django_opens_nothing(world: World) -> None:
    Member.objects.filter(pk=world.team.owner.pk).update(is_staff=True, is_superuser=True)
    client = client_of(world, "owner")
    assert client.get(reverse("admin:index")).status_code == 403


def test_strangers_are_sent_to_the_login_of_dailies(world: World) -> None:
    client = Client()
    for url in [reverse("admin:index"), *(list_url(model) for model in MODELS)]:
        last, status = client.get(url, follow=True).redirect_chain[-1]
        assert status == 302
        assert unquote(last).startswith(f"/accounts/login/?next={url}")


def test_there_is_no_second_way_to_sign_in_or_change_a_password(
    world: World, admin: Client
) -> None:
    login = reverse("admin:login")
    data = {"username": "admin", "password": "correct-horse-battery", "next": "/admin/"}
    assert Client().post(login, data)["Location"].startswith("/accounts/login/")
    assert admin.get(login)["Location"] == reverse("admin:index")
    for path in ("password_change/", "logout/", "autocomplete/"):
        assert admin.get(f"/admin/{path}").status_code == 404
        assert admin.post(f"/admin/{path}").status_code in (404, 405)


def test_nothing_can_be_added_changed_or_deleted(admin: Client) -> None:
    before = {model: list(model._default_manager.order_by("pk").values()) for model in MODELS}
    for model in MODELS:
        name = f"admin:videos_{model._meta.model_name}"
        row = model._default_manager.order_by("-pk").first()
        forms = [reverse(f"{name}_add")]
        if row is not None:
            forms += [reverse(f"{name}_{each}", args=[row.pk]) for each in ("change", "delete")]
        marked = {"action": "delete_selected", "_selected_action": [getattr(row, "pk", 1)]}
        assert admin.post(list_url(model), marked).status_code == 405
        for url in forms:
            for send in (admin.post, admin.put, admin.patch, admin.delete):
                assert send(url, {"post": "yes"}).status_code in REFUSED, url
        # Their forms aren't there, either.
        for url in (forms[0], *forms[2:]):
            assert admin.get(url).status_code == 403
    after = {model: list(model._default_manager.order_by("pk").values()) for model in MODELS}
    for model in MODELS:
        if model is not Member:
            assert before[model] == after[model], model


def secrets_in_database() -> set[str]:
    """All values of fields that must not be shown, and what some of them hold."""
    secrets = {
        str(value)
        for model in MODELS
        for field in model._meta.fields
        if fields.is_secret(field)
        for value in model._default_manager.values_list(field.name, flat=True)
        if value
    }
    secrets |= {each.key for each in Provider.objects.all()}
    secrets |= {each.webhook_secret for each in Provider.objects.all()}
    secrets |= {each.token for each in ShareLink.objects.all()}
    return {each for each in secrets if len(each) >= 12}


def test_no_secret_is_on_any_page(world: World, admin: Client) -> None:
    url = "https://example.com/done?key=of-the-script"
    JobCallback.objects.create(job=world.clip, url=url)
    secrets = secrets_in_database()
    assert url in secrets
    assert world.team.admin.password in secrets
    assert "sk-the-key-of-the-provider-0123456789" in secrets
    assert AccessToken.objects.get().hash in secrets
    assert len(secrets) > 20
    for model in MODELS:
        for url in pages_of(model):
            text = unescape(admin.get(url).content.decode())
            assert [each for each in secrets if each in text] == [], url


def test_secret_fields_are_known_by_their_names() -> None:
    hidden = {
        f"{model.__name__}.{field.name}"
        for model in MODELS
        for field in model._meta.fields
        if fields.is_secret(field)
    }
    assert hidden >= {
        "Member.password",
        "Invitation.token_hash",
        "PasswordLink.token_hash",
        "PasswordLink.replaces",
        "Provider.sealed_key",
        "Provider.sealed_webhook_secret",
        "AccessToken.hash",
        "ShareLink.token_hash",
        "ShareLink.sealed_token",
        "ShareLink.password",
        "MemberSession.key",
        "WebhookEndpoint.sealed_secret",
        "JobCallback.url",
    }
    for model in MODELS:
        secret = {each.name for each in model._meta.fields if fields.is_secret(each)}
        shown = {*fields.shown_fields(model), *fields.columns(model), *fields.filters(model)}
        assert not shown & secret
        assert fields.search(model).split("__")[0] not in secret


@pytest.mark.parametrize(
    ("model", "lookup"),
    [
        (AccessToken, "hash__startswith"),
        (AccessToken, "member__password__startswith"),
        (Member, "password__startswith"),
        (Provider, "sealed_key__contains"),
        (VideoJob, "maker__password__startswith"),
    ],
)
def test_a_secret_cannot_be_guessed_by_filters(
    admin: Client, model: type[Model], lookup: str
) -> None:
    assert admin.get(list_url(model), {lookup: "a"}).status_code == 400


def test_a_list_can_be_searched_by_the_id_of_a_clip_and_filtered(
    world: World, admin: Client
) -> None:
    changelist = admin.get(list_url(VideoJob), {"q": world.clip.public_id}).context["cl"]
    assert [row.pk for row in changelist.result_list] == [world.clip.pk]
    changelist = admin.get(list_url(JobEvent), {"q": "video_" + "0" * 32}).context["cl"]
    assert list(changelist.result_list) == []
    changelist = admin.get(list_url(VideoJob), {"status__exact": "failed"}).context["cl"]
    assert {row.status for row in changelist.result_list} == {"failed"}


def test_a_list_takes_a_constant_number_of_queries(
    world: World, admin: Client, make_job: Callable[..., VideoJob]
) -> None:
    def queries(model: type[Model]) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert admin.get(list_url(model)).status_code == 200
        return len(captured)

    admin.get(reverse("admin:index"))
    few = {model: queries(model) for model in MODELS}
    assert {model: count for model, count in few.items() if count > MOST_QUERIES} == {}
    for _ in range(5):
        job = make_job(maker=world.team.teammate)
        JobEvent.objects.create(job=job, who=world.team.owner, to_status="queued")
        Notice.objects.create(member=world.team.owner, kind="failed", key=job.public_id, job=job)
        AuditEntry.objects.create(action="team.settings", member=world.team.admin, means="browser")
    for model in (VideoJob, JobEvent, Notice, AuditEntry):
        assert queries(model) == few[model], model


def test_a_large_table_is_not_counted_to_its_end(world: World) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert (
            CappedPaginator(VideoJob.objects.order_by("pk"), 50).count == VideoJob.objects.count()
        )
    assert f"LIMIT {MOST_COUNTED}" in captured[0]["sql"]


def test_all_static_files_of_the_admin_are_collected(admin: Client, world: World) -> None:
    collected = {
        path
        for finder in finders.get_finders()
        for path, _storage in finder.list(StaticFiles.ignore_patterns)
    }
    wanted: set[str] = set()
    for url in (reverse("admin:index"), *pages_of(VideoJob)):
        wanted |= set(re.findall(r'"/?static/(admin/[^"]+)"', admin.get(url).content.decode()))
    assert "admin/css/base.css" in wanted
    assert wanted <= collected
    assert not [path for path in collected if path.startswith("admin/js/vendor")]
