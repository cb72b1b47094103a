"""What may people without an account see?"""

import secrets
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from videos.models.audit import OWNER, AuditAction
from videos.models.audit_record import record
from videos.models.ids import hash_of
from videos.models.job import VideoJob
from videos.models.member import Member
from videos.models.organise import Collection, CollectionItem
from videos.models.policies import Action, allowed_condition, may_everywhere
from videos.models.sealed import seal, unseal

SHARE_TOKEN = "[A-Za-z0-9_-]{22}"  # noqa: S105 - a pattern
MAX_TITLE = 120
MAX_GUEST = 80


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    """The named conditions of share links."""

    def usable(self, now: datetime | None = None) -> Self:
        """Links that still open: those to a deleted collection don't."""
        return self._unrevoked(now or timezone.now()).filter(collection__deleted_at=None)

    def revoke_all(self, member: Member) -> None:
        """Close all links of `member` permanently. Call it inside a transaction."""
        # Also those of deleted collections, which may come back.
        rows = self._unrevoked(timezone.now()).filter(maker=member)
        keys = list(rows.values_list("pk", flat=True))
        if rows.update(revoked_at=timezone.now()):
            facts = {OWNER: member.pk, "count": len(keys), "links": keys}
            record(AuditAction.SHARE_REVOKED, after=facts)

    def _unrevoked(self, now: datetime) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=now)

    def visible_to(self, member: Member) -> Self:
        """Links that `member` made, and those whose clips `member` may all see: whoever has the
        address sees them."""
        if may_everywhere(member, Action.VIEW):
            return self
        seen = allowed_condition(member, Action.VIEW, "job__project", "job__maker")
        items = ShareItem.objects.filter(link=OuterRef("pk")).exclude(seen)
        collected = CollectionItem.objects.filter(collection=OuterRef("collection")).exclude(seen)
        return self.filter(Q(maker=member) | ~Exists(items) & ~Exists(collected))


class ShareLink(models.Model):
    """A page for people without an account: clips picked when it was made, or a collection as it
    is when the page is opened.

    Whoever has the token gets in, so only its hash is looked up. The sealed token lets members
    copy the link again.
    """

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    sealed_token = models.CharField(max_length=400, editable=False)
    title = models.CharField(max_length=MAX_TITLE, blank=True, default="")
    maker = models.ForeignKey(Member, models.PROTECT, related_name="share_links")
    collection = models.ForeignKey(
        Collection, models.PROTECT, null=True, blank=True, related_name="share_links"
    )
    jobs: "models.ManyToManyField[VideoJob, models.Model]" = models.ManyToManyField(
        VideoJob, through="ShareItem", related_name="share_links"
    )
    # Made by Django's `make_password`; empty: no password.
    password = models.CharField(max_length=128, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    views = models.PositiveIntegerField(default=0)
    viewed_at = models.DateTimeField(null=True, blank=True)
    allow_download = models.BooleanField(default=False)
    allow_comments = models.BooleanField(default=False)
    allow_decisions = models.BooleanField(default=False)
    show_prompts = models.BooleanField(default=False)
    show_prices = models.BooleanField(default=False)

    objects: ClassVar[ShareLinkQuerySet] = ShareLinkQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title or f"Share link {self.pk}"

    def set_token(self, token: str = "") -> str:
        """Give the link this token, or a new one, and return it; the row is not saved."""
        token = token or secrets.token_urlsafe(16)
        self.token_hash, self.sealed_token = hash_of(token), seal(token)
        return token

    @property
    def token(self) -> str:
        """The token again; empty where SECRET_KEY has changed since."""
        return unseal(self.sealed_token)

    @property
    def is_usable(self) -> bool:
        """Return True if the link still opens."""
        return self.revoked_at is None and self.expires_at > timezone.now() and not self.is_orphaned

    @property
    def is_orphaned(self) -> bool:
        """Return True if the collection that the link shows is deleted."""
        return self.collection is not None and self.collection.deleted_at is not None


class ShareItem(models.Model):
    """A clip that a link shows."""

    link = models.ForeignKey(ShareLink, models.CASCADE, related_name="items", db_index=False)
    job = models.ForeignKey(VideoJob, models.CASCADE, related_name="share_items")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["link", "job"], name="once_in_a_link")]

    def __str__(self) -> str:
        return f"{self.link}: {self.job}"
