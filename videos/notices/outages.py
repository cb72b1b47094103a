"""Who is notified, once for each outage, that an endpoint doesn't accept webhooks?

An outage begins with a failed try and ends with the next that is taken. Its beginning is kept on
the endpoint and is part of the notices' keys, so each notice is made once, whatever crashes.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from videos.models import NoticeKind, WebhookDelivery, WebhookEndpoint
from videos.models.notify import notify
from videos.models.row_policies import managers_for

LASTING = timedelta(hours=1)


def end_outage(delivery: WebhookDelivery) -> None:
    """The endpoint has taken an event."""
    _endpoint_of(delivery).filter(failing_since__isnull=False).update(failing_since=None)


def begin_outage(delivery: WebhookDelivery, now: datetime) -> None:
    """The endpoint hasn't taken an event; earlier failures in a row have begun the outage."""
    _endpoint_of(delivery).filter(failing_since=None).update(failing_since=now)


def notify_of_given_up(delivery: WebhookDelivery) -> None:
    """In the transaction in which the event is given up: notify of the first in an outage."""
    endpoint = _endpoint_of(delivery).first()
    if endpoint is not None and endpoint.failing_since is not None:
        _notify(endpoint, "given_up", endpoint.failing_since)


def notify_of_outages(now: datetime) -> None:
    """Notify of endpoints that have failed for an hour.

    An event must wait for its next try: after the background worker was down, the tries that are
    overdue come first.
    """
    waiting = WebhookDelivery.objects.filter(endpoint=OuterRef("pk"), attempts__gt=0)
    failing = WebhookEndpoint.objects.filter(
        Exists(waiting.filter(due_at__gt=now)), enabled=True, failing_since__lte=now - LASTING
    )
    for endpoint in failing:
        if endpoint.failing_since is not None:
            with transaction.atomic():
                _notify(endpoint, "failing", endpoint.failing_since)


def _endpoint_of(delivery: WebhookDelivery) -> QuerySet[WebhookEndpoint]:
    """Its endpoint, as stored; no row for the `callback_url` of a clip."""
    rows = WebhookEndpoint.objects.all()
    return rows.none() if delivery.endpoint_id is None else rows.filter(pk=delivery.endpoint_id)


def _notify(endpoint: WebhookEndpoint, what: str, since: datetime) -> None:
    values = {"what": what, "host": endpoint.host, "endpoint": endpoint.pk}
    key = f"webhook:{what}:{endpoint.pk}:{since:%Y%m%d%H%M%S%f}"
    notify(NoticeKind.WEBHOOK, managers_for(NoticeKind.WEBHOOK), key, values=values)
