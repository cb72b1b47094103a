"""How does an admin add, change and remove the servers that events are sent to?"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from videos.models import AuditAction, Member, WebhookEndpoint, record
from videos.models.outgoing import new_secret


def add_endpoint(member: Member, values: Mapping[str, Any]) -> WebhookEndpoint:
    """A new endpoint with a secret of its own."""
    endpoint = WebhookEndpoint(made_by=member, **values)
    endpoint.secret = new_secret()
    with transaction.atomic():
        endpoint.save()
        record(AuditAction.WEBHOOK_ADDED, endpoint.host, after=_facts(endpoint))
    return endpoint


def change_endpoint(endpoint: WebhookEndpoint, values: Mapping[str, Any]) -> None:
    """Give an endpoint another address, other events, or turn it on or off."""
    before, url = _facts(endpoint), endpoint.url
    for name, value in values.items():
        setattr(endpoint, name, value)
    after = _facts(endpoint)
    if endpoint.url != url and after["host"] == before["host"]:
        before, after = before | {"path": None}, after | {"path": "changed"}
    fields = list(values)
    if endpoint.url != url or after["enabled"] != before["enabled"]:
        # What failed was another server, or this one before it was mended.
        endpoint.failing_since = None
        fields.append("failing_since")
    with transaction.atomic():
        endpoint.save(update_fields=fields)
        record(AuditAction.WEBHOOK_CHANGED, endpoint.host, before=before, after=after)


def remove_endpoint(endpoint: WebhookEndpoint) -> None:
    """Delete an endpoint with the record of what was sent to it."""
    with transaction.atomic():
        record(AuditAction.WEBHOOK_REMOVED, endpoint.host, before=_facts(endpoint))
        endpoint.delete()


def _facts(endpoint: WebhookEndpoint) -> dict[str, Any]:
    """What the audit log keeps: the host alone, since the rest of an address is often a secret."""
    events = sorted(map(str, endpoint.events))
    return {"host": endpoint.host, "events": events, "enabled": endpoint.enabled}
