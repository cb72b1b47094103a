"""How does a button of a selection bar begin an action on all clips that match?"""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from videos.gallery.bulk.decision_message import with_reasons
from videos.gallery.bulk.matching import matching
from videos.gallery.bulk.messages import result_of
from videos.gallery.shell.htmx import Toast, came_from, go
from videos.jobs.errors import ValidationFailed
from videos.models import BulkAction, BulkRun, VideoJob
from videos.review.bulk.begin import CHUNK, begin, can_undo, do_now
from videos.team.access import member_of


def start_matching(
    request: HttpRequest, action: BulkAction, params: Mapping[str, Any]
) -> HttpResponse:
    """Begin the action on the clips that match the form's filters; back to their list."""
    back = came_from(request, reverse("gallery"))
    try:
        rows = matching(member_of(request), request.POST)
    except ValidationFailed as refused:
        return go(request, back, Toast(str(refused), "warning"))
    return start(request, action, params, rows, request.POST.get("query", ""), back)


def start(
    request: HttpRequest,
    action: BulkAction,
    params: Mapping[str, Any],
    rows: QuerySet[VideoJob],
    query: str,
    back: str,
) -> HttpResponse:
    """Begin the action on `rows`, and go back. Few clips are changed at once."""
    member = member_of(request)
    if rows.order_by().values("pk")[: CHUNK + 1].count() <= CHUNK:
        run = do_now(member, action, params, rows)
        return go(request, back, toast_of(run) if run else none_match())
    press = request.POST.get("until", "")
    run = begin(member, action, params, rows, query=query, press=press)
    if run is None:
        return go(request, back, none_match())
    follow(request, run)
    return go(request, back)


def toast_of(run: BulkRun) -> Toast:
    """What came of a run that has ended, with Undo."""
    return with_undo(run, result_of(run))


def with_undo(run: BulkRun | None, text: str) -> Toast:
    """`text`, with the button that undoes the run, if there is one and it can be undone."""
    undo_url = reverse("bulk_undo", args=[run.pk]) if run and can_undo(run) else ""
    toast = Toast(text, "success" if run and run.changed else "warning", undo_url=undo_url)
    is_decision = run is not None and run.action == BulkAction.DECIDE and run.changed > 0
    return with_reasons(toast, run.params["verdict"], run.press) if run and is_decision else toast


def none_match() -> Toast:
    """What is said when there was nothing to do."""
    return Toast(_("No clips match."), "warning")


def follow(request: HttpRequest, run: BulkRun) -> None:
    """Show how far the run is on the member's next pages."""
    request.session["bulk_run"] = run.pk
