"""What did the quality check find, and what does the clip's page say about it?"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from videos.gallery.shell.htmx import Toast, go
from videos.gallery.shell.lookup import find
from videos.gallery.shell.numbers import timecode
from videos.models import Action, Finding, FindingKind, Member, VideoJob, may, visible_jobs
from videos.review.findings import bring_back, dismiss
from videos.team.access import member_of, requires


@dataclass(frozen=True)
class Line:
    """One finding, in words; `at_text` is empty if it has no time."""

    kind: str
    label: str
    text: str
    at: str
    at_text: str
    dismissed_by: str


def findings_context(member: Member, job: VideoJob) -> dict[str, Any]:
    """What the clip's page shows, by one query."""
    rows = Finding.objects.filter(job=job).select_related("dismissed_by")
    may_decide = may(member, Action.DECIDE, job) and not job.is_trashed
    return {"findings": [_line(row) for row in rows], "may_dismiss": may_decide}


@require_POST
@requires(Action.DECIDE)
def video_finding(request: HttpRequest, public_id: str) -> HttpResponse:
    """Dismiss a finding, or bring it back."""
    job, member = find(request, public_id, Action.DECIDE), member_of(request)
    rows = visible_jobs(member).live().filter(pk=job.pk)
    kind = request.POST.get("kind", "")
    if request.POST.get("do") == "bring_back":
        done, text = bring_back(member, rows, kind), _("Shown again.")
    else:
        done, text = dismiss(member, rows, kind), _("Dismissed.")
    toasts = [Toast(text)] if done else []
    return go(request, f"{job.get_absolute_url()}#findings", *toasts)


def _line(row: Finding) -> Line:
    at = "" if row.at_seconds is None else f"{row.at_seconds:.2f}"
    return Line(
        kind=row.kind,
        label=str(FindingKind(row.kind).label),
        text=_text(row),
        at=at,
        at_text=timecode(round(row.at_seconds, 1)) if row.at_seconds is not None else "",
        dismissed_by=str(row.dismissed_by or ""),
    )


def _text(row: Finding) -> str:
    evidence = row.evidence
    values = {
        "seconds": evidence.get("seconds", "?"),
        "requested": str(evidence.get("requested", "?")).replace("x", "×"),
        "got": str(evidence.get("got", "?")).replace("x", "×"),
    }
    texts = {
        FindingKind.BLACK: _("The picture is black for %(seconds)s s."),
        FindingKind.FROZEN: _("The picture doesn't move for %(seconds)s s."),
        FindingKind.FLASHING: _("The picture flashes quickly."),
        FindingKind.SILENT: _("Sound was requested, but nothing can be heard."),
        FindingKind.SIZE: _("Requested %(requested)s, got %(got)s."),
        FindingKind.LENGTH: _("Requested %(requested)s s, got %(got)s s."),
    }
    return texts[FindingKind(row.kind)] % values
