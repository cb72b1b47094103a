"""What a proxy writes for an address that it doesn't know locks nobody out."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client, RequestFactory

from tests.conftest import PASSWORD
from videos.team.addresses import client_address

WRONG = {"login": "owner", "password": "wrong-guess-here"}
RIGHT = {"login": "owner", "password": PASSWORD}


@pytest.mark.parametrize(
    "forwarded",
    ["unknown", "", "_hidden", "203.0.113.9, unknown", "[2001:db8::1]:4711", "a" * 9000],
)
def test_a_member_signs_in_whatever_the_proxy_says(
    team: SimpleNamespace, settings: Any, forwarded: str
) -> None:
    settings.TRUSTED_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    browser = Client(HTTP_X_FORWARDED_FOR=forwarded, REMOTE_ADDR="10.0.0.1")
    assert browser.get("/accounts/login/").status_code == 200
    assert browser.post("/accounts/login/", RIGHT).status_code == 302
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize(
    ("guesser", "member"),
    [
        ("unknown", "203.0.113.9"),
        ("unknown", "unknown"),
        ("_hidden", "_other"),
        # With a port, as some proxies write it.
        ("203.0.113.8:4711", "203.0.113.9:4711"),
        ("[2001:db8::1]:4711", "[2001:db9::1]:4711"),
    ],
)
def test_guesses_from_one_address_or_none_leave_the_others_alone(
    team: SimpleNamespace, settings: Any, guesser: str, member: str
) -> None:
    settings.TRUSTED_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    stranger = Client(HTTP_X_FORWARDED_FOR=guesser, REMOTE_ADDR="10.0.0.1")
    for count in range(12):
        stranger.post("/accounts/login/", WRONG | {"login": f"guess-{count}"})
    browser = Client(HTTP_X_FORWARDED_FOR=member, REMOTE_ADDR="10.0.0.1")
    assert browser.post("/accounts/login/", RIGHT).status_code == 302


def test_guesses_at_one_login_are_limited_without_an_address_too(
    team: SimpleNamespace, settings: Any
) -> None:
    settings.TRUSTED_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    stranger = Client(HTTP_X_FORWARDED_FOR="unknown", REMOTE_ADDR="10.0.0.1")
    for _ in range(12):
        answer = stranger.post("/accounts/login/", WRONG)
    assert "Too many failed attempts" in answer.content.decode()


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("203.0.113.8", "203.0.113.9", False),
        ("::ffff:203.0.113.8", "203.0.113.8", True),
    ],
)
def test_addresses_of_one_ipv6_network_count_as_one(one: str, other: str, is_same: bool) -> None:
    addresses = [client_address(RequestFactory(REMOTE_ADDR=each).get("/")) for each in (one, other)]
    assert (addresses[0] == addresses[1]) is is_same
