"""Which servers does the team want to be called, and what is sent to them?"""

import secrets
from base64 import b64encode
from datetime import datetime, timedelta
from hashlib import sha256
from typing import ClassVar, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy

from videos.models.job import VideoJob
from videos.models.lease import Leased, LeasedQuerySet
from videos.models.member import Member
from videos.models.messages import MessageField
from videos.models.sealed import is_unreadable, seal, unseal

MAX_ADDRESS = 2000
# After a new secret, the one before it signs along for this long.
OLD_SIGNS_FOR = timedelta(hours=24)


class EventType(models.TextChoices):
    """What is sent. The first two have the names that the Video API gives them."""

    COMPLETED = "video.completed", gettext_lazy("A clip is ready")
    FAILED = "video.failed", gettext_lazy("A clip failed")
    DECIDED = "video.decided", gettext_lazy("Someone decides about a clip")
    COMMENTED = "video.commented", gettext_lazy("Someone comments on a clip")
    EXPIRING = "video.expiring", gettext_lazy("A clip expires and isn't archived")
    SHARE_OPENED = "share.opened", gettext_lazy("A share link is opened for the first time")
    BUDGET = "budget.reached", gettext_lazy("A budget reaches 80 or 100 %")
    PAUSED = "provider.paused", gettext_lazy("A provider is paused")


def new_secret() -> str:
    """A secret as Standard Webhooks writes it."""
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()


def callback_secret(member: Member, number: int | None = None) -> str:
    """What signs the calls to the `callback_url` of this member's scripts, whichever token they
    use: the present one, or the one with this number. Made from SECRET_KEY, so that none is stored.
    """
    number = member.callback_number if number is None else number
    purpose = f"callback_url:{member.pk}" + (f":{number}" if number else "")
    key = salted_hmac(purpose, settings.SECRET_KEY, algorithm="sha256").digest()
    return "whsec_" + b64encode(key).decode()


def callback_secrets(member: Member, now: datetime) -> list[str]:
    """What signs the member's calls at this time: the present secret, and the one before it for
    `OLD_SIGNS_FOR`."""
    changed, number = member.callback_changed_at, member.callback_number
    signs_too = changed is not None and now < changed + OLD_SIGNS_FOR
    numbers = [number, number - 1] if signs_too else [number]
    return [callback_secret(member, each) for each in numbers]


class WebhookEndpoint(models.Model):
    """A server to which events of these types are sent."""

    url = models.CharField(max_length=MAX_ADDRESS)
    sealed_secret = models.TextField(editable=False)
    # The secret before it, which signs, too, until then: the receiver is changed in between.
    sealed_old_secret = models.TextField(blank=True, default="", db_default="", editable=False)
    old_secret_until = models.DateTimeField(null=True, blank=True, editable=False)
    # Of EventType.
    events = models.JSONField(default=list)
    enabled = models.BooleanField(default=True)
    made_by = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)
    # The first of the tries that have failed in a row; empty while it takes what is sent.
    failing_since = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sealed_old_secret="", old_secret_until=None)
                | (~Q(sealed_old_secret="") & Q(old_secret_until__isnull=False)),
                name="old_webhook_secret_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def host(self) -> str:
        """What is shown elsewhere, since the rest of an address is often a secret."""
        return urlsplit(self.url).hostname or ""

    @property
    def secret(self) -> str:
        """The decrypted `whsec_…`; empty if SECRET_KEY has changed."""
        return unseal(self.sealed_secret)

    @secret.setter
    def secret(self, secret: str) -> None:
        self.sealed_secret = seal(secret)

    def secrets(self, now: datetime) -> list[str]:
        """What signs at this time, the present secret first; empty if SECRET_KEY has changed."""
        signs_too = self.old_secret_until is not None and now < self.old_secret_until
        secrets = [self.secret, unseal(self.sealed_old_secret) if signs_too else ""]
        return list(filter(None, secrets)) if self.secret else []

    @property
    def secret_version(self) -> str:
        """Changes with the secret, so that a button pressed twice changes it once."""
        return sha256(self.sealed_secret.encode()).hexdigest()[:16]

    @property
    def has_unreadable_secret(self) -> bool:
        """Return True if the stored secret can't be decrypted, because SECRET_KEY has changed."""
        return is_unreadable(self.sealed_secret)


class JobCallback(models.Model):
    """The address that a script wants to be called once its clip has ended."""

    job = models.OneToOneField(VideoJob, models.CASCADE, primary_key=True, related_name="callback")
    url = models.CharField(max_length=MAX_ADDRESS)

    def __str__(self) -> str:
        return f"callback of clip {self.job_id}"


class WebhookDeliveryQuerySet(LeasedQuerySet["WebhookDelivery"]):
    """The named results of deliveries."""

    def delivered(self) -> Self:
        """What was taken."""
        return self.filter(sent_at__isnull=False)

    def waiting(self) -> Self:
        """What is tried for the first time or again."""
        return self.filter(due_at__isnull=False)

    def given_up(self) -> Self:
        """What wasn't taken and isn't tried any more."""
        return self.filter(sent_at=None, due_at=None)


class WebhookDelivery(Leased):
    """One event for one receiver: an endpoint of the team, or the `callback_url` of a clip.

    `event_id` is the same at each try, by which a receiver knows what it has seen. `key` makes it
    one row, whoever writes down what happened.
    """

    event_id = models.CharField(max_length=40, unique=True)
    endpoint = models.ForeignKey(
        WebhookEndpoint, models.CASCADE, null=True, blank=True, related_name="deliveries"
    )
    # Where it goes without an endpoint, and whose secret signs it.
    url = models.CharField(max_length=MAX_ADDRESS, blank=True, default="")
    member = models.ForeignKey(
        Member, models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    # Whose name is in the body: erasing them takes it out.
    about = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    key = models.CharField(max_length=160, unique=True)
    type = models.CharField(max_length=30, choices=EventType)
    # The body, byte for byte: the signature covers it.
    body = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    # Tried until then.
    tried_until = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    # The last answer's status; empty if there was none.
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    trouble = MessageField(max_length=300, blank=True, default="")

    objects: ClassVar[WebhookDeliveryQuerySet] = WebhookDeliveryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name_plural = "webhook deliveries"
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(due_at__isnull=False), name="webhook_delivery_due"
            ),
            models.Index(fields=["created_at"], name="webhook_delivery_age"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(endpoint__isnull=False, url="") | (Q(endpoint=None) & ~Q(url="")),
                name="webhook_has_one_receiver",
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(due_at=None), name="sent_webhook_is_not_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"

    @property
    def address(self) -> str:
        """Where it goes."""
        return self.endpoint.url if self.endpoint is not None else self.url

    def secrets(self, now: datetime) -> list[str]:
        """What signs it at this time; empty if that can't be read or isn't known any more."""
        if self.endpoint is not None:
            return self.endpoint.secrets(now)
        return callback_secrets(self.member, now) if self.member is not None else []

    @property
    def is_over(self) -> bool:
        """Return True if it wasn't taken and isn't tried any more."""
        return self.sent_at is None and self.due_at is None
