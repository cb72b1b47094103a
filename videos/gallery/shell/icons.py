"""`{% icon "name" %}`: one picture of the sprite. A tag, since a page has dozens and an include of
each would cost more than all that it says. Each is made once: the sprite does not move under a
running server."""

from functools import cache

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

MARKUP = '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>'


@cache
def icon(name: str) -> SafeString:
    """The icon called `name` in static/icons.svg; it says nothing to a screen reader."""
    return format_html(MARKUP, static("icons.svg"), name)
