"""The rules that hold for one kind of row, such as a comment, a price or a budget."""

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import timezone

from tests.conftest import make_member
from videos.models import (
    Action,
    Budget,
    Comment,
    Experiment,
    Member,
    NoticeKind,
    Permission,
    Project,
    Role,
    RolePermission,
    VideoJob,
)
from videos.models.budget import Unit
from videos.models.policies import may_give_role, may_in_project, may_manage
from videos.models.row_policies import (
    managers_for,
    may_delete_comment,
    may_edit_comment,
    may_override_budgets,
    may_see_budget,
    may_see_cost,
    may_see_usage_of_others,
    notice_kinds_for,
    price_for,
    price_on_link,
    scopes_for,
    votable_jobs,
)
from videos.models.share import ShareLink
from videos.models.token import Scope

pytestmark = pytest.mark.database


@pytest.fixture
def producer(team: SimpleNamespace) -> Member:
    return make_member("producer", Role.PRODUCER)


@pytest.fixture
def film(team: SimpleNamespace) -> Project:
    return Project.objects.create(name="Film", slug="film", maker=team.owner)


def forbid(role: Role, permission: Permission, project: Project | None = None) -> None:
    RolePermission.objects.create(role=role, permission=permission, allowed=False, project=project)


def fresh(member: Member) -> Member:
    """The member as the next request reads them."""
    return Member.objects.get(pk=member.pk)


def test_a_comment_is_edited_by_its_maker_and_deleted_by_admins_too(
    team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    comment = Comment.objects.create(
        job=make_job(), maker=team.teammate, text="Nice", submission_key="1"
    )
    people = (team.viewer, team.teammate, team.owner, team.admin)
    assert [may_edit_comment(each, comment) for each in people] == [False, True, False, False]
    assert [may_delete_comment(each, comment) for each in people] == [False, True, False, True]
    comment.deleted_at = timezone.now()
    assert not any(may_edit_comment(each, comment) for each in people)
    assert not any(may_delete_comment(each, comment) for each in people)


def test_a_price_is_for_those_who_see_prices_of_its_project(
    team: SimpleNamespace, make_job: Callable[..., VideoJob], film: Project
) -> None:
    inside, outside = make_job(price=Decimal("0.40"), project=film), make_job(price=Decimal("0.40"))
    assert price_for(team.viewer, inside) == Decimal("0.40")
    forbid(Role.VIEWER, Permission.SEE_PRICES, film)
    viewer = fresh(team.viewer)
    assert price_for(viewer, inside) is None
    assert price_for(viewer, outside) == Decimal("0.40")
    assert price_for(team.owner, inside) == Decimal("0.40")


def test_no_one_sees_the_price_of_a_clip_in_an_open_vote(
    team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    assert price_for(team.admin, make_job(price=Decimal("0.40"), is_blind=True)) is None


def test_a_link_shows_no_price_that_its_maker_may_not_see(
    team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    job = make_job(price=Decimal("0.40"))
    link = ShareLink(maker=team.owner, show_prices=True)
    assert price_on_link(link, job) == Decimal("0.40")
    assert price_on_link(ShareLink(maker=team.owner, show_prices=False), job) is None
    forbid(Role.MEMBER, Permission.SEE_PRICES)
    assert price_on_link(ShareLink(maker=fresh(team.owner), show_prices=True), job) is None


def test_the_cost_of_a_vote_without_a_project_is_for_those_who_see_all_prices(
    team: SimpleNamespace, film: Project
) -> None:
    alone = Experiment(question="Which?", maker=team.owner)
    inside = Experiment(question="Which?", maker=team.owner, project=film)
    assert may_see_cost(team.viewer, alone) and may_see_cost(team.viewer, inside)
    forbid(Role.VIEWER, Permission.SEE_PRICES, film)
    viewer = fresh(team.viewer)
    assert not may_see_cost(viewer, alone) and not may_see_cost(viewer, inside)
    assert may_see_cost(team.owner, alone)


def test_numbers_of_a_budget_of_money_are_for_those_who_see_all_prices(
    team: SimpleNamespace, film: Project
) -> None:
    money, seconds = Budget(unit=Unit.MONEY), Budget(unit=Unit.SECONDS)
    assert may_see_budget(team.viewer, money)
    forbid(Role.VIEWER, Permission.SEE_PRICES, film)
    viewer = fresh(team.viewer)
    assert not may_see_budget(viewer, money) and may_see_budget(viewer, seconds)


def test_producers_and_admins_override_budgets_and_see_the_usage_of_others(
    team: SimpleNamespace, producer: Member
) -> None:
    people = (team.viewer, team.owner, producer, team.admin)
    assert [may_override_budgets(each) for each in people] == [False, False, True, True]
    assert [may_see_usage_of_others(each) for each in people] == [False, False, True, True]
    team.admin.is_active = False
    assert not may_see_usage_of_others(team.admin)


def test_a_token_may_not_write_for_those_who_may_not_generate(team: SimpleNamespace) -> None:
    assert scopes_for(team.viewer) == [Scope.READ, Scope.REVIEW]
    assert scopes_for(team.owner) == list(Scope)


def test_notices_go_to_those_who_may_do_something_about_them(
    team: SimpleNamespace, producer: Member
) -> None:
    for kind in (NoticeKind.PAUSED, NoticeKind.WEBHOOK):
        assert kind not in notice_kinds_for(producer)
        assert kind in notice_kinds_for(team.admin)
        assert managers_for(kind) == [team.admin.pk]
    assert NoticeKind.MENTION in notice_kinds_for(team.viewer)


def test_clips_are_voted_for_by_those_who_can_watch_them(
    team: SimpleNamespace, make_job: Callable[..., VideoJob], film: Project
) -> None:
    here = make_job(project=film)
    make_job(status="failed")
    now = timezone.now()
    make_job(trashed_at=now, purge_at=now, trashed_by=team.owner)
    assert list(votable_jobs(team.viewer)) == [here]
    forbid(Role.VIEWER, Permission.SEE, film)
    assert list(votable_jobs(fresh(team.viewer))) == []


def test_roles_are_given_and_accounts_managed_up_to_ones_own(
    team: SimpleNamespace, producer: Member
) -> None:
    assert [may_give_role(team.admin, role) for role in Role] == [True, True, True, True]
    assert [may_give_role(producer, role) for role in Role] == [False, False, False, False]
    RolePermission.objects.create(role=Role.PRODUCER, permission=Permission.MEMBERS, allowed=True)
    manager = fresh(producer)
    assert [may_give_role(manager, role) for role in Role] == [True, True, True, False]
    assert may_manage(manager, team.owner) and not may_manage(manager, team.admin)


def test_a_project_can_be_closed_to_a_role(team: SimpleNamespace, film: Project) -> None:
    assert may_in_project(team.owner, Action.GENERATE, film.pk)
    forbid(Role.MEMBER, Permission.GENERATE, film)
    owner = fresh(team.owner)
    assert not may_in_project(owner, Action.GENERATE, film.pk)
    assert may_in_project(owner, Action.VIEW, film.pk)
    owner.is_active = False
    assert not may_in_project(owner, Action.VIEW, film.pk)
