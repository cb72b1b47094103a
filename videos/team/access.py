"""Which role may do what?"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from videos.models import Member, Role

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

REFUSALS = {
    Role.MEMBER: "Viewers watch. To generate clips, ask an admin for the role of member.",
    Role.ADMIN: "This is for admins. Ask one of your team's.",
}


def member_of(request: HttpRequest) -> Member:
    """The member who asks. Behind the login there always is one."""
    if not isinstance(request.user, Member):
        raise PermissionDenied
    return request.user


def has_role(member: Member, role: Role) -> bool:
    """Is `member` at least `role`? Each role includes the one before."""
    order = list(Role)
    return order.index(Role(member.role)) >= order.index(role)


def requires(role: Role) -> Callable[[View[P]], View[P]]:
    """Guard a view: whoever is less than `role` gets 403 and the reason."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not has_role(member_of(request), role):
                raise PermissionDenied(REFUSALS[role])
            return view(request, *args, **kwargs)

        return guarded

    return guard
