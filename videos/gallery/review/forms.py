"""What do the small forms of a review send? Buttons, whose values the use cases check."""

from django.http import HttpRequest

from videos.wire.values import whole_number


def posted_verdict(request: HttpRequest) -> str:
    """The verdict of the button that was pressed. An empty one means To review, so a form without
    any must not look like it."""
    return request.POST.get("verdict", "missing")


def posted_stars(request: HttpRequest) -> int:
    """The number of stars; -1, which is refused, if it isn't a digit."""
    stars = whole_number(request.POST.get("stars", ""), 1)
    return -1 if stars is None else stars
