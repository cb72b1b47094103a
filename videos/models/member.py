"""Who is in the team, and in which role?"""

from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy


class Role(models.TextChoices):
    """What a member may do. Each role includes the one before."""

    VIEWER = "viewer", gettext_lazy("Viewer")
    MEMBER = "member", gettext_lazy("Member")
    PRODUCER = "producer", gettext_lazy("Producer")
    ADMIN = "admin", gettext_lazy("Admin")


class Member(AbstractUser):
    """A person with an account."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=10, choices=Role, default=Role.VIEWER)
    # Shortcuts of a single letter, digit or sign; speech input can trigger them by accident.
    single_keys = models.BooleanField(default=True)

    # Which of the secrets signs the calls to the `callback_url` of the member's scripts: see
    # `callback_secret`. Each new one has the next number.
    callback_number = models.PositiveIntegerField(default=0, db_default=0)
    callback_changed_at = models.DateTimeField(null=True, blank=True)

    # The row stays, for what the person made, and is shown as a deleted member.
    erased_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[UserManager[Self]] = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_is_known"),
        ]

    def __str__(self) -> str:
        return gettext("Deleted member") if self.erased_at else self.name or self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Make a new superuser an admin, so that `createsuperuser` creates one."""
        if self._state.adding and self.is_superuser:
            self.role = Role.ADMIN
        super().save(*args, **kwargs)

    @property
    def audit_name(self) -> str:
        """Nothing: the audit log shows the name of today, by the key."""
        return ""

    @property
    def is_admin(self) -> bool:
        """Return True for an admin."""
        return self.role == Role.ADMIN


class Invitation(models.Model):
    """A link that creates one account. Only the hash of its token is stored."""

    token_hash = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=10, choices=Role)
    invited_by = models.ForeignKey(Member, models.CASCADE, related_name="invitations")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.OneToOneField(
        Member, models.CASCADE, null=True, blank=True, related_name="invitation"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="invitation_role_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None, accepted_by=None)
                | models.Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="acceptance_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.role})"

    @property
    def audit_name(self) -> str:
        """Nothing: the audit log shows the name of today, by the key."""
        return ""


class PasswordLink(models.Model):
    """A link to set a new password, once. Its row is kept, so that admins can see it."""

    token_hash = models.CharField(max_length=64, unique=True)
    member = models.ForeignKey(Member, models.CASCADE, related_name="password_links")
    made_by = models.ForeignKey(Member, models.CASCADE, related_name="+")
    # A hash of the current password hash: once the password changes, the link is void.
    replaces = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"new password for {self.member}"

    @property
    def is_open(self) -> bool:
        """Return True if the link was not used and has not expired."""
        return self.used_at is None and self.expires_at > timezone.now()
