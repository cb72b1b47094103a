"""How does an admin help a member who has forgotten the password, without mail?"""

import logging
import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from videos.models import Action, AuditAction, Member, PasswordLink, record
from videos.models.ids import hash_of
from videos.models.policies import may_manage
from videos.models.sealed import seal, unseal
from videos.team.access import requires
from videos.team.account_changes import acting_on, end_sessions, one_at_a_time
from videos.team.forms import NewPasswordForm
from videos.team.redirects import SeeOther, show

log = logging.getLogger(__name__)
VALID = timedelta(hours=24)
FRESH = "fresh_password_link"


@require_POST
@requires(Action.MANAGE_MEMBERS)
def team_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Create a link that can't be shown again later. Older links stop working."""
    with acting_on(request, pk) as (actor, member):
        if member.pk == actor.pk:
            messages.error(request, _("Change your own password on your account page."))
        elif not member.is_active:
            messages.error(request, _("%(name)s is deactivated.") % {"name": member})
        else:
            link = _make(actor, member)
            # Encrypted: sessions are stored in the database.
            request.session[FRESH] = {"name": str(member), "link": seal(link)}
    return SeeOther("team")


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
@login_not_required
def new_password(request: HttpRequest, token: str) -> HttpResponse:
    """Set a new password, once."""
    if request.method != "POST":
        link = _open_link(token)
        if link is None:
            return _gone(request)
        return show(request, "team/password.html", NewPasswordForm(link.member), link=link)
    with one_at_a_time():
        link = _open_link(token)
        if link is None:
            return _gone(request)
        form = NewPasswordForm(link.member, request.POST)
        if not form.is_valid():
            # 200: an error status would write the address, and so the token, into the log.
            return render(request, "team/password.html", {"form": form, "link": link})
        PasswordLink.objects.filter(pk=link.pk).update(used_at=timezone.now())
        link.member.set_password(form.cleaned_data["password"])
        link.member.save(update_fields=["password"])
        end_sessions(link.member)
        by = {"by": "link"}
        record(AuditAction.PASSWORD_CHANGED, link.member, after=by, member=link.member)
    log.warning("%s has set a new password by a link", link.member.username)
    return SeeOther("account_reset_password_from_key_done")


def take_fresh_password(request: HttpRequest) -> dict[str, str] | None:
    """The name and link that were just made; None the next time."""
    fresh: dict[str, str] | None = request.session.pop(FRESH, None)
    return fresh and {"name": fresh["name"], "link": unseal(fresh["link"])}


def withdraw_password_links(member: Member) -> None:
    """Expire the open links that `member` made and, for an inactive account, those for it."""
    theirs = Q(made_by=member)
    if not member.is_active:
        theirs |= Q(member=member)
    now = timezone.now()
    open_ones = PasswordLink.objects.filter(theirs, used_at=None, expires_at__gt=now)
    for link in open_ones.select_related("member"):
        record(AuditAction.PASSWORD_LINK_WITHDRAWN, link.member)
    open_ones.update(expires_at=now)


def _make(actor: Member, member: Member) -> str:
    now, token = timezone.now(), secrets.token_urlsafe(32)
    older = PasswordLink.objects.filter(member=member, used_at=None, expires_at__gt=now)
    older.update(expires_at=now)
    PasswordLink.objects.create(
        token_hash=hash_of(token),
        member=member,
        made_by=actor,
        replaces=hash_of(member.password),
        expires_at=now + VALID,
    )
    record(AuditAction.PASSWORD_LINK, member, member=actor)
    log.warning("%s has made a password link for %s", actor.username, member.username)
    return settings.PUBLIC_URL + reverse("new_password", args=[token])


def _open_link(token: str) -> PasswordLink | None:
    links = PasswordLink.objects.select_related("member", "made_by")
    link = links.filter(token_hash=hash_of(token), member__is_active=True).first()
    if link is None or not link.is_open or link.replaces != hash_of(link.member.password):
        return None
    return link if may_manage(link.made_by, link.member) else None


def _gone(request: HttpRequest) -> HttpResponse:
    """One answer for used, replaced, expired and unknown links, to reveal nothing."""
    return render(request, "team/password_gone.html", status=404)
