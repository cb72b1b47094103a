"""An admin lets in a member who has forgotten the password: by a link, once, within a day."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from videos.models import PasswordLink

NEW = "a-quite-different-battery"


@pytest.fixture
def admin(team: SimpleNamespace, client: Client) -> Client:
    client.force_login(team.admin)
    return client


def make(admin: Client, member: Any) -> str:
    """The path of a fresh link."""
    page = admin.post(f"/team/{member.pk}/password", follow=True).content.decode()
    match = re.search(r'value="http://localhost:8000(/password/[\w-]+)"', page)
    assert match, page
    return match[1]


def test_a_link_sets_a_new_password_and_signs_the_old_sessions_out(
    admin: Client, team: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    theirs = Client()
    theirs.force_login(team.owner)
    with caplog.at_level(logging.INFO):
        link = make(admin, team.owner)
        stranger = Client()
        page = stranger.get(link).content.decode()
        assert "Owner, choose a new password" in page and "<strong>owner</strong>" in page
        response = stranger.post(link, {"password": NEW})
    assert (response.status_code, response["Location"]) == (
        303,
        "/accounts/password/reset/key/done/",
    )
    team.owner.refresh_from_db()
    assert team.owner.check_password(NEW)
    assert theirs.get("/account").status_code == 302
    signed_in = stranger.post("/accounts/login/", {"login": "owner", "password": NEW})
    assert signed_in["Location"] == "/"
    assert "admin has made a password link for owner" in caplog.text
    assert "owner has set a new password by a link" in caplog.text
    assert link not in caplog.text and NEW not in caplog.text


def test_a_link_works_once(admin: Client, team: SimpleNamespace) -> None:
    link = make(admin, team.owner)
    assert Client().post(link, {"password": NEW}).status_code == 303
    again = Client().post(link, {"password": "yet-another-long-battery"})
    assert again.status_code == 404 and b"This link doesn't work" in again.content
    assert Client().get(link).status_code == 404
    team.owner.refresh_from_db()
    assert team.owner.check_password(NEW)


@pytest.mark.django_db(transaction=True)
def test_two_who_open_it_at_once_are_one(admin: Client, team: SimpleNamespace) -> None:
    link = make(admin, team.owner)

    def use(number: int) -> int:
        try:
            return Client().post(link, {"password": f"{NEW}-{number}"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as crowd:
        assert sorted(crowd.map(use, range(8))) == [303] + [404] * 7


def test_it_is_shown_once_and_kept_as_a_hash(admin: Client, team: SimpleNamespace) -> None:
    link = make(admin, team.owner)
    token = link.removeprefix("/password/")
    assert token not in admin.get("/team").content.decode()
    row = PasswordLink.objects.values().get()
    assert token not in str(row)
    assert not any(token in str(each.get_decoded()) for each in Session.objects.all())


def test_the_link_lies_in_no_session_in_the_clear(admin: Client, team: SimpleNamespace) -> None:
    admin.post(f"/team/{team.owner.pk}/password")
    stored_link = admin.session["fresh_password_link"]["link"]
    assert "/password/" not in stored_link


@pytest.mark.parametrize("hours", [24, 100])
def test_it_runs_out(admin: Client, team: SimpleNamespace, hours: int) -> None:
    link = make(admin, team.owner)
    late = timezone.now() - timedelta(hours=hours)
    PasswordLink.objects.update(created_at=late, expires_at=late + timedelta(hours=24))
    assert Client().get(link).status_code == 404
    assert Client().post(link, {"password": NEW}).status_code == 404


def test_a_newer_link_ends_the_older(admin: Client, team: SimpleNamespace) -> None:
    older, newer = make(admin, team.owner), make(admin, team.owner)
    assert Client().get(older).status_code == 404
    assert Client().get(newer).status_code == 200


def test_a_password_that_was_changed_meanwhile_ends_it(
    admin: Client, team: SimpleNamespace
) -> None:
    link = make(admin, team.owner)
    team.owner.set_password("remembered-it-after-all")
    team.owner.save()
    assert Client().get(link).status_code == 404


def test_it_ends_with_the_account_or_with_the_role_of_who_made_it(
    admin: Client, team: SimpleNamespace
) -> None:
    link = make(admin, team.owner)
    admin.post(f"/team/{team.owner.pk}/active", {"active": "0"})
    assert Client().get(link).status_code == 404
    admin.post(f"/team/{team.owner.pk}/active", {"active": "1"})
    assert Client().get(link).status_code == 404
    admin.post(f"/team/{team.teammate.pk}/role", {"role": "admin"})
    other = Client()
    other.force_login(team.teammate)
    link = make(other, team.owner)
    # A role of the member's own changes nothing about it.
    admin.post(f"/team/{team.owner.pk}/role", {"role": "viewer"})
    assert Client().get(link).status_code == 200
    admin.post(f"/team/{team.teammate.pk}/role", {"role": "member"})
    assert Client().get(link).status_code == 404


@pytest.mark.parametrize(
    ("password", "message"),
    [("short", "too short"), ("password123", "too common"), ("", "required"), ("owner", "similar")],
)
def test_a_weak_password_is_refused_and_the_link_still_works(
    admin: Client, team: SimpleNamespace, password: str, message: str
) -> None:
    link = make(admin, team.owner)
    response = Client().post(link, {"password": password})
    assert response.status_code == 200 and message in response.content.decode()
    assert Client().post(link, {"password": NEW}).status_code == 303


def test_no_link_for_oneself_or_for_a_closed_account(admin: Client, team: SimpleNamespace) -> None:
    page = admin.post(f"/team/{team.admin.pk}/password", follow=True).content.decode()
    assert "Change your own password on your account page." in page
    admin.post(f"/team/{team.viewer.pk}/active", {"active": "0"})
    page = admin.post(f"/team/{team.viewer.pk}/password", follow=True).content.decode()
    assert "Viewer is deactivated." in page
    assert not PasswordLink.objects.exists()


def test_the_team_page_tells_who_made_which_and_whether_it_was_used(
    admin: Client, team: SimpleNamespace, django_assert_max_num_queries: Any
) -> None:
    link = make(admin, team.owner)
    assert "not used yet" in admin.get("/team").content.decode()
    Client().post(link, {"password": NEW})
    with django_assert_max_num_queries(12):
        page = admin.get("/team").content.decode()
    assert re.search(r"Password link by Admin <time[^>]+>[^<]+</time> ·\s+used <time", page)


def test_a_made_up_link_is_no_link(team: SimpleNamespace) -> None:
    for token in ("x", "x" * 500, "%00", "é"):
        assert Client().get(f"/password/{token}").status_code == 404
