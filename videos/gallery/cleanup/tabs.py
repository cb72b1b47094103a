"""Which tabs does the Cleanup page show, and how many clips are behind each?"""

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import IntegerField, Subquery
from django.utils.translation import gettext as _

from videos.gallery.clips.cleanup_lists import LISTS, CleanupList
from videos.gallery.shell.numbers import up_to
from videos.models import Member, visible_jobs

# No list is counted further, since the page must not take longer in a larger gallery.
COUNTED = 1000


@dataclass(frozen=True)
class Tab:
    """A link to one list."""

    label: str
    url: str
    count: str
    is_current: bool


class CountOf(Subquery):
    """How many rows a query set has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def tabs(member: Member, current: CleanupList) -> list[Tab]:
    """All tabs as `member` sees them, by one query."""
    seen = visible_jobs(member)
    counts = {
        each.key: CountOf(each.rows(seen).order_by().values("pk")[: COUNTED + 1]) for each in LISTS
    }
    counted = Member.objects.filter(pk=member.pk).values_list(*counts.values()).get()
    return [
        Tab(str(each.label), each.url, up_to(count, COUNTED), each == current)
        for each, count in zip(LISTS, counted, strict=True)
    ]


def meaning(current: CleanupList) -> str:
    """What deleting a clip of this list means, in a sentence or two."""
    return {
        "at_risk": _(
            "Only the provider has these clips: they aren't archived here yet. Deleting one "
            "deletes its only copy."
        ),
        "lost": _(
            "The provider deleted these clips before they were archived here. Deleting one "
            "removes only its entry: the prompt and its settings."
        ),
        "safe": _(
            "These clips are archived here, and the provider no longer has them. Deleting one "
            "deletes its last copy."
        ),
        "trash": _("Deleting a clip permanently removes its entry and the files archived here."),
    }[current.key]


class EmptyState(NamedTuple):
    """What an empty list says."""

    icon: str
    title: str
    text: str


def empty_state(current: CleanupList, query: str = "") -> EmptyState:
    """What the list says when no clip is on it."""
    if query:
        text = _("No clips in the trash match this search.")
        return EmptyState("search", _("Nothing matches"), text)
    return {
        "at_risk": EmptyState(
            "archive", _("Nothing is at risk"), _("Every finished clip is archived here.")
        ),
        "lost": EmptyState(
            "hourglass",
            _("Nothing is lost"),
            _("Every clip was archived before its provider deleted it."),
        ),
        "safe": EmptyState(
            "hourglass",
            _("Nothing has expired"),
            _("Clips that only this archive still has are listed here."),
        ),
        "trash": EmptyState(
            "trash-2",
            _("The trash is empty"),
            _("Deleted clips stay here for a while, so that you can restore them."),
        ),
    }[current.key]
