"""Which scripts may act for a member?"""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from videos.models import Action, may
from videos.models.member import Member


class Scope(models.TextChoices):
    """What a token allows, as OAuth writes it: words with spaces between."""

    READ = "read", "Read"
    WRITE = "read write", "Read and write"


class AccessToken(models.Model):
    """A member's key to the gateway. Only the hash of its secret is kept."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    hash = models.CharField(max_length=64, unique=True)
    # Its first characters, by which its owner knows it again.
    prefix = models.CharField(max_length=12)
    scopes = models.CharField(max_length=20, choices=Scope, default=Scope.READ)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    # None: it works until it is revoked.
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(scopes__in=Scope.values), name="scopes_are_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_expired(self) -> bool:
        """Has its time run out?"""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def works(self) -> bool:
        """Does it open the gateway now?"""
        return self.revoked_at is None and not self.is_expired and self.member.is_active

    @property
    def may_write(self) -> bool:
        """May it generate and delete? A viewer's never may, whatever it was made for."""
        return self.scopes == Scope.WRITE and may(self.member, Action.GENERATE)
