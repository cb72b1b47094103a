"""Who may do what? Pages, the gateway and bulk actions all ask here.

An action needs permissions; a member's role has them by default or by an admin's choice, for the
team or for one project. See `permission`. Rules of one kind of row are in `row_policies`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any, TypeVar
from zlib import crc32

from django.db.models import Model, Q, QuerySet

from videos.models.member import Member, Role
from videos.models.permission import (
    DEFAULTS,
    PROJECT_PERMISSIONS,
    Permission,
    RolePermission,
    is_locked,
)
from videos.models.project import Project

Rows = TypeVar("Rows", bound=QuerySet[Any])
Permissions = frozenset[Permission]


class Action(StrEnum):
    """Something that a member may or may not do."""

    VIEW = "view"
    GENERATE = "generate"
    # Delete, restore, purge, and decide about a clip or a character whose state is unconfirmed.
    CHANGE = "change"
    # Approve, reject, rate; tags, projects and collections; comments; links for outsiders.
    DECIDE = "decide"
    ORGANISE = "organise"
    # Close or delete an experiment. To start one is to generate, to vote is to decide.
    RUN_EXPERIMENT = "run_experiment"
    COMMENT = "comment"
    SHARE = "share"
    # Many clips as files or as a list.
    EXPORT = "export"
    # Keep prompts for the team, change and delete them.
    SAVE_PROMPTS = "save_prompts"
    SEE_PRICES = "see_prices"
    # See the usage page: one's own charges, or all.
    SEE_USAGE = "see_usage"
    # Set budgets, and allow a request over one with a reason.
    MANAGE_BUDGETS = "manage_budgets"
    MANAGE_PROVIDERS = "manage_providers"
    MANAGE_MEMBERS = "manage_members"
    MANAGE_SETTINGS = "manage_settings"
    USE_TOKENS = "use_tokens"
    SEE_AUDIT = "see_audit"


class Reach(IntEnum):
    """Which rows a permission covers."""

    NONE = 0
    OWN = 1
    ALL = 2


@dataclass(frozen=True)
class Needs:
    """The permissions that an action needs: on everyone's rows, and, where fewer are enough for
    one's own, on those."""

    everyone: Permissions
    own: Permissions | None = None


def _needs(*everyone: Permission, own: Iterable[Permission] = ()) -> Needs:
    return Needs(frozenset(everyone), frozenset(own) or None)


NEEDS: dict[Action, Needs] = {
    Action.VIEW: _needs(Permission.SEE),
    Action.GENERATE: _needs(Permission.GENERATE),
    Action.CHANGE: _needs(Permission.DELETE_OTHERS, own=[Permission.DELETE_OWN]),
    Action.DECIDE: _needs(Permission.DECIDE),
    Action.ORGANISE: _needs(Permission.PROJECTS),
    Action.RUN_EXPERIMENT: _needs(Permission.PROJECTS, own=[Permission.GENERATE]),
    Action.COMMENT: _needs(Permission.COMMENT),
    Action.SHARE: _needs(Permission.SHARE),
    Action.EXPORT: _needs(Permission.EXPORT),
    Action.SAVE_PROMPTS: _needs(
        Permission.GENERATE, Permission.DELETE_OTHERS, own=[Permission.GENERATE]
    ),
    Action.SEE_PRICES: _needs(Permission.SEE_PRICES),
    Action.SEE_USAGE: _needs(
        Permission.SEE_PRICES,
        Permission.BUDGETS,
        own=[Permission.SEE_PRICES, Permission.GENERATE],
    ),
    Action.MANAGE_BUDGETS: _needs(Permission.BUDGETS),
    Action.MANAGE_PROVIDERS: _needs(Permission.PROVIDERS),
    Action.MANAGE_MEMBERS: _needs(Permission.MEMBERS),
    Action.MANAGE_SETTINGS: _needs(Permission.SETTINGS),
    Action.USE_TOKENS: _needs(Permission.TOKENS),
    Action.SEE_AUDIT: _needs(Permission.MEMBERS),
}


@dataclass(frozen=True)
class Granted:
    """What a role has: in the team, and in each project where an admin has changed that."""

    role: str
    team: Permissions
    projects: dict[int, Permissions] = field(default_factory=dict)

    @property
    def cache_key(self) -> str:
        """Changes with the permissions; part of the key of what is cached for a role."""
        parts = [sorted(self.team), sorted((pk, sorted(has)) for pk, has in self.projects.items())]
        return f"{crc32(repr(parts).encode()):08x}"

    def at(self, project: int | None) -> Permissions:
        """The permissions on rows of this project; None for rows without one."""
        return self.team if project is None else self.projects.get(project, self.team)

    def reach(self, action: Action, project: int | None = None) -> Reach:
        """To which rows of this project the role may do `action`."""
        return _reach(action, self.at(project))

    def everywhere(self, action: Action) -> bool:
        """Return True if the role may do `action` to all rows of the team."""
        every = (self.team, *self.projects.values())
        return all(_reach(action, each) == Reach.ALL for each in every)

    def reach_anywhere(self, action: Action) -> Reach:
        """The widest of all projects and of rows without one."""
        return max(_reach(action, each) for each in (self.team, *self.projects.values()))


def _reach(action: Action, has: Permissions) -> Reach:
    needs = NEEDS[action]
    # What can't be seen can't be worked with.
    seen = frozenset({Permission.SEE}) if needs.everyone & set(PROJECT_PERMISSIONS) else frozenset()
    if needs.everyone | seen <= has:
        return Reach.ALL
    return Reach.OWN if needs.own and needs.own | seen <= has else Reach.NONE


def granted_by_role(roles: Iterable[str] = Role.values) -> dict[str, Granted]:
    """What each role has, read in one query."""
    rows = RolePermission.objects.filter(role__in=list(roles))
    changes: dict[str, dict[int | None, dict[Permission, bool]]] = {role: {} for role in roles}
    for role, project, permission, allowed in rows.values_list(
        "role", "project", "permission", "allowed"
    ):
        changes[role].setdefault(project, {})[Permission(permission)] = allowed
    return {role: _granted(Role(role), changes[role]) for role in roles}


def _granted(role: Role, changes: dict[int | None, dict[Permission, bool]]) -> Granted:
    team = _changed(role, DEFAULTS[role], changes.get(None, {}))
    projects = {pk: _changed(role, team, each) for pk, each in changes.items() if pk is not None}
    return Granted(role.value, team, projects)


def _changed(role: Role, has: Permissions, changes: dict[Permission, bool]) -> Permissions:
    taken = {each for each, allowed in changes.items() if not allowed and not is_locked(role, each)}
    return has - taken | {each for each, allowed in changes.items() if allowed}


def granted_to(member: Member) -> Granted:
    """What the member's role has. Read once for each instance, and so once for each request."""
    granted = member.__dict__.get("granted")
    if not isinstance(granted, Granted) or granted.role != member.role:
        granted = granted_by_role([member.role])[member.role]
        member.__dict__["granted"] = granted
    return granted


def reach(member: Member, action: Action, row: Model | None = None) -> Reach:
    """To which rows `member` may do `action`: rows in the project of `row`, or, without one, any.

    A deactivated member may do nothing.
    """
    if not member.is_active:
        return Reach.NONE
    granted = granted_to(member)
    if row is None:
        return granted.reach_anywhere(action)
    if not _has_project(type(row)):
        return _reach_without_project(granted, action)
    return granted.reach(action, row.pk if isinstance(row, Project) else row.project_id)  # type: ignore[attr-defined]


def may(member: Member, action: Action, row: Model | None = None) -> bool:
    """Return True if `member` may do `action`: to `row`, or without one to any row at all.

    `row` may be a project: then to the rows in it.
    """
    allowed = reach(member, action, row)
    if allowed == Reach.OWN and row is not None:
        return is_own(member, row)
    return allowed != Reach.NONE


def may_without_project(member: Member, action: Action) -> bool:
    """Return True if `member` may do `action` where no project is concerned: to clips without one,
    and to what belongs to the team as a whole."""
    return member.is_active and granted_to(member).reach(action) != Reach.NONE


def may_in_project(member: Member, action: Action, project: int) -> bool:
    """Return True if `member` may do `action` to some rows of this project (primary key)."""
    return member.is_active and granted_to(member).reach(action, project) != Reach.NONE


def may_everywhere(member: Member, action: Action) -> bool:
    """Return True if `member` may do `action` to all rows of the team."""
    return member.is_active and granted_to(member).everywhere(action)


def may_edit_permissions(member: Member) -> bool:
    """Return True for admins only, whatever the table says: no one may raise their own rights."""
    return member.is_active and member.is_admin


def may_remove(member: Member, row: Model) -> bool:
    """Return True for one's own comments and share links, and for all where the member manages
    members."""
    return is_own(member, row) or may(member, Action.MANAGE_MEMBERS)


def is_own(member: Member, row: Model) -> bool:
    """Return True if `member` has made `row`."""
    return bool(getattr(row, "maker_id", None) == member.pk)


def may_read_database(member: Member) -> bool:
    """Return True for admins only: Django's admin shows the rows of all projects."""
    return member.is_active and member.is_admin


def allowed_rows(member: Member, action: Action, rows: Rows) -> Rows:
    """Those of `rows` (which have a `maker`, or are projects) to which `member` may do `action`."""
    if not member.is_active:
        return rows.none()
    granted = granted_to(member)
    if not _has_project(rows.model):
        return _within(member, _reach_without_project(granted, action), rows)
    column = "pk" if rows.model is Project else "project"
    return rows.filter(_condition(member, granted, action, column, "maker"))


def allowed_condition(member: Member, action: Action, project: str, maker: str) -> Q:
    """The condition that `member` may do `action` to a row whose project and maker are found by
    these lookups: to count clips from elsewhere, for example."""
    return _condition(member, granted_to(member), action, project, maker)


def members_who(action: Action) -> list[int]:
    """The active members who may do `action` to anything."""
    granted = granted_by_role()
    roles = [role for role, each in granted.items() if each.reach_anywhere(action) != Reach.NONE]
    rows = Member.objects.filter(is_active=True, role__in=roles)
    return list(rows.values_list("pk", flat=True))


def roles_given_by(member: Member) -> list[Role]:
    """The roles that `member` may give to others, and whose accounts `member` may change: their
    own and those below. None for those who don't manage members."""
    if not may(member, Action.MANAGE_MEMBERS):
        return []
    ranks = list(Role)
    return ranks[: ranks.index(Role(member.role)) + 1]


def may_give_role(member: Member, role: str) -> bool:
    """Return True if `member` may invite others with this role."""
    return role in roles_given_by(member)


def may_manage(member: Member, other: Member) -> bool:
    """Return True if `member` may change the account of `other`: sessions, factors, access tokens,
    role, access and password."""
    return may_give_role(member, other.role)


def _within(member: Member, allowed: Reach, rows: Rows) -> Rows:
    if allowed == Reach.ALL:
        return rows
    return rows.filter(maker=member) if allowed == Reach.OWN else rows.none()


def _condition(member: Member, granted: Granted, action: Action, project: str, maker: str) -> Q:
    """Which rows `member` may do `action` to; `project` and `maker` are lookups."""
    within = {Reach.NONE: Q(pk__in=[]), Reach.OWN: Q(**{maker: member}), Reach.ALL: Q()}
    team = granted.reach(action)
    others = {pk: granted.reach(action, pk) for pk in granted.projects}
    others = {pk: allowed for pk, allowed in others.items() if allowed != team}
    if not others:
        return within[team]
    wanted = within[team] & ~Q(**{f"{project}__in": sorted(others)})
    for allowed in (Reach.OWN, Reach.ALL):
        if keys := sorted(pk for pk, each in others.items() if each == allowed):
            wanted |= within[allowed] & Q(**{f"{project}__in": keys})
    return wanted


def _has_project(model: type[Model]) -> bool:
    return model is Project or any(each.name == "project" for each in model._meta.fields)


def _reach_without_project(granted: Granted, action: Action) -> Reach:
    """What belongs to no project can be worked with by its maker where any project allows that."""
    anywhere = min(granted.reach_anywhere(action), Reach.OWN)
    return max(granted.reach(action), anywhere)
