"""What people read after they have decided or commented."""

from django.utils.translation import gettext as _

from videos.gallery.bulk.sentences import undone_text


def undone(count: int) -> str:
    """What Undo did."""
    if not count:
        return _("Couldn't undo: someone has changed the decision since.")
    return undone_text(count)


def end_of_list() -> str:
    """What a reviewer reads who wanted to go on to the next clip."""
    return _("That was the last clip in this list.")
