"""Which clips does a search find by an id: ours, the provider's, or the one in a file's name?

Ids are found whole or by their first characters, as ranges of the indexes.
"""

import re

from django.db.models import Q

from videos.models.job import VideoJob
from videos.models.provider import Provider

SHORTEST = 6
# If more clips match, `text` is a prefix that the provider gives all its ids.
MAX_FOUND = 50
PART_OF_ID = re.compile("video_[0-9a-f]{6,32}")
DIGITS = re.compile("[0-9a-f]{6,32}")
# The name of a download ends in the first digits; see `file_name` in the archive.
FILE_NAME = re.compile(r"\S*-([0-9a-f]{8})(?:\.[a-z0-9]{2,5})?")


def is_part_of_id(text: str) -> bool:
    """Return True if `text` can't be anything but the beginning of a clip's id, ours or the
    provider's."""
    return PART_OF_ID.fullmatch(text) is not None


def keys_by_id(text: str) -> list[int]:
    """The primary keys of the clips that have this id, or whose id begins so. One query; none for
    a text that can't be an id."""
    if len(text) < SHORTEST or len(text.split()) != 1:
        return []
    # The index starts with the provider. Its condition is the last one here.
    rows = VideoJob.objects.filter(
        ~Q(remote_id=""),
        provider__in=Provider.objects.values("pk"),
        remote_id__gte=text,
        remote_id__lt=_after(text),
        is_blind=False,
    )
    ids = rows.order_by().values_list("pk", "remote_id")
    ours = _our_id(text)
    if ours:
        own = VideoJob.objects.filter(public_id__gte=ours, public_id__lt=_after(ours))
        ids = ids.union(own.order_by().values_list("pk", "public_id"), all=True)
    # Some collations of PostgreSQL sort other ids in between.
    begins = (text, ours or text)
    keys = [pk for pk, value in ids[: 2 * MAX_FOUND] if value.startswith(begins)]
    return keys if len(keys) <= MAX_FOUND else []


def _our_id(text: str) -> str:
    """The beginning of a clip's public id that `text` stands for; empty where it is none."""
    folded = text.lower()
    if PART_OF_ID.fullmatch(folded):
        return folded
    if DIGITS.fullmatch(folded):
        return f"video_{folded}"
    name = FILE_NAME.fullmatch(folded)
    return f"video_{name[1]}" if name else ""


def _after(text: str) -> str:
    """Behind everything that begins with `text`, in ids: of letters, digits and hyphens."""
    return f"{text}zzzzzzzz"
