"""Signing in and out: guessing is slow, sessions are fresh, and nobody is led astray."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.conftest import PASSWORD
from videos.team.adapter import TOO_OFTEN, WRONG

LOGIN = "/accounts/login/"


def sign_in(
    login: str = "owner",
    password: str = PASSWORD,
    ip: str = "192.0.2.1",
    client: Client | None = None,
    **more: str,
):
    """The answer to one try."""
    data = {"login": login, "password": password} | more
    return (client or Client()).post(LOGIN, data, REMOTE_ADDR=ip)


@pytest.mark.parametrize(
    "login", ["owner", "OWNER", " owner ", "\uff4fwner", "owner@example.com", "Owner@Example.com"]
)
def test_a_member_signs_in_by_username_or_address(team: SimpleNamespace, login: str):
    response = sign_in(login)
    assert (response.status_code, response["Location"]) == (302, "/")


@pytest.mark.parametrize("login", ["owner", "owner@example.com", "nobody", "nobody@example.com"])
def test_a_wrong_password_and_an_unknown_login_get_the_same_words(
    team: SimpleNamespace, login: str
):
    assert str(WRONG) in sign_in(login, "guess").content.decode()


@pytest.mark.parametrize("login", ["owner", "owner@example.com", "nobody", "nobody@example.com"])
def test_every_wrong_try_hashes_one_password_so_that_time_tells_nothing(
    team: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, login: str
):
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counting(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    sign_in(login, "guess")
    assert hashed == ["guess"]


@pytest.mark.parametrize("login", ["owner", "nobody"])
def test_after_five_wrong_tries_even_the_right_password_waits(team: SimpleNamespace, login: str):
    for _ in range(5):
        assert str(WRONG) in sign_in(login, "guess").content.decode()
    for password in ("guess", PASSWORD):
        assert str(TOO_OFTEN) in sign_in(login, password).content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=5, seconds=1)):
        assert str(WRONG) in sign_in(login, "guess").content.decode()


def test_guessing_does_not_lock_out_other_addresses(team: SimpleNamespace):
    for _ in range(30):
        sign_in(password="guess", ip="198.51.100.9")
    assert sign_in(ip="198.51.100.9").status_code != 302
    assert sign_in(ip="192.0.2.1").status_code == 302
    assert sign_in("teammate", ip="192.0.2.1").status_code == 302


def test_another_name_for_this_host_gives_no_further_tries(team: SimpleNamespace):
    for _ in range(5):
        sign_in(password="guess")
    data = {"login": "owner", "password": PASSWORD}
    response = Client().post(LOGIN, data, REMOTE_ADDR="192.0.2.1", HTTP_HOST="127.0.0.1")
    assert response.status_code == 200


def test_one_address_does_not_try_many_members(team: SimpleNamespace):
    for number in range(10):
        sign_in(f"member{number}", "guess")
    assert str(TOO_OFTEN) in sign_in().content.decode()


def test_a_forged_forwarded_address_gives_no_further_tries(team: SimpleNamespace):
    for number in range(5):
        Client().post(
            LOGIN,
            {"login": "owner", "password": "guess"},
            REMOTE_ADDR="192.0.2.1",
            HTTP_X_FORWARDED_FOR=f"203.0.113.{number}",
        )
    assert str(TOO_OFTEN) in sign_in().content.decode()


def test_guessing_from_many_addresses_ends_but_not_for_who_came_from_there_before(
    team: SimpleNamespace,
):
    assert sign_in(ip="192.0.2.1").status_code == 302
    for number in range(100):
        sign_in(password="guess", ip=f"198.51.100.{number}")
    assert str(TOO_OFTEN) in sign_in(ip="203.0.113.1").content.decode()
    assert sign_in(ip="192.0.2.1").status_code == 302


def test_many_posts_within_a_minute_get_a_page_that_says_so(team: SimpleNamespace):
    for number in range(30):
        sign_in(f"member{number}", "guess")
    response = sign_in()
    assert response.status_code == 429
    assert "Too many requests" in response.content.decode()


def test_the_session_is_a_new_one_after_the_login(team: SimpleNamespace):
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "planted0planted0planted0planted0"
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    sign_in(client=client)
    assert client.session.session_key != before
    other = Client()
    other.cookies[settings.SESSION_COOKIE_NAME] = before
    assert other.get("/account").status_code == 302


def test_a_session_that_is_signed_out_is_dead(team: SimpleNamespace):
    client = Client()
    sign_in(client=client)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.get("/accounts/logout/").status_code == 200
    assert client.get("/account").status_code == 200
    assert client.post("/accounts/logout/")["Location"] == LOGIN
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = key
    assert thief.get("/account").status_code == 302


@pytest.mark.parametrize(
    "where",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://localhost@evil.example/",
        "http://localhost.evil.example/",
        "\x01//evil.example",
        " //evil.example",
        "http:///evil.example",
    ],
)
def test_next_leads_nowhere_else(team: SimpleNamespace, where: str):
    assert sign_in(next=where)["Location"] == "/"
    client = Client()
    sign_in(client=client)
    assert client.post("/accounts/logout/", {"next": where})["Location"] == LOGIN


def test_next_leads_back_to_the_page_that_was_asked_for(team: SimpleNamespace):
    response = Client().get("/account?x=1")
    assert response["Location"] == "/accounts/login/?next=%2Faccount%3Fx%3D1"
    assert sign_in(next="/account?x=1")["Location"] == "/account?x=1"


@pytest.mark.parametrize("login", ["owner\x00", "o" * 300, ""])
def test_a_hostile_login_is_only_a_wrong_one(team: SimpleNamespace, login: str):
    assert sign_in(login).status_code == 200


def test_sign_up_is_closed(team: SimpleNamespace):
    data = {"username": "eve", "email": "e@example.com", "password1": PASSWORD}
    for response in (Client().get("/accounts/signup/"), Client().post("/accounts/signup/", data)):
        assert "By invitation only" in response.content.decode()
    assert not type(team.owner).objects.filter(username="eve").exists()


def test_guessing_from_many_addresses_does_not_lock_out_a_known_one(team: SimpleNamespace):
    assert sign_in(ip="192.0.2.1").status_code == 302
    for number in range(105):
        sign_in(password="guess", ip=f"198.51.100.{number}")
    # The login is being guessed from everywhere: it waits where it was never used before.
    assert str(TOO_OFTEN) in sign_in(ip="203.0.113.5").content.decode()
    assert sign_in(ip="192.0.2.1").status_code == 302
