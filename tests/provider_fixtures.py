"""Helpers of the tests about providers: an admin's browser, and forms that are right."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.gallery_fixtures import client_of
from videos.mirror import Mirror
from videos.models import Provider

CANARY = "sk-canary-do-not-show-5c1f0e"


def setup(**fields: Any) -> dict[str, Any]:
    """The form of a new provider; None leaves a field out."""
    right = {"name": "GPU box", "base_url": "http://127.0.0.1:9/v1", "enabled": "on"}
    return {name: value for name, value in (right | fields).items() if value is not None}


def model(**fields: Any) -> dict[str, Any]:
    """The form of a model."""
    right = {"model": "wan-2.2", "sizes": "1280x720\n720x1280", "seconds": "4, 8", "enabled": "on"}
    return {name: value for name, value in (right | fields).items() if value is not None}


@pytest.fixture
def admin(team: SimpleNamespace) -> Client:
    """A browser in which the admin is signed in."""
    return client_of(team.admin)


@pytest.fixture
def add(admin: Client) -> Callable[..., Provider]:
    """Adds a provider through the form."""

    def add(**fields: Any) -> Provider:
        response = admin.post("/providers/new", setup(**fields))
        assert response.status_code == 303, response.content.decode()
        return Provider.objects.latest("pk")

    return add


@pytest.fixture
def go_round(transactional_db: None, settings: Any) -> Any:
    """A mirror that goes round once when called."""
    settings.MIRROR_THREADS = 2
    mirror = Mirror()

    def go_round() -> None:
        mirror.next_slow = 0
        mirror.round()
        mirror.settle()

    yield go_round
    mirror.stop()
