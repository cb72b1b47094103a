"""How is a message sent once, and what happens if the outcome is unknown?

Before a message goes out, its send is saved as started, and afterwards as sent. If the mirror dies
in between, the outcome is unknown. Then it is sent once more: a reader may get it
twice; email has the same Message-ID, by which many mail programs show it once. After two sends
with an unknown outcome there is no third, so it never arrives more than twice. If the server
certainly did not take the message, it is tried for two days; a test is tried once.
"""

import logging
import smtplib
import socket
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from videos.failpoints import failpoint
from videos.jobs.retry import SEND_NOTICE
from videos.models import NoticeDelivery
from videos.models.lease import LeasedQuerySet
from videos.models.notice_settings import Channel
from videos.notices.mail import message_of
from videos.notices.push import DeliveryUnconfirmed, NotDelivered
from videos.notices.push_text import push_of
from videos.wire.text import gettext_noop

log = logging.getLogger(__name__)

MOST_BEGUN = 2
TRIED_FOR = timedelta(days=2)
# Raised before the server has taken any of the message, or by its answer that it has not.
CERTAINLY_NOT_SENT = (
    smtplib.SMTPResponseException,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPNotSupportedError,
    ConnectionRefusedError,
    socket.gaierror,
    NotDelivered,
)
UNCONFIRMED = gettext_noop("We couldn't confirm whether the server accepted it.")


def due_mail(now: datetime) -> LeasedQuerySet[NoticeDelivery]:
    """Emails whose time has come."""
    return _due(now).exclude(channel=Channel.PUSH)


def due_pushes(now: datetime) -> LeasedQuerySet[NoticeDelivery]:
    """Messages for chat and push services whose time has come. They don't delay email."""
    return _due(now).filter(channel=Channel.PUSH)


def _due(now: datetime) -> LeasedQuerySet[NoticeDelivery]:
    rows = NoticeDelivery.objects.filter(due_at__lte=now)
    related = (
        *("member__notice_settings", "notice__job", "notice__comment", "notice__actor"),
        *("notice__budget__member", "notice__budget__token"),
    )
    return rows.select_related(*related).order_by("due_at")


def deliver(delivery: NoticeDelivery) -> None:
    """The step of a message that is due."""
    if delivery.begun >= MOST_BEGUN:
        delivery.write_back(due_at=None, trouble=UNCONFIRMED)
        return
    message = push_of(delivery) if delivery.channel == Channel.PUSH else message_of(delivery)
    if message is None:
        # They have read it, don't want it any more, or have no address.
        delivery.write_back(due_at=None)
        return
    held = NoticeDelivery.objects.held(delivery.lease_token).filter(pk=delivery.pk)
    if held.update(begun=F("begun") + 1) != 1:
        return
    failpoint("notice_begun")
    try:
        message.send()
    except CERTAINLY_NOT_SENT as error:
        _try_later(delivery, delivery.begun, error)
    # The connection may have broken after the server took the message.
    except (smtplib.SMTPException, OSError, DeliveryUnconfirmed) as error:
        _try_later(delivery, delivery.begun + 1, error)
    else:
        failpoint("notice_sent")
        delivery.write_back(due_at=None, sent_at=timezone.now(), trouble="")


def _try_later(delivery: NoticeDelivery, begun: int, error: Exception) -> None:
    log.warning("%s could not be sent: %s", delivery, type(error).__name__)
    attempts = delivery.attempts + 1
    now = timezone.now()
    is_over = now - delivery.created_at > TRIED_FOR or delivery.is_test
    due = None if is_over else now + SEND_NOTICE.wait(attempts)
    delivery.write_back(due_at=due, attempts=attempts, begun=begun, trouble=_trouble(error))


def _trouble(error: Exception) -> str:
    if isinstance(error, NotDelivered | DeliveryUnconfirmed):
        reason: str = error.args[0]
        return reason
    return f"{type(error).__name__}: {error}"[:300]
