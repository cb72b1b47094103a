"""Which providers are there, and which models do they have?"""

import re
from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from videos.models.lease import Leased, LeasedQuerySet
from videos.models.messages import MessageField
from videos.models.sealed import is_unreadable, seal, unseal
from videos.wire import WHOLE_SECONDS, parse_size

# A provider of the environment is named after its address, which may be one of this network.
INTERNAL = re.compile(
    r"localhost|\[?[0-9a-f]*:[0-9a-f:.]*\]?|[\d.]+|[^.\s]+|\S+\.(local|lan|internal|home|corp)",
    re.IGNORECASE,
)


class Origin(models.TextChoices):
    """Who added the provider."""

    ENGINE = "engine", gettext_lazy("Embedded engine")
    ENVIRONMENT = "environment", gettext_lazy("Environment")
    ADMIN = "admin", gettext_lazy("Added by an admin")


class PauseKind(models.TextChoices):
    """Why a provider is paused."""

    KEY = "key", gettext_lazy("The key is refused")
    RATE = "rate", gettext_lazy("Rate limited")
    QUOTA = "quota", gettext_lazy("Out of credit")
    ENDPOINT = "endpoint", gettext_lazy("No such endpoint")
    TROUBLE = "trouble", gettext_lazy("Server errors")
    CONNECTION = "connection", gettext_lazy("No connection")
    UNREADABLE = "unreadable", gettext_lazy("Unreadable answers")
    SEALED_KEY = "sealed_key", gettext_lazy("The stored key can't be read")


class Provider(Leased):
    """A server that speaks the Video API. `due_at` is when its catalogue is read again."""

    name = models.CharField(max_length=60)
    slug = models.SlugField(max_length=40, unique=True)
    base_url = models.CharField(max_length=500)
    sealed_key = models.TextField(blank=True, default="")
    # The secret that signs the provider's webhooks; without one they are refused.
    sealed_webhook_secret = models.TextField(blank=True, default="")
    dialect = models.CharField(max_length=20)
    origin = models.CharField(max_length=12, choices=Origin)
    enabled = models.BooleanField(default=True)
    # An admin turned it off: no new clips, those in progress are finished. Implies not `enabled`.
    turned_off = models.BooleanField(default=False)
    # The dialect was chosen by a person or the environment: a test must not change it.
    dialect_by_hand = models.BooleanField(default=False)
    # None: no limit. Counted over all mirrors, see jobs/dispatch/limits.py.
    max_jobs = models.PositiveSmallIntegerField(null=True, blank=True)
    max_creates_per_minute = models.PositiveSmallIntegerField(null=True, blank=True)
    # For servers that don't say when files expire. None: the dialect's default.
    expires_after_seconds = models.PositiveIntegerField(null=True, blank=True)
    # How long to wait for the answer to a create. None: the dialect's default.
    create_timeout_seconds = models.PositiveSmallIntegerField(null=True, blank=True)
    # Capability → supported or not: as tested, and as corrected by a person.
    capabilities = models.JSONField(default=dict, blank=True)
    corrections = models.JSONField(default=dict, blank=True)
    # The report of the last test, when it was, and when the next is due.
    probe = models.JSONField(default=dict, blank=True)
    probed_at = models.DateTimeField(null=True, blank=True)
    probe_due_at = models.DateTimeField(null=True, blank=True)
    # When a test first found the Video API at this address. Until then, nothing is sent, and no
    # model that the server lists is offered.
    proved_at = models.DateTimeField(null=True, blank=True)
    catalogue_at = models.DateTimeField(null=True, blank=True)
    last_contact_at = models.DateTimeField(null=True, blank=True)
    # A pause only holds back new creates. Without `paused_until` it lasts until a person ends it.
    pause_kind = models.CharField(max_length=12, choices=PauseKind, blank=True, default="")
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    # The provider's message. It may contain internal addresses: show it to admins only.
    pause_reason = MessageField(max_length=600, blank=True, default="")
    # Rate limited: no polls before this.
    polls_after = models.DateTimeField(null=True, blank=True)
    # No connection: no calls of any kind before this.
    calls_after = models.DateTimeField(null=True, blank=True)
    # How many creates in a row got an unreadable answer, such as a maintenance page.
    unreadable = models.PositiveSmallIntegerField(default=0)
    # Problems with reading its models and its list, for admins; empty if there are none.
    models_note = MessageField(max_length=600, blank=True, default="")
    list_note = MessageField(max_length=600, blank=True, default="")

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
        return _("The provider") if is_address else self.name

    @property
    def key(self) -> str:
        """The decrypted API key, for the client only."""
        return unseal(self.sealed_key)

    @key.setter
    def key(self, secret: str) -> None:
        self.sealed_key = seal(secret)

    @property
    def has_unreadable_key(self) -> bool:
        """Return True if the stored key can't be decrypted, because SECRET_KEY has changed."""
        return is_unreadable(self.sealed_key)

    @property
    def has_unreadable_secret(self) -> bool:
        """Return True if the stored webhook secret can't be decrypted."""
        return is_unreadable(self.sealed_webhook_secret)

    @property
    def webhook_secret(self) -> str:
        """The decrypted `whsec_…`, to check signatures."""
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
        """Return True while a failed connection holds back every call."""
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


class CatalogueModelQuerySet(models.QuerySet["CatalogueModel"]):
    """The named conditions of models."""

    def usable(self) -> Self:
        """Enabled models of enabled providers that have proved to work. A model that an admin has
        entered is offered while the first test is still to come."""
        proved = Q(provider__proved_at__isnull=False)
        entered = Q(edited_at__isnull=False, provider__probed_at=None)
        usable = self.filter(proved | entered, enabled=True, provider__enabled=True)
        return usable.select_related("provider")


class CatalogueModel(models.Model):
    """A model of a provider, with its sizes, lengths and prices."""

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="catalogue_models")
    # The name that people and scripts use: the model's own, unless another provider has it.
    slug = models.CharField(max_length=200, unique=True)
    model = models.CharField(max_length=200)
    label = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True, default="")
    sizes = models.JSONField(default=list)
    seconds = models.JSONField(default=list)
    # US dollars as strings by size, "*" for any other: {"1280x720": "0.10", "*": "0.30"}.
    price_per_second = models.JSONField(default=dict, blank=True)
    priced_on = models.DateField(null=True, blank=True)
    # The server also accepts values that are not listed.
    open_sizes = models.BooleanField(default=False)
    open_seconds = models.BooleanField(default=False)
    # For which frames it takes pictures, "first" and "last", as its server's list tells; null: it
    # doesn't tell, so the provider's capabilities count.
    frames = models.JSONField(null=True, blank=True)
    # Edited by an admin: reading the server's list leaves this row alone.
    edited_at = models.DateTimeField(null=True, blank=True)
    enabled = models.BooleanField(default=True)

    objects: ClassVar[CatalogueModelQuerySet] = CatalogueModelQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        # The model was called Offer. The table keeps its name, so that processes of an older
        # release keep working while a new one migrates.
        db_table = "videos_offer"
        ordering = ["provider_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "model"], name="one_offer_per_model"),
        ]

    def __str__(self) -> str:
        return self.label

    def takes_size(self, size: str) -> bool:
        """Return True if this size may be requested."""
        return size in self.sizes or (self.open_sizes and parse_size(size) is not None)

    def takes_seconds(self, seconds: str) -> bool:
        """Return True if this length may be requested."""
        is_open = self.open_seconds and WHOLE_SECONDS.fullmatch(seconds) is not None
        return seconds in self.seconds or is_open

    def takes_frame(self, frame: str) -> bool:
        """Return True unless the server's list tells that no picture is taken for this frame."""
        return self.frames is None or frame in self.frames

    def price(self, size: str, seconds: str) -> Decimal | None:
        """US dollars for one clip; None if the price is not known."""
        rate = self.price_per_second.get(size, self.price_per_second.get("*"))
        return None if rate is None else Decimal(rate) * Decimal(seconds)
