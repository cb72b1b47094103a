"""Signing in by a header, which only named proxies may send."""

from ipaddress import ip_network
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.checks import run_checks
from django.test import Client

from dashboard.openid import role_map
from dashboard.proxy_header import header_name, networks
from videos.models import AuditEntry, Member, MemberSession, Role
from videos.serving import PEER
from videos.team.tokens import issue, recognise

PROXY, OTHER = "10.0.0.5", "10.0.0.6"


@pytest.fixture(autouse=True)
def configured(settings: Any, team: SimpleNamespace) -> None:
    settings.AUTH_HEADER = "X-Forwarded-User"
    settings.AUTH_HEADER_PROXIES = [ip_network(PROXY)]
    settings.AUTH_HEADER_EMAIL = "X-Forwarded-Email"
    settings.AUTH_HEADER_NAME = "X-Forwarded-Name"
    settings.AUTH_HEADER_GROUPS = "X-Forwarded-Groups"


def visit(client: Client, user: str = "", peer: str = PROXY, path: str = "/", **more: str) -> Any:
    headers = {f"X-Forwarded-{name}": value for name, value in more.items()}
    if user:
        headers["X-Forwarded-User"] = user
    return client.get(path, headers=headers, **{PEER: peer})


def who(client: Client) -> str:
    """The username of the session's member; empty for none."""
    pk = client.session.get("_auth_user_id")
    return Member.objects.get(pk=pk).username if pk else ""


def test_the_first_visit_makes_an_account_and_the_next_ones_find_it() -> None:
    client = Client()
    person = {"Email": "Bo@Example.com", "Name": "Bo Diddley"}
    assert visit(client, "bo@example.com", **person).status_code == 200
    member = Member.objects.get(username="bo")
    assert (member.name, member.email, member.role) == ("Bo Diddley", "bo@example.com", "viewer")
    assert not member.has_usable_password()
    entry = AuditEntry.objects.get(action="member.joined")
    assert (entry.member_id, entry.after) == (member.pk, {"role": "viewer", "by": "proxy"})
    key = client.session.session_key
    assert visit(client, "bo@example.com", **person).status_code == 200
    assert client.session.session_key == key, "the same session goes on"
    assert visit(Client(), "bo@example.com").status_code == 200
    assert Member.objects.filter(name="Bo Diddley").count() == 1
    assert MemberSession.objects.filter(member=member).count() == 2


def test_accounts_of_before_are_found_by_username_and_by_address(team: SimpleNamespace) -> None:
    for name in ("owner", "teammate@example.com"):
        client = Client()
        assert visit(client, name).status_code == 200
        assert who(client) == name.partition("@")[0]
    # An address that a member enters later takes no account over.
    Member.objects.filter(pk=team.viewer.pk).update(email="owner")
    client = Client()
    visit(client, "owner")
    assert who(client) == "owner"


def test_who_prepared_the_account_is_locked_out_when_its_person_comes(
    team: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    attacker, token = Client(), issue(team.owner, "kept", "read")
    attacker.force_login(team.owner, "allauth.account.auth_backends.AuthenticationBackend")
    client = Client()
    assert visit(client, "owner").status_code == 200
    assert attacker.get("/").status_code == 302 and recognise(token) is None
    assert not Member.objects.get(pk=team.owner.pk).has_usable_password()
    entry = AuditEntry.objects.get(action="member.connected")
    assert (entry.target_id, entry.after) == (team.owner.pk, {"by": "proxy"})
    assert visit(client, "owner").status_code == 200
    # Someone else of the proxy, with the same address, doesn't get the account.
    assert visit(Client(), "eve", Email="owner@example.com").status_code == 302
    assert "belongs to another person" in caplog.text
    assert SocialAccount.objects.get().uid == "owner"


def test_the_header_counts_from_a_named_proxy_alone(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    for peer in (OTHER, "127.0.0.1", "", "not an address", "::ffff:10.0.0.6"):
        client = Client()
        caplog.clear()
        answer = visit(client, "owner", peer)
        assert (answer.status_code, who(client)) == (302, ""), peer
        assert "isn't in AUTH_HEADER_PROXIES" in caplog.text
    # What the visitor or the proxy claims of the visitor's address changes nothing.
    settings.TRUSTED_PROXIES = 1
    client = Client()
    headers = {"X-Forwarded-User": "owner", "X-Forwarded-For": PROXY}
    client.get("/", headers=headers, **{PEER: OTHER, "REMOTE_ADDR": PROXY})
    assert who(client) == ""
    for peer in (PROXY, f"::ffff:{PROXY}"):
        client = Client()
        visit(client, "owner", peer)
        assert who(client) == "owner", peer


def test_a_value_that_is_not_one_name_is_ignored() -> None:
    for value in ("owner, admin", "owner,admin", "owner\x00", "o\twner", "x" * 500):
        client = Client()
        assert visit(client, value).status_code == 302, value
        assert who(client) == ""
    assert Member.objects.count() == 4


def test_a_session_ends_without_the_header_and_changes_with_it(team: SimpleNamespace) -> None:
    client = Client()
    visit(client, "owner")
    visit(client, "teammate")
    assert who(client) == "teammate"
    assert visit(client).status_code == 302
    assert who(client) == ""
    visit(client, "owner")
    assert visit(client, "owner", OTHER).status_code == 302
    assert who(client) == ""
    # A session that began with a password goes on.
    client.force_login(team.admin, "allauth.account.auth_backends.AuthenticationBackend")
    assert visit(client).status_code == 200
    assert who(client) == "admin"


def test_groups_give_the_role_as_soon_as_they_change(settings: Any, team: SimpleNamespace) -> None:
    settings.AUTH_HEADER_ROLE_MAP = role_map("staff=member, leads=admin, watchers=viewer")
    client = Client()
    for groups, role in (("x,staff", "member"), ("staff, leads", "admin"), ("watchers", "viewer")):
        assert visit(client, "bo", Groups=groups).status_code == 200
        assert Member.objects.get(username="bo").role == role
    assert AuditEntry.objects.filter(action="member.role").count() == 2
    assert visit(client, "bo", Groups="strangers").status_code == 302
    assert visit(Client(), "eve").status_code == 302
    assert not Member.objects.filter(username="eve").exists()
    # The last admin stays one.
    visit(Client(), "admin", Groups="watchers")
    assert Member.objects.get(username="admin").role == Role.ADMIN


def test_a_deactivated_member_stays_out(team: SimpleNamespace) -> None:
    client = Client()
    visit(client, "owner")
    Member.objects.filter(pk=team.owner.pk).update(is_active=False)
    assert visit(client, "owner").status_code == 302
    assert visit(Client(), "owner").status_code == 302


def test_no_one_gets_in_before_the_first_admin(settings: Any) -> None:
    Member.objects.all().delete()
    assert visit(Client(), "bo").status_code == 302
    assert not Member.objects.exists()
    settings.AUTH_HEADER_ROLE_MAP = role_map("leads=admin")
    assert visit(Client(), "bo", Groups="leads").status_code == 200
    assert Member.objects.get().role == Role.ADMIN


def test_scripts_and_share_links_start_no_session() -> None:
    for path in ("/v1/videos", "/api/videos", "/healthz"):
        client = Client()
        visit(client, "owner", path=path)
        assert not client.cookies, path


def test_without_the_setting_the_header_means_nothing(settings: Any) -> None:
    settings.AUTH_HEADER = ""
    client = Client()
    assert visit(client, "owner").status_code == 302
    settings.AUTH_HEADER, settings.AUTH_HEADER_PROXIES = "X-Forwarded-User", []
    assert visit(Client(), "owner").status_code == 302


def test_the_header_without_named_proxies_is_refused_at_the_start(settings: Any) -> None:
    assert not [each for each in run_checks() if each.id == "dailies.E001"]
    settings.AUTH_HEADER_PROXIES = []
    assert [each.id for each in run_checks() if each.id == "dailies.E001"]
    for bad in ("X_Forwarded_User", "Cookie", "X-User:", "x user", "X-Forwarded-For"):
        with pytest.raises(ValueError):
            header_name(bad)
    for bad in ("0.0.0.0/0", "::/0", "proxy.example.com", "10.0.0.1/8"):
        with pytest.raises(ValueError):
            networks(bad)
    assert header_name(" X-Forwarded-User ") == "X-Forwarded-User"
    assert networks("10.0.0.5, 172.16.0.0/12") == [
        ip_network("10.0.0.5"),
        ip_network("172.16.0.0/12"),
    ]


def test_a_member_of_the_proxy_adds_a_second_factor_unasked() -> None:
    client = Client()
    assert visit(client, "bo", path="/accounts/security/app/on/").status_code == 200


def test_who_loses_all_groups_loses_sessions_and_tokens_with_the_next_request(
    settings: Any, team: SimpleNamespace
) -> None:
    settings.AUTH_HEADER_ROLE_MAP = role_map("staff=member, leads=admin")
    here, there = Client(), Client()
    for client in (here, there):
        assert visit(client, "bo", Groups="staff").status_code == 200
    member = Member.objects.get(username="bo")
    token = issue(member, "agent", "read")
    # A session of the same account that began in another way.
    by_link = Client()
    by_link.force_login(member, "allauth.account.auth_backends.AuthenticationBackend")
    assert visit(by_link, "bo", Groups="strangers").status_code == 302
    assert who(here) == who(there) == who(by_link) == ""
    assert recognise(token) is None
    assert not Member.objects.get(pk=member.pk).is_active
    entry = AuditEntry.objects.get(action="member.deactivated")
    assert entry.target_id == member.pk and entry.after == {"is_active": False, "by": "proxy"}
    assert visit(here, "bo", Groups="staff").status_code == 302


def test_who_was_never_let_in_by_the_proxy_is_not_deactivated(
    settings: Any, team: SimpleNamespace
) -> None:
    settings.AUTH_HEADER_ROLE_MAP = role_map("staff=member")
    assert visit(Client(), "owner", Groups="strangers").status_code == 302
    assert Member.objects.get(pk=team.owner.pk).is_active


def test_the_last_admin_is_refused_by_groups_and_keeps_the_account(
    settings: Any, team: SimpleNamespace
) -> None:
    settings.AUTH_HEADER_ROLE_MAP = role_map("leads=admin")
    visit(Client(), "admin", Groups="leads")
    assert visit(Client(), "admin", Groups="strangers").status_code == 302
    assert Member.objects.get(pk=team.admin.pk).is_active
