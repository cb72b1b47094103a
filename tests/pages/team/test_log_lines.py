"""Sign-ins and changes of rights leave a line in the log, without their secrets."""

import logging
from types import SimpleNamespace

import pytest
from django.test import Client

from tests.conftest import PASSWORD
from tests.gallery_fixtures import client_of
from videos.jobs.providers.edit import Draft, add_provider, change_provider
from videos.models import AccessToken


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "videos")
    return caplog


def test_sign_ins_and_failures(team: SimpleNamespace, lines: pytest.LogCaptureFixture) -> None:
    client = Client(REMOTE_ADDR="203.0.113.9")
    client.post("/accounts/login/", {"login": "owner", "password": "wrong-guess"})
    client.post("/accounts/login/", {"login": "owner", "password": PASSWORD})
    client.post("/accounts/logout/")
    assert "a login failed from 203.0.113.9" in lines.text
    assert "owner signed in from 203.0.113.9 with password" in lines.text
    assert "owner signed out" in lines.text
    assert PASSWORD not in lines.text and "wrong-guess" not in lines.text


def test_input_that_is_refused(team: SimpleNamespace, lines: pytest.LogCaptureFixture) -> None:
    admin = client_of(team.admin)
    assert admin.post("/settings/webhooks", {"url": "ftp://canary.example"}).status_code == 422
    assert "admin: POST /settings/webhooks was refused (422)" in lines.text
    assert "canary" not in lines.text
    assert client_of(team.admin).get("/?page=x").status_code < 500
    assert "GET" not in lines.text


def test_roles_accounts_and_invitations(
    team: SimpleNamespace, lines: pytest.LogCaptureFixture
) -> None:
    admin = client_of(team.admin)
    admin.post(f"/team/{team.owner.pk}/role", {"role": "admin"})
    admin.post(f"/team/{team.viewer.pk}/active", {"active": "0"})
    admin.post("/team/invite", {"name": "Bo\u202e", "role": "member"})
    admin.post("/team/invite", {"name": "Bo", "role": "member"})
    assert "admin changed owner: role=admin" in lines.text
    assert "admin changed viewer: is_active=False" in lines.text
    assert "admin invited 'Bo' as member" in lines.text and "\u202e" not in lines.text


def test_tokens(team: SimpleNamespace, lines: pytest.LogCaptureFixture) -> None:
    owner = client_of(team.owner)
    owner.post("/tokens", {"name": "script", "scopes": "read", "days": "7"})
    row = AccessToken.objects.get()
    owner.post(f"/tokens/{row.pk}/revoke")
    assert f"token {row.prefix} of owner was created (read)" in lines.text
    assert f"token {row.prefix} of owner was revoked" in lines.text


@pytest.mark.django_db
def test_providers_keys(lines: pytest.LogCaptureFixture) -> None:
    draft = Draft(name="Cloud", base_url="https://api.example.com/v1", key="sk-secret")
    provider = add_provider(draft)
    change_provider(provider, Draft(name="Cloud", base_url=draft.base_url, remove_key=True))
    assert f"the key of provider {provider.slug} was set" in lines.text
    assert f"the key of provider {provider.slug} was removed" in lines.text
    assert "sk-secret" not in lines.text


def test_what_somebody_may_not_do(team: SimpleNamespace, lines: pytest.LogCaptureFixture) -> None:
    assert client_of(team.viewer).get("/providers/new").status_code == 403
    assert "viewer was refused: GET /providers/new" in lines.text
    forger = Client(enforce_csrf_checks=True)
    assert forger.post("/accounts/login/", {"login": "owner"}).status_code == 403
    assert "a form for /accounts/login/ was refused: " in lines.text
