"""Large bodies are received of people with an account; nobody else holds a place."""

import threading
from collections.abc import Mapping
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from tests.gallery_fixtures import client_of
from videos.models import AccessToken, Member
from videos.team import request_credentials, tokens
from videos.team.request_credentials import Senders, is_known

pytestmark = pytest.mark.database
MADE_UP = "dly_" + "x" * 43
NOBODY: dict[str, str] = {}


def _cookie(client: Client) -> dict[str, str]:
    name = settings.SESSION_COOKIE_NAME
    return {"COOKIE": f"theme=dark; {name}={client.cookies[name].value}"}


def _issue(team: SimpleNamespace) -> str:
    return tokens.issue(team.owner, "script", "read write")


def test_a_session_and_a_token_are_known(team: SimpleNamespace) -> None:
    assert is_known(_cookie(client_of(team.owner)))
    token = _issue(team)
    assert is_known({"AUTHORIZATION": f"Bearer {token}"}) and is_known({"API_KEY": token})
    assert AccessToken.objects.get().last_used_at is None


def test_a_proxys_own_password_beside_a_session_does_no_harm(team: SimpleNamespace) -> None:
    assert is_known(_cookie(client_of(team.owner)) | {"AUTHORIZATION": "Basic eDp5"})


@pytest.mark.parametrize(
    "headers",
    [
        NOBODY,
        {"COOKIE": f"{settings.SESSION_COOKIE_NAME}={'a' * 32}"},
        {"COOKIE": f"{settings.SESSION_COOKIE_NAME}="},
        {"COOKIE": f"{settings.SESSION_COOKIE_NAME}=\x00'\"; x" + "y" * 9000},
        {"AUTHORIZATION": f"Bearer {MADE_UP}"},
        {"AUTHORIZATION": "Bearer"},
        {"API_KEY": "dly_x"},
    ],
)
def test_what_is_made_up_is_not_known(team: SimpleNamespace, headers: Mapping[str, str]) -> None:
    _issue(team)
    client_of(team.owner)
    assert not is_known(headers)


def test_what_has_ended_is_not_known(team: SimpleNamespace) -> None:
    late = _cookie(client_of(team.owner))
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_known(late)
    token = {"API_KEY": _issue(team)}
    for change in ({"revoked_at": timezone.now()}, {"expires_at": timezone.now()}):
        AccessToken.objects.update(**change)
        assert not is_known(token)
        AccessToken.objects.update(revoked_at=None, expires_at=None)
    assert is_known(token)
    Member.objects.update(is_active=False)
    assert not is_known(token)


def test_a_guests_session_is_not_known(db: None) -> None:
    client = Client()
    session = client.session
    session["share"] = "seen"
    session.save()
    assert not is_known(_cookie(client))


def test_while_the_database_is_away_everyone_counts_as_known_and_it_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lookups = []

    def away(headers: Mapping[str, str]) -> bool:
        lookups.append(headers)
        raise OperationalError("connection refused")

    monkeypatch.setattr(request_credentials, "is_known", away)
    senders = Senders()
    assert [senders(NOBODY) for _ in range(5)] == [True] * 5
    assert len(lookups) == 1


def test_a_database_that_never_answers_blocks_no_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()
    monkeypatch.setattr(request_credentials, "is_known", lambda headers: answered.wait())
    monkeypatch.setattr(request_credentials, "LONGEST_WAIT", 0.01)
    senders = Senders()
    assert senders(NOBODY) and senders(NOBODY)
    answered.set()
