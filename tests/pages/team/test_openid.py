"""Signing in through a real OpenID provider, with the roles that its groups give."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.utils import timezone

from dashboard.openid import openid_connect, role_map
from tests.conftest import PASSWORD
from tests.gateway_fixtures import Caller
from tests.oidc_server import CLIENT
from tests.share_fixtures import rows, share
from videos.models import AuditEntry, Member, NoticeSettings, PasswordLink, VideoJob
from videos.models.ids import hash_of
from videos.team.tokens import issue, recognise

BO = {"sub": "bo-1", "name": "Bo Diddley", "preferred_username": "bo", "email": "bo@example.com"}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.oidc_server"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.kill()
    process.wait()


@pytest.fixture(autouse=True)
def configured(issuer: str, settings: Any, team: SimpleNamespace) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = openid_connect(issuer, *CLIENT)
    settings.OIDC_ISSUER = issuer
    settings.OIDC_ROLE_MAP = role_map("staff=member, leads=admin, watchers=viewer")


def ask(issuer: str, method: str, path: str, body: str = "") -> tuple[int, str]:
    connection = HTTPConnection(urlsplit(issuer).netloc)
    connection.request(method, path, body)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.getheader("Location", "") or ""


def sign_in(issuer: str, client: Client | None = None, **claims: Any) -> tuple[Client, Any]:
    """What a browser does: to the provider, and back with a code."""
    client = client or Client()
    ask(issuer, "PUT", "/claims", json.dumps(claims))
    there = client.post("/accounts/openid/oidc/login/")["Location"]
    assert there.startswith(f"{issuer}/authorize?")
    _, back = ask(issuer, "GET", there.removeprefix(issuer))
    parts = urlsplit(back)
    assert parts.path == "/accounts/openid/oidc/login/callback/"
    return client, client.get(f"{parts.path}?{parts.query}")


def test_the_first_sign_in_makes_an_account_with_the_role_of_the_groups(issuer: str) -> None:
    client, _ = sign_in(issuer, **BO, groups=["other", "staff"])
    member = Member.objects.get(username="bo")
    assert (member.name, member.email, member.role) == ("Bo Diddley", "bo@example.com", "member")
    assert not member.has_usable_password()
    assert client.get("/").status_code == 200
    entry = AuditEntry.objects.get(action="member.joined")
    assert entry.member_id == member.pk and entry.after["by"] == "OpenID Connect"


def test_each_sign_in_brings_the_role_up_to_date(issuer: str) -> None:
    for groups, role in (
        (["staff"], "member"),
        (["staff", "leads"], "admin"),
        ("watchers", "viewer"),
    ):
        sign_in(issuer, **BO, groups=groups)
        assert Member.objects.get(username="bo").role == role
    assert AuditEntry.objects.filter(action="member.role").count() == 2


@pytest.mark.parametrize("groups", [[], ["strangers"], None, {"staff": 1}, [["staff"]], 7])
def test_who_has_no_group_of_ours_is_refused(issuer: str, groups: Any) -> None:
    client, answer = sign_in(issuer, **BO, groups=groups)
    assert answer.status_code == 403 and "give you access" in answer.content.decode()
    assert client.get("/").status_code == 302
    assert not Member.objects.filter(username="bo").exists()


def test_a_verified_address_finds_the_member_and_another_one_does_not(
    issuer: str, team: SimpleNamespace
) -> None:
    owner = {"sub": "o-1", "email": "owner@example.com", "groups": ["staff"]}
    _, answer = sign_in(issuer, **owner)
    assert answer.status_code == 403
    client, _ = sign_in(issuer, **owner, email_verified=True)
    assert client.session["_auth_user_id"] == str(team.owner.pk)


def test_who_prepared_the_account_is_locked_out_when_its_person_comes(
    issuer: str, team: SimpleNamespace
) -> None:
    # The member typed somebody else's address into the own account.
    Member.objects.filter(pk=team.owner.pk).update(email=BO["email"])
    NoticeSettings.objects.create(member=team.owner, sealed_address="a chat of theirs")
    Authenticator.objects.create(user=team.owner, type="totp", data={})
    link = PasswordLink.objects.create(
        token_hash="x", member=team.owner, made_by=team.admin, expires_at=timezone.now()
    )
    attacker, token = Client(), issue(team.owner, "kept", "read")
    attacker.force_login(team.owner, "allauth.account.auth_backends.AuthenticationBackend")
    assert attacker.get("/").status_code == 200
    client, answer = sign_in(issuer, **BO, groups=["staff"], email_verified=True)
    assert client.session["_auth_user_id"] == str(team.owner.pk)
    page = client.get(answer["Location"]).content.decode()
    assert "connected to your organization" in page
    assert attacker.get("/").status_code == 302
    assert recognise(token) is None
    assert not Authenticator.objects.filter(user=team.owner).exists()
    member = Member.objects.get(pk=team.owner.pk)
    assert not member.has_usable_password() and member.notice_settings.sealed_address == ""
    assert link.replaces != hash_of(member.password)
    entry = AuditEntry.objects.get(action="member.connected")
    assert (entry.member_id, entry.target_id) == (member.pk, member.pk)
    assert entry.after == {"by": "OpenID Connect"}
    # The next sign-ins end nothing.
    again, _ = sign_in(issuer, **BO, groups=["staff"], email_verified=True)
    assert again.get("/").status_code == 200 and client.get("/").status_code == 200
    assert AuditEntry.objects.filter(action="member.connected").count() == 1


def test_an_account_belongs_to_one_person_of_the_provider(
    issuer: str, team: SimpleNamespace
) -> None:
    owner = {"email": "owner@example.com", "groups": ["staff"], "email_verified": True}
    client, _ = sign_in(issuer, sub="o-1", **owner)
    _, answer = sign_in(issuer, sub="o-2", **owner)
    assert answer.status_code == 403
    assert "Another member uses your email address." in answer.content.decode()
    assert SocialAccount.objects.get().uid == "o-1" and client.get("/").status_code == 200


def test_a_member_who_is_signed_in_with_the_password_is_connected_and_stays(
    issuer: str, team: SimpleNamespace
) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": "owner", "password": PASSWORD})
    owner = {"sub": "o-1", "email": "owner@example.com", "groups": ["staff"]}
    sign_in(issuer, client, **owner, email_verified=True)
    assert client.get("/").status_code == 200
    assert client.session["_auth_user_id"] == str(team.owner.pk)


def test_a_deactivated_member_is_not_let_in(issuer: str) -> None:
    sign_in(issuer, **BO, groups=["staff"])
    Member.objects.filter(username="bo").update(is_active=False)
    client, _ = sign_in(issuer, **BO, groups=["staff"])
    assert client.get("/").status_code == 302


def test_the_last_admin_stays_one(issuer: str, team: SimpleNamespace) -> None:
    lead = BO | {"groups": ["leads"]}
    sign_in(issuer, **lead)
    Member.objects.filter(pk=team.admin.pk).update(role="member")
    sign_in(issuer, **BO, groups=["watchers"])
    assert Member.objects.get(username="bo").role == "admin"


def test_hostile_claims_make_a_harmless_account(issuer: str) -> None:
    claims = {"sub": "x", "name": "<b>\u202eEve" * 40, "preferred_username": "../Admin =1"}
    sign_in(issuer, **claims, groups=["staff"])
    member = Member.objects.latest("pk")
    assert "\u202e" not in member.name and len(member.name) <= 80
    assert member.username == "..-admin-1"
    sign_in(issuer, sub="y", preferred_username="admin", groups=["staff"])
    assert Member.objects.latest("pk").username == "admin-2"


@pytest.mark.parametrize(
    "in_token",
    [
        None,
        {"sub": "someone-else"},
        # Metadata and token agree, but this isn't the provider that was configured.
        {"iss": "https://another.example.com"},
        {"aud": "another-client"},
        {"exp": 1},
    ],
)
def test_a_token_that_does_not_prove_who_it_is_is_refused(issuer: str, in_token: Any) -> None:
    client, answer = sign_in(issuer, **BO, groups=["staff"], in_token=in_token)
    assert answer.status_code == 403
    assert client.get("/").status_code == 302
    assert not Member.objects.filter(username="bo").exists()


def test_a_forged_or_repeated_answer_is_refused(issuer: str) -> None:
    forged = Client().get("/accounts/openid/oidc/login/callback/?code=x&state=y")
    assert forged.status_code == 403
    client, _ = sign_in(issuer)
    assert client.get("/").status_code == 302


def test_it_can_be_the_only_way_in(issuer: str, team: SimpleNamespace, settings: Any) -> None:
    settings.OIDC_ONLY = True
    client = Client()
    form = {"login": "owner", "password": PASSWORD}
    answer = client.post("/accounts/login/", form)
    assert "Sign in through your organization." in answer.content.decode()
    assert client.get("/").status_code == 302
    allowed, _ = sign_in(issuer, **BO, groups=["staff"])
    assert allowed.get("/").status_code == 200


def test_a_map_of_roles_is_read_and_nonsense_is_refused() -> None:
    assert role_map(" a=b=member ,leads=admin,") == {"a=b": "member", "leads": "admin"}
    for text in ("staff", "=admin", "staff=owner", "staff:member"):
        with pytest.raises(ValueError):
            role_map(text)


def test_a_first_second_factor_asks_to_sign_in_again_at_the_provider(issuer: str) -> None:
    client, _ = sign_in(issuer, **BO, groups=["staff"])
    pages = ("/accounts/security/app/on/", "/accounts/security/passkeys/add/")
    for page in pages:
        assert client.get(page).status_code == 200, "the sign-in was a moment ago"
    age_session(client)
    for page in pages:
        for answer in (client.get(page), client.post(page, {"code": "123456"})):
            assert answer.status_code == 302
            assert answer["Location"].startswith("/accounts/security/confirm/openid/?next=")
    confirmation = client.get(client.get(pages[0])["Location"]).content.decode()
    assert 'value="/accounts/security/app/on/"' in confirmation
    there = client.post(
        "/accounts/openid/oidc/login/?auth_params=prompt%3Dlogin", {"next": pages[0]}
    )["Location"]
    assert "prompt=login" in there
    _, back = ask(issuer, "GET", there.removeprefix(issuer))
    parts = urlsplit(back)
    assert client.get(f"{parts.path}?{parts.query}")["Location"] == pages[0]
    assert client.get(pages[0]).status_code == 200


def test_members_with_a_password_are_asked_for_that(team: SimpleNamespace) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": "owner", "password": PASSWORD})
    age_session(client)
    assert "/confirm/?next=" in client.get("/accounts/security/app/on/")["Location"]
    for there in ("//evil.example/", "https://evil.example/", "javascript:alert(1)"):
        page = client.get("/accounts/security/confirm/openid/", {"next": there})
        assert there not in page.content.decode()


def age_session(client: Client) -> None:
    """Let the session be an hour old, as it would be after an hour's work."""
    session = client.session
    session["began"] -= 3600
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()


def test_who_loses_all_groups_loses_sessions_tokens_and_links_when_refused(
    issuer: str, make_job: Callable[..., VideoJob]
) -> None:
    there, _ = sign_in(issuer, **BO, groups=["staff"])
    member = Member.objects.get(username="bo")
    token = issue(member, "agent", "read write")
    link = share(member, rows(make_job(maker=member)))
    assert there.get("/").status_code == 200 and Caller(token).get("/v1/videos").status_code == 200

    elsewhere, answer = sign_in(issuer, **BO, groups=["strangers"])
    assert answer.status_code == 403
    assert there.get("/").status_code == elsewhere.get("/").status_code == 302
    assert Caller(token).get("/v1/videos").status_code == 401
    assert Client().get(f"/s/{link.token}").status_code in (404, 410)
    assert not Member.objects.get(pk=member.pk).is_active
    entry = AuditEntry.objects.get(action="member.deactivated")
    assert entry.target_id == member.pk and entry.before == {"is_active": True}
    assert entry.after == {"is_active": False, "by": "OpenID Connect"}
    assert AuditEntry.objects.filter(action="token.revoked").count() == 1
    # Trying again changes nothing more.
    sign_in(issuer, **BO, groups=[])
    assert AuditEntry.objects.filter(action="member.deactivated").count() == 1


def test_the_browser_that_is_refused_is_signed_out_itself(issuer: str) -> None:
    client, _ = sign_in(issuer, **BO, groups=["staff"])
    _, answer = sign_in(issuer, client, **BO, groups=[])
    assert answer.status_code == 403
    assert client.get("/").status_code == 302


def test_groups_that_come_back_do_not_open_a_deactivated_account(
    issuer: str, team: SimpleNamespace
) -> None:
    sign_in(issuer, **BO, groups=["staff"])
    sign_in(issuer, **BO, groups=[])
    client, _ = sign_in(issuer, **BO, groups=["staff"])
    assert client.get("/").status_code == 302
    member, admin = Member.objects.get(username="bo"), Client()
    admin.force_login(team.admin)
    admin.post(f"/team/{member.pk}/active", {"active": "1"})
    client, _ = sign_in(issuer, **BO, groups=["staff"])
    assert client.get("/").status_code == 200


def test_the_last_admin_is_refused_without_groups_and_keeps_the_account(
    issuer: str, team: SimpleNamespace
) -> None:
    there, _ = sign_in(issuer, **BO, groups=["leads"])
    Member.objects.filter(pk=team.admin.pk).update(role="member")
    token = issue(Member.objects.get(username="bo"), "agent", "read")
    _, answer = sign_in(issuer, **BO, groups=[])
    assert answer.status_code == 403
    assert there.get("/").status_code == 200 and recognise(token) is not None


def test_a_refusal_for_another_reason_ends_nothing(issuer: str, team: SimpleNamespace) -> None:
    there, _ = sign_in(issuer, **BO, groups=["staff"])
    # Someone else, with the member's address and without groups, who has no account.
    _, answer = sign_in(issuer, **BO | {"sub": "eve-1"}, groups=[])
    assert answer.status_code == 403
    _, answer = sign_in(issuer, **BO, groups=[], in_token={"sub": "eve-1"})
    assert answer.status_code == 403
    assert there.get("/").status_code == 200
