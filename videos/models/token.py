"""What is an access token?"""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from videos.models.member import Member
from videos.models.policies import Action, may
from videos.models.project import Project


class Scope(models.TextChoices):
    """What a token allows, separated by spaces as in OAuth."""

    READ = "read", gettext_lazy("Read")
    REVIEW = "read review", gettext_lazy("Read and review")
    WRITE = "read write", gettext_lazy("Read and write")


# What a token may be used for, if its member's role allows it too.
READING = {Action.VIEW, Action.EXPORT, Action.SEE_PRICES}
REVIEWING = READING | {
    Action.COMMENT,
    Action.DECIDE,
    Action.ORGANISE,
    Action.RUN_EXPERIMENT,
}
SCOPE_ACTIONS: dict[str, set[Action]] = {
    Scope.READ: READING,
    Scope.REVIEW: REVIEWING,
    Scope.WRITE: REVIEWING | {Action.GENERATE, Action.CHANGE, Action.SHARE},
}


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    """The named conditions of tokens."""

    def unrevoked(self) -> Self:
        """Tokens that were not revoked; they may have expired."""
        return self.filter(revoked_at=None)

    def working(self) -> Self:
        """Tokens that the gateway accepts."""
        lasting = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        return self.unrevoked().filter(lasting, member__is_active=True)


class AccessToken(models.Model):
    """A member's token for the gateway. Only its hash is stored."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    hash = models.CharField(max_length=64, unique=True)
    # Its first characters, so that its owner recognises it.
    prefix = models.CharField(max_length=12)
    scopes = models.CharField(max_length=20, choices=Scope, default=Scope.READ)
    # The project of clips that are made with the token.
    project = models.ForeignKey(
        Project, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    # None: valid until revoked.
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[AccessTokenQuerySet] = AccessTokenQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(scopes__in=Scope.values), name="scopes_are_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)" if self.name else self.audit_name

    @property
    def audit_name(self) -> str:
        """Its first characters. The name that its member gave it may tell who that is."""
        return f"{self.prefix}…"

    @property
    def is_expired(self) -> bool:
        """Return True if the token has expired."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def works(self) -> bool:
        """Return True if the gateway accepts the token."""
        return self.revoked_at is None and not self.is_expired and self.member.is_active

    @property
    def project_slug(self) -> str:
        """The slug of the project for its clips; empty for none, or where it is archived."""
        return self.project.slug if self.project and self.project.archived_at is None else ""

    def covers(self, action: Action) -> bool:
        """Return True if the token's scopes include `action`."""
        return action in SCOPE_ACTIONS[self.scopes]

    def allows(self, action: Action) -> bool:
        """Return True if both the token's scopes and its member's role include `action`."""
        return self.covers(action) and may(self.member, action)
