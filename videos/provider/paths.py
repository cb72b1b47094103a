"""How does an id become part of a URL?"""

from urllib.parse import quote

from videos import wire
from videos.provider.errors import BadAnswer
from videos.wire.text import gettext_noop


def path_segment(id: str) -> str:
    """An opaque id as exactly one path segment. Raises BadAnswer if that isn't possible."""
    try:
        segment = quote(id, safe="")
    except UnicodeEncodeError:
        segment = ""
    # Dots survive quoting, and a path that ends in `/..` means another resource.
    if segment.strip(".") == "" or len(id.encode()) > wire.MAX_ID:
        raise BadAnswer(gettext_noop("This job's ID can't be used in a URL."), code="bad_id")
    return segment
