"""How does each member want to be notified, and what is sent to them?"""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from videos.models.lease import Leased, LeasedQuerySet
from videos.models.member import Member
from videos.models.messages import MessageField
from videos.models.notice import Notice, NoticeKind


class Mail(models.TextChoices):
    """When a kind of notice is sent by email."""

    OFF = "off", gettext_lazy("No email")
    NOW = "now", gettext_lazy("At once")
    DIGEST = "digest", gettext_lazy("Daily digest")


@dataclass(frozen=True)
class Choice:
    """How one kind of notice reaches a member. `push` is their chat or push service."""

    page: bool = True
    mail: Mail = Mail.OFF
    push: bool = False

    @property
    def is_sent(self) -> bool:
        """Return True if it is sent anywhere beside the page."""
        return self.push or self.mail != Mail.OFF


# Quiet: at once only what can't wait, and what names the reader.
DEFAULTS: dict[str, Choice] = {
    NoticeKind.MENTION: Choice(mail=Mail.NOW, push=True),
    NoticeKind.EXPIRING: Choice(mail=Mail.NOW, push=True),
    NoticeKind.BUDGET: Choice(mail=Mail.NOW, push=True),
    NoticeKind.PAUSED: Choice(mail=Mail.NOW, push=True),
    NoticeKind.WEBHOOK: Choice(mail=Mail.NOW, push=True),
    NoticeKind.REPLY: Choice(mail=Mail.DIGEST),
    NoticeKind.COMMENT: Choice(mail=Mail.DIGEST),
    NoticeKind.DECISION: Choice(mail=Mail.DIGEST),
}


class NoticeSettings(models.Model):
    """What a member chose. Without a row, or for a kind that is not in it, the defaults hold."""

    member = models.OneToOneField(
        Member, models.CASCADE, primary_key=True, related_name="notice_settings"
    )
    # Kind → {"page": true, "mail": "digest", "push": false}.
    choices = models.JSONField(default=dict, blank=True)
    # They asked for no email at all, for example by the link at the end of one.
    mail_off = models.BooleanField(default=False)
    # Of what is sent; empty: the server's.
    language = models.CharField(max_length=10, blank=True, default="")
    # The Apprise URL of their chat or push service, encrypted.
    sealed_address = models.TextField(blank=True, default="", editable=False)

    class Meta:
        verbose_name_plural = "notice settings"

    def __str__(self) -> str:
        return f"notice settings of {self.member_id}"

    def choice(self, kind: str) -> Choice:
        """How this kind reaches the member."""
        default = DEFAULTS.get(kind, Choice())
        stored: Any = self.choices.get(kind)
        if not isinstance(stored, dict):
            stored = {}
        mail = stored.get("mail", default.mail)
        return Choice(
            page=bool(stored.get("page", default.page)),
            mail=Mail.OFF if self.mail_off or mail not in Mail.values else Mail(mail),
            push=bool(self.sealed_address) and bool(stored.get("push", default.push)),
        )


class Channel(models.TextChoices):
    """Where a notice is sent."""

    MAIL = "mail", gettext_lazy("Email")
    DIGEST = "digest", gettext_lazy("Daily digest")
    PUSH = "push", gettext_lazy("Chat or push")


class NoticeDelivery(Leased):
    """One message to be sent to a member, or without a member to the team's chat: a notice, or the
    digest of a day. A push without a notice is a test.

    `key` makes it one message, whoever finds that it is to be sent. `begun` counts sends whose
    outcome isn't known: see `videos/notices/deliver.py`.
    """

    key = models.CharField(max_length=120, unique=True)
    member = models.ForeignKey(Member, models.CASCADE, null=True, blank=True, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel)
    notice = models.ForeignKey(Notice, models.CASCADE, null=True, blank=True, related_name="sent")
    day = models.DateField(null=True, blank=True)
    begun = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    # Why it isn't sent, or not yet.
    trouble = MessageField(max_length=300, blank=True, default="")

    objects: ClassVar[LeasedQuerySet["NoticeDelivery"]] = LeasedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name_plural = "notice deliveries"
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(due_at__isnull=False), name="notice_delivery_due"
            ),
            models.Index(fields=["created_at"], name="notice_delivery_age"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel="digest", notice=None, day__isnull=False)
                | Q(channel="mail", notice__isnull=False)
                | Q(channel="push", day=None),
                name="delivery_has_a_subject",
            ),
            models.CheckConstraint(
                condition=Q(channel="push") | Q(member__isnull=False),
                name="mail_has_a_reader",
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(due_at=None), name="sent_is_not_due"
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_test(self) -> bool:
        """Return True for a test of an address."""
        return self.channel == Channel.PUSH and self.notice_id is None
