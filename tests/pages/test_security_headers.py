"""Headers that keep other sites and later users of the browser away."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client

from tests.gallery_fixtures import client_of
from videos.models import VideoJob

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("path", "is_page"),
    [
        ("/", True),
        ("/accounts/login/", True),
        ("/nowhere", True),
        ("/healthz", False),
        ("/v1/models", False),
    ],
)
def test_every_answer_says_that_other_sites_may_embed_nothing(
    team: SimpleNamespace, path: str, is_page: bool
) -> None:
    for client in (Client(), client_of(team.owner)):
        answer = client.get(path)
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        # It speaks of documents alone.
        assert ("camera=()" in answer.get("Permissions-Policy", "")) == is_page


def test_so_does_media(team: SimpleNamespace, make_job: Callable[..., VideoJob]) -> None:
    answer = client_of(team.owner).get(f"/videos/{make_job().public_id}/content")
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_signing_out_clears_what_the_browser_has_kept(team: SimpleNamespace) -> None:
    client = client_of(team.owner)
    assert "Clear-Site-Data" not in client.get("/accounts/logout/")
    assert client.post("/accounts/logout/")["Clear-Site-Data"] == '"cache", "storage"'
    # A stranger's form on another site makes nobody lose anything.
    assert "Clear-Site-Data" not in client.post("/accounts/logout/")


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, "max-age=31536000"),
        (
            {"HSTS_SUBDOMAINS": "true", "HSTS_PRELOAD": "true"},
            "max-age=31536000; includeSubDomains; preload",
        ),
    ],
)
def test_hsts_covers_other_names_by_choice_only(
    tmp_path: Path, chosen: dict[str, str], expected: str
) -> None:
    code = (
        "import django; django.setup(); from django.http import HttpResponse; "
        "from django.middleware.security import SecurityMiddleware; "
        "from django.test import RequestFactory; "
        "middleware = SecurityMiddleware(lambda request: HttpResponse()); "
        "print(middleware(RequestFactory().get('/', secure=True))['Strict-Transport-Security'])"
    )
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)}
    env |= {"DJANGO_SETTINGS_MODULE": "dashboard.settings", "PUBLIC_URL": "https://d.example"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env | chosen, capture_output=True, text=True
    )
    assert done.stdout.strip() == expected, done.stderr


@pytest.mark.parametrize("path", ["/accounts/login/", "/v1/videos", "/api/tags", "/healthz"])
def test_no_other_site_is_let_in_by_cors(db: None, path: str) -> None:
    headers = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    for answer in (Client().get(path, headers=headers), Client().options(path, headers=headers)):
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]
