"""How is an event sent to a server, signed by Standard Webhooks, and what if it isn't taken?

It is sent at least once: a mirror that dies between the answer and its own record sends it again,
with the same `webhook-id`, by which receivers leave out what they have seen.
"""

import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from standardwebhooks import Webhook

from videos.failpoints import failpoint
from videos.jobs.retry import SEND_WEBHOOK
from videos.models import WebhookDelivery, WebhookEndpoint
from videos.models.announce import TRIED_FOR
from videos.models.lease import LeasedQuerySet
from videos.models.outgoing import WebhookDeliveryQuerySet
from videos.notices.outages import begin_outage, end_outage, notify_of_given_up
from videos.provider.post import Posted, post
from videos.wire.text import gettext_noop

log = logging.getLogger(__name__)

GONE = 410
# Deliveries that one press sends again.
MOST_AGAIN = 500


def due_webhooks(now: datetime) -> LeasedQuerySet[WebhookDelivery]:
    """Events whose time has come. A server that hangs takes a thread for each try, so those that
    don't fail come first, and first tries before others."""
    is_failing = F("endpoint__failing_since").asc(nulls_first=True)
    rows = WebhookDelivery.objects.filter(due_at__lte=now).select_related("endpoint", "member")
    return rows.order_by(is_failing, "attempts", "due_at")


def send_webhook(delivery: WebhookDelivery) -> None:
    """The step of an event that is due: one try."""
    endpoint, now = delivery.endpoint, timezone.now()
    secrets = delivery.secrets(now)
    if endpoint is not None and not endpoint.enabled:
        delivery.write_back(due_at=None, trouble=gettext_noop("The endpoint was turned off."))
        return
    if not secrets:
        trouble = gettext_noop("Its secret can't be read: SECRET_KEY has changed.")
        _record_failure(delivery, now, due_at=None, trouble=trouble)
        return
    posted = _post(delivery, secrets, now)
    failpoint("webhook_answered")
    now = timezone.now()
    if posted.was_taken:
        delivery.write_back(due_at=None, sent_at=now, status=posted.status, trouble="")
        end_outage(delivery)
        return
    attempts = delivery.attempts + 1
    # The last try is at the very end.
    due = min(now + SEND_WEBHOOK.wait(attempts), delivery.tried_until)
    is_over = posted.status == GONE or now >= delivery.tried_until
    answered = gettext_noop("The server answered %(status)s.", status=posted.status)
    why = posted.trouble or answered
    log.warning("%s was not taken (try %d): %s", delivery, attempts, why)
    due_at = None if is_over else due
    answer = {"attempts": attempts, "status": posted.status, "trouble": why}
    _record_failure(delivery, now, due_at=due_at, **answer)


def send_again(delivery: WebhookDelivery) -> bool:
    """Send it now and for another three days, with the same id; False if it waits to be sent."""
    rows = WebhookDelivery.objects.filter(pk=delivery.pk, due_at=None)
    return _make_due(rows) == 1


def send_all_again(endpoint: WebhookEndpoint) -> int:
    """Do that with what was given up, the oldest first and up to `MOST_AGAIN` at once. Returns how
    many these are."""
    rows = WebhookDelivery.objects.given_up().filter(endpoint=endpoint)
    oldest = list(rows.order_by("pk").values_list("pk", flat=True)[:MOST_AGAIN])
    return _make_due(rows.filter(pk__in=oldest))


def _make_due(rows: WebhookDeliveryQuerySet) -> int:
    now = timezone.now()
    again = {"due_at": now, "tried_until": now + TRIED_FOR, "attempts": 0, "sent_at": None}
    return rows.update(**again, trouble="", status=None)


def _record_failure(
    delivery: WebhookDelivery, now: datetime, *, due_at: datetime | None, **changes: Any
) -> None:
    """Write down a failed try, and, where it was the last, who is notified of it."""
    with transaction.atomic():
        if not delivery.write_back(due_at=due_at, **changes):
            return
        begin_outage(delivery, now)
        if due_at is None:
            notify_of_given_up(delivery)


def _post(delivery: WebhookDelivery, secrets: list[str], now: datetime) -> Posted:
    # One signature for each secret, with a space between, as Standard Webhooks has it.
    signature = " ".join(
        Webhook(secret).sign(delivery.event_id, now, delivery.body) for secret in secrets
    )
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Dailies",
        "webhook-id": delivery.event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }
    private = settings.ALLOW_PRIVATE_RECEIVERS
    return post(delivery.address, delivery.body.encode(), headers, allow_private=private)
