"""Which clips belong together: takes, remixes, edits, extensions and retries of one clip?

A clip that stands alone has no stack. The clips of a stack are rows of `VideoJob` that name it.
"""

from django.db import models
from django.utils import timezone

from videos.models.member import Member


class Stack(models.Model):
    """Clips that the wall shows as one card. A stack is never deleted, so that a split can be
    undone."""

    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"Stack {self.pk}"


class StackMove(models.Model):
    """One clip that someone moved to another stack, or out of one. `press` is the same for all
    clips that moved together, so that they can be moved back together."""

    job = models.ForeignKey("VideoJob", models.CASCADE, related_name="stack_moves", db_index=False)
    before = models.ForeignKey(Stack, models.PROTECT, null=True, related_name="+", db_index=False)
    after = models.ForeignKey(Stack, models.PROTECT, null=True, related_name="+", db_index=False)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    press = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["press", "job"], name="one_stack_move_per_press"),
        ]
        indexes = [models.Index(fields=["job"], name="stack_move_job")]

    def __str__(self) -> str:
        return f"{self.job}: {self.before} → {self.after}"
