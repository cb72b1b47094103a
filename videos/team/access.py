"""Which role may do what?"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy

from videos.models import Action, Member, may

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

REFUSALS = {
    Action.GENERATE: gettext_lazy(
        "Your role is Viewer. Ask an admin for Member access to generate clips."
    ),
    Action.DECIDE: gettext_lazy(
        "Your role is Viewer. Ask an admin for Member access to review clips."
    ),
    Action.ORGANISE: gettext_lazy(
        "Your role is Viewer. Ask an admin for Member access to change this."
    ),
    Action.COMMENT: gettext_lazy("You can't comment here."),
    Action.SAVE_PROMPTS: gettext_lazy(
        "Your role is Viewer. Ask an admin for Member access to save prompts."
    ),
    Action.SHARE: gettext_lazy(
        "Your role is Viewer. Ask an admin for Member access to share clips."
    ),
    Action.SEE_USAGE: gettext_lazy("Your role is Viewer. Ask an admin for Member access."),
    Action.MANAGE_BUDGETS: gettext_lazy("Only producers and admins can manage budgets."),
    Action.MANAGE_PROVIDERS: gettext_lazy("Only admins can manage providers."),
    Action.MANAGE_MEMBERS: gettext_lazy("Only admins can manage members."),
    Action.SEE_AUDIT: gettext_lazy("Only admins can read the audit log."),
    Action.MANAGE_SETTINGS: gettext_lazy("Only admins can change the team's settings."),
}


def member_of(request: HttpRequest) -> Member:
    """The signed-in member. Views behind the login always have one."""
    if not isinstance(request.user, Member):
        raise PermissionDenied
    return request.user


def requires(action: Action) -> Callable[[View[P]], View[P]]:
    """Answer 403, with the reason, to a member who may not do `action`."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not may(member_of(request), action):
                raise PermissionDenied(REFUSALS[action])
            return view(request, *args, **kwargs)

        return guarded

    return guard
