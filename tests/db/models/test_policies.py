"""The one table of who may do what, read as a table."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from videos.models import Action, VideoJob, allowed_rows, may
from videos.models.policies import PERMISSIONS

pytestmark = pytest.mark.database

# Action → for: viewer, teammate, owner, admin, of a clip that `owner` made.
TABLE = {
    Action.VIEW: (True, True, True, True),
    Action.GENERATE: (False, True, True, True),
    Action.CHANGE: (False, False, True, True),
    Action.DECIDE: (False, True, True, True),
    Action.ORGANISE: (False, True, True, True),
    Action.COMMENT: (True, True, True, True),
    Action.SHARE: (False, True, True, True),
    Action.SAVE_PROMPTS: (False, False, True, True),
    Action.SEE_USAGE: (False, False, True, True),
    Action.SEE_AUDIT: (False, False, False, True),
    Action.MANAGE_BUDGETS: (False, False, False, True),
    Action.MANAGE_PROVIDERS: (False, False, False, True),
    Action.MANAGE_MEMBERS: (False, False, False, True),
    Action.MANAGE_SETTINGS: (False, False, False, True),
}
ROLES = ("viewer", "teammate", "owner", "admin")


def test_every_action_has_a_row() -> None:
    assert set(TABLE) == set(Action)
    assert set(PERMISSIONS) == {"viewer", "member", "producer", "admin"}


@pytest.mark.parametrize("action", Action)
def test_a_question_about_one_row_and_a_filter_of_rows_agree(
    team: SimpleNamespace, make_job: Callable[..., VideoJob], action: Action
) -> None:
    job = make_job()
    for role, expected in zip(ROLES, TABLE[action], strict=True):
        member = getattr(team, role)
        assert may(member, action, job) is expected, role
        assert allowed_rows(member, action, VideoJob.objects.all()).exists() is expected, role


@pytest.mark.parametrize("action", Action)
def test_a_deactivated_member_may_do_nothing(
    team: SimpleNamespace, make_job: Callable[..., VideoJob], action: Action
) -> None:
    job = make_job()
    for role in ROLES:
        member = getattr(team, role)
        member.is_active = False
        assert not may(member, action)
        assert not may(member, action, job)
        assert not allowed_rows(member, action, VideoJob.objects.all()).exists()
