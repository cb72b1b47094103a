"""What does a provider's webhook do? It makes a job due, and nothing else."""

import base64
import binascii
import re
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from videos.jobs.errors import ValidationFailed
from videos.models import AuditAction, Provider, VideoJob, WebhookReceipt, record
from videos.models.job import RUNNING

PREFIX = "whsec_"
# OpenRouter's secret is any text.
PLAIN = re.compile(r"[!-~]{16,400}")
# Shorter secrets could be guessed. The standard says 24 to 64 bytes.
FEWEST_BYTES, MOST_CHARACTERS = 16, 400
NO_SECRET = gettext_lazy(
    "Paste the signing secret as the provider shows it: whsec_ followed by letters and digits."
)
# Providers retry for several days with the same id.
KEPT = timedelta(days=7)


def set_webhook_secret(provider: Provider, secret: str) -> None:
    """Accept webhooks signed with `secret`; "" accepts none. Raises ValidationFailed."""
    secret = secret.strip()
    is_plain = provider.dialect == "openrouter" and PLAIN.fullmatch(secret)
    if secret and not is_plain and not _is_secret(secret):
        raise ValidationFailed({"secret": str(NO_SECRET)})
    provider.webhook_secret = secret
    with transaction.atomic():
        provider.save(update_fields=["sealed_webhook_secret"])
        done = "set" if secret else "removed"
        record(AuditAction.PROVIDER_WEBHOOK, provider, after={"secret": done})


def handle_webhook(provider: Provider, webhook_id: str, remote_id: str) -> bool:
    """Make the job with `remote_id` due now. Return False if nothing changed.

    Webhooks about unknown jobs are ignored, because polling finds their state later. Jobs that
    were set aside stay so: a webhook must not bring back a row that crashes its workers.
    """
    now = timezone.now()
    rows = VideoJob.objects.filter(provider=provider, remote_id=remote_id).exclude(remote_id="")
    if not rows.exists():
        return False
    with transaction.atomic():
        _, is_new = WebhookReceipt.objects.get_or_create(provider=provider, webhook_id=webhook_id)
        waiting = rows.filter(status__in=RUNNING, due_at__gt=now)
        changed = is_new and waiting.update(due_at=now) > 0
    if is_new:
        WebhookReceipt.objects.filter(received_at__lt=now - KEPT).delete()
    return changed


def _is_secret(text: str) -> bool:
    coded = text.removeprefix(PREFIX)
    if coded == text or len(text) > MOST_CHARACTERS:
        return False
    try:
        # Some secrets have no padding.
        key = base64.b64decode(coded + "=" * (-len(coded) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(key) >= FEWEST_BYTES
