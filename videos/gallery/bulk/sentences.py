"""What has been done to so many clips?"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from videos.gallery.shell.numbers import counted
from videos.models import BulkAction, BulkRun, Verdict

Params = Mapping[str, Any]


def done_text(run: BulkRun) -> str:
    """`Tagged 3 clips.`, for a run that has changed some."""
    if run.undoes_id:
        return undone_text(run.changed)
    action = BulkAction(run.action)
    if action == BulkAction.DECIDE:
        return decided(run.params["verdict"], run.changed)
    count = counted("%(count)s", run.changed)
    return SENTENCES[action](run.changed, run.params) % {"count": count, **run.params}


def decided(verdict: str, count: int) -> str:
    """What one press did to `count` clips."""
    if not count:
        return _("Nothing changed. Only finished clips can be decided, once each.")
    texts = {
        Verdict.APPROVED: ngettext("Approved.", "Approved %(count)s clips.", count),
        Verdict.NEEDS_CHANGES: ngettext(
            "Marked as needing changes.", "Marked %(count)s clips as needing changes.", count
        ),
        Verdict.REJECTED: ngettext("Rejected.", "Rejected %(count)s clips.", count),
        Verdict.TO_REVIEW: ngettext(
            "Back to review.", "Moved %(count)s clips back to review.", count
        ),
    }
    return counted(texts[Verdict(verdict)], count)


def _moved(count: int, params: Params) -> str:
    if params["project"] is None:
        return ngettext(
            "Took %(count)s clip out of its project.",
            "Took %(count)s clips out of their projects.",
            count,
        )
    return ngettext(
        "Moved %(count)s clip to “%(name)s”.", "Moved %(count)s clips to “%(name)s”.", count
    )


def _tagged(count: int, _params: Params) -> str:
    return ngettext("Tagged %(count)s clip.", "Tagged %(count)s clips.", count)


def _untagged(count: int, _params: Params) -> str:
    return ngettext(
        "Removed tags from %(count)s clip.", "Removed tags from %(count)s clips.", count
    )


def _collected(count: int, _params: Params) -> str:
    return ngettext(
        "Added %(count)s clip to “%(name)s”.", "Added %(count)s clips to “%(name)s”.", count
    )


def _taken_out(count: int, _params: Params) -> str:
    return ngettext(
        "Took %(count)s clip out of the collection.",
        "Took %(count)s clips out of the collection.",
        count,
    )


def _liked(count: int, _params: Params) -> str:
    return ngettext(
        "Added %(count)s clip to your favourites.",
        "Added %(count)s clips to your favourites.",
        count,
    )


def _unliked(count: int, _params: Params) -> str:
    return ngettext(
        "Removed %(count)s clip from your favourites.",
        "Removed %(count)s clips from your favourites.",
        count,
    )


def trashed_text(count: int) -> str:
    """`Moved 2 clips to the trash.`"""
    return counted(_trashed(count, {}), count)


def restored_text(count: int) -> str:
    """`Restored 2 clips.`"""
    return counted(_restored(count, {}), count)


def unsent_note(moved: int, cancelled: int) -> str:
    """What is said of those of the `moved` clips that were `cancelled` when they were deleted,
    because they weren't sent yet; "" if there are none."""
    if not cancelled:
        return ""
    if moved == 1:
        return _("It hadn't been sent, so it was cancelled and costs nothing.")
    text = ngettext(
        "%(count)s of them hadn't been sent, so it was cancelled and costs nothing.",
        "%(count)s of them hadn't been sent, so they were cancelled and cost nothing.",
        cancelled,
    )
    return counted(text, cancelled)


def retry_note(moved: int, cancelled: int) -> str:
    """The same for clips that come back from the trash and are cancelled."""
    if not cancelled:
        return ""
    if moved == 1:
        return _("It's cancelled. To generate it after all, use Retry.")
    text = ngettext(
        "%(count)s of them is cancelled. To generate it after all, use Retry.",
        "%(count)s of them are cancelled. To generate them after all, use Retry.",
        cancelled,
    )
    return counted(text, cancelled)


def purged_text(count: int) -> str:
    """`Deleting 2 clips permanently…`"""
    return counted(_purged(count, {}), count)


def undone_text(count: int) -> str:
    """`Undone for 2 clips.`"""
    return counted(ngettext("Undone.", "Undone for %(count)s clips.", count), count)


def _trashed(count: int, _params: Params) -> str:
    return ngettext(
        "Moved %(count)s clip to the trash.", "Moved %(count)s clips to the trash.", count
    )


def _restored(count: int, _params: Params) -> str:
    return ngettext("Restored %(count)s clip.", "Restored %(count)s clips.", count)


def _purged(count: int, _params: Params) -> str:
    return ngettext(
        "Deleting %(count)s clip permanently…", "Deleting %(count)s clips permanently…", count
    )


SENTENCES: dict[BulkAction, Callable[[int, Params], str]] = {
    BulkAction.PROJECT: _moved,
    BulkAction.TAG: _tagged,
    BulkAction.UNTAG: _untagged,
    BulkAction.COLLECT: _collected,
    BulkAction.UNCOLLECT: _taken_out,
    BulkAction.LIKE: _liked,
    BulkAction.UNLIKE: _unliked,
    BulkAction.TRASH: _trashed,
    BulkAction.RESTORE: _restored,
    BulkAction.PURGE: _purged,
}
