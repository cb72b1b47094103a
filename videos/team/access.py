"""Which role may do what?"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from videos.models import Action, Member, may

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

REFUSALS = {
    Action.GENERATE: "Your role is Viewer. Ask an admin for Member access to generate clips.",
    Action.DECIDE: "Your role is Viewer. Ask an admin for Member access to review clips.",
    Action.COMMENT: "You can't comment here.",
    Action.MANAGE_PROVIDERS: "Only admins can manage providers.",
    Action.MANAGE_MEMBERS: "Only admins can manage members.",
    Action.MANAGE_SETTINGS: "Only admins can change the team's settings.",
}


def member_of(request: HttpRequest) -> Member:
    """The member who asks. Behind the login there always is one."""
    if not isinstance(request.user, Member):
        raise PermissionDenied
    return request.user


def requires(action: Action) -> Callable[[View[P]], View[P]]:
    """Guard a view: a member who may not do `action` gets 403 and the reason."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not may(member_of(request), action):
                raise PermissionDenied(REFUSALS[action])
            return view(request, *args, **kwargs)

        return guarded

    return guard
