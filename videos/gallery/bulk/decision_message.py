"""What does a message say after a decision, and what does it offer?"""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from videos.gallery.bulk.sentences import decided
from videos.gallery.shell.htmx import Toast
from videos.models import Verdict
from videos.review.decisions import Decided, reasons

# More would cover the page; the clip's own page offers all of them.
MOST_REASONS = 8
Back = Mapping[str, str | list[str]]


def decision_toast(verdict: str, done: Decided, back: Back) -> Toast:
    """What one press did, with Undo, and with the reasons if it rejected. `back` says for the
    address of both where the person was."""
    message = decided(verdict, done.count)
    if not done.count:
        return Toast(message, "info")
    toast = Toast(message, undo_url=_address("undo_decision", done.press, back))
    return with_reasons(toast, verdict, done.press, back)


def with_reasons(toast: Toast, verdict: str, press: str, back: Back | None = None) -> Toast:
    """The same message; if the press rejected, with the reasons to choose from."""
    if verdict != Verdict.REJECTED:
        return toast
    url = _address("reason_decision", press, back or {})
    return replace(toast, reason_url=url, reasons=list(reasons()[:MOST_REASONS]))


def reason_toast(press: str, reason: str, count: int, back: Back) -> Toast:
    """The same, once a reason was chosen for `count` clips."""
    if not count:
        return Toast(
            _("The reason wasn't saved, because someone has decided again since."), "warning"
        )
    message = _("%(decided)s Reason: %(reason)s")
    message %= {"decided": decided(Verdict.REJECTED, count), "reason": reason}
    return Toast(message, undo_url=_address("undo_decision", press, back))


def _address(name: str, press: str, back: Back) -> str:
    url = reverse(name, args=[press])
    return f"{url}?{urlencode(back, doseq=True)}" if back else url
