"""Helpers of the gateway's tests: tokens, and a caller that sends them."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from videos.models import Member, Scope
from videos.team import tokens

CREATE = {"prompt": "a fox in snow", "model": "sketch-1", "size": "1280x720", "seconds": "4"}


class Caller(Client):
    """A script with a token; bodies are JSON unless said otherwise."""

    def __init__(self, token: str, **options: Any) -> None:
        super().__init__(**options)
        self.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token}"

    def send(self, path: str, fields: Any, **headers: str) -> Any:
        return self.post(path, fields, content_type="application/json", headers=headers or None)


def caller(member: Member, scopes: str = Scope.WRITE) -> Caller:
    """A script of `member`."""
    return Caller(tokens.issue(member, "test", scopes))


@pytest.fixture
def api(team: SimpleNamespace) -> Caller:
    """A script of the owner's, which may do everything he may."""
    return caller(team.owner)
