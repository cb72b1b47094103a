"""Which messages does a notice ask for? The step of a notice that is due."""

from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from videos.models import Notice, NoticeDelivery, NoticeSettings
from videos.models.lease import LeasedQuerySet
from videos.models.notice_settings import Channel, Mail

# In the team's time zone.
DIGEST_AT = time(8)


def due_notices(now: datetime) -> LeasedQuerySet[Notice]:
    """Notices for which it isn't settled yet what is to be sent."""
    return Notice.objects.filter(due_at__lte=now).order_by("due_at")


def plan_deliveries(notice: Notice) -> None:
    """Write down what is to be sent. Done twice, it writes nothing more."""
    now = timezone.now()
    with transaction.atomic():
        deliveries = _deliveries(notice, now)
        digest_on = next((each.day for each in deliveries if each.day is not None), None)
        if notice.write_back(due_at=None, digest_on=digest_on) and deliveries:
            NoticeDelivery.objects.bulk_create(deliveries, ignore_conflicts=True)


def has_mail() -> bool:
    """Return True if a mail server is set up."""
    return not settings.EMAIL_BACKEND.endswith("console.EmailBackend")


def next_digest(now: datetime) -> tuple[date, datetime]:
    """The day of the next digest, and when it is sent."""
    zone = timezone.get_default_timezone()
    day = now.astimezone(zone).date()
    at = datetime.combine(day, DIGEST_AT, tzinfo=zone)
    if at <= now:
        day += timedelta(days=1)
        at = datetime.combine(day, DIGEST_AT, tzinfo=zone)
    return day, at.astimezone(UTC)


def _deliveries(notice: Notice, now: datetime) -> list[NoticeDelivery]:
    member = notice.member_id
    push = NoticeDelivery(
        key=f"push:{notice.pk}",
        member_id=member,
        channel=Channel.PUSH,
        notice=notice,
        due_at=now,
    )
    if member is None:
        return [push]
    preferences = NoticeSettings.objects.filter(member=member).first() or NoticeSettings(
        member_id=member
    )
    choice = preferences.choice(notice.kind)
    mail = _mail(notice, member, choice.mail, now) if has_mail() else None
    return [each for each in (mail, push if choice.push else None) if each is not None]


def _mail(notice: Notice, member: int, mail: Mail, now: datetime) -> NoticeDelivery | None:
    if mail == Mail.NOW:
        return NoticeDelivery(
            key=f"mail:{notice.pk}",
            member_id=member,
            channel=Channel.MAIL,
            notice=notice,
            due_at=now,
        )
    if mail == Mail.DIGEST:
        day, at = next_digest(now)
        return NoticeDelivery(
            key=f"digest:{member}:{day}",
            member_id=member,
            channel=Channel.DIGEST,
            day=day,
            due_at=at,
        )
    return None
