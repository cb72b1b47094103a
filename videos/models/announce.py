"""How is an event written down for the servers that want to know? In the transaction of what
happened, as one row for each receiver."""

import json
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from videos.models.job import JobStatus, VideoJob
from videos.models.member import Member
from videos.models.outgoing import EventType, JobCallback, WebhookDelivery, WebhookEndpoint

TRIED_FOR = timedelta(days=3)
ENDED = {JobStatus.COMPLETED: EventType.COMPLETED, JobStatus.FAILED: EventType.FAILED}


def announce(
    event: EventType, key: str, data: Mapping[str, Any], *, about: int | None = None
) -> None:
    """Write the event down for every endpoint that wants it, unless `key` was announced before.

    `about` is the key of the member whose name is in `data`.
    """
    endpoints = WebhookEndpoint.objects.filter(enabled=True)
    wanted = [each.pk for each in endpoints if event in each.events]
    rows = [_delivery(event, f"{pk}:{key}", data, endpoint_id=pk, about_id=about) for pk in wanted]
    _write(rows)


def announce_ended(job: VideoJob) -> None:
    """The same for a clip that has ended, also to the address that its script gave."""
    if (event := ENDED.get(JobStatus(job.status))) is None:
        return
    data = {"id": job.public_id}
    announce(event, f"ended:{job.pk}", data)
    callback = JobCallback.objects.filter(job=job.pk).first()
    if callback is not None:
        receiver = {"url": callback.url, "member_id": job.maker_id}
        _write([_delivery(event, f"callback:{job.pk}", data, **receiver)])


def forget_names(member: Member) -> None:
    """Take the member's name out of the bodies of events about them."""
    for delivery in WebhookDelivery.objects.filter(about=member):
        body = json.loads(delivery.body)
        body["data"]["name"] = ""
        WebhookDelivery.objects.filter(pk=delivery.pk).update(body=_text(body))


def _text(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False)


def _delivery(
    event: EventType, key: str, data: Mapping[str, Any], **receiver: Any
) -> WebhookDelivery:
    now = timezone.now()
    event_id = f"evt_{secrets.token_hex(16)}"
    body = {
        "id": event_id,
        "object": "event",
        "created_at": int(now.timestamp()),
        "type": str(event),
        "data": dict(data),
    }
    return WebhookDelivery(
        event_id=event_id,
        key=key[:160],
        type=event,
        body=_text(body),
        created_at=now,
        due_at=now,
        tried_until=now + TRIED_FOR,
        **receiver,
    )


def _write(rows: list[WebhookDelivery]) -> None:
    if rows:
        WebhookDelivery.objects.bulk_create(rows, ignore_conflicts=True)
