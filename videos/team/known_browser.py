"""Which browsers has a member signed in from before?

Failed sign-ins are limited by login and by IP address, so strangers can use up the attempts of a
member, or of everyone behind one proxy. A browser that has signed in before has a signed cookie and
shares its attempts only with other browsers of its member (OWASP: device cookies).
"""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from videos.models import Member

NAME = f"{settings.COOKIE_PREFIX}browser"
SALT = "videos.team.known_browser"
LIFE = timedelta(days=180)


def remember_browser(response: HttpResponse, member: Member) -> None:
    """Give the browser the cookie that marks it as one of `member`'s."""
    response.set_cookie(
        NAME,
        signing.dumps(member.pk, salt=SALT),
        max_age=LIFE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def browser_of(request: HttpRequest) -> int | None:
    """The primary key of the member who has signed in from this browser before."""
    try:
        return int(signing.loads(request.COOKIES.get(NAME, ""), salt=SALT, max_age=LIFE))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def is_known_browser(request: HttpRequest, login: str) -> bool:
    """Return True if the member with this login has signed in from this browser."""
    if (pk := browser_of(request)) is None:
        return False
    names = Member.objects.filter(pk=pk).values_list("username", "email").first() or ()
    return login in {name.lower() for name in names if name}
