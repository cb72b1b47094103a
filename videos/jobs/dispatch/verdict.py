"""What does the provider's list prove about a job whose create request got no clear answer?

The rule behind the table: unreadable data proves nothing. A job counts as absent, and may be sent
again, only if the whole list was read, every entry was readable, and none of them can be the job.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from videos.wire.text import gettext_noop


class Verdict(StrEnum):
    """FOUND and ABSENT are certain. The others are doubts, about which a person decides."""

    FOUND = "found"
    AMBIGUOUS = "ambiguous"
    NO_PROMPTS = "no prompts"
    SIMILAR = "similar"
    REWORDED = "reworded"
    UNREADABLE = "unreadable"
    NOT_FAR_ENOUGH = "not far enough"
    FORGOTTEN = "forgotten"
    ABSENT = "absent"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What the list shows, apart from jobs of other rows and jobs older than our send.

    - `match`: a job agrees in everything.
    - `rival`: another row could be that job, too.
    - `no_prompt`: a job has no prompt.
    - `similar`: a job has our prompt with other settings, or a shortened or changed form of it; or
      such a job was seen since the first send and is gone.
    - `reworded`: a job agrees in everything but the prompt, and this list changes prompts.
    - `unreadable`: an entry couldn't be read.
    - `whole`: the list was read as far back as our first send.
    - `reaches_back`: the list still shows jobs of that time, or the send was too recent for the
      list to have dropped ours.
    """

    match: bool = False
    rival: bool = False
    no_prompt: bool = False
    similar: bool = False
    reworded: bool = False
    unreadable: bool = False
    whole: bool = True
    reaches_back: bool = True


# The first line that applies is the verdict.
TABLE: tuple[tuple[Verdict, Callable[[Evidence], bool]], ...] = (
    (Verdict.AMBIGUOUS, lambda seen: seen.match and seen.rival),
    (Verdict.FOUND, lambda seen: seen.match),
    (Verdict.NO_PROMPTS, lambda seen: seen.no_prompt),
    (Verdict.SIMILAR, lambda seen: seen.similar),
    (Verdict.REWORDED, lambda seen: seen.reworded),
    (Verdict.UNREADABLE, lambda seen: seen.unreadable),
    (Verdict.NOT_FAR_ENOUGH, lambda seen: not seen.whole),
    (Verdict.FORGOTTEN, lambda seen: not seen.reaches_back),
    (Verdict.ABSENT, lambda seen: True),
)

WORDS: dict[Verdict, str] = {
    Verdict.AMBIGUOUS: gettext_noop(
        "Another clip with the same prompt is being looked for as well, and the list doesn't show "
        "which is which: %(id)s."
    ),
    Verdict.NO_PROMPTS: gettext_noop(
        "The provider has a job that may be this one, but doesn't list its prompt: %(id)s."
    ),
    Verdict.SIMILAR: gettext_noop("The provider has a similar job, but not the same: %(id)s."),
    Verdict.REWORDED: gettext_noop(
        "The provider has a new job with another prompt, and may have changed the prompt of this "
        "one: %(id)s."
    ),
    Verdict.UNREADABLE: gettext_noop(
        "Some entries of the provider's list can't be read, and one of them may be this job."
    ),
    Verdict.NOT_FAR_ENOUGH: gettext_noop(
        "It isn't among the newest jobs in the provider's list, which couldn't be read to its end."
    ),
    Verdict.FORGOTTEN: gettext_noop(
        "The provider's list doesn't go back to when this job was sent."
    ),
}


def judge(seen: Evidence) -> Verdict:
    """The verdict for this evidence."""
    return next(verdict for verdict, applies in TABLE if applies(seen))
