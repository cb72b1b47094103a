"""The audit log as a page and as a file."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from videos.gallery.audit.filters import NEWEST_FIRST, AuditFilter, place_of
from videos.gallery.audit.lines import TOKEN, Invited, Members, Tokens, csv_of, line_of
from videos.gallery.shell.htmx import page
from videos.models import AccessToken, Action, AuditAction, AuditEntry, Invitation, Member, record
from videos.models.paging import page_of
from videos.team.access import requires

PER_PAGE = 50


@require_safe
@requires(Action.SEE_AUDIT)
def audit(request: HttpRequest) -> HttpResponse:
    """The entries, newest first; `?person=`, `?action=`, `?since=`, `?until=`, `?before=`."""
    members = _members()
    form = AuditFilter(request.GET, members.values())
    before = request.GET.get("before", "")
    entries = page_of(form.entries(), PER_PAGE, after=place_of(before), order=NEWEST_FIRST)
    tokens, invited = _tokens(entries.rows), _invited()
    lines = [line_of(entry, members, tokens, invited) for entry in entries.rows]
    query = form.query
    older = f"before={entries.continues_after.pk}" if entries.continues_after else ""
    context = {
        "form": form,
        "lines": lines,
        "is_filtered": bool(query),
        "csv_url": _address("audit_csv", query),
        "older_url": _address("audit", query, older) if older else "",
        "newest_url": _address("audit", query) if before else "",
    }
    return page(request, "audit/list.html", context)


@require_safe
@requires(Action.SEE_AUDIT)
def audit_csv(request: HttpRequest) -> StreamingHttpResponse | HttpResponse:
    """The entries of the same filter as a file."""
    members = _members()
    form = AuditFilter(request.GET, members.values())
    entries = form.entries()
    headers = {
        "Content-Disposition": f'attachment; filename="audit-{timezone.localdate()}.csv"',
        "Cache-Control": "no-store",
    }
    if request.method == "HEAD":
        return HttpResponse(content_type="text/csv; charset=utf-8", headers=headers)
    record(AuditAction.AUDIT_EXPORTED, after=form.chosen)
    lines = csv_of(entries.iterator(chunk_size=500), members, _invited())
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


def _members() -> Members:
    return {member.pk: member for member in Member.objects.order_by("name", "username")}


def _invited() -> Invited:
    """Whom each invitation is for: the member who accepted it, or the name that was typed."""
    rows = Invitation.objects.select_related("accepted_by")
    return {row.pk: str(row.accepted_by or row.name) for row in rows}


def _tokens(entries: Sequence[AuditEntry]) -> Tokens:
    """The names of today of the tokens in these entries."""
    shown = {entry.token for entry in entries}
    shown |= {entry.target for entry in entries if entry.target_kind == TOKEN}
    prefixes = {text.removesuffix("…") for text in shown if text}
    rows = AccessToken.objects.filter(prefix__in=prefixes) if prefixes else ()
    return {row.audit_name: str(row) for row in rows}


def _address(name: str, *queries: str) -> str:
    query = "&".join(filter(None, queries))
    return f"{reverse(name)}?{query}" if query else reverse(name)
