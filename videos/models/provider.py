"""Which servers do we talk to, and what do they offer?"""

import re
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.utils import timezone

from videos.models.lease import Leased, LeasedQuerySet
from videos.models.sealed import is_unreadable, seal, unseal
from videos.wire import WHOLE_SECONDS, parse_size

# A provider of the environment is named after its address, which may be one of this network.
INTERNAL = re.compile(
    r"localhost|\[?[0-9a-f]*:[0-9a-f:.]*\]?|[\d.]+|[^.\s]+|\S+\.(local|lan|internal|home|corp)",
    re.IGNORECASE,
)


class Origin(models.TextChoices):
    """Who made the provider known."""

    ENGINE = "engine", "Embedded engine"
    ENVIRONMENT = "environment", "Environment"
    ADMIN = "admin", "Added by an admin"


class PauseKind(models.TextChoices):
    """Why a provider gets no new creates for a while."""

    KEY = "key", "The key is refused"
    RATE = "rate", "Rate limited"
    QUOTA = "quota", "Out of credit"
    ENDPOINT = "endpoint", "No such endpoint"
    TROUBLE = "trouble", "Server errors"
    CONNECTION = "connection", "No connection"
    UNREADABLE = "unreadable", "Unreadable answers"
    SEALED_KEY = "sealed_key", "The stored key cannot be read"


class Provider(Leased):
    """A server that speaks the Video API. `due_at` is when its catalogue is read again."""

    name = models.CharField(max_length=60)
    slug = models.SlugField(max_length=40, unique=True)
    base_url = models.CharField(max_length=500)
    sealed_key = models.TextField(blank=True, default="")
    # What the provider signs its webhooks with; empty: it is not listened to.
    sealed_webhook_secret = models.TextField(blank=True, default="")
    dialect = models.CharField(max_length=20)
    origin = models.CharField(max_length=12, choices=Origin)
    enabled = models.BooleanField(default=True)
    # An admin's wish: no new clips, while those under way are finished. `enabled` obeys it.
    turned_off = models.BooleanField(default=False)
    # The dialect was chosen by a person or the environment; a test then changes it no more.
    dialect_by_hand = models.BooleanField(default=False)
    # None: no limit. Counted over the rows of all mirrors, see jobs/sending/limits.py.
    max_jobs = models.PositiveSmallIntegerField(null=True, blank=True)
    max_creates_per_minute = models.PositiveSmallIntegerField(null=True, blank=True)
    # For servers that do not say when their copy goes. None: the dialect's own figure.
    expires_after_seconds = models.PositiveIntegerField(null=True, blank=True)
    # How long a create may take to be answered. None: the dialect's own figure.
    create_timeout_seconds = models.PositiveSmallIntegerField(null=True, blank=True)
    # What a test has learnt and what a person knows better: capability → offered or not.
    capabilities = models.JSONField(default=dict, blank=True)
    corrections = models.JSONField(default=dict, blank=True)
    # The last test in words, when it was, and when the next is due.
    probe = models.JSONField(default=dict, blank=True)
    probed_at = models.DateTimeField(null=True, blank=True)
    probe_due_at = models.DateTimeField(null=True, blank=True)
    catalogue_at = models.DateTimeField(null=True, blank=True)
    last_contact_at = models.DateTimeField(null=True, blank=True)
    # A pause holds back new creates and nothing else. Without `paused_until` it waits for a person.
    pause_kind = models.CharField(max_length=12, choices=PauseKind, blank=True, default="")
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    # The provider's own words. They may name internal addresses: for admins only.
    pause_reason = models.CharField(max_length=600, blank=True, default="")
    # A rate limit on reads: no polls before this.
    polls_after = models.DateTimeField(null=True, blank=True)
    # The connection is dead: no calls of any kind before this.
    calls_after = models.DateTimeField(null=True, blank=True)
    # Creates in a row that got an answer nobody can read, as a maintenance page.
    unreadable = models.PositiveSmallIntegerField(default=0)
    # What an admin should know about reading its models and its list; empty where all is well.
    models_note = models.CharField(max_length=600, blank=True, default="")
    list_note = models.CharField(max_length=600, blank=True, default="")

    objects: ClassVar[LeasedQuerySet["Provider"]] = LeasedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(paused_at__isnull=False) | models.Q(paused_until=None),
                name="pause_has_a_start",
            ),
            models.CheckConstraint(
                condition=models.Q(turned_off=False) | models.Q(enabled=False),
                name="what_is_turned_off_is_not_enabled",
            ),
            models.CheckConstraint(
                condition=models.Q(max_jobs=None) | models.Q(max_jobs__gte=1),
                name="some_jobs_are_allowed",
            ),
            models.CheckConstraint(
                condition=models.Q(max_creates_per_minute=None)
                | models.Q(max_creates_per_minute__gte=1),
                name="some_creates_are_allowed",
            ),
            models.CheckConstraint(
                condition=models.Q(create_timeout_seconds=None)
                | models.Q(create_timeout_seconds__gte=1),
                name="creates_take_some_time",
            ),
        ]

    def __str__(self) -> str:
        """The name for people of every role, without an internal address. Admins see `name`."""
        host = re.sub(r":\d+$", "", self.name)
        is_address = self.origin == Origin.ENVIRONMENT and INTERNAL.fullmatch(host)
        return "The provider" if is_address else self.name

    @property
    def key(self) -> str:
        """The bearer key, in the clear, for the client alone."""
        return unseal(self.sealed_key)

    @key.setter
    def key(self, secret: str) -> None:
        self.sealed_key = seal(secret)

    @property
    def has_unreadable_key(self) -> bool:
        """Return True if a key is stored that cannot be read, since SECRET_KEY has changed."""
        return is_unreadable(self.sealed_key)

    @property
    def has_unreadable_secret(self) -> bool:
        """The same for the signing secret of webhooks."""
        return is_unreadable(self.sealed_webhook_secret)

    @property
    def webhook_secret(self) -> str:
        """`whsec_…` in the clear, to check signatures with."""
        return unseal(self.sealed_webhook_secret)

    @webhook_secret.setter
    def webhook_secret(self, secret: str) -> None:
        self.sealed_webhook_secret = seal(secret)

    @property
    def is_paused(self) -> bool:
        """Return True while the provider gets no new creates."""
        ended = self.paused_until is not None and self.paused_until <= timezone.now()
        return self.paused_at is not None and not ended

    @property
    def is_unreachable(self) -> bool:
        """Return True while a dead connection holds back every call."""
        return self.calls_after is not None and self.calls_after > timezone.now()

    @property
    def holds_polls(self) -> bool:
        """Return True while polls have to wait."""
        waits = self.polls_after is not None and self.polls_after > timezone.now()
        return waits or self.is_unreachable

    @property
    def is_being_tested(self) -> bool:
        """Return True from when a test is wanted until its result is written."""
        return self.probe_due_at is not None and self.probe_due_at <= timezone.now()


class Offer(models.Model):
    """One model of one provider's catalogue: what may be asked for, and at what price."""

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="offers")
    # The name people and scripts use; the model's own, unless another provider has it already.
    slug = models.CharField(max_length=200, unique=True)
    model = models.CharField(max_length=200)
    label = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True, default="")
    sizes = models.JSONField(default=list)
    seconds = models.JSONField(default=list)
    # US dollars as strings by size, "*" for any other: {"1280x720": "0.10", "*": "0.30"}.
    price_per_second = models.JSONField(default=dict, blank=True)
    priced_on = models.DateField(null=True, blank=True)
    # The server takes other values than the listed ones.
    open_sizes = models.BooleanField(default=False)
    open_seconds = models.BooleanField(default=False)
    # An admin's words: reading the server's list again leaves this row alone.
    edited_at = models.DateTimeField(null=True, blank=True)
    enabled = models.BooleanField(default=True)

    class Meta:
        ordering = ["provider_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "model"], name="one_offer_per_model"),
        ]

    def __str__(self) -> str:
        return self.label

    def takes_size(self, size: str) -> bool:
        """May this size be asked for?"""
        return size in self.sizes or (self.open_sizes and parse_size(size) is not None)

    def takes_seconds(self, seconds: str) -> bool:
        """May this length be asked for?"""
        free = self.open_seconds and WHOLE_SECONDS.fullmatch(seconds) is not None
        return seconds in self.seconds or free

    def price(self, size: str, seconds: str) -> Decimal | None:
        """US dollars for one clip; None where the price is not known."""
        rate = self.price_per_second.get(size, self.price_per_second.get("*"))
        return None if rate is None else Decimal(rate) * Decimal(seconds)
