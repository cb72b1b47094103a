"""An invitation is a link that makes one account."""

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests.conftest import make_member
from videos.models import Invitation, Member, Role, TeamSettings

BO = {"username": "bo", "email": "bo@example.com", "password": "correct-horse-battery"}


def invite(client: Client, name: str = "Bo", role: str = "member") -> str:
    """The path of a fresh link."""
    client.post("/team/invite", {"name": name, "role": role})
    match = re.search(r'value="http://localhost:8000(/join/[\w-]+)"', page(client, "/team"))
    assert match
    return match[1]


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


@pytest.fixture
def admin(team: SimpleNamespace, client: Client) -> Client:
    client.force_login(team.admin)
    return client


def test_an_invited_person_comes_in_with_the_name_and_role_the_admin_chose(admin: Client):
    TeamSettings.objects.create(team_name="Night Shift")
    link = invite(admin, "Bo Diddley", "viewer")
    guest = Client()
    assert "Bo Diddley, join Night Shift" in page(guest, link)
    response = guest.post(link, BO)
    assert (response.status_code, response["Location"]) == (303, "/")
    bo = Member.objects.get(username="bo")
    assert (bo.name, bo.role, bo.invitation.invited_by.username) == (
        "Bo Diddley",
        "viewer",
        "admin",
    )
    assert guest.get("/account").status_code == 200


def test_the_link_is_shown_once_and_only_its_hash_is_kept(admin: Client):
    admin.post("/team/invite", {"name": "Bo", "role": "member"})
    in_session = str([session.get_decoded() for session in Session.objects.all()])
    link = re.search(r"/join/([\w-]{20,})", page(admin, "/team"))
    assert link
    assert link[1] not in in_session
    assert "/join/" not in page(admin, "/team")
    assert Invitation.objects.get().token_hash == hashlib.sha256(link[1].encode()).hexdigest()


def test_a_link_makes_no_second_account(admin: Client):
    link = invite(admin)
    Client().post(link, BO)
    response = Client().post(link, BO | {"username": "bo2", "email": ""})
    assert response.status_code == 404
    assert not Member.objects.filter(username="bo2").exists()


def test_used_old_revoked_and_invented_links_get_the_same_page(admin: Client):
    used, revoked, old = invite(admin), invite(admin, "Cy"), invite(admin, "Di")
    Client().post(used, BO)
    admin.post(f"/team/invitations/{Invitation.objects.get(name='Cy').pk}/revoke")
    Invitation.objects.filter(name="Di").update(expires_at=timezone.now())
    garbage = ["/join/x", "/join/%00", "/join/%F0%9F%8E%AC", f"/join/{'x' * 3000}"]
    for path in [used, revoked, old, *garbage]:
        response = Client().get(path)
        assert response.status_code == 404
        assert "This invitation doesn't work" in response.content.decode()
        assert path not in response.content.decode()
    assert len({Client().get(path).content for path in [used, revoked, old, *garbage]}) == 1


def test_a_link_works_for_seven_days(admin: Client):
    link = invite(admin)
    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=-5)):
        assert Client().get(link).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=5)):
        assert Client().get(link).status_code == 404


def test_fields_that_the_form_does_not_have_change_nothing(admin: Client):
    extra = {"role": "admin", "name": "Root", "is_superuser": "1", "is_staff": "1"}
    Client().post(invite(admin, "Bo", "viewer"), BO | extra)
    bo = Member.objects.get(username="bo")
    assert (bo.role, bo.name, bo.is_superuser, bo.is_staff) == ("viewer", "Bo", False, False)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"username": "OWNER"}, "This username is taken."),
        ({"username": "\uff2fwner"}, "This username is taken."),
        ({"email": "Owner@Example.com"}, "Another member uses this email address."),
        ({"username": "b\x00"}, "Null characters are not allowed."),
        ({"username": "b" * 300}, "at most 60 characters"),
        ({"password": ""}, "This field is required."),
    ],
)
def test_a_wrong_field_is_marked_and_the_link_still_works(
    admin: Client, wrong: dict[str, str], message: str
):
    link = invite(admin)
    response = Client().post(link, BO | wrong)
    assert message in response.content.decode()
    assert Member.objects.count() == 4
    assert Client().post(link, BO).status_code == 303


def test_a_link_that_works_is_not_written_into_the_log(admin: Client, caplog: Any):
    link = invite(admin)
    Client().post(link, BO | {"username": ""})
    admin.get(link)
    assert link not in caplog.text


def test_who_is_signed_in_does_not_use_up_a_link_by_mistake(admin: Client):
    link = invite(admin)
    assert "You're already signed in" in page(admin, link)
    admin.post(link, BO)
    assert not Member.objects.filter(username="bo").exists()


@pytest.mark.parametrize("data", [{"name": "", "role": "member"}, {"name": "Bo", "role": "root"}])
def test_an_invitation_needs_a_name_and_a_role_there_is(admin: Client, data: dict[str, str]):
    assert admin.post("/team/invite", data).status_code == 422
    assert not Invitation.objects.exists()


def test_an_accepted_invitation_cannot_be_taken_back(admin: Client):
    Client().post(invite(admin), BO)
    assert admin.post(f"/team/invitations/{Invitation.objects.get().pk}/revoke").status_code == 404
    assert Member.objects.filter(username="bo").exists()


def test_the_links_of_an_admin_who_leaves_no_longer_work(team: SimpleNamespace, admin: Client):
    other = Client()
    other.force_login(make_member("second", Role.ADMIN))
    link = invite(other, "Back door", "admin")
    admin.post(f"/team/{Member.objects.get(username='second').pk}/active", {"active": "0"})
    assert Client().get(link).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_of_many_who_use_one_link_at_the_same_moment_one_gets_an_account(admin: Client):
    link = invite(admin)
    start = Barrier(6)

    def accept(number: int) -> int:
        start.wait()
        try:
            return Client().post(link, BO | {"username": f"bo{number}", "email": ""}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(accept, range(6)))
    assert answers == [303] + [404] * 5
    assert Member.objects.filter(username__startswith="bo").count() == 1
