"""Whoever manages members sees and revokes the access tokens of others, up to their own role."""

from datetime import timedelta
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.conftest import make_member
from tests.gallery_fixtures import client_of
from videos.models import (
    AccessToken,
    AuditEntry,
    Member,
    Permission,
    Project,
    Role,
    RolePermission,
    Scope,
)
from videos.team.tokens import issue, recognise


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def token(team: SimpleNamespace) -> AccessToken:
    """A token of the owner's."""
    project = Project.objects.create(name="Harbour", slug="harbour", maker=team.owner)
    issue(team.owner, "agent <7>", Scope.WRITE, 30, project)
    return AccessToken.objects.get()


def revoke_path(token: AccessToken) -> str:
    return f"/team/{token.member_id}/tokens/{token.pk}/revoke"


def test_the_list_says_what_each_token_is(team: SimpleNamespace, token: AccessToken) -> None:
    AccessToken.objects.update(last_used_at=timezone.now())
    issue(team.teammate, "of another", Scope.READ)
    page = text_of(client_of(team.admin).get(f"/team/{team.owner.pk}/tokens"))
    for text in ("agent &lt;7&gt;", token.prefix, "Read and write", "Harbour", "Last used"):
        assert text in page
    assert "works until" in page and "of another" not in page and token.hash not in page


def test_the_team_page_links_to_the_tokens_of_those_who_have_some(
    team: SimpleNamespace, token: AccessToken
) -> None:
    admin = client_of(team.admin)
    page = text_of(admin.get("/team"))
    assert f'href="/team/{team.owner.pk}/tokens"' in page
    assert f'href="/team/{team.teammate.pk}/tokens"' not in page
    admin.post(revoke_path(token))
    assert f'href="/team/{team.owner.pk}/tokens"' not in text_of(admin.get("/team"))
    assert "No access tokens." in text_of(admin.get(f"/team/{team.owner.pk}/tokens"))


def test_a_revoked_token_is_refused_at_once_and_the_log_says_by_whom(
    team: SimpleNamespace,
) -> None:
    leaked = issue(team.owner, "agent", Scope.WRITE)
    other_token = issue(team.owner, "laptop", Scope.READ)
    row = AccessToken.objects.get(name="agent")
    answer = client_of(team.admin).post(revoke_path(row), follow=True)
    assert answer.redirect_chain == [(f"/team/{team.owner.pk}/tokens", 303)]
    assert "“agent” no longer works." in text_of(answer)
    assert recognise(leaked) is None and recognise(other_token) is not None
    entry = AuditEntry.objects.get(action="token.revoked")
    assert (entry.member_id, entry.target_id) == (team.admin.pk, row.pk)
    assert entry.after == {"owner": team.owner.pk}


def test_revoking_twice_changes_nothing_more(team: SimpleNamespace, token: AccessToken) -> None:
    admin = client_of(team.admin)
    admin.post(revoke_path(token))
    first = AccessToken.objects.get().revoked_at
    answer = admin.post(revoke_path(token), follow=True)
    assert "was revoked already." in text_of(answer)
    assert AccessToken.objects.get().revoked_at == first
    assert AuditEntry.objects.filter(action="token.revoked").count() == 1


def test_a_token_is_found_only_below_its_own_member(
    team: SimpleNamespace, token: AccessToken
) -> None:
    admin = client_of(team.admin)
    for path in (
        f"/team/{team.teammate.pk}/tokens/{token.pk}/revoke",
        f"/team/{team.owner.pk}/tokens/{token.pk + 1}/revoke",
        f"/team/9999/tokens/{token.pk}/revoke",
        f"/team/{team.owner.pk}/tokens/{10**30}/revoke",
    ):
        assert admin.post(path).status_code == 404
    assert admin.get("/team/9999/tokens").status_code == 404
    assert AccessToken.objects.get().revoked_at is None


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MEMBER, Role.PRODUCER])
def test_without_the_permission_nothing_is_seen_or_revoked(
    team: SimpleNamespace, token: AccessToken, role: Role
) -> None:
    browser = client_of(make_member("stranger", role))
    assert browser.get(f"/team/{team.owner.pk}/tokens").status_code == 403
    assert browser.post(revoke_path(token)).status_code == 403
    assert AccessToken.objects.get().revoked_at is None


def test_the_permission_reaches_up_to_ones_own_role(
    team: SimpleNamespace, token: AccessToken
) -> None:
    RolePermission.objects.create(role=Role.PRODUCER, permission=Permission.MEMBERS, allowed=True)
    producer = client_of(make_member("producer", Role.PRODUCER))
    issue(team.admin, "root", Scope.WRITE)
    above = AccessToken.objects.get(name="root")
    assert producer.get(f"/team/{team.admin.pk}/tokens").status_code == 403
    assert producer.post(revoke_path(above)).status_code == 403
    assert producer.get(f"/team/{team.owner.pk}/tokens").status_code == 200
    assert producer.post(revoke_path(token)).status_code == 303
    assert [row.revoked_at is None for row in AccessToken.objects.order_by("pk")] == [False, True]


def test_tokens_of_a_deactivated_owner_are_listed_and_can_be_revoked(
    team: SimpleNamespace, token: AccessToken
) -> None:
    Member.objects.filter(pk=team.owner.pk).update(is_active=False)
    admin = client_of(team.admin)
    assert "This account is deactivated" in text_of(admin.get(f"/team/{team.owner.pk}/tokens"))
    assert admin.post(revoke_path(token)).status_code == 303
    assert AccessToken.objects.get().revoked_at is not None


def test_the_page_takes_as_many_queries_for_many_tokens_as_for_one(
    team: SimpleNamespace, token: AccessToken, django_assert_max_num_queries: Any
) -> None:
    admin = client_of(team.admin)
    path = f"/team/{team.owner.pk}/tokens"
    with django_assert_max_num_queries(100) as once:
        admin.get(path)
    for number in range(5):
        issue(team.owner, f"t{number}", Scope.READ, project=token.project)
    with django_assert_max_num_queries(len(once)):
        admin.get(path)


# --- the command ----------------------------------------------------------------------------


def run(*words: str) -> str:
    out = StringIO()
    call_command("tokens", *words, stdout=out)
    return out.getvalue()


def test_the_command_lists_everyones_tokens(team: SimpleNamespace, token: AccessToken) -> None:
    issue(team.viewer, "wall", Scope.READ)
    AccessToken.objects.filter(name="wall").update(
        expires_at=timezone.now() - timedelta(days=1), last_used_at=timezone.now()
    )
    Member.objects.filter(pk=team.viewer.pk).update(is_active=False)
    first, second = run("list").splitlines()
    for text in (str(token.pk), token.prefix, "owner", "agent <7>", "read,write", "harbour"):
        assert text in first
    assert "not used yet" in first and "works until 20" in first
    for text in ("viewer (deactivated)", "no project", "last used", "expired"):
        assert text in second
    assert run("list", "--member", "owner").splitlines() == [first]
    assert run("list", "--member", "teammate") == "There are no access tokens.\n"


@pytest.mark.parametrize("by", ["number", "prefix", "whole"])
def test_the_command_revokes_a_token_by_number_or_by_how_it_begins(
    team: SimpleNamespace, by: str
) -> None:
    text = issue(team.owner, "agent", Scope.WRITE)
    row = AccessToken.objects.get()
    named = {"number": str(row.pk), "prefix": row.prefix, "whole": text}[by]
    assert run("revoke", named) == f"Revoked agent ({row.prefix}…) of owner.\n"
    assert recognise(text) is None
    entry = AuditEntry.objects.get(action="token.revoked")
    assert (entry.means, entry.after) == ("command", {"owner": team.owner.pk})
    with pytest.raises(CommandError, match="was revoked already"):
        run("revoke", named)
    assert run("list") == "There are no access tokens.\n"


def test_the_command_revokes_all_tokens_of_a_member(
    team: SimpleNamespace, token: AccessToken
) -> None:
    issue(team.owner, "two", Scope.READ)
    issue(team.viewer, "wall", Scope.READ)
    assert run("revoke", "--member", "owner") == "Revoked: 2.\n"
    assert [row.name for row in AccessToken.objects.filter(revoked_at=None)] == ["wall"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["revoke", "99999"], "No such token"),
        (["revoke", str(10**30)], "No such token"),
        (["revoke", "²"], "No such token"),
        (["revoke", "dly_nothing"], "No such token"),
        (["revoke", "--member", "nobody"], "No member is called “nobody”"),
        (["list", "--member", "nobody"], "No member is called “nobody”"),
        (["revoke"], "required"),
        (["revoke", "1", "--member", "owner"], "not allowed"),
    ],
)
def test_the_command_says_what_is_wrong(
    team: SimpleNamespace, token: AccessToken, words: list[str], why: str
) -> None:
    with pytest.raises(CommandError, match=why):
        run(*words)
    assert AccessToken.objects.get().revoked_at is None


def test_the_command_does_not_guess_between_tokens_that_begin_alike(
    team: SimpleNamespace, token: AccessToken
) -> None:
    issue(team.owner, "two", Scope.READ)
    AccessToken.objects.update(prefix=token.prefix)
    with pytest.raises(CommandError, match="Use its number"):
        run("revoke", token.prefix)
    assert not AccessToken.objects.exclude(revoked_at=None).exists()
