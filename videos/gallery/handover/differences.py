"""In what do clips differ: which words of their prompts, which parameters?"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

from django.utils.translation import gettext as _

from videos.gallery.handover.pictures import (
    NO_VALUE,
    Value,
    characters_of,
    pictures_of,
    place_of,
    spot_label,
)
from videos.gallery.shell.numbers import dollars
from videos.models import Member, Operation, VideoJob, as_shown
from videos.models.measures import measures_of, shown_seconds, shown_size
from videos.models.row_policies import price_for

# A word with the spaces after it. Chinese, Japanese and Thai are written without spaces between
# words, so each of their characters counts as a word.
UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff"
WORD = re.compile(rf"[{UNSPACED}]\s*|[^\s{UNSPACED}]+\s*|\s+")
# Comparing takes time with the square of the words.
MAX_WORDS = 1500
# Prompts that share less are different prompts: marks would cover all of it.
LEAST_ALIKE = 0.4


class Piece(NamedTuple):
    """A part of a prompt. `tag` is its element: `ins`, `del`, or empty."""

    tag: str
    text: str


@dataclass(frozen=True)
class Row:
    """One parameter, with its value for each clip."""

    label: str
    values: list[Value]


def word_differences(before: str, after: str) -> list[Piece]:
    """`after`, with what it has beyond `before`, and with what it lacks. Unmarked where the two are
    very long, or have little in common."""
    old, new = WORD.findall(before), WORD.findall(after)
    if max(len(old), len(new)) > MAX_WORDS:
        return [Piece("", after)]
    matcher = SequenceMatcher(a=_bare(old), b=_bare(new), autojunk=False)
    if matcher.ratio() < LEAST_ALIKE:
        return [Piece("", after)]
    pieces = []
    for operation, old_start, old_stop, new_start, new_stop in matcher.get_opcodes():
        removed, added = "".join(old[old_start:old_stop]), "".join(new[new_start:new_stop])
        if operation == "equal":
            pieces.append(Piece("", added))
            continue
        pieces += [Piece("del", removed)] if removed else []
        pieces += [Piece("ins", added)] if added else []
    return pieces


def _bare(words: list[str]) -> list[str]:
    return [word.strip() for word in words]


def differing_parameters(jobs: Sequence[VideoJob], member: Member) -> list[Row]:
    """The parameters that are not the same for all of `jobs`, as `member` may see them."""
    jobs = [as_shown(job) for job in jobs]
    named = [_parameters(job, member) for job in jobs]
    extra = [{name: _text(value) for name, value in job.extra.items()} for job in jobs]
    return [*_texts(named), *_pictures(jobs, member), *_texts(extra)]


def _texts(group: Sequence[Mapping[str, str]]) -> list[Row]:
    labels = dict.fromkeys(label for each in group for label in each)
    texts = {label: [each.get(label) or NO_VALUE for each in group] for label in labels}
    return _differing({label: [Value(text, text) for text in texts[label]] for label in texts})


def _pictures(jobs: Sequence[VideoJob], member: Member) -> list[Row]:
    """First and last frames, references and characters."""
    pictures, characters = pictures_of(jobs, member), characters_of(jobs)
    spots = {spot for each in pictures.values() for spot in each}
    values = {
        spot_label(spot): [pictures[job.pk].get(spot, Value(NO_VALUE)) for job in jobs]
        for spot in sorted(spots, key=place_of)
    }
    return _differing(values | {_("Characters"): [characters[job.pk] for job in jobs]})


def _differing(values: Mapping[str, list[Value]]) -> list[Row]:
    """The rows of the labels whose values are not all the same."""
    return [
        Row(label, each) for label, each in values.items() if len({value.key for value in each}) > 1
    ]


def _parameters(job: VideoJob, member: Member) -> dict[str, str]:
    measured = measures_of(job)
    seconds = shown_seconds(job.seconds, measured)
    price = price_for(member, job)
    return {
        _("Provider"): job.provider.name,
        _("Model"): job.model,
        _("Size"): shown_size(job.size, measured).replace("x", "×"),
        _("Length"): _("%(seconds)s s") % {"seconds": seconds},
        _("Made by"): str(Operation(job.operation).label),
        _("Price"): dollars(price) if price is not None else "",
        _("Project"): job.project.name if job.project else "",
        _("Maker"): str(job.maker),
    }


def _text(value: object) -> str:
    return value if isinstance(value, str) else repr(value)
