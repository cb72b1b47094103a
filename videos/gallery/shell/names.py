"""How is a member named on a page that stays open, and who has another name since?"""

from datetime import timedelta
from typing import NamedTuple

from django.http import HttpRequest
from django.utils.html import format_html

from videos.gallery.shell.bulk import moment
from videos.models import AuditAction, AuditEntry, Member

# Each of them may change what a member is called.
RENAMES = (AuditAction.MEMBER_CHANGED, AuditAction.MEMBER_ERASED)
MOST = 100
COMMITTED_WITHIN = timedelta(seconds=5)


class Renamed(NamedTuple):
    """A member as pages (by the key) and filters (by the username) name them now."""

    key: int
    username: str
    name: str


def name_tag(key: int | None, name: str) -> str:
    """The name as an element that ui.js changes when the member gets another one; the name
    alone where it is not that of a member."""
    return format_html('<span data-member="{}">{}</span>', key, name) if key and name else name


def named(member: Member | None) -> str:
    """The same of a member; empty where there is none."""
    return name_tag(member.pk, str(member)) if member else ""


def renamed_since(request: HttpRequest) -> list[Renamed]:
    """Those whose account was changed since `seen_at`, when the page was last updated, minus a
    margin: rows written then may not have been committed. Two queries at most."""
    since = moment(request.GET, "seen_at")
    if since is None:
        return []
    recent = AuditEntry.objects.filter(at__gt=since - COMMITTED_WITHIN, target_kind="member")
    changes = recent.filter(action__in=RENAMES).order_by("-at")
    keys = {key for key in changes.values_list("target_id", flat=True)[:MOST] if key is not None}
    members = Member.objects.filter(pk__in=keys) if keys else []
    return [Renamed(each.pk, each.username, str(each)) for each in members]
