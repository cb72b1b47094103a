"""Whose clips wait, and whose queue does an admin hold or limit?"""

from dataclasses import dataclass

from django.db import IntegrityError
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from videos.gallery.shell.htmx import Toast, go, page
from videos.jobs.dispatch.paused_queues import busy_members
from videos.jobs.dispatch.queue_rules import limit_queue, pause_queue
from videos.models import (
    Action,
    Member,
    Project,
    QueueRule,
    VideoJobQuerySet,
    allowed_rows,
    visible_jobs,
)
from videos.team.access import member_of, requires
from videos.wire.values import whole_number

MAX_SHOWN = 500
MOST = 1000


@dataclass(frozen=True)
class Queue:
    """The waiting clips of a member or a project."""

    target: str
    name: str
    waiting: int
    busy: int
    is_paused: bool
    max_jobs: int | None
    is_project: bool
    is_held: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.MANAGE_BUDGETS)
def queue_list(request: HttpRequest) -> HttpResponse:
    """All members and open projects with what waits of them. POST pauses, resumes or limits one."""
    if request.method == "POST":
        return go(request, reverse("queue_list"), _change(request))
    member = member_of(request)
    waiting = visible_jobs(member).waiting()
    context = {"members": _members(waiting), "projects": _projects(member, waiting), "most": MOST}
    return page(request, "billing/queues.html", context)


def _members(waiting: VideoJobQuerySet) -> list[Queue]:
    """Active members, and deactivated ones whose clips are held."""
    counts = _counts(waiting, "maker")
    shown = Q(is_active=True) | Q(pk__in=list(counts))
    rows = Member.objects.filter(shown).select_related("queue_rule")
    members = list(rows.order_by("-is_active", "name", "username")[:MAX_SHOWN])
    busy = busy_members(member.pk for member in members)
    return [
        _queue(f"member:{each.pk}", each, counts.get(each.pk, 0), busy.get(each.pk, 0))
        for each in members
    ]


def _projects(member: Member, waiting: VideoJobQuerySet) -> list[Queue]:
    seen = allowed_rows(member, Action.VIEW, Project.objects.open())
    projects = seen.select_related("queue_rule")[:MAX_SHOWN]
    counts = _counts(waiting, "project")
    return [_queue(f"project:{each.pk}", each, counts.get(each.pk, 0), 0) for each in projects]


def _counts(waiting: VideoJobQuerySet, column: str) -> dict[int, int]:
    return dict(waiting.order_by().values_list(column).annotate(Count("pk")))


def _queue(target: str, owner: Member | Project, waiting: int, busy: int) -> Queue:
    rule: QueueRule | None = getattr(owner, "queue_rule", None)
    is_paused = rule is not None and rule.paused_at is not None
    limit = rule.max_jobs if rule else None
    is_held = isinstance(owner, Member) and not owner.is_active
    is_project = isinstance(owner, Project)
    return Queue(target, str(owner), waiting, busy, is_paused, limit, is_project, is_held)


def _change(request: HttpRequest) -> Toast:
    owner = _owner(member_of(request), request.POST.get("target", ""))
    values = {"name": str(owner)}
    try:
        match request.POST.get("do"):
            case "pause":
                pause_queue(owner, paused=True)
                text = _("Paused the queue of %(name)s. Clips in progress continue.")
            case "resume":
                pause_queue(owner, paused=False)
                text = _("Resumed the queue of %(name)s.")
            case "limit" if isinstance(owner, Member):
                typed = request.POST.get("limit", "").strip()
                if typed and not _is_limit(typed):
                    message = _("Enter a number from 1 to %(most)d.") % {"most": MOST}
                    return Toast(message, "warning")
                limit = int(typed) if typed else None
                limit_queue(owner, limit)
                text = _limit_text(limit)
                values["count"] = number_format(limit or 0, force_grouping=True)
            case _other:
                raise Http404("Change not found.")
    except IntegrityError:
        return Toast(_("Someone else changed this first. Reload the page."), "warning")
    return Toast(text % values)


def _limit_text(limit: int | None) -> str:
    if limit is None:
        return _("%(name)s: no limit.")
    return ngettext(
        "%(name)s: at most %(count)s clip in progress at a time.",
        "%(name)s: at most %(count)s clips in progress at a time.",
        limit,
    )


def _is_limit(typed: str) -> bool:
    return 1 <= (whole_number(typed) or 0) <= MOST


def _owner(member: Member, target: str) -> Member | Project:
    kind, _colon, number = target.partition(":")
    key = whole_number(number)
    owner: Member | Project | None = None
    if kind == "member" and key is not None:
        owner = Member.objects.filter(pk=key, is_active=True).first()
    elif kind == "project" and key is not None:
        owner = allowed_rows(member, Action.VIEW, Project.objects.filter(pk=key)).first()
    if owner is not None:
        return owner
    raise Http404("Queue not found.")
