"""What do the small forms of a review send? Buttons, whose values the use cases check."""

from django.http import HttpRequest


def posted_verdict(request: HttpRequest) -> str:
    """The verdict of the button that was pressed. An empty one means To review, so a form without
    any must not look like it."""
    return request.POST.get("verdict", "missing")


def posted_stars(request: HttpRequest) -> int:
    """The number of stars; -1, which is refused, if it isn't a digit."""
    text = request.POST.get("stars", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) == 1 else -1
