"""Which webhooks were heeded before?"""

from django.db import models
from django.utils import timezone

from videos.models.provider import Provider


class WebhookReceipt(models.Model):
    """One webhook about a job of ours, so that its repetition changes nothing."""

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="receipts")
    webhook_id = models.CharField(max_length=200)
    received_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "webhook_id"], name="one_receipt_per_webhook"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.webhook_id}"
