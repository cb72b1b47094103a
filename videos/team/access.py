"""Who has sent this request, and does their role allow it?"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from videos.models import Action, Member, Permission, may, may_without_project
from videos.models.policies import granted_to, may_edit_permissions

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

# The permission that a refusal names.
NAMED = {
    Action.VIEW: Permission.SEE,
    Action.GENERATE: Permission.GENERATE,
    Action.CHANGE: Permission.DELETE_OTHERS,
    Action.DECIDE: Permission.DECIDE,
    Action.ORGANISE: Permission.PROJECTS,
    Action.RUN_EXPERIMENT: Permission.PROJECTS,
    Action.COMMENT: Permission.COMMENT,
    Action.SHARE: Permission.SHARE,
    Action.EXPORT: Permission.EXPORT,
    Action.SAVE_PROMPTS: Permission.GENERATE,
    Action.SEE_PRICES: Permission.SEE_PRICES,
    Action.SEE_USAGE: Permission.SEE_PRICES,
    Action.MANAGE_BUDGETS: Permission.BUDGETS,
    Action.MANAGE_PROVIDERS: Permission.PROVIDERS,
    Action.MANAGE_MEMBERS: Permission.MEMBERS,
    Action.MANAGE_SETTINGS: Permission.SETTINGS,
    Action.USE_TOKENS: Permission.TOKENS,
    Action.SEE_AUDIT: Permission.MEMBERS,
}


def member_of(request: HttpRequest) -> Member:
    """The signed-in member. Views behind the login always have one."""
    if not isinstance(request.user, Member):
        raise PermissionDenied
    return request.user


def refusal(member: Member, action: Action) -> str:
    """Why `member` may not do `action`, and whom to ask."""
    text = _("Your role, %(role)s, doesn't include “%(permission)s” here. Ask an admin for it.")
    return text % {"role": member.get_role_display(), "permission": NAMED[action].label}


def refuse_unless(member: Member, action: Action, row: Model | None = None) -> None:
    """Raise PermissionDenied, with the reason, unless `member` may do `action` to `row`."""
    if not may(member, action, row):
        raise PermissionDenied(refusal(member, action))


NAMES = {action.value for action in Action}


class Can:
    """What the member of a request may do anywhere, for templates: `{% if can.share %}`."""

    def __init__(self, request: HttpRequest) -> None:
        user = getattr(request, "user", None)
        self.member = user if isinstance(user, Member) else None

    def __getitem__(self, name: str) -> bool:
        if name not in NAMES:
            raise KeyError(name)
        return self.member is not None and may(self.member, Action(name))

    @property
    def edit_permissions(self) -> bool:
        """Return True for those who may change what roles may do."""
        return self.member is not None and may_edit_permissions(self.member)

    @property
    def cache_key(self) -> str:
        """Changes with the permissions, for keys of caches."""
        return granted_to(self.member).cache_key if self.member else ""


def requires(action: Action, *, team: bool = False) -> Callable[[View[P]], View[P]]:
    """Answer 403, with the reason, to a member who may not do `action` to any row at all.

    Where a row of a project is concerned, the view then asks about that row. With `team`, what is
    allowed in single projects isn't enough: the view changes what belongs to the whole team.
    """

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            member = member_of(request)
            allowed = may_without_project if team else may
            if not allowed(member, action):
                raise PermissionDenied(refusal(member, action))
            return view(request, *args, **kwargs)

        return guarded

    return guard
