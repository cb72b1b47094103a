"""How does an admin add, change and remove the servers that events are sent to?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from videos.models import AuditAction, Member, WebhookEndpoint, record
from videos.models.outgoing import OLD_SIGNS_FOR, new_secret


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


def renew_secret(endpoint: WebhookEndpoint, version: str, now: datetime | None = None) -> bool:
    """Give an endpoint a new secret. The old one signs, too, for `OLD_SIGNS_FOR`, if it can be
    read.

    Returns False if the secret isn't that of `version` any more: someone else was first, or the
    button was pressed twice.
    """
    until = (now or timezone.now()) + OLD_SIGNS_FOR
    with transaction.atomic():
        row = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
        if row.secret_version != version:
            return False
        is_readable = bool(row.secret)
        row.sealed_old_secret = row.sealed_secret if is_readable else ""
        row.old_secret_until = until if is_readable else None
        row.secret = new_secret()
        row.save(update_fields=["sealed_secret", "sealed_old_secret", "old_secret_until"])
        record(AuditAction.WEBHOOK_SECRET, row.host, after={"old_until": row.old_secret_until})
    endpoint.refresh_from_db()
    return True


def forget_old_secrets(now: datetime) -> None:
    """Delete the secrets that sign nothing any more."""
    ended = WebhookEndpoint.objects.filter(old_secret_until__lte=now)
    ended.update(sealed_old_secret="", old_secret_until=None)


def remove_endpoint(endpoint: WebhookEndpoint) -> None:
    """Delete an endpoint with the record of what was sent to it."""
    with transaction.atomic():
        record(AuditAction.WEBHOOK_REMOVED, endpoint.host, before=_facts(endpoint))
        endpoint.delete()


def _facts(endpoint: WebhookEndpoint) -> dict[str, Any]:
    """What the audit log keeps: the host alone, since the rest of an address is often a secret."""
    events = sorted(map(str, endpoint.events))
    return {"host": endpoint.host, "events": events, "enabled": endpoint.enabled}
