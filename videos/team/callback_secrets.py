"""How does a member replace the secret that signs the calls to their scripts' `callback_url`?"""

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from videos.models import AuditAction, Member, record
from videos.models.outgoing import OLD_SIGNS_FOR
from videos.team.access import member_of
from videos.team.redirects import SeeOther
from videos.wire.values import whole_number


@require_POST
def callback_secret_new(request: HttpRequest) -> HttpResponse:
    """Replace the member's own secret, once for each that was seen."""
    if renew(member_of(request), request.POST.get("number", "")):
        until = old_until(Member.objects.get(pk=member_of(request).pk))
        when = date_format(timezone.localtime(until), "SHORT_DATETIME_FORMAT") if until else ""
        text = _("Your callbacks have a new secret. The old one also signs until %(until)s.")
        messages.success(request, text % {"until": when})
    else:
        messages.info(request, _("The secret was already changed. This is the new one."))
    return SeeOther("tokens")


def renew(member: Member, seen: str, now: datetime | None = None) -> bool:
    """Give the member's callbacks a new secret; False if the one with the number `seen` was
    replaced before."""
    now = now or timezone.now()
    if (number := whole_number(seen, digits=9)) is None:
        return False
    rows = Member.objects.filter(pk=member.pk, callback_number=number)
    changes = {"callback_number": F("callback_number") + 1, "callback_changed_at": now}
    with transaction.atomic():
        if not rows.update(**changes):
            return False
        record(AuditAction.CALLBACK_SECRET, member, after={"old_until": now + OLD_SIGNS_FOR})
    return True


def old_until(member: Member) -> datetime | None:
    """Until when the secret before the present one signs, too; None if it doesn't any more."""
    changed = member.callback_changed_at
    until = changed + OLD_SIGNS_FOR if changed is not None else None
    return until if until is not None and until > timezone.now() else None
