"""How is an event sent to a server, signed by Standard Webhooks, and what if it isn't taken?

It is sent at least once: a mirror that dies between the answer and its own record sends it again,
with the same `webhook-id`, by which receivers leave out what they have seen.
"""

import logging
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from standardwebhooks import Webhook

from videos.failpoints import failpoint
from videos.jobs.retry import SEND_WEBHOOK
from videos.models import WebhookDelivery
from videos.models.announce import TRIED_FOR
from videos.models.lease import LeasedQuerySet
from videos.provider.post import Posted, post
from videos.wire.text import gettext_noop

log = logging.getLogger(__name__)

GONE = 410


def due_webhooks(now: datetime) -> LeasedQuerySet[WebhookDelivery]:
    """Events whose time has come."""
    return (
        WebhookDelivery.objects.filter(due_at__lte=now)
        .select_related("endpoint")
        .order_by("due_at")
    )


def send_webhook(delivery: WebhookDelivery) -> None:
    """The step of an event that is due: one try."""
    endpoint = delivery.endpoint
    secret = delivery.secret
    if endpoint is not None and not endpoint.enabled:
        delivery.write_back(due_at=None, trouble=gettext_noop("The endpoint was turned off."))
        return
    if not secret:
        trouble = gettext_noop("Its secret can't be read: SECRET_KEY has changed.")
        delivery.write_back(due_at=None, trouble=trouble)
        return
    posted = _post(delivery, secret)
    failpoint("webhook_answered")
    now = timezone.now()
    if posted.was_taken:
        delivery.write_back(due_at=None, sent_at=now, status=posted.status, trouble="")
        return
    attempts = delivery.attempts + 1
    due = now + SEND_WEBHOOK.wait(attempts)
    is_over = posted.status == GONE or due > delivery.tried_until
    answered = gettext_noop("The server answered %(status)s.", status=posted.status)
    why = posted.trouble or answered
    log.warning("%s was not taken (try %d): %s", delivery, attempts, why)
    delivery.write_back(
        due_at=None if is_over else due, attempts=attempts, status=posted.status, trouble=why
    )


def send_again(delivery: WebhookDelivery) -> bool:
    """Send it now and for another day, with the same id; False if it waits to be sent anyway."""
    now = timezone.now()
    again = {"due_at": now, "tried_until": now + TRIED_FOR, "attempts": 0, "sent_at": None}
    rows = WebhookDelivery.objects.filter(pk=delivery.pk, due_at=None)
    return rows.update(**again, trouble="", status=None) == 1


def _post(delivery: WebhookDelivery, secret: str) -> Posted:
    now = timezone.now()
    signature = Webhook(secret).sign(delivery.event_id, now, delivery.body)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Dailies",
        "webhook-id": delivery.event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }
    private = settings.ALLOW_PRIVATE_RECEIVERS
    return post(delivery.address, delivery.body.encode(), headers, allow_private=private)
