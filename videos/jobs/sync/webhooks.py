"""What does a provider's webhook change here? When a row is looked at, and nothing else."""

import base64
import binascii
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from videos.jobs.errors import ValidationFailed
from videos.models import Provider, VideoJob, WebhookReceipt
from videos.models.job import RUNNING

PREFIX = "whsec_"
# Shorter ones could be guessed. The standard says 24 to 64 bytes.
FEWEST_BYTES, MOST_CHARACTERS = 16, 400
NO_SECRET = "Paste the signing secret as the provider shows it: whsec_ and letters and digits."  # noqa: S105
# Senders try again for some days, under the same id.
KEPT = timedelta(days=7)


def set_webhook_secret(provider: Provider, secret: str) -> None:
    """Heed what is signed with `secret` from now on; "" heeds nothing. ValidationFailed."""
    secret = secret.strip()
    if secret and not _is_secret(secret):
        raise ValidationFailed({"secret": NO_SECRET})
    provider.webhook_secret = secret
    provider.save(update_fields=["sealed_webhook_secret"])


def heed_webhook(provider: Provider, webhook_id: str, remote_id: str) -> bool:
    """The provider has news of `remote_id`, it says: look soon. False where nothing changed.

    A job that we do not know (yet) leaves no trace: polling finds what comes of it. So does one
    whose row is set aside: a webhook must not bring back what kills its workers.
    """
    now = timezone.now()
    rows = VideoJob.objects.filter(provider=provider, remote_id=remote_id).exclude(remote_id="")
    if not rows.exists():
        return False
    with transaction.atomic():
        _, is_new = WebhookReceipt.objects.get_or_create(provider=provider, webhook_id=webhook_id)
        waiting = rows.filter(status__in=RUNNING, due_at__gt=now)
        heeded = is_new and waiting.update(due_at=now) > 0
    if is_new:
        WebhookReceipt.objects.filter(received_at__lt=now - KEPT).delete()
    return heeded


def _is_secret(text: str) -> bool:
    coded = text.removeprefix(PREFIX)
    if coded == text or len(text) > MOST_CHARACTERS:
        return False
    try:
        # Some leave the padding out.
        key = base64.b64decode(coded + "=" * (-len(coded) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(key) >= FEWEST_BYTES
