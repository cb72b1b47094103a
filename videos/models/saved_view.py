"""Searches that a member, or the team, has saved."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from videos.models.member import Member
from videos.models.policies import Action, may

MAX_VIEW_NAME = 60


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """The named conditions of saved views."""

    def visible_to(self, member: Member) -> Self:
        """One's own views, and those that others have saved for the team."""
        return self.filter(Q(maker=member) | Q(for_team=True))

    def deletable_by(self, member: Member) -> Self:
        """One's own views, and the team's where the member manages settings."""
        if may(member, Action.MANAGE_SETTINGS):
            return self.visible_to(member)
        return self.filter(maker=member)


class SavedView(models.Model):
    """The gallery's filters under a name. `query` is the address's query string."""

    maker = models.ForeignKey(Member, models.CASCADE, related_name="saved_views", db_index=False)
    name = models.CharField(max_length=MAX_VIEW_NAME)
    query = models.CharField(max_length=2000)
    for_team = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[SavedViewQuerySet] = SavedViewQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["maker", "name"], name="one_view_per_name"),
            models.CheckConstraint(condition=~Q(name=""), name="view_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
