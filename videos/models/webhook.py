"""Which webhooks were already handled?"""

from django.db import models
from django.utils import timezone

from videos.models.provider import Provider


class WebhookReceipt(models.Model):
    """A webhook about one of our jobs, so that a repeated one changes nothing."""

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
