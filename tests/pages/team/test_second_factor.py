"""A stolen password alone opens nothing: an app, passkeys and recovery codes."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.utils import timezone

from tests.conftest import PASSWORD
from videos.models import AuditEntry, Member


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    """A code is valid for 30 seconds, which must not end between two lines of a test."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def sign_in(member: Member, client: Client | None = None) -> tuple[Client, Any]:
    client = client or Client()
    form = {"login": member.username, "password": PASSWORD}
    return client, client.post("/accounts/login/", form)


@pytest.fixture
def secret(team: SimpleNamespace) -> str:
    """The owner has an authenticator app with this secret, set up in a browser."""
    client, _ = sign_in(team.owner)
    response = client.get("/accounts/security/app/on/")
    assert "/confirm/" in response["Location"]
    assert "Confirm it's you" in client.get(response["Location"]).content.decode()
    page = client.post(response["Location"], {"password": PASSWORD}, follow=True)
    secret = page.context["form"].secret
    assert secret in page.content.decode() and "<svg" in page.content.decode()
    done = client.post("/accounts/security/app/on/", {"code": code_of(secret)})
    assert done["Location"].endswith("/codes/")
    return str(secret)


def test_a_password_alone_no_longer_signs_in(team: SimpleNamespace, secret: str) -> None:
    client, answer = sign_in(team.owner)
    assert answer["Location"].startswith("/accounts/security/authenticate/")
    assert client.get("/").status_code == 302
    wrong = client.post("/accounts/security/authenticate/", {"code": "000000"})
    assert "This code isn&#x27;t valid." in wrong.content.decode()
    client.post("/accounts/security/authenticate/", {"code": code_of(secret)})
    assert client.get("/").status_code == 200


def test_the_log_says_which_factors_were_used(
    team: SimpleNamespace, secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "videos")
    client, _ = sign_in(team.owner)
    client.post("/accounts/security/authenticate/", {"code": code_of(secret)})
    assert "owner signed in from 127.0.0.1 with password and totp" in caplog.text


def test_a_code_of_the_app_works_once(team: SimpleNamespace, secret: str) -> None:
    code = code_of(secret)
    for expected in (200, 302):
        client, _ = sign_in(team.owner)
        client.post("/accounts/security/authenticate/", {"code": code})
        assert client.get("/").status_code == expected


def test_an_old_code_of_the_app_works_no_longer(team: SimpleNamespace, secret: str) -> None:
    code, client = code_of(secret), sign_in(team.owner)[0]
    with time_machine.travel(timezone.now() + timedelta(seconds=30), tick=False):
        client.post("/accounts/security/authenticate/", {"code": code})
        assert client.get("/").status_code == 302


def test_with_another_secret_key_no_code_works(
    team: SimpleNamespace, secret: str, settings: Any
) -> None:
    authenticator = Authenticator.objects.get(
        user=team.owner, type=Authenticator.Type.RECOVERY_CODES
    )
    settings.SECRET_KEY = "another-0123456789-abcdefghijklmnopqrstuvwxyz"
    # What the codes would be if an unreadable secret counted as an empty one.
    with patch("allauth.mfa.recovery_codes.internal.auth.decrypt", return_value=""):
        recovery = RecoveryCodes(authenticator).generate_codes()[0]
    for code in (code_of(""), recovery, code_of(secret)):
        client, _ = sign_in(team.owner)
        client.post("/accounts/security/authenticate/", {"code": code})
        assert client.get("/").status_code == 302


def test_a_wrong_code_is_logged(
    team: SimpleNamespace, secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    client, _ = sign_in(team.owner)
    client.post("/accounts/security/authenticate/", {"code": "000000"})
    assert "wrong second factor for owner from" in caplog.text and "000000" not in caplog.text


def test_a_recovery_code_signs_in_once(team: SimpleNamespace, secret: str) -> None:
    authenticator = Authenticator.objects.get(
        user=team.owner, type=Authenticator.Type.RECOVERY_CODES
    )
    code = authenticator.wrap().get_unused_codes()[0]
    for expected in (200, 302):
        client, _ = sign_in(team.owner)
        client.post("/accounts/security/authenticate/", {"code": code})
        assert client.get("/").status_code == expected


def test_guessing_codes_is_limited(team: SimpleNamespace, secret: str) -> None:
    client, _ = sign_in(team.owner)
    texts = []
    for number in range(12):
        answer = client.post("/accounts/security/authenticate/", {"code": f"{number:06}"})
        texts.append(answer.content.decode())
    assert "Too many failed attempts" in texts[-1]
    client.post("/accounts/security/authenticate/", {"code": code_of(secret)})
    assert client.get("/").status_code == 302


def test_secrets_are_encrypted_and_every_change_is_in_the_audit_log(
    team: SimpleNamespace, secret: str
) -> None:
    assert secret not in str(list(Authenticator.objects.values("data")))
    assert secret not in str(list(AuditEntry.objects.values()))
    added = AuditEntry.objects.filter(action="factor.added", member=team.owner)
    assert sorted(each.after["kind"] for each in added) == ["app", "recovery codes"]


def test_turning_it_off_needs_the_password_or_a_code_again(
    team: SimpleNamespace, secret: str
) -> None:
    client = Client()
    client.force_login(team.owner)
    answer = client.post("/accounts/security/app/off/")
    assert "/confirm/" in answer["Location"]
    assert Authenticator.objects.filter(user=team.owner, type=Authenticator.Type.TOTP).exists()


def test_an_admin_removes_what_a_member_has_lost(team: SimpleNamespace, secret: str) -> None:
    admin = Client()
    admin.force_login(team.admin)
    assert "Remove second factors" in admin.get("/team").content.decode()
    admin.post(f"/team/{team.owner.pk}/factors")
    assert not Authenticator.objects.filter(user=team.owner).exists()
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.member_id, entry.target_id) == (
        "factor.removed",
        team.admin.pk,
        team.owner.pk,
    )
    client, _ = sign_in(team.owner)
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("credential", ["", "{}", "[]", "nonsense", '{"id": "x", "response": 1}'])
def test_a_broken_passkey_is_refused(team: SimpleNamespace, credential: str) -> None:
    answer = Client().post("/accounts/security/passkeys/login/", {"credential": credential})
    assert answer.status_code in (302, 400)
