"""The one table of who may do what: its defaults, and what an admin changes."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.conftest import make_member
from videos.models import (
    Action,
    Member,
    Permission,
    Project,
    Role,
    RolePermission,
    VideoJob,
    allowed_rows,
    may,
    may_without_project,
    visible_jobs,
)
from videos.models.notify import who_may_see
from videos.models.policies import members_who

pytestmark = pytest.mark.database

# Action → for: viewer, teammate, owner, producer, admin, of a clip that `owner` made.
DEFAULTS = {
    Action.VIEW: (True, True, True, True, True),
    Action.GENERATE: (False, True, True, True, True),
    Action.CHANGE: (False, False, True, True, True),
    Action.DECIDE: (False, True, True, True, True),
    Action.ORGANISE: (False, True, True, True, True),
    Action.RUN_EXPERIMENT: (False, True, True, True, True),
    Action.COMMENT: (True, True, True, True, True),
    Action.SHARE: (False, True, True, True, True),
    Action.EXPORT: (True, True, True, True, True),
    Action.SAVE_PROMPTS: (False, False, True, True, True),
    Action.SEE_PRICES: (True, True, True, True, True),
    Action.SEE_USAGE: (False, False, True, True, True),
    Action.USE_TOKENS: (True, True, True, True, True),
    Action.SEE_AUDIT: (False, False, False, False, True),
    Action.MANAGE_BUDGETS: (False, False, False, True, True),
    Action.MANAGE_PROVIDERS: (False, False, False, False, True),
    Action.MANAGE_MEMBERS: (False, False, False, False, True),
    Action.MANAGE_SETTINGS: (False, False, False, False, True),
}


@pytest.fixture
def people(team: SimpleNamespace) -> list[Member]:
    producer = make_member("producer", Role.PRODUCER)
    return [team.viewer, team.teammate, team.owner, producer, team.admin]


@pytest.fixture
def film(team: SimpleNamespace) -> Project:
    return Project.objects.create(name="Film", slug="film", maker=team.owner)


def say(role: Role, permission: Permission, allowed: bool, project: Project | None = None) -> None:
    RolePermission.objects.create(
        role=role, permission=permission, allowed=allowed, project=project
    )


def fresh(member: Member) -> Member:
    """The member as the next request reads them."""
    return Member.objects.get(pk=member.pk)


def test_every_action_has_defaults() -> None:
    assert set(DEFAULTS) == set(Action)


def test_a_question_about_one_row_and_a_filter_of_rows_agree_on_the_defaults(
    people: list[Member], make_job: Callable[..., VideoJob]
) -> None:
    job, wrong = make_job(), []
    for action, row in DEFAULTS.items():
        for member, expected in zip(people, row, strict=True):
            if may(member, action, job) is not expected:
                wrong.append((action, member.username, "row"))
            if allowed_rows(member, action, VideoJob.objects.all()).exists() is not expected:
                wrong.append((action, member.username, "rows"))
    assert wrong == []


def test_a_deactivated_member_may_do_nothing(
    people: list[Member], make_job: Callable[..., VideoJob]
) -> None:
    job = make_job()
    for member in people:
        member.is_active = False
        for action in Action:
            assert not may(member, action)
            assert not may(member, action, job)
            assert not may_without_project(member, action)
            assert not allowed_rows(member, action, VideoJob.objects.all()).exists()


def test_a_project_wins_over_the_team_for_its_own_clips_alone(
    team: SimpleNamespace, make_job: Callable[..., VideoJob], film: Project
) -> None:
    inside, outside = make_job(project=film), make_job()
    every = VideoJob.objects.order_by("pk")
    say(Role.MEMBER, Permission.DECIDE, False, film)
    say(Role.VIEWER, Permission.DECIDE, True, film)
    say(Role.MEMBER, Permission.DELETE_OTHERS, True, film)
    viewer, teammate = fresh(team.viewer), fresh(team.teammate)
    assert list(allowed_rows(teammate, Action.DECIDE, every)) == [outside]
    assert list(allowed_rows(viewer, Action.DECIDE, every)) == [inside]
    assert list(allowed_rows(teammate, Action.CHANGE, every)) == [inside]
    assert list(allowed_rows(fresh(team.owner), Action.CHANGE, every)) == [inside, outside]
    for member, action in ((viewer, Action.DECIDE), (teammate, Action.CHANGE)):
        assert may(member, action)
        assert (may(member, action, inside), may(member, action, outside)) == (True, False)
        assert may(member, action, film)
    assert not may_without_project(viewer, Action.DECIDE)


def test_what_a_role_cannot_see_it_cannot_work_with(
    team: SimpleNamespace, make_job: Callable[..., VideoJob], film: Project
) -> None:
    secret, other = make_job(project=film), make_job()
    say(Role.MEMBER, Permission.SEE, False, film)
    member = fresh(team.owner)
    assert list(visible_jobs(member)) == [other]
    refused = [action for action in Action if not may(member, action, secret)]
    assert {Action.VIEW, Action.DECIDE, Action.CHANGE, Action.COMMENT} <= set(refused)
    assert list(allowed_rows(member, Action.VIEW, Project.objects.all())) == []
    keys = [team.owner.pk, team.admin.pk]
    assert who_may_see(keys, secret) == [team.admin.pk]
    assert who_may_see(keys, other.pk) == keys


def test_a_request_reads_the_permissions_once(
    team: SimpleNamespace, make_job: Callable[..., VideoJob], film: Project
) -> None:
    jobs = [make_job(project=film), make_job()]
    say(Role.MEMBER, Permission.SHARE, False, film)
    member = fresh(team.owner)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        for action in Action:
            may(member, action)
            for job in jobs:
                may(member, action, job)
    assert len(queries) == 1
    with CaptureQueriesContext(connection) as queries:
        members_who(Action.GENERATE)
    assert len(queries) == 2


def test_a_new_role_has_its_own_permissions_at_once(team: SimpleNamespace) -> None:
    assert not may(team.viewer, Action.GENERATE)
    team.viewer.role = Role.MEMBER
    assert may(team.viewer, Action.GENERATE)


def test_the_database_refuses_rows_that_make_no_sense(film: Project) -> None:
    bad = [
        {"role": "boss", "permission": "see"},
        {"role": "viewer", "permission": "fly"},
        {"role": "viewer", "permission": "members", "project": film},
        {"role": "admin", "permission": "members"},
        {"role": "admin", "permission": "settings"},
    ]
    taken = []
    for row in bad:
        try:
            with transaction.atomic():
                RolePermission.objects.create(allowed=False, **row)
            taken.append(row)
        except IntegrityError:
            pass
    assert taken == []
    for project in (None, film):
        say(Role.VIEWER, Permission.SEE, False, project)
        with pytest.raises(IntegrityError), transaction.atomic():
            say(Role.VIEWER, Permission.SEE, True, project)
