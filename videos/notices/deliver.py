"""How is a message to a member sent once, and what if nobody knows whether it was?

The send is committed as begun before anything goes out, and as sent afterwards. A mirror that dies
in between leaves a send whose outcome nobody knows. It is sent once more: a reader may get it
twice, with the same Message-ID, by which many mail programs show it once. After two sends without
an outcome it is given up, so it never arrives more than twice. Where the server certainly did not
take the message, it is tried for two days.
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
from videos.notices.mail import message_of

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
)
UNCONFIRMED = "We couldn't confirm whether the mail server took it."


def due_deliveries(now: datetime) -> LeasedQuerySet[NoticeDelivery]:
    """Messages whose time has come."""
    rows = NoticeDelivery.objects.filter(due_at__lte=now)
    related = ("member__notice_settings", "notice__job", "notice__comment", "notice__actor")
    return rows.select_related(*related).order_by("due_at")


def deliver(delivery: NoticeDelivery) -> None:
    """The step of a message that is due."""
    if delivery.begun >= MOST_BEGUN:
        delivery.write_back(due_at=None, trouble=UNCONFIRMED)
        return
    message = message_of(delivery)
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
    except (smtplib.SMTPException, OSError) as error:
        _try_later(delivery, delivery.begun + 1, error)
    else:
        failpoint("notice_sent")
        delivery.write_back(due_at=None, sent_at=timezone.now(), trouble="")


def _try_later(delivery: NoticeDelivery, begun: int, error: Exception) -> None:
    log.warning("%s could not be sent: %s", delivery, type(error).__name__)
    attempts = delivery.attempts + 1
    now = timezone.now()
    is_over = now - delivery.created_at > TRIED_FOR
    due = None if is_over else now + SEND_NOTICE.wait(attempts)
    trouble = f"{type(error).__name__}: {error}"[:300]
    delivery.write_back(due_at=due, attempts=attempts, begun=begun, trouble=trouble)
