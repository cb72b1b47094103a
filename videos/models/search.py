"""How are clips found by what somebody types: words of the prompt, makers, ids?

SQLite keeps an FTS5 index beside the table (triggers hold it true), PostgreSQL a GIN index on the
words; both are made in the migrations and leave accents out. What has no words for an index, as
scripts without spaces and emoji, is looked for in the text itself. That reads prompts one by one,
the newest first, until the page is full.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection, models
from django.db.models import Q
from django.db.models.lookups import Lookup

from videos.models.job import VideoJob
from videos.models.provider import Provider

MAX_TERMS = 12
SHORTEST_ID = 12
PART_OF_ID = re.compile("video_[0-9a-f]{6,32}")
VARIATION, JOINER = "\N{VARIATION SELECTOR-16}", "\N{ZERO WIDTH JOINER}"
ACCENTS = re.compile("[\u0300-\u036f]")
# Han, kana, Thai, Lao, Tibetan, Myanmar and Khmer are written without spaces between words.
NO_SPACES = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)


class PromptIndex(models.Model):
    """SQLite's full-text index. Its rowid is the job's id, so it is read in the list's order."""

    job = models.OneToOneField(
        VideoJob, models.DO_NOTHING, primary_key=True, db_column="rowid", related_name="words"
    )
    prompt = models.TextField()

    class Meta:
        managed = False
        db_table = "videos_prompt_index"

    def __str__(self) -> str:
        return str(self.pk)


@PromptIndex._meta.get_field("prompt").register_lookup
class Match(Lookup):
    """FTS5's MATCH."""

    lookup_name = "match"

    def as_sql(self, compiler, connection):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
        """`"videos_prompt_index"."prompt" MATCH %s`."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} MATCH {right}", [*left_params, *right_params]


class WithoutAccents(models.Func):
    """A text of PostgreSQL without the marks that `without_accents` removes.

    Unlike the extension `unaccent`, it needs no rights, and an index may hold it. The index of
    migration 0014 has the same words.
    """

    template = (
        "normalize(regexp_replace(normalize(%(expressions)s, NFD),"
        r" '[\u0300-\u036f]', '', 'g'), NFC)"
    )
    output_field = models.TextField()


def without_accents(text: str) -> str:
    """`text` without the accents of Latin, Greek and Cyrillic letters. The marks of other scripts,
    such as vowels, stay."""
    return unicodedata.normalize("NFC", ACCENTS.sub("", unicodedata.normalize("NFD", text)))


@dataclass(frozen=True)
class Terms:
    """What a query asks for: `words` that the index knows, and `pieces` of the text itself."""

    words: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.pieces)


def terms_of(text: str) -> Terms:
    """The first terms of what somebody typed, without any search syntax; none where it has neither
    letters, digits nor signs such as emoji."""
    words: list[str] = []
    pieces: list[str] = []
    for is_sign, chars in groupby(unicodedata.normalize("NFC", text), key=_kind):
        run = "".join(chars)
        if is_sign is None:
            continue
        # Some systems add it to an emoji, some don't.
        run = run.rstrip(VARIATION)
        if run:
            (pieces if is_sign or NO_SPACES.search(run) else words).append(run)
    return Terms(tuple(words[:MAX_TERMS]), tuple(pieces[:MAX_TERMS]))


def search_prompts(
    jobs: models.QuerySet[VideoJob], text: str, makers: Mapping[str, Sequence[int]] | None = None
) -> tuple[models.QuerySet[VideoJob], str]:
    """Jobs that have all terms of `text` (the last word may be unfinished) in their prompt, or the
    id that it names, and the column whose order is the list's order and can be read from an index.

    `makers` maps words of `text` to the members who bear them as a name: such a word is also found
    in their clips. Without any term, no text gives all jobs, and any other text gives none.
    """
    if not text.strip():
        return jobs, "id"
    if (named := _by_id(text.strip())) is not None:
        return jobs.filter(named), "id"
    terms, makers = terms_of(text), makers or {}
    if not terms:
        return jobs.none(), "id"
    if terms.pieces:
        # Beside a script without spaces, even a word with letters may be glued to others.
        terms = Terms((), terms.pieces + terms.words)
    for piece in terms.pieces:
        jobs = jobs.filter(Q(prompt__icontains=piece) | Q(maker__in=makers.get(piece, ())))
    words = [word for word in terms.words if word not in makers]
    for word in (word for word in terms.words if word in makers):
        matching = _with_words(VideoJob.objects.all(), [word], prefix=word == terms.words[-1])
        jobs = jobs.filter(Q(pk__in=matching.values("pk")) | Q(maker__in=makers[word]))
    if not words:
        return jobs, "id"
    found = _with_words(jobs, words, prefix=words[-1] == terms.words[-1])
    return found, "words__job_id" if connection.vendor == "sqlite" else "id"


def _with_words(
    jobs: models.QuerySet[VideoJob], words: Sequence[str], *, prefix: bool
) -> models.QuerySet[VideoJob]:
    """Those of `jobs` whose prompts have these words; the last is a beginning where `prefix`."""
    if connection.vendor == "sqlite":
        query = " ".join(f'"{word}"' for word in words) + "*" * prefix
        return jobs.filter(words__prompt__match=query)
    query = " & ".join(f"'{without_accents(word)}'" for word in words) + ":*" * prefix
    vector = SearchVector(WithoutAccents("prompt"), config="simple")
    search = SearchQuery(query, config="simple", search_type="raw")
    return jobs.annotate(_words=vector).filter(_words=search)


def _by_id(text: str) -> Q | None:
    """A clip's own id, from its first dozen characters on, or the provider's; None for words."""
    if " " in text or len(text) < SHORTEST_ID:
        return None
    if PART_OF_ID.fullmatch(text):
        return Q(public_id__gte=text, public_id__lt=f"{text}~")
    # By provider, as the index has it.
    known = Provider.objects.values("pk")
    if VideoJob.objects.filter(provider__in=known, remote_id=text).exists():
        return Q(provider__in=known, remote_id=text)
    return None


def _kind(char: str) -> bool | None:
    """False for letters, digits and the marks that belong to them, such as vowels of Hindi; True
    for emoji and other signs, of which an index of words knows nothing; None for the rest."""
    if char in (VARIATION, JOINER):
        return True
    category = unicodedata.category(char)
    if category[0] in "LNM":
        return False
    return True if category in ("So", "Sk") else None
