"""Pages behind the login stay behind it: in caches, after the session, for htmx."""

from types import SimpleNamespace

import pytest
from django.test import Client

from tests.conftest import PASSWORD
from videos.models import Member

PUBLIC = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/join/x"]
PRIVATE = ["/account", "/accounts/password/change/", "/team"]


@pytest.mark.parametrize("path", [*PUBLIC, *PRIVATE])
def test_no_cache_keeps_a_page_of_accounts(team: SimpleNamespace, path: str):
    client = Client()
    if path in PRIVATE:
        client.force_login(team.admin)
    response = client.get(path)
    assert "no-store" in response["Cache-Control"]
    assert "Cookie" in response["Vary"]


@pytest.mark.parametrize("path", PRIVATE)
def test_strangers_are_sent_to_the_login_and_nothing_is_kept(team: SimpleNamespace, path: str):
    response = Client().get(path)
    assert response["Location"].startswith("/accounts/login/?next=")
    assert "no-store" in response["Cache-Control"]
    assert "HX-Request" in response["Vary"]


def test_htmx_leaves_the_page_for_the_login_and_comes_back_to_the_page(team: SimpleNamespace):
    response = Client().get(
        "/poll", HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL="http://testserver/?q=boat"
    )
    assert response["HX-Redirect"] == "/accounts/login/?next=%2F%3Fq%3Dboat"
    assert response.content == b""


@pytest.mark.parametrize(
    "current", ["https://evil.example/", "javascript:alert(1)", "//evil.example"]
)
def test_htmx_is_not_led_elsewhere_after_the_login(team: SimpleNamespace, current: str):
    response = Client().get("/poll", HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL=current)
    client = Client()
    data = {"login": "owner", "password": PASSWORD}
    assert client.post(response["HX-Redirect"], data)["Location"] == "/"


def test_a_form_sent_after_the_session_ended_comes_back_to_the_gallery(team: SimpleNamespace):
    assert Client().post("/account", {})["Location"] == "/accounts/login/"


def test_a_member_who_is_closed_is_out_with_the_next_click(team: SimpleNamespace):
    client = Client()
    client.force_login(team.owner)
    assert client.get("/account").status_code == 200
    Member.objects.filter(pk=team.owner.pk).update(is_active=False)
    assert client.get("/account").status_code == 302


def test_no_page_of_django_allauth_is_open_that_has_no_place_here(team: SimpleNamespace):
    client = Client()
    client.force_login(team.owner)
    for path in (
        "email/",
        "confirm-email/",
        "password/set/",
        "login/code/confirm/",
        "reauthenticate/",
    ):
        assert client.get(f"/accounts/{path}").status_code == 404


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/logout/"])
def test_signing_in_and_out_needs_the_forms_own_token(team: SimpleNamespace, path: str):
    client = Client(enforce_csrf_checks=True)
    client.force_login(team.owner)
    assert client.post(path, {"login": "owner", "password": PASSWORD}).status_code == 403


@pytest.mark.django_db
def test_the_first_visit_needs_the_forms_own_token():
    assert Client(enforce_csrf_checks=True).post("/welcome", {}).status_code == 403
    assert not Member.objects.exists()
