"""Which people, models and tags does a search name?"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_

from django.db.models import Q

from videos.models.member import Member
from videos.models.organise import JobTag, Tag, tag_key
from videos.models.provider import CatalogueModel
from videos.models.search import terms_of

# A shorter beginning of a name would find half of the team.
SHORTEST_NAME = 3
MAX_TAGS = 200
NO_WORD = re.compile(r"[\W_]+")

# A term as it was typed → the primary keys, or model names, that it names.
Named = dict[str, list[int]]


def names_in(
    text: str,
    people: Iterable[tuple[int, str, str]] = (),
    models: Iterable[tuple[str, str]] = (),
) -> dict[str, Q]:
    """Terms of a search → the clips that they find by a name, as conditions. One query.

    `people` are members' keys, usernames and names; `models` are models' names and labels.
    """
    terms = terms_of(text)
    typed = {term: fold(term) for term in (*terms.words, *terms.pieces)}
    if not typed:
        return {}
    conditions: dict[str, Q] = {}
    for term, keys in _people(typed, people).items():
        conditions[term] = Q(maker__in=keys)
    for term, names in _models(typed, models).items():
        # Searching must not show which model made a clip of an open vote.
        conditions[term] = conditions.get(term, Q()) | Q(model__in=names, is_blind=False)
    for term, tags in _tags(typed).items():
        tagged = JobTag.objects.filter(tag__in=tags).values("job")
        conditions[term] = conditions.get(term, Q()) | Q(pk__in=tagged)
    return conditions


def named_by_team(text: str) -> dict[str, Q]:
    """`names_in` with all members and models, for a caller that has not read them: two more
    queries."""
    if not terms_of(text):
        return {}
    people = Member.objects.filter(erased_at=None).values_list("pk", "username", "name")
    return names_in(text, people, CatalogueModel.objects.values_list("model", "label"))


def fold(text: str) -> str:
    """Without case and accents."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))


def _people(typed: Mapping[str, str], people: Iterable[tuple[int, str, str]]) -> Named:
    keys: Named = {}
    for pk, username, name in people:
        names = [fold(each) for each in (username, *name.split())]
        for term, folded in typed.items():
            if any(_is_named(each, folded) for each in names):
                keys.setdefault(term, []).append(pk)
    return keys


def _models(typed: Mapping[str, str], models: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for value, label in models:
        for term in _hits(typed, f"{value} {label}"):
            values.setdefault(term, []).append(value)
    return values


def _tags(typed: Mapping[str, str]) -> Named:
    keys = {tag_key(term) for term in typed} | {*typed.values()}
    any_of_them = reduce(or_, (Q(key__contains=key) for key in keys))
    tag_keys: Named = {}
    for pk, key in Tag.objects.filter(any_of_them).values_list("pk", "key")[:MAX_TAGS]:
        whole = {term for term, folded in typed.items() if folded == fold(key)}
        for term in whole | _hits(typed, key):
            tag_keys.setdefault(term, []).append(pk)
    return tag_keys


def _hits(typed: Mapping[str, str], name: str) -> set[str]:
    """The terms that are words of `name`, or begin one. Short ones, such as the 2 of "sora-2",
    count beside a longer one only."""
    folded_name = fold(name)
    words = NO_WORD.split(folded_name)
    hits = {
        term
        for term, folded in typed.items()
        if any(_is_named(word, folded) for word in words)
        or (folded in folded_name and not folded.isascii())
    }
    is_named = any(len(term) >= SHORTEST_NAME or not term.isascii() for term in hits)
    return hits if is_named else set()


def _is_named(name: str, folded: str) -> bool:
    return name == folded or (len(folded) >= SHORTEST_NAME and name.startswith(folded))
