"""To which chat or push service do messages go: a member's own, or the team's? How is it tested?

The address is an Apprise URL, and a secret: it is encrypted, never shown again and never logged.
"""

import secrets
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from videos.models import AuditAction, Member, NoticeDelivery, NoticeSettings, TeamSettings, record
from videos.models.messages import shown
from videos.models.notice_settings import Channel
from videos.models.sealed import seal, unseal
from videos.notices.services import check_service, service_of

UNREADABLE = "?"


def why_no_address(url: str) -> str:
    """Why messages can't be sent to `url`, in the active language; empty if they can."""
    try:
        check_service(url, allow_private=settings.ALLOW_PRIVATE_RECEIVERS)
    except ValueError as error:
        return shown(error.args[0])
    return ""


def sealed_address(member: Member | None) -> str:
    """The encrypted address of a member, or of the team; empty for none."""
    if member is None:
        return TeamSettings.load().sealed_address
    preferences = NoticeSettings.objects.filter(member=member).first()
    return preferences.sealed_address if preferences is not None else ""


def service_name(sealed: str) -> str:
    """The name of the service behind an encrypted address; empty for none, and UNREADABLE if
    SECRET_KEY has changed."""
    return (service_of(unseal(sealed)) or UNREADABLE) if sealed else ""


def set_address(member: Member, url: str) -> None:
    """Send `member`'s messages to `url`; empty: nowhere."""
    with transaction.atomic():
        NoticeSettings.objects.update_or_create(
            member=member, defaults={"sealed_address": seal(url)}
        )
        _tests(member).delete()


def set_team_address(url: str | None, kinds: Iterable[str]) -> None:
    """Send notices of these kinds to `url`; None keeps the address, and empty removes it."""
    with transaction.atomic():
        team = TeamSettings.load()
        sealed = team.sealed_address if url is None else seal(url)
        after = {"service": service_name(sealed), "kinds": sorted(map(str, kinds))}
        before = {"service": service_name(team.sealed_address), "kinds": team.address_kinds}
        if url and after["service"] == before["service"]:
            before, after = before | {"address": None}, after | {"address": _("changed")}
        changed = {"sealed_address": sealed, "address_kinds": after["kinds"]}
        TeamSettings.objects.update_or_create(pk=1, defaults=changed)
        record(AuditAction.TEAM_ADDRESS, before=before, after=after)
        if url is not None:
            _tests(None).delete()


def begin_test(member: Member | None) -> None:
    """Have a test message sent, unless one is on its way."""
    rows = _tests(member)
    if rows.filter(due_at__isnull=False).exists():
        return
    rows.delete()
    whose = member.pk if member is not None else "team"
    NoticeDelivery.objects.create(
        key=f"test:{whose}:{secrets.token_hex(8)}",
        member=member,
        channel=Channel.PUSH,
        due_at=timezone.now(),
    )


def last_test(member: Member | None) -> NoticeDelivery | None:
    """The last test of this address."""
    return _tests(member).order_by("-pk").first()


def _tests(member: Member | None) -> QuerySet[NoticeDelivery]:
    return NoticeDelivery.objects.filter(member=member, channel=Channel.PUSH, notice=None)
