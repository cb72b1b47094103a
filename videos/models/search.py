"""How does search find clips by words of the prompt, makers and ids?

SQLite has an FTS5 index, kept up to date by triggers (`search_index.py`); PostgreSQL has a GIN
index on the words. Both ignore accents. Scripts without spaces and emoji have no words to
index, so they are searched in the text: prompts are read one by one, newest first, until the page
is full.
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

from videos.models.accents import without_accents
from videos.models.job import VideoJob
from videos.models.provider import Provider

MAX_TERMS = 12
SHORTEST_ID = 12
PART_OF_ID = re.compile("video_[0-9a-f]{6,32}")
VARIATION, JOINER = "\N{VARIATION SELECTOR-16}", "\N{ZERO WIDTH JOINER}"
# Han, kana, Thai, Lao, Tibetan, Myanmar and Khmer are written without spaces between words.
NO_SPACES = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)
# Korean puts particles at the end of words: each of them counts as incomplete.
HANGUL = re.compile("[\u1100-\u11ff\uac00-\ud7af]")


class PromptIndex(models.Model):
    """SQLite's full-text index. Its rowid is the job's id, so it can be read in list order."""

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
    migration 0015 has the same words.
    """

    template = (
        "normalize(regexp_replace(normalize(%(expressions)s, NFD),"
        r" '[\u0300-\u036f]', '', 'g'), NFC)"
    )
    output_field = models.TextField()


@dataclass(frozen=True)
class Terms:
    """A parsed query: `words` to look up in the index, and `pieces` to find in the text."""

    words: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.pieces)


def terms_of(text: str) -> Terms:
    """The first terms of a query. Search syntax and punctuation are ignored."""
    words: list[str] = []
    pieces: list[str] = []
    for is_sign, chars in groupby(unicodedata.normalize("NFC", text), key=_kind):
        run = "".join(chars)
        if is_sign is None:
            continue
        # Some systems add a variation selector to an emoji, some don't.
        run = run.rstrip(VARIATION)
        if run:
            (pieces if is_sign or NO_SPACES.search(run) else words).append(run)
    return Terms(tuple(words[:MAX_TERMS]), tuple(pieces[:MAX_TERMS]))


def search_prompts(
    jobs: models.QuerySet[VideoJob], text: str, makers: Mapping[str, Sequence[int]] | None = None
) -> tuple[models.QuerySet[VideoJob], str]:
    """Jobs that match `text`, and the column to order them by that can use an index.

    A job matches if its prompt has all terms (the last word may be incomplete) or if `text` is its
    id. `makers` maps words of `text` to members with that name: their clips match the word, too.
    An empty `text` matches all jobs; a text without any term matches none.
    """
    if not text.strip():
        return jobs, "id"
    if (named := _by_id(text.strip())) is not None:
        return jobs.filter(named), "id"
    terms, makers = terms_of(text), makers or {}
    if not terms:
        return jobs.none(), "id"
    if terms.pieces:
        # Next to a script without spaces, a word may be joined to others.
        terms = Terms((), terms.pieces + terms.words)
    for piece in terms.pieces:
        jobs = jobs.filter(Q(prompt__icontains=piece) | Q(maker__in=makers.get(piece, ())))
    words = [word for word in terms.words if word not in makers]
    for word in (word for word in terms.words if word in makers):
        matching = _with_words(VideoJob.objects.all(), [word], prefix=word == terms.words[-1])
        jobs = jobs.filter(Q(pk__in=matching.values("pk")) | Q(maker__in=makers[word]))
    if not words:
        return jobs, "id"
    matching = _with_words(jobs, words, prefix=words[-1] == terms.words[-1])
    return matching, "words__job_id" if connection.vendor == "sqlite" else "id"


def _with_words(
    jobs: models.QuerySet[VideoJob], words: Sequence[str], *, prefix: bool
) -> models.QuerySet[VideoJob]:
    """Those of `jobs` whose prompts have these words; with `prefix`, the last is incomplete."""
    words = [without_accents(word) for word in words]
    begins = [HANGUL.search(word) is not None for word in words]
    begins[-1] |= prefix
    pairs = list(zip(words, begins, strict=True))
    if connection.vendor == "sqlite":
        query = " ".join(f'"{word}"' + "*" * is_part for word, is_part in pairs)
        return jobs.filter(words__prompt__match=query)
    query = " & ".join(f"'{word}'" + ":*" * is_part for word, is_part in pairs)
    vector = SearchVector(WithoutAccents("prompt"), config="simple")
    search = SearchQuery(query, config="simple", search_type="raw")
    return jobs.annotate(_words=vector).filter(_words=search)


def _by_id(text: str) -> Q | None:
    """A filter for a clip's id (at least its first 12 characters) or the provider's id, or None."""
    if " " in text or len(text) < SHORTEST_ID:
        return None
    if PART_OF_ID.fullmatch(text):
        return Q(public_id__gte=text, public_id__lt=f"{text}~")
    # The index starts with the provider.
    by_remote_id = Q(provider__in=Provider.objects.values("pk"), remote_id=text, is_blind=False)
    if VideoJob.objects.filter(by_remote_id).exists():
        return by_remote_id
    return None


def _kind(char: str) -> bool | None:
    """False for letters, digits and combining marks, True for emoji and other symbols (which a word
    index leaves out), None for the rest."""
    if char in (VARIATION, JOINER):
        return True
    category = unicodedata.category(char)
    if category[0] in "LNM":
        return False
    return True if category in ("So", "Sk") else None
