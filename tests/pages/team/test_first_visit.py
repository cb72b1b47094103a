"""The first visit makes the first admin, once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from videos.models import Member, Role
from videos.team.setup import needs_token, setup_link

ADA = {
    "name": "Ada Lovelace",
    "username": "ada",
    "email": "ada@example.com",
    "password": "correct-horse-battery",
}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/team", "/accounts/login/"])
def test_before_there_is_an_account_every_page_leads_to_the_welcome(client: Client, path: str):
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, "/welcome")


@pytest.mark.django_db
def test_the_first_account_is_an_admins_and_signed_in(client: Client):
    response = client.post("/welcome", ADA)
    assert (response.status_code, response["Location"]) == (303, "/")
    ada = Member.objects.get()
    assert (ada.username, ada.name, ada.role) == ("ada", "Ada Lovelace", Role.ADMIN)
    assert client.get("/team").status_code == 200


def test_the_page_is_gone_once_there_is_an_account(client: Client, team: SimpleNamespace):
    assert client.get("/welcome")["Location"] == "/"
    assert client.post("/welcome", ADA)["Location"] == "/"
    assert not Member.objects.filter(username="ada").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "n" * 300}, "at most 80 characters"),
        ({"name": "Ada\u202eecalevoL"}, "Remove the control characters."),
        ({"username": "u" * 300}, "at most 60 characters"),
        ({"username": "a\x00da"}, "Null characters are not allowed."),
        ({"username": "ada@example.com"}, "Use letters, digits"),
        ({"username": "\ufdfa" * 20}, "Use letters, digits"),
        ({"email": "nonsense"}, "Enter a valid email address."),
        ({"password": "short"}, "at least 10 characters"),
        ({"password": "password1234"}, "too common"),
        ({"password": "ada lovelace"}, "too similar"),
        ({"password": "p" * 300}, "at most 200 characters"),
    ],
)
def test_a_wrong_field_is_marked_and_nothing_is_created(
    client: Client, wrong: dict[str, str], message: str
):
    response = client.post("/welcome", ADA | wrong)
    assert response.status_code == 422
    assert message in response.content.decode()
    assert not Member.objects.exists()


@pytest.mark.django_db
def test_a_password_is_never_sent_back(client: Client):
    response = client.post("/welcome", ADA | {"name": ""})
    assert ADA["password"] not in response.content.decode()


@pytest.mark.django_db
def test_fields_that_the_form_does_not_have_change_nothing(client: Client):
    extra = {"is_superuser": "1", "is_staff": "1", "role": "viewer", "id": "77", "is_active": "0"}
    client.post("/welcome", ADA | extra)
    ada = Member.objects.get()
    assert (ada.is_superuser, ada.is_staff, ada.role, ada.is_active) == (
        False,
        False,
        "admin",
        True,
    )
    assert ada.pk != 77


@pytest.mark.django_db
def test_a_username_is_kept_in_one_spelling(client: Client):
    client.post("/welcome", ADA | {"username": "\uff21\uff44\uff41"})  # full-width "Ada"
    assert Member.objects.get().username == "ada"


@pytest.mark.django_db(transaction=True)
def test_of_many_who_press_at_the_same_moment_one_becomes_the_admin():
    start = Barrier(6)

    def press(number: int) -> str:
        start.wait()
        try:
            return (
                Client()
                .post("/welcome", ADA | {"username": f"u{number}", "email": ""})
                .headers["Location"]
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(press, range(6)))
    assert answers == ["/"] * 6
    assert Member.objects.count() == 1


@pytest.fixture(params=[("0.0.0.0", "http://localhost:8000"), ("127.0.0.1", "https://d.example")])
def reachable(request: pytest.FixtureRequest, settings: Any, db: None) -> None:
    """A site without an admin that other machines can reach."""
    settings.HOST, settings.PUBLIC_URL = request.param


def _token() -> str:
    return setup_link().partition("?token=")[2]


@pytest.mark.usefixtures("reachable")
@pytest.mark.parametrize("token", ["", "x", "\u00e9", "0" * 64])
def test_on_a_public_site_only_the_set_up_link_creates_the_first_admin(client: Client, token: str):
    page = client.get("/welcome", {"token": token}).content.decode()
    assert "Set-up token" in page and 'name="password"' not in page
    assert ("isn't valid" in page) == bool(token)
    assert "Set-up token" in client.post("/welcome", ADA | {"token": token}).content.decode()
    assert not Member.objects.exists()


@pytest.mark.usefixtures("reachable")
def test_the_set_up_link_makes_the_first_admin_once(client: Client):
    page = client.get("/welcome", {"token": _token()}).content.decode()
    assert f'name="token" value="{_token()}"' in page
    wrong = client.post("/welcome", ADA | {"token": _token(), "name": ""})
    assert wrong.status_code == 422 and _token() in wrong.content.decode()
    assert client.post("/welcome", ADA | {"token": _token()})["Location"] == "/"
    assert Member.objects.get().role == Role.ADMIN
    again = Client().post("/welcome", ADA | {"token": _token(), "username": "eve", "email": ""})
    assert again["Location"] == "/" and Member.objects.count() == 1


@pytest.mark.parametrize(
    ("host", "url", "needed"),
    [
        ("127.0.0.1", "http://localhost:8000", False),
        ("::1", "http://[::1]:8000", False),
        ("localhost", "http://dailies.localhost", False),
        ("0.0.0.0", "http://localhost:8000", True),
        ("::", "http://localhost:8000", True),
        ("192.168.1.7", "http://localhost:8000", True),
        ("127.0.0.1", "http://gpu-box:8000", True),
    ],
)
def test_the_link_is_needed_where_host_or_public_url_is_not_loopback(
    settings: Any, host: str, url: str, needed: bool
):
    settings.HOST, settings.PUBLIC_URL = host, url
    assert needs_token() == needed
