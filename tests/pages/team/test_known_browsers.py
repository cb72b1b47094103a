"""Strangers use up nobody's sign-in tries, also where everybody has the address of one proxy."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests.conftest import PASSWORD
from tests.pages.team.test_login import sign_in
from videos.team.adapter import TOO_OFTEN
from videos.team.known_browser import NAME


def known_browser(login: str = "owner") -> Client:
    """A browser from which this member has signed in, and signed out again."""
    client = Client()
    assert sign_in(login, client=client).status_code == 302
    client.post("/accounts/logout/")
    return client


def guess_a_lot() -> None:
    for _ in range(8):
        sign_in("owner", "guess")
    for number in range(5):
        sign_in(f"member{number}", "guess")


def test_strangers_at_the_same_address_lock_out_no_known_browser(team: SimpleNamespace):
    browsers = {login: known_browser(login) for login in ("owner", "teammate", "admin")}
    guess_a_lot()
    assert str(TOO_OFTEN) in sign_in("owner").content.decode()
    for login, browser in browsers.items():
        assert sign_in(login, client=browser).status_code == 302
    # By its email address as well.
    assert sign_in("owner@example.com", client=browsers["owner"]).status_code == 302


def test_a_flood_of_posts_from_the_same_address_stops_strangers_only(team: SimpleNamespace):
    browser = known_browser()
    for _ in range(40):
        Client().post("/accounts/login/", {"login": ""}, REMOTE_ADDR="192.0.2.1")
    assert sign_in("teammate").status_code == 429
    assert sign_in(client=browser).status_code == 302


def test_strangers_everywhere_lock_out_no_known_browser_either(team: SimpleNamespace):
    browser = known_browser()
    for number in range(105):
        sign_in(password="guess", ip=f"198.51.100.{number}")
    assert str(TOO_OFTEN) in sign_in(ip="203.0.113.5").content.decode()
    assert sign_in(ip="203.0.113.5", client=browser).status_code == 302


def test_a_known_browser_guesses_no_faster(team: SimpleNamespace):
    browser = known_browser()
    for _ in range(5):
        sign_in(password="guess", client=browser)
    assert str(TOO_OFTEN) in sign_in(client=browser).content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert sign_in(client=browser).status_code == 302


def test_a_members_browser_guesses_another_members_password_no_faster(team: SimpleNamespace):
    browser = known_browser("teammate")
    for _ in range(5):
        sign_in("owner", "guess", client=browser)
    assert str(TOO_OFTEN) in sign_in("owner", client=browser).content.decode()


@pytest.mark.parametrize("value", ["", "x", "MQ:1abc:forged", "\x00"])
def test_a_forged_cookie_is_none(team: SimpleNamespace, value: str):
    guess_a_lot()
    browser = Client()
    browser.cookies[NAME] = value
    assert str(TOO_OFTEN) in sign_in(client=browser).content.decode()


def test_the_cookie_says_nothing_and_scripts_do_not_see_it(team: SimpleNamespace):
    client = Client()
    sign_in(client=client)
    cookie = client.cookies[NAME]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert "owner" not in cookie.value and PASSWORD not in cookie.value
