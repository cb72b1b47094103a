"""Who may do what? Pages, the gateway and bulk actions all use this table."""

from enum import IntEnum, StrEnum
from typing import Any, Protocol, TypeVar

from django.db.models import QuerySet

from videos.models.member import Member, Role

Rows = TypeVar("Rows", bound=QuerySet[Any])


class Action(StrEnum):
    """Something that a member may or may not do."""

    VIEW = "view"
    GENERATE = "generate"
    # Delete, restore, purge, and decide about a clip or a character whose state is unconfirmed.
    CHANGE = "change"
    # Approve, reject, rate; tags, projects and collections; comments; links for outsiders.
    DECIDE = "decide"
    ORGANISE = "organise"
    COMMENT = "comment"
    SHARE = "share"
    # Keep prompts for the team, change and delete them.
    SAVE_PROMPTS = "save_prompts"
    # See the usage page: one's own charges, or all.
    SEE_USAGE = "see_usage"
    # Set budgets, and allow a request over one with a reason.
    MANAGE_BUDGETS = "manage_budgets"
    MANAGE_PROVIDERS = "manage_providers"
    MANAGE_MEMBERS = "manage_members"
    MANAGE_SETTINGS = "manage_settings"
    SEE_AUDIT = "see_audit"


class Reach(IntEnum):
    """Which rows a permission covers."""

    NONE = 0
    OWN = 1
    ALL = 2


class Owned(Protocol):
    """A row with a maker."""

    maker_id: Any


PERMISSIONS: dict[Role, dict[Action, Reach]] = {
    Role.VIEWER: {Action.VIEW: Reach.ALL, Action.COMMENT: Reach.ALL},
    Role.MEMBER: {
        Action.VIEW: Reach.ALL,
        Action.GENERATE: Reach.ALL,
        Action.CHANGE: Reach.OWN,
        Action.DECIDE: Reach.ALL,
        Action.ORGANISE: Reach.ALL,
        Action.COMMENT: Reach.ALL,
        Action.SHARE: Reach.ALL,
        Action.SAVE_PROMPTS: Reach.OWN,
        Action.SEE_USAGE: Reach.OWN,
    },
    Role.ADMIN: dict.fromkeys(Action, Reach.ALL),
}
# What members may, on everyone's clips and prompts, and the money.
PERMISSIONS[Role.PRODUCER] = dict.fromkeys(
    [*PERMISSIONS[Role.MEMBER], Action.MANAGE_BUDGETS], Reach.ALL
)


def reach(member: Member, action: Action) -> Reach:
    """To which rows `member` may do `action`. A deactivated member may do nothing."""
    if not member.is_active:
        return Reach.NONE
    return PERMISSIONS[Role(member.role)].get(action, Reach.NONE)


def may(member: Member, action: Action, row: Owned | None = None) -> bool:
    """Return True if `member` may do `action`: to `row`, or without one to any row at all."""
    allowed = reach(member, action)
    if allowed == Reach.OWN and row is not None:
        return bool(row.maker_id == member.pk)
    return allowed != Reach.NONE


def allowed_rows(member: Member, action: Action, rows: Rows) -> Rows:
    """Those of `rows` (which have a `maker`) to which `member` may do `action`."""
    allowed = reach(member, action)
    if allowed == Reach.ALL:
        return rows
    return rows.filter(maker=member) if allowed == Reach.OWN else rows.none()
