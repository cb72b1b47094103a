"""In which formats do clips get into an editing program or a spreadsheet?"""

from collections.abc import Callable
from typing import NamedTuple

from django.utils.translation import gettext as _

from videos.jobs.errors import ValidationFailed
from videos.sharing import edl
from videos.sharing.otio import otio
from videos.sharing.selection import Selection
from videos.sharing.table import table
from videos.sharing.timeline import Timeline, timeline_of


class Format(NamedTuple):
    """What a file of this kind is called, and how it is written. `write` raises
    ValidationFailed where there is nothing to write."""

    ending: str
    media_type: str
    write: Callable[[Selection], str]


def _timeline(selection: Selection) -> Timeline:
    timeline = timeline_of(selection.title, selection.clips)
    if not timeline.shots:
        raise ValidationFailed({"": _("None of these clips is archived here yet.")})
    return timeline


def _markers(selection: Selection) -> str:
    timeline = _timeline(selection)
    if not any(shot.markers for shot in timeline.shots):
        raise ValidationFailed({"": _("These clips have no comments.")})
    return edl.markers(timeline)


FORMATS = {
    "csv": Format(".csv", "text/csv", lambda selection: table(selection.clips)),
    "edl": Format(".edl", "text/plain", lambda selection: edl.cut(_timeline(selection))),
    "markers": Format("-markers.edl", "text/plain", _markers),
    "otio": Format(".otio", "application/json", lambda selection: otio(_timeline(selection))),
}
