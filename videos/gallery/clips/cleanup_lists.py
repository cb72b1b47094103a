"""Which lists does the Cleanup page have, and in which order do they stand?"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from videos.gallery.clips.order import Order
from videos.gallery.clips.pagination import Read, by, soonest_first
from videos.models import VideoJob, VideoJobQuerySet


@dataclass(frozen=True)
class CleanupList:
    """One tab. `name` is that of its route; `key` is what forms call it."""

    key: str
    name: str
    label: str | Promise
    rows: Callable[[VideoJobQuerySet], VideoJobQuerySet]
    read: Callable[[QuerySet[VideoJob]], Read]

    @property
    def url(self) -> str:
        """Its address."""
        return reverse(self.name)


AT_RISK = CleanupList(
    "at_risk",
    "cleanup",
    gettext_lazy("At risk"),
    lambda jobs: jobs.at_risk(),
    soonest_first,
)
LOST = CleanupList(
    "lost",
    "cleanup_lost",
    gettext_lazy("Lost"),
    lambda jobs: jobs.lost(),
    partial(by, order=Order("expires_at")),
)
SAFE = CleanupList(
    "safe",
    "cleanup_safe",
    gettext_lazy("Safe here"),
    lambda jobs: jobs.only_here(),
    partial(by, order=Order("expires_at")),
)
TRASH = CleanupList(
    "trash",
    "trash",
    gettext_lazy("Trash"),
    lambda jobs: jobs.in_trash(),
    partial(by, order=Order("purge_at")),
)
LISTS = (AT_RISK, LOST, SAFE, TRASH)


def list_at(path: str) -> CleanupList | None:
    """The list at this address; None for any other page."""
    return next((each for each in LISTS if each.url == path), None)
