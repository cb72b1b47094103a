"""Is a prompt in a provider's list ours, perhaps shortened or changed on the way?"""

import re
import unicodedata

from videos import wire

# Shorter ones begin or end other prompts by chance.
LONG_ENOUGH = 8
ELLIPSIS = re.compile(r"\s*(?:…|\.{2,}|\[\.\.\.\])\s*")


def is_missing(listed: str | None) -> bool:
    """Does the list not say the prompt?"""
    return not _words(listed or "")


def is_same_prompt(ours: str, listed: str | None) -> bool:
    """Are these the same words, however they are spaced?"""
    return listed is not None and _words(listed) == _words(ours)


def is_similar_prompt(ours: str, listed: str | None) -> bool:
    """May `listed` be ours: the same words, cut anywhere, with or without an ellipsis, in other
    letters, or with something added before or behind?"""
    mine, theirs = _words(ours).casefold(), _words(listed or "").casefold()
    head, *rest = ELLIPSIS.split(theirs)
    if not rest:
        added = len(mine) >= LONG_ENOUGH and (theirs.startswith(mine) or theirs.endswith(mine))
        return mine.startswith(theirs) or added
    return mine.startswith(head) and mine.endswith(rest[-1])


def list_repeats_prompts(sent: dict[str, str], listed: list[wire.RemoteVideo]) -> bool | None:
    """Does the list show the prompts of our own jobs as we sent them? None: it shows none of them.

    `sent` maps the ids of jobs that we sent to their prompts.
    """
    told = [is_same_prompt(sent[each.id], each.prompt) for each in listed if each.id in sent]
    return all(told) if told else None


def _words(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
