"""Does a prompt in a provider's list match ours, possibly shortened or changed by the server?"""

import re
import unicodedata

from videos import wire

# Shorter prompts are the beginning or end of other prompts by chance.
LONG_ENOUGH = 8
ELLIPSIS = re.compile(r"\s*(?:…|\.{2,}|\[\.\.\.\])\s*")


def is_missing(listed: str | None) -> bool:
    """Return True if the list doesn't include the prompt."""
    return not _normalized(listed or "")


def is_same_prompt(ours: str, listed: str | None) -> bool:
    """Return True if the words are the same, ignoring whitespace."""
    return listed is not None and _normalized(listed) == _normalized(ours)


def is_similar_prompt(ours: str, listed: str | None) -> bool:
    """Return True if `listed` may be our prompt: shortened anywhere, with or without an ellipsis,
    in other upper and lower case, or with text added before or after it."""
    mine, theirs = _normalized(ours).casefold(), _normalized(listed or "").casefold()
    head, *rest = ELLIPSIS.split(theirs)
    if not rest:
        added = len(mine) >= LONG_ENOUGH and (theirs.startswith(mine) or theirs.endswith(mine))
        return mine.startswith(theirs) or added
    return mine.startswith(head) and mine.endswith(rest[-1])


def list_repeats_prompts(sent: dict[str, str], listed: list[wire.RemoteVideo]) -> bool | None:
    """Return True if the list shows our own prompts unchanged; None if it shows none of our jobs.

    `sent` maps the ids of jobs that we sent to their prompts.
    """
    same = [is_same_prompt(sent[each.id], each.prompt) for each in listed if each.id in sent]
    return all(same) if same else None


def _normalized(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
