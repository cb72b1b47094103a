"""What does the permission table say, and how does an admin change it?"""

from collections.abc import Mapping
from dataclasses import dataclass
from zlib import crc32

from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from videos.jobs.errors import ChangedSince
from videos.models import (
    Action,
    AuditAction,
    Member,
    Permission,
    Project,
    Role,
    RolePermission,
    allowed_rows,
    record,
)
from videos.models.permission import DEFAULTS, PROJECT_PERMISSIONS, is_locked
from videos.models.policies import granted_by_role, granted_to, may_edit_permissions
from videos.team.account_changes import one_at_a_time

# "as the team", allowed, not allowed.
AS_TEAM, ALLOWED, FORBIDDEN = "", "1", "0"
MEANINGS = {AS_TEAM: None, ALLOWED: True, FORBIDDEN: False}
HELP = {
    Permission.SEE: gettext_lazy("Without it, a role can do nothing else with clips."),
    Permission.GENERATE: gettext_lazy(
        "Also remix, edit, extend and retry; keep prompts, pictures and characters."
    ),
    Permission.DECIDE: gettext_lazy("Approve, ask for changes, reject; dismiss findings."),
    Permission.COMMENT: gettext_lazy("Also reply and resolve."),
    Permission.DELETE_OWN: gettext_lazy(
        "Also restore and cancel them, and decide about unconfirmed ones."
    ),
    Permission.DELETE_OTHERS: gettext_lazy(
        "The same for everyone's clips; also everyone's prompts, pictures and characters."
    ),
    Permission.SHARE: gettext_lazy("For people without an account."),
    Permission.EXPORT: gettext_lazy("Many clips at once, as files, tables or timelines."),
    Permission.SEE_PRICES: gettext_lazy("Also what one's own clips cost, on the usage page."),
    Permission.PROJECTS: gettext_lazy("Also tags, collections and stacks; move clips."),
    Permission.BUDGETS: gettext_lazy("Also queues and everyone's usage; go over a budget."),
    Permission.PROVIDERS: gettext_lazy("Also models, prices and imports."),
    Permission.MEMBERS: gettext_lazy(
        "Invite, change accounts up to one's own role, read the audit log, "
        "remove comments and share links of others."
    ),
    Permission.SETTINGS: gettext_lazy("Also retention rules and outgoing webhooks."),
    Permission.TOKENS: gettext_lazy("For scripts, through /v1 and /api."),
}
Choices = Mapping[tuple[Role, Permission], bool | None]


@dataclass(frozen=True)
class Cell:
    """One role's answer for one permission. `choice` is AS_TEAM, ALLOWED or FORBIDDEN."""

    name: str
    role: Role
    allowed: bool
    is_locked: bool
    is_changed: bool
    choice: str


@dataclass(frozen=True)
class OwnPermissions:
    """(name, is allowed) of each permission, and what differs in projects."""

    team: list[tuple[str, bool]]
    projects: list[tuple[str, list[tuple[str, bool]]]]

    @property
    def misses_some(self) -> bool:
        """Return True if the team's table leaves something to ask for."""
        return not all(allowed for _name, allowed in self.team)


@dataclass(frozen=True)
class Row:
    """One permission, with a cell for each role."""

    permission: Permission
    help: str
    cells: list[Cell]


def rows_of(project: Project | None = None) -> list[Row]:
    """The table of the team, or of one project."""
    granted = granted_by_role()
    changes = _changes(_stored(project))
    permissions = PROJECT_PERMISSIONS if project else tuple(Permission)
    return [
        Row(
            permission,
            str(HELP[permission]),
            [
                Cell(
                    name=f"{role}.{permission}",
                    role=role,
                    allowed=permission in granted[role].team,
                    is_locked=is_locked(role, permission),
                    is_changed=(role, permission) in changes,
                    choice=_choice(changes.get((role, permission))),
                )
                for role in Role
            ],
        )
        for permission in permissions
    ]


def own_permissions(member: Member) -> OwnPermissions:
    """What `member` may do, for their account page."""
    granted = granted_to(member)
    seen = allowed_rows(member, Action.VIEW, Project.objects.filter(pk__in=granted.projects))
    return OwnPermissions(
        team=[(str(each.label), each in granted.team) for each in Permission],
        projects=[
            (
                str(project),
                [
                    (str(each.label), each in granted.at(project.pk))
                    for each in PROJECT_PERMISSIONS
                    if (each in granted.at(project.pk)) != (each in granted.team)
                ],
            )
            for project in seen
        ],
    )


def version_of(project: Project | None = None) -> str:
    """Changes with the stored choices, so that a form can tell that it is old."""
    stored = sorted(_changes(_stored(project)).items())
    return f"{crc32(repr(stored).encode()):08x}"


def changed_projects() -> QuerySet[Project]:
    """The projects with choices of their own."""
    return Project.objects.filter(role_permissions__isnull=False).distinct()


def read_team(posted: Mapping[str, str]) -> Choices:
    """The choices of the team's form, where a box that isn't ticked isn't sent."""
    names = {f"{role}.{each}": (role, each) for role in Role for each in Permission}
    _refuse_unknown(posted, names)
    return {
        (role, each): None if (name in posted) == (each in DEFAULTS[role]) else name in posted
        for name, (role, each) in names.items()
        if not is_locked(role, each)
    }


def read_project(posted: Mapping[str, str]) -> Choices:
    """The choices of a project's form."""
    names = {f"{role}.{each}": (role, each) for role in Role for each in PROJECT_PERMISSIONS}
    _refuse_unknown(posted, names)
    if any(posted.get(name, AS_TEAM) not in MEANINGS for name in names):
        raise BadRequest("A choice is unknown.")
    return {key: MEANINGS[posted.get(name, AS_TEAM)] for name, key in names.items()}


def save(actor: Member, project: Project | None, choices: Choices, version: str | None) -> int:
    """Store `choices`; returns how many have changed. Raises ChangedSince if the table isn't at
    `version`, the one that the form showed; None saves in any case."""
    with one_at_a_time():
        if not may_edit_permissions(Member.objects.get(pk=actor.pk)):
            raise PermissionDenied(_("Only admins can change permissions."))
        if version is not None and version != version_of(project):
            raise ChangedSince
        before = _changes(_stored(project))
        after = {key: allowed for key, allowed in choices.items() if allowed is not None}
        if before == after:
            return 0
        _stored(project).delete()
        RolePermission.objects.bulk_create(
            RolePermission(role=role, permission=each, allowed=allowed, project=project)
            for (role, each), allowed in after.items()
        )
        record(
            AuditAction.PERMISSIONS_CHANGED,
            project or "",
            before=_facts(project, before, after),
            after=_facts(project, after, before),
        )
    return sum(before.get(key) != after.get(key) for key in before | after)


def _stored(project: Project | None) -> QuerySet[RolePermission]:
    return RolePermission.objects.filter(project=project)


def _changes(rows: QuerySet[RolePermission]) -> dict[tuple[Role, Permission], bool]:
    stored = rows.values_list("role", "permission", "allowed")
    return {(Role(role), Permission(each)): allowed for role, each, allowed in stored}


def _facts(
    project: Project | None,
    these: Mapping[tuple[Role, Permission], bool],
    others: Mapping[tuple[Role, Permission], bool],
) -> dict[str, bool | None]:
    """What is allowed by `these`, for what `these` or `others` change; None is "as the team"."""
    return {
        f"{role}.{each}": these.get((role, each), None if project else each in DEFAULTS[role])
        for role, each in sorted({*these, *others})
    }


def _choice(allowed: bool | None) -> str:
    return next(choice for choice, meaning in MEANINGS.items() if meaning is allowed)


def _refuse_unknown(posted: Mapping[str, str], allowed: Mapping[str, object]) -> None:
    if any("." in name and name not in allowed for name in posted):
        raise BadRequest("A role or permission is unknown.")
