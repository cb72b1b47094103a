"""What people read about an action on many clips."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from videos.gallery.bulk.sentences import done_text, retry_note, unsent_note
from videos.gallery.shell.numbers import counted
from videos.models import BulkAction, BulkRun, BulkState, Verdict

VERDICTS = {
    Verdict.APPROVED: gettext_noop("Approve"),
    Verdict.NEEDS_CHANGES: gettext_noop("Mark as needing changes"),
    Verdict.REJECTED: gettext_noop("Reject"),
    Verdict.TO_REVIEW: gettext_noop("Move back to review"),
}
TITLES = {
    BulkAction.PROJECT: gettext_noop("Move to “%(name)s”"),
    BulkAction.TAG: gettext_noop("Add tags: %(tags)s"),
    BulkAction.UNTAG: gettext_noop("Remove tags: %(tags)s"),
    BulkAction.COLLECT: gettext_noop("Add to “%(name)s”"),
    BulkAction.UNCOLLECT: gettext_noop("Take out of “%(name)s”"),
    BulkAction.LIKE: gettext_noop("Add to favourites"),
    BulkAction.UNLIKE: gettext_noop("Remove from favourites"),
    BulkAction.TRASH: gettext_noop("Move to the trash"),
    BulkAction.RESTORE: gettext_noop("Restore from the trash"),
    BulkAction.PURGE: gettext_noop("Delete permanently"),
}


def title_of(run: BulkRun) -> str:
    """What the run does, as `Approve` or `Undo: Approve`."""
    title = _title(BulkAction(run.action), run.params)
    return _("Undo: %(action)s") % {"action": title} if run.undoes_id else title


def _title(action: BulkAction, params: Mapping[str, Any]) -> str:
    if "reason" in params:
        return _("Reason for rejecting: %(reason)s") % params
    if action == BulkAction.DECIDE:
        return _(VERDICTS[Verdict(params["verdict"])])
    if action == BulkAction.PROJECT and params["project"] is None:
        return _("Take out of their projects")
    return _(TITLES[action]) % params if params else _(TITLES[action])


def progress_of(run: BulkRun) -> str:
    """How far it is, or what came of it."""
    if run.is_running:
        if run.started_at is None:
            text = ngettext("Waiting: %(count)s clip", "Waiting: %(count)s clips", run.total)
            return counted(text, run.total)
        return _("%(done)s of %(total)s") % {
            "done": counted("%(count)s", run.handled),
            "total": counted("%(count)s", run.total),
        }
    return " · ".join(
        [
            *([_("Cancelled")] if run.state == BulkState.CANCELLED else []),
            *([_("Stopped by an error")] if run.state == BulkState.STOPPED else []),
            *_counts(run),
        ]
    )


def result_of(run: BulkRun) -> str:
    """What a toast says of a run that has ended."""
    said = done_text(run) if run.changed else _("Nothing changed.")
    parts = [said, cancelled_note(run), *(f"{text}." for text in _others(run))]
    return " ".join(filter(None, parts))


def cancelled_note(run: BulkRun) -> str:
    """What a run that deleted or restored clips has to say of cancelled ones; "" for others."""
    if run.is_running or run.action not in (BulkAction.TRASH, BulkAction.RESTORE):
        return ""
    parts = run.parts.exclude(before={}).values_list("before", flat=True)
    cancelled = sum(len(before.get("cancelled", ())) for before in parts)
    is_trash = run.action == BulkAction.TRASH and run.undoes_id is None
    return (unsent_note if is_trash else retry_note)(run.changed, cancelled)


def _counts(run: BulkRun) -> list[str]:
    changed = ngettext("%(count)s clip changed", "%(count)s clips changed", run.changed)
    return [counted(changed, run.changed), *_others(run)]


def _others(run: BulkRun) -> list[str]:
    texts = []
    if run.unchanged:
        text = ngettext("%(count)s unchanged", "%(count)s unchanged", run.unchanged)
        texts.append(counted(text, run.unchanged))
    if run.failed:
        text = ngettext("%(count)s failed", "%(count)s failed", run.failed)
        texts.append(counted(text, run.failed))
    return texts
