"""How close together does this browser show the cards?"""

from django.http import HttpRequest

COMFORTABLE, COMPACT = "comfortable", "compact"
COOKIE = "density"


def density_of(request: HttpRequest) -> str:
    """The density that this browser has chosen."""
    return COMPACT if request.COOKIES.get(COOKIE) == COMPACT else COMFORTABLE


def is_compact(request: HttpRequest) -> bool:
    """Return True if the wall's rows are low."""
    return density_of(request) == COMPACT
