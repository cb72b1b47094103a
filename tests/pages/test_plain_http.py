"""Where the site has HTTPS, people are led there, and what scripts send over HTTP is refused."""

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _https(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True


def test_a_page_leads_to_https() -> None:
    answer = Client().get("/accounts/login/")
    assert answer.status_code == 301 and answer["Location"].startswith("https://")


@pytest.mark.parametrize("path", ["/v1/videos", "/api/tags", "/v1/openapi.json"])
def test_a_script_is_refused_with_a_hint(path: str) -> None:
    answer = Client().get(path, headers={"authorization": "Bearer dly_x"})
    assert answer.status_code == 403 and "Location" not in answer
    error = answer.json()["error"]
    assert error["code"] == "https_required" and "revoke it" in error["message"]
    assert Client().get(path, secure=True).status_code in (200, 401, 404)


def test_a_webhook_is_refused_unread() -> None:
    answer = Client().post("/webhooks/engine", b"{}", content_type="application/json")
    assert answer.status_code == 403
    secure = Client().post("/webhooks/engine", b"{}", content_type="application/json", secure=True)
    assert secure.status_code == 404
