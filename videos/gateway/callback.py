"""Which address does a script want to be called at once its clip has ended?"""

from collections.abc import Mapping
from typing import Any

from videos import wire
from videos.notices.receivers import why_no_receiver


def callback_of(fields: Mapping[str, Any]) -> str:
    """The `callback_url`; empty for none. WireError for an address that can't be called."""
    url = fields.get("callback_url")
    if url is None or url == "":
        return ""
    why = why_no_receiver(url) if isinstance(url, str) else "It must be a text."
    if why:
        raise wire.WireError(f"`callback_url` can't be used. {why}", param="callback_url")
    return str(url)
