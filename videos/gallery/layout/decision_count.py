"""How many clips and characters need a decision from this member?"""

from collections import Counter
from typing import NamedTuple

from django.db.models import Value
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from videos.gallery.shell.numbers import counted
from videos.jobs.dispatch.needs_decision import unsure_characters
from videos.models import Action, Member, allowed_rows, visible_jobs

# Every page asks, so counting has a limit.
COUNTED = 999


class DecisionCount(NamedTuple):
    """How many of each wait for a decision; counted together up to COUNTED."""

    clips: int = 0
    characters: int = 0

    @property
    def total(self) -> int:
        """How many decisions that is."""
        return self.clips + self.characters

    def __str__(self) -> str:
        """`2 clips`, `1 character`, `3 clips and characters`."""
        if self.clips and self.characters:
            return counted(_("%(count)s clips and characters"), self.total)
        if self.characters:
            text = ngettext("%(count)s character", "%(count)s characters", self.characters)
            return counted(text, self.characters)
        return counted(ngettext("%(count)s clip", "%(count)s clips", self.clips), self.clips)

    @property
    def title(self) -> str:
        """`2 clips need a decision`, in the active language."""
        if self.clips and self.characters:
            return counted(_("%(count)s clips and characters need a decision"), self.total)
        if self.characters:
            text = ngettext(
                "%(count)s character needs a decision",
                "%(count)s characters need a decision",
                self.characters,
            )
            return counted(text, self.characters)
        text = ngettext(
            "%(count)s clip needs a decision", "%(count)s clips need a decision", self.clips
        )
        return counted(text, self.clips)


def decision_count(member: Member) -> DecisionCount:
    """How many decisions this member can make now, by one query."""
    mine = visible_jobs(member).changeable_by(member)
    jobs = mine.needing_decision().annotate(kind=Value("clip"))
    characters = allowed_rows(member, Action.CHANGE, unsure_characters()).annotate(
        kind=Value("character")
    )
    both = (
        jobs.order_by()
        .values_list("kind")
        .union(characters.order_by().values_list("kind"), all=True)
    )
    counts = Counter(kind for (kind,) in both[:COUNTED])
    return DecisionCount(counts["clip"], counts["character"])
