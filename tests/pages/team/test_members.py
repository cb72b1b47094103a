"""Admins change roles and close accounts; one admin always remains."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client

from tests.conftest import make_member
from videos.models import Member, Role


@pytest.fixture
def admin(team: SimpleNamespace, client: Client) -> Client:
    client.force_login(team.admin)
    return client


def test_the_page_lists_all_members_with_role_and_last_sign_in(admin: Client):
    page = admin.get("/team").content.decode()
    for name in ("Admin", "Owner", "Teammate", "Viewer"):
        assert f"<strong>{name}</strong>" in page
    assert "Last signed in" in page
    assert "Hasn't signed in yet" in page


def test_a_new_role_holds_from_the_next_click(admin: Client, team: SimpleNamespace):
    theirs = Client()
    theirs.force_login(team.owner)
    assert theirs.get("/team").status_code == 403
    response = admin.post(f"/team/{team.owner.pk}/role", {"role": "admin"})
    assert (response.status_code, response["Location"]) == (303, "/team")
    assert theirs.get("/team").status_code == 200
    admin.post(f"/team/{team.owner.pk}/role", {"role": "viewer"})
    assert theirs.get("/team").status_code == 403


def test_a_role_that_does_not_exist_changes_nothing(admin: Client, team: SimpleNamespace):
    response = admin.post(f"/team/{team.owner.pk}/role", {"role": "root"}, follow=True)
    assert "Unknown role. Reload the page and try again." in response.content.decode()
    team.owner.refresh_from_db()
    assert team.owner.role == Role.MEMBER


def test_a_closed_account_is_out_at_once_and_an_old_session_stays_dead(
    admin: Client, team: SimpleNamespace
):
    theirs = Client()
    theirs.force_login(team.owner)
    admin.post(f"/team/{team.owner.pk}/active", {"active": "0"})
    assert theirs.get("/account").status_code == 302
    admin.post(f"/team/{team.owner.pk}/active", {"active": "1"})
    assert theirs.get("/account").status_code == 302
    theirs.post("/accounts/login/", {"login": "owner", "password": "correct-horse-battery"})
    assert theirs.get("/account").status_code == 200


def test_a_closed_account_cannot_sign_in(admin: Client, team: SimpleNamespace):
    admin.post(f"/team/{team.owner.pk}/active", {"active": "0"})
    theirs = Client()
    theirs.post("/accounts/login/", {"login": "owner", "password": "correct-horse-battery"})
    assert theirs.get("/account").status_code == 302


@pytest.mark.parametrize(
    ("path", "data"), [("role", {"role": "viewer"}), ("active", {"active": "0"})]
)
def test_admins_cannot_demote_themselves_so_that_one_remains(
    admin: Client, team: SimpleNamespace, path: str, data: dict[str, str]
):
    response = admin.post(f"/team/{team.admin.pk}/{path}", data, follow=True)
    assert "Ask another admin" in response.content.decode()
    team.admin.refresh_from_db()
    assert (team.admin.role, team.admin.is_active) == (Role.ADMIN, True)


@pytest.mark.parametrize("pk", [999, 10**30])
def test_a_member_who_does_not_exist_is_404(admin: Client, pk: int):
    assert admin.post(f"/team/{pk}/role", {"role": "viewer"}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_demote_each_other_leave_one():
    pair = [make_member("one", Role.ADMIN), make_member("two", Role.ADMIN)]
    clients = [Client(), Client()]
    for client, member in zip(clients, pair, strict=True):
        client.force_login(member)
    start = Barrier(2)

    def demote(number: int) -> int:
        start.wait()
        try:
            path = f"/team/{pair[1 - number].pk}/role"
            return clients[number].post(path, {"role": "viewer"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(demote, range(2)))
    assert answers == [303, 403]
    assert Member.objects.filter(role=Role.ADMIN).count() == 1
