"""What is to be done to some clips, and what came of it?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from videos.models import Member, Refusal, VideoJobQuerySet
from videos.models.selectors import jobs_with_keys


@dataclass(frozen=True)
class Task:
    """One part of a run: the clips (primary keys) to change. `before` is what the part that is
    being undone saved."""

    member: Member
    clips: list[int]
    params: Mapping[str, Any]
    press: str
    number: int = 0
    before: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rows(self) -> VideoJobQuerySet:
        """The clips."""
        return jobs_with_keys(self.clips)


@dataclass
class Result:
    """The clips that were changed, what undo needs to know about them, and those that were refused,
    by reason. Any other clip already had the wanted value."""

    changed: list[int]
    before: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, list[int]] = field(default_factory=dict)

    def refuse(self, reason: Refusal, clips: Iterable[int]) -> None:
        """Record that these clips were not changed, and why."""
        if new := sorted(clips):
            self.refused.setdefault(reason.value, []).extend(new)


def all_refused(task: Task, reason: Refusal) -> Result:
    """The result of a part in which no clip could be changed."""
    result = Result([])
    result.refuse(reason, task.clips)
    return result


def by_value(values: Mapping[int, Any]) -> dict[str, list[int]]:
    """Turn clip → value into value → clips for JSON; None becomes an empty string."""
    ids: dict[str, list[int]] = {}
    for clip, value in values.items():
        ids.setdefault("" if value is None else str(value), []).append(clip)
    return ids


def by_clip(values: Mapping[str, list[int]]) -> dict[int, int | None]:
    """The reverse of `by_value`, for values that are numbers."""
    return {
        clip: int(value) if value else None for value, clips in values.items() for clip in clips
    }
