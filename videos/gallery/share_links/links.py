"""Which links has the team given away, and how are they closed?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from videos.gallery.clips.pagination import PER_PAGE
from videos.gallery.shell.htmx import Toast, go, page
from videos.jobs.errors import ValidationFailed
from videos.models import Action, Member, ShareItem, ShareLink
from videos.models.paging import page_of
from videos.models.policies import may_remove
from videos.models.share import ShareLinkQuerySet
from videos.sharing.links import address_of, revoke
from videos.team.access import member_of, requires
from videos.wire.values import whole_number

SHOWS = ("mine", "open")


@dataclass(frozen=True)
class Line:
    """One link of the list."""

    link: ShareLink
    address: str
    # What it shows, and what visitors may do.
    what: str
    permissions: str
    can_revoke: bool
    # Its last minute: midnight would read as the day after.
    last_minute: datetime


@require_safe
@requires(Action.SHARE)
def shares(request: HttpRequest) -> HttpResponse:
    """What the member may see, the newest first; `?show=mine` or `open`, `?before=` a link."""
    member, show = member_of(request), request.GET.get("show", "")
    rows = _rows(member)
    if show == "mine":
        rows = rows.filter(maker=member)
    elif show == "open":
        rows = rows.usable()
    before = whole_number(request.GET.get("before", ""))
    links = page_of(rows, PER_PAGE, after=(before,) if before else ())
    lines = [line_of(link, member) for link in links.rows]
    keep = {"show": show} if show in SHOWS else {}
    older = {"before": links.continues_after.pk} if links.continues_after else None
    context: dict[str, Any] = {
        "lines": lines,
        "show": show if show in SHOWS else "",
        "older_url": f"?{urlencode(keep | older)}" if older else "",
        "newest_url": f"{reverse('shares')}?{urlencode(keep)}" if before else "",
    }
    return page(request, "share_links/list.html", context)


@require_safe
@requires(Action.SHARE)
def share_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One link with its address, to be copied."""
    member = member_of(request)
    return page(request, "share_links/detail.html", {"line": line_of(_find(member, pk), member)})


@require_POST
@requires(Action.SHARE)
def share_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a link permanently."""
    member = member_of(request)
    link = _find(member, pk)
    try:
        revoke(member, link)
    except ValidationFailed as refused:
        raise PermissionDenied(str(refused)) from refused
    return go(request, reverse("shares"), Toast(_("The link no longer works.")))


def line_of(link: ShareLink, member: Member) -> Line:
    """What the list shows of a link."""
    return Line(
        link=link,
        address=address_of(link, settings.PUBLIC_URL) if link.is_usable else "",
        what=_what(link),
        permissions=_permissions(link),
        can_revoke=link.is_usable and may_remove(member, link),
        last_minute=link.expires_at - timedelta(minutes=1),
    )


def _rows(member: Member) -> ShareLinkQuerySet:
    items = ShareItem.objects.filter(link=OuterRef("pk")).order_by().values("link")
    count = Subquery(items.annotate(count=Count("pk")).values("count"))
    rows = ShareLink.objects.visible_to(member).select_related("maker", "collection")
    return rows.annotate(clips=Coalesce(count, 0))


def _find(member: Member, pk: int) -> ShareLink:
    if (link := _rows(member).filter(pk=pk).first()) is None:
        raise Http404
    return link


def _what(link: ShareLink) -> str:
    if link.collection is not None:
        return _("Collection “%(name)s”") % {"name": link.collection.name}
    count: int = getattr(link, "clips", 0)
    return ngettext("%(count)d clip", "%(count)d clips", count) % {"count": count}


def _permissions(link: ShareLink) -> str:
    """`comment, decide, download`."""
    permissions = [
        (link.allow_comments, _("comment")),
        (link.allow_decisions, _("decide")),
        (link.allow_download, _("download")),
        (link.show_prompts, _("see prompts")),
        (link.show_prices, _("see prices")),
    ]
    return ", ".join(word for allowed, word in permissions if allowed) or _("watch only")
