"""Where is a member signed in, and how is that ended?"""

from datetime import timedelta
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.db import transaction
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from videos.models import AuditAction, Member, MemberSession, record
from videos.models.session import MAX_AGENT
from videos.team.access import member_of
from videos.team.account_changes import end_sessions
from videos.team.addresses import exact_address
from videos.team.redirects import SeeOther
from videos.team.user_agents import browser_name

BEGAN, SEEN = "began", "seen"
SEEN_EVERY = timedelta(hours=1)
DAY = 24 * 3600
# For this many seconds, a new session needs no second proof of identity.
RECENT = 300


@receiver(user_logged_in)
def remember_session(request: HttpRequest, user: Member, **_arguments: Any) -> None:
    """Write down a sign-in, and drop those of the member that have ended."""
    if not request.session.session_key:
        request.session.save()
    _drop_ended(user)
    facts = _facts(request) | {"member": user}
    MemberSession.objects.update_or_create(key=request.session.session_key, defaults=facts)
    request.session[BEGAN] = request.session[SEEN] = timezone.now().timestamp()


def signed_in_recently(request: HttpRequest) -> bool:
    """Return True if the member signed in so recently that no second proof is needed."""
    age = timezone.now().timestamp() - request.session.get(BEGAN, 0)
    return bool(0 <= age < RECENT)


def record_last_seen(request: HttpRequest) -> None:
    """Note about once an hour that the session is used, which then lasts for another week, but not
    beyond SESSION_LONGEST_DAYS after the sign-in."""
    now = timezone.now()
    if now.timestamp() - request.session.get(SEEN, 0) < SEEN_EVERY.total_seconds():
        return
    request.session[SEEN] = now.timestamp()
    began = request.session.setdefault(BEGAN, now.timestamp())
    left = began + settings.SESSION_LONGEST_DAYS * DAY - now.timestamp()
    request.session.set_expiry(max(1, min(settings.SESSION_COOKIE_AGE, int(left))))
    MemberSession.objects.update_or_create(
        key=request.session.session_key, defaults=_facts(request) | {"seen_at": now}
    )


def _facts(request: HttpRequest) -> dict[str, Any]:
    return {
        "member": getattr(request, "user", None),
        "address": exact_address(request),
        "agent": request.headers.get("User-Agent", "")[:MAX_AGENT],
    }


@require_safe
def account_sessions(request: HttpRequest) -> HttpResponse:
    """The browsers in which the member is signed in, the last used first."""
    member = member_of(request)
    _drop_ended(member)
    rows = MemberSession.objects.filter(member=member).order_by("-seen_at", "-pk")
    here = request.session.session_key
    lines = [(row, browser_name(row.agent), row.key == here) for row in rows]
    return render(request, "account/sessions.html", {"lines": lines})


@require_POST
@reauthentication_required  # type: ignore[untyped-decorator]
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out one other browser."""
    rows = MemberSession.objects.filter(member=member_of(request), pk=pk)
    row = rows.first()
    if row is None:
        raise Http404
    with transaction.atomic():
        Session.objects.filter(session_key=row.key).delete()
        rows.delete()
        record(AuditAction.SESSIONS_ENDED, member_of(request), after={"count": 1})
    messages.success(request, _("Signed out that browser."))
    return SeeOther("account_sessions")


@require_POST
@reauthentication_required  # type: ignore[untyped-decorator]
def sessions_end_all(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere, also here."""
    member = member_of(request)
    with transaction.atomic():
        count = MemberSession.objects.filter(member=member).count()
        end_sessions(member)
        record(AuditAction.SESSIONS_ENDED, member, after={"count": count})
    request.session.flush()
    return SeeOther("account_login")


def _drop_ended(member: Member) -> None:
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    MemberSession.objects.filter(member=member).exclude(key__in=alive).delete()
