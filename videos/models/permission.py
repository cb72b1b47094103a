"""Which permissions are there, which roles have them by default, and what has an admin changed?"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from videos.models.member import Role
from videos.models.project import Project


class Permission(models.TextChoices):
    """One row of the permission table."""

    SEE = "see", gettext_lazy("See clips")
    GENERATE = "generate", gettext_lazy("Generate clips")
    DECIDE = "decide", gettext_lazy("Decide and rate")
    COMMENT = "comment", gettext_lazy("Comment")
    DELETE_OWN = "delete_own", gettext_lazy("Delete own clips")
    DELETE_OTHERS = "delete_others", gettext_lazy("Delete others' clips")
    SHARE = "share", gettext_lazy("Share links")
    EXPORT = "export", gettext_lazy("Download and export")
    SEE_PRICES = "see_prices", gettext_lazy("See prices")
    PROJECTS = "projects", gettext_lazy("Manage projects")
    BUDGETS = "budgets", gettext_lazy("Manage budgets")
    PROVIDERS = "providers", gettext_lazy("Manage providers")
    MEMBERS = "members", gettext_lazy("Manage members")
    SETTINGS = "settings", gettext_lazy("Manage settings")
    TOKENS = "tokens", gettext_lazy("Use access tokens")


# What can be allowed or forbidden for one project; the rest concerns the team as a whole.
PROJECT_PERMISSIONS = (
    Permission.SEE,
    Permission.GENERATE,
    Permission.DECIDE,
    Permission.COMMENT,
    Permission.DELETE_OWN,
    Permission.DELETE_OTHERS,
    Permission.SHARE,
    Permission.EXPORT,
    Permission.SEE_PRICES,
    Permission.PROJECTS,
)

VIEWER = (
    Permission.SEE,
    Permission.COMMENT,
    Permission.EXPORT,
    Permission.SEE_PRICES,
    Permission.TOKENS,
)
MEMBER = (
    *VIEWER,
    Permission.GENERATE,
    Permission.DECIDE,
    Permission.DELETE_OWN,
    Permission.SHARE,
    Permission.PROJECTS,
)
DEFAULTS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: frozenset(VIEWER),
    Role.MEMBER: frozenset(MEMBER),
    Role.PRODUCER: frozenset((*MEMBER, Permission.DELETE_OTHERS, Permission.BUDGETS)),
    Role.ADMIN: frozenset(Permission),
}
# Admins always have these, so that the team can't lock itself out.
LOCKED = (Permission.MEMBERS, Permission.SETTINGS)


def is_locked(role: Role, permission: Permission) -> bool:
    """Return True if `role` always has `permission`."""
    return role == Role.ADMIN and permission in LOCKED


class RolePermission(models.Model):
    """An admin's change of the defaults: for the team, or for the clips of one project."""

    role = models.CharField(max_length=10, choices=Role)
    permission = models.CharField(max_length=20, choices=Permission)
    allowed = models.BooleanField()
    # None: for the team.
    project = models.ForeignKey(
        Project, models.CASCADE, null=True, blank=True, related_name="role_permissions"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["role", "permission"],
                condition=Q(project=None),
                name="one_team_permission",
            ),
            models.UniqueConstraint(
                fields=["role", "permission", "project"],
                condition=Q(project__isnull=False),
                name="one_project_permission",
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="permission_role_is_known"
            ),
            models.CheckConstraint(
                condition=Q(permission__in=Permission.values), name="permission_is_known"
            ),
            models.CheckConstraint(
                condition=Q(project=None) | Q(permission__in=PROJECT_PERMISSIONS),
                name="permission_fits_a_project",
            ),
            models.CheckConstraint(
                condition=Q(allowed=True) | ~Q(role=Role.ADMIN, permission__in=LOCKED),
                name="admins_keep_control",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}.{self.permission}"
