"""A producer may what a member may, on everyone's clips, and manages budgets; nothing of admins."""

from types import SimpleNamespace

import pytest
from django.test import Client

from tests.conftest import make_member
from videos.models import Action, Role, may
from videos.models.permission import DEFAULTS
from videos.models.policies import reach

pytestmark = pytest.mark.database


def test_each_role_may_all_that_the_one_before_may() -> None:
    for lower, higher in zip(list(Role), list(Role)[1:], strict=False):
        assert DEFAULTS[lower] <= DEFAULTS[higher], (lower, higher)


def test_a_producer_manages_budgets_and_everyones_clips_and_no_members(
    team: SimpleNamespace,
) -> None:
    producer = make_member("producer", Role.PRODUCER)
    assert reach(producer, Action.CHANGE) == reach(producer, Action.SEE_USAGE) == 2
    for action in (Action.MANAGE_MEMBERS, Action.MANAGE_PROVIDERS, Action.SEE_AUDIT):
        assert not may(producer, action)
    client = Client()
    client.force_login(producer)
    assert "/settings/budgets" in client.get("/").content.decode()
    pages = {
        path: client.get(path).status_code for path in ("/settings/budgets", "/team", "/audit")
    }
    assert pages == {"/settings/budgets": 200, "/team": 403, "/audit": 403}
