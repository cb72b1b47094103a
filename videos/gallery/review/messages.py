"""What people read after they have decided or commented."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from videos.models import Verdict


def decided(verdict: str, count: int) -> str:
    """What one press did to `count` clips."""
    if not count:
        return _("Nothing changed. Only finished clips can be decided, once each.")
    words = {
        Verdict.APPROVED: ngettext("Approved.", "Approved %(count)d clips.", count),
        Verdict.NEEDS_CHANGES: ngettext(
            "Marked as needing changes.", "Marked %(count)d clips as needing changes.", count
        ),
        Verdict.REJECTED: ngettext("Rejected.", "Rejected %(count)d clips.", count),
        Verdict.TO_REVIEW: ngettext(
            "Back to review.", "Moved %(count)d clips back to review.", count
        ),
    }
    return words[Verdict(verdict)] % {"count": count}


def undone(count: int) -> str:
    """What Undo did."""
    if not count:
        return _("Nothing was undone, because someone has decided again since.")
    return ngettext("Undone.", "Undone for %(count)d clips.", count) % {"count": count}


def end_of_list() -> str:
    """What a reviewer reads who wanted to go on to the next clip."""
    return _("That was the last clip in this list.")
