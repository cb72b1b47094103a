"""Which prompts does the team want to use again?"""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from videos.models.member import Member

MAX_PROMPT_NAME = 80


class PromptQuerySet(models.QuerySet["Prompt"]):
    """The named conditions of saved prompts."""

    def live(self) -> Self:
        """Prompts that were not deleted."""
        return self.filter(deleted_at=None)

    def deleted(self) -> Self:
        """Prompts that were deleted and can be restored."""
        return self.filter(deleted_at__isnull=False)

    def matching(self, text: str) -> Self:
        """Prompts with each of the words in their name or text."""
        rows = self
        for word in text.split()[:10]:
            rows = rows.filter(Q(name__icontains=word) | Q(text__icontains=word))
        return rows


class Prompt(models.Model):
    """A prompt of the team under a name. `{words}` in it are variables, asked for at each use.

    `settings` are the composer's choices that go with it, by the names of its fields; empty for a
    prompt without any. A prompt without a text keeps settings alone. `version` counts changes, so
    that two people don't overwrite each other.
    """

    maker = models.ForeignKey(Member, models.PROTECT, related_name="prompts")
    name = models.CharField(max_length=MAX_PROMPT_NAME)
    text = models.TextField()
    settings = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    # Kept, so that deleting can be undone.
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[PromptQuerySet] = PromptQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            # Also the index of the list.
            models.UniqueConstraint(
                fields=["name"], condition=Q(deleted_at=None), name="one_prompt_per_name"
            ),
            models.CheckConstraint(
                condition=~Q(name="") & (~Q(text="") | ~Q(settings={})),
                name="prompt_says_something",
            ),
        ]

    def __str__(self) -> str:
        return self.name
