"""A forgotten password, a new one, and what a member may change."""

import re
from html import unescape
from types import SimpleNamespace

import pytest
from django.core import mail
from django.test import Client

from tests.conftest import PASSWORD
from videos.models import Member

NEW = "a-quite-different-battery"
RESET = "/accounts/password/reset/"


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def ask(address: str = "owner@example.com", **headers: str):
    return Client().post(RESET, {"email": address}, **headers)


def link() -> str:
    """The path of the link in the last mail."""
    match = re.search(r"^http://localhost:8000(/\S+)$", mail.outbox[-1].body, re.MULTILINE)
    assert match
    return match[1]


def test_a_forgotten_password_is_replaced_by_a_link_in_a_mail(team: SimpleNamespace):
    old = signed_in(team.owner)
    assert ask()["Location"] == "/accounts/password/reset/done/"
    assert mail.outbox[0].subject == "Your new password for Dailies"
    assert mail.outbox[0].to == ["owner@example.com"]
    guest = Client()
    form = guest.get(link(), follow=True)
    action = form.context["action_url"]
    done = guest.post(action, {"password1": NEW}, follow=True)
    assert "Your password has been changed" in done.content.decode()
    assert old.get("/account").status_code == 302
    assert Client().login(username="owner", password=NEW)
    assert "This link doesn't work" in Client().get(link(), follow=True).content.decode()


def test_the_link_names_our_host_whatever_the_request_says(team: SimpleNamespace):
    ask(HTTP_HOST="127.0.0.1", HTTP_X_FORWARDED_HOST="evil.example")
    assert "http://localhost:8000/accounts/password/reset/key/" in mail.outbox[0].body
    assert ask(HTTP_HOST="evil.example").status_code == 400
    assert len(mail.outbox) == 1


def test_addresses_with_an_account_are_not_revealed(team: SimpleNamespace):
    known, unknown = ask(), ask("nobody@example.com")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [message.to for message in mail.outbox] == [["owner@example.com"]]


def test_a_mail_server_that_is_down_shows_in_the_log_and_nowhere_else(
    team: SimpleNamespace, settings, caplog: pytest.LogCaptureFixture
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert ask()["Location"] == "/accounts/password/reset/done/"
    assert "the mail could not be sent" in caplog.text


def test_one_address_is_not_flooded_with_mails(team: SimpleNamespace):
    answers = [ask(REMOTE_ADDR=f"192.0.2.{number}").status_code for number in range(7)]
    assert answers == [302] * 5 + [429] * 2
    assert len(mail.outbox) == 5


def test_a_closed_account_gets_no_mail(team: SimpleNamespace):
    Member.objects.filter(pk=team.owner.pk).update(is_active=False)
    ask()
    assert mail.outbox == []


@pytest.mark.parametrize("key", ["1-abc", "zzzzzzzzzzzzzzzzzzzzzz-1", "1-set-password"])
def test_an_invented_link_does_nothing(team: SimpleNamespace, key: str):
    response = Client().get(f"/accounts/password/reset/key/{key}/", follow=True)
    assert "This link doesn't work" in response.content.decode()


def test_a_new_password_ends_all_other_sessions(team: SimpleNamespace):
    here, there = signed_in(team.owner), signed_in(team.owner)
    data = {"oldpassword": PASSWORD, "password1": NEW}
    assert here.post("/accounts/password/change/", data)["Location"] == "/account"
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 302


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"oldpassword": "guess"}, "This isn't your current password."),
        ({"password1": "short"}, "at least 10 characters"),
        ({"password1": "owner@example"}, "too similar"),
    ],
)
def test_a_password_is_not_changed_by_a_wrong_form(
    team: SimpleNamespace, wrong: dict[str, str], message: str
):
    data = {"oldpassword": PASSWORD, "password1": NEW} | wrong
    response = signed_in(team.owner).post("/accounts/password/change/", data)
    assert message in unescape(response.content.decode())
    assert Client().login(username="owner", password=PASSWORD)


def test_a_member_changes_the_own_name(team: SimpleNamespace):
    client = signed_in(team.owner)
    data = {"name": "Otto Owner", "email": "owner@example.com", "role": "admin", "username": "x"}
    response = client.post("/account", data)
    assert (response.status_code, response["Location"]) == (303, "/account")
    team.owner.refresh_from_db()
    assert (team.owner.name, team.owner.role, team.owner.username) == (
        "Otto Owner",
        "member",
        "owner",
    )


def test_the_address_is_changed_only_with_the_password(team: SimpleNamespace):
    client = signed_in(team.owner)
    data = {"name": "Owner", "email": "new@example.com"}
    assert client.post("/account", data).status_code == 422
    assert client.post("/account", data | {"password": "guess"}).status_code == 422
    assert client.post("/account", data | {"password": PASSWORD}).status_code == 303
    team.owner.refresh_from_db()
    assert team.owner.email == "new@example.com"


def test_the_old_address_is_of_no_use_any_more(team: SimpleNamespace):
    ask()
    before = link()
    data = {"name": "Owner", "email": "new@example.com", "password": PASSWORD}
    signed_in(team.owner).post("/account", data)
    mail.outbox.clear()
    ask("owner@example.com")
    assert mail.outbox == []
    assert "This link doesn't work" in Client().get(before, follow=True).content.decode()
    ask("new@example.com")
    assert len(mail.outbox) == 1


def test_an_address_belongs_to_one_member(team: SimpleNamespace):
    data = {"name": "Owner", "email": "ADMIN@example.com", "password": PASSWORD}
    response = signed_in(team.owner).post("/account", data)
    assert "Another member uses this email address." in response.content.decode()


def test_the_password_cannot_be_guessed_through_the_account_page(team: SimpleNamespace):
    client = signed_in(team.owner)
    data = {"name": "Owner", "email": "new@example.com", "password": "guess"}
    answers = {client.post("/account", data).status_code for _ in range(11)}
    assert answers == {422, 429}
