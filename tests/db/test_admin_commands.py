"""Admins who are made on the server."""

import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tests.conftest import PASSWORD
from videos.models import Member, Role

pytestmark = pytest.mark.django_db


def _create(monkeypatch: pytest.MonkeyPatch, *words: str, password: str = PASSWORD) -> str:
    out = StringIO()
    monkeypatch.setattr(sys, "stdin", StringIO(f"{password}\n"))
    call_command("create_admin", *words, stdout=out)
    return out.getvalue()


def _sign_in(username: str) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": username, "password": PASSWORD})
    return client


def test_create_admin_makes_an_account_that_manages_the_team(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "ada can now sign in" in _create(monkeypatch, "Ada", "--name", "Ada Lovelace")
    ada = Member.objects.get()
    assert (ada.username, ada.name, ada.role) == ("ada", "Ada Lovelace", Role.ADMIN)
    assert _sign_in("ada").get("/team").status_code == 200


@pytest.mark.parametrize(
    ("arguments", "password", "reason"),
    [
        (["ada"], "short", "password: "),
        (["ada"], "", "password: "),
        (["a@b"], PASSWORD, "username: "),
        (["ada", "--email", "nonsense"], PASSWORD, "email: "),
    ],
)
def test_create_admin_says_what_is_wrong_and_makes_nothing(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], password: str, reason: str
) -> None:
    with pytest.raises(CommandError, match=reason):
        _create(monkeypatch, *arguments, password=password)
    assert not Member.objects.exists()


def test_create_admin_refuses_a_taken_username(monkeypatch: pytest.MonkeyPatch) -> None:
    _create(monkeypatch, "ada")
    with pytest.raises(CommandError, match="username: This username is taken"):
        _create(monkeypatch, "ADA")


def test_createsuperuser_makes_an_admin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", username="root", email="", interactive=False, verbosity=0)
    assert Member.objects.get().role == Role.ADMIN
    assert _sign_in("root").get("/team").status_code == 200
