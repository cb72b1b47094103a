"""How does search find clips by words of the prompt and the comments, and by ids?

SQLite has an FTS5 index, kept up to date by triggers (`search_index.py`); PostgreSQL has GIN
indexes on the words. Both ignore accents. Scripts without spaces and emoji have no words to
index, so they are searched in the text: prompts are read one by one, newest first, until the page
is full. What a search finds by the names of people, models and tags says `search_names.py`.
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
from videos.models.comment import Comment
from videos.models.job import VideoJob
from videos.models.search_ids import is_part_of_id, keys_by_id

MAX_TERMS = 12
VARIATION, JOINER = "\N{VARIATION SELECTOR-16}", "\N{ZERO WIDTH JOINER}"
# Han, kana, Thai, Lao, Tibetan, Myanmar and Khmer are written without spaces between words.
NO_SPACES = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)
# Korean puts particles at the end of words: each of them counts as incomplete.
HANGUL = re.compile("[\u1100-\u11ff\uac00-\ud7af]")


class PromptIndex(models.Model):
    """SQLite's full-text index of prompts and comments. Its rowid is the job's id, so it can be
    read in list order."""

    job = models.OneToOneField(
        VideoJob, models.DO_NOTHING, primary_key=True, db_column="rowid", related_name="words"
    )
    # All columns together: FTS5 calls them by the name of the table.
    text = models.TextField(db_column="videos_prompt_index")

    class Meta:
        managed = False
        db_table = "videos_prompt_index"

    def __str__(self) -> str:
        return str(self.pk)


@PromptIndex._meta.get_field("text").register_lookup
class Match(Lookup):
    """FTS5's MATCH."""

    lookup_name = "match"

    def as_sql(self, compiler, connection):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
        """`"videos_prompt_index"."videos_prompt_index" MATCH %s`."""
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
    jobs: models.QuerySet[VideoJob], text: str, named: Mapping[str, Q] | None = None
) -> tuple[models.QuerySet[VideoJob], str]:
    """Jobs that match `text`, and the column to order them by that can use an index.

    A job matches if its prompt and its comments have all terms (the last word may be incomplete)
    or if its id begins with `text`; see `search_ids.py`. `named` holds for terms of `text` which
    jobs match them as well: those of a member, a model or a tag with that name. An empty `text`
    matches all jobs; a text without any term matches none.
    """
    typed = text.strip()
    if not typed:
        return jobs, "id"
    keys = keys_by_id(typed)
    if is_part_of_id(typed):
        return jobs.filter(pk__in=keys), "id"
    if not keys:
        return _by_words(jobs, text, named or {})
    matching = _by_words(VideoJob.objects.all(), text, named or {})[0]
    if not matching.exists():
        return jobs.filter(pk__in=keys), "id"
    return jobs.filter(Q(pk__in=keys) | Q(pk__in=matching.values("pk"))), "id"


def _by_words(
    jobs: models.QuerySet[VideoJob], text: str, named: Mapping[str, Q]
) -> tuple[models.QuerySet[VideoJob], str]:
    terms = terms_of(text)
    if not terms:
        return jobs.none(), "id"
    if terms.pieces:
        # Next to a script without spaces, a word may be joined to others.
        terms = Terms((), terms.pieces + terms.words)
    for piece in terms.pieces:
        said = _comments().filter(text__icontains=piece).values("job")
        matching_piece = Q(prompt__icontains=piece) | Q(pk__in=said)
        jobs = jobs.filter(matching_piece | named[piece] if piece in named else matching_piece)
    words = [word for word in terms.words if word not in named]
    for word in (word for word in terms.words if word in named):
        matching = _with_words(VideoJob.objects.all(), [word], prefix=word == terms.words[-1])
        jobs = jobs.filter(Q(pk__in=matching.values("pk")) | named[word])
    if not words:
        return jobs, "id"
    matching = _with_words(jobs, words, prefix=words[-1] == terms.words[-1])
    return matching, "words__job_id" if connection.vendor == "sqlite" else "id"


def _comments() -> models.QuerySet[Comment]:
    return Comment.objects.live()


def _with_words(
    jobs: models.QuerySet[VideoJob], words: Sequence[str], *, prefix: bool
) -> models.QuerySet[VideoJob]:
    """Those of `jobs` whose prompts and comments have these words; with `prefix`, the last is
    incomplete."""
    words = [without_accents(word) for word in words]
    begins = [HANGUL.search(word) is not None for word in words]
    begins[-1] |= prefix
    pairs = list(zip(words, begins, strict=True))
    if connection.vendor == "sqlite":
        query = " ".join(f'"{word}"' + "*" * is_part for word, is_part in pairs)
        return jobs.filter(words__text__match=query)
    for word, is_part in pairs:
        query = f"'{word}'" + ":*" * is_part
        search = SearchQuery(query, config="simple", search_type="raw")
        prompts = VideoJob.objects.annotate(_words=_vector("prompt")).filter(_words=search)
        comments = _comments().annotate(_words=_vector("text")).filter(_words=search)
        # Each side reads its own index; a condition on both would read every row.
        either = prompts.values("pk").union(comments.values("job"), all=True)
        jobs = jobs.filter(pk__in=either)
    return jobs


def _vector(column: str) -> SearchVector:
    return SearchVector(WithoutAccents(column), config="simple")


def _kind(char: str) -> bool | None:
    """False for letters, digits and combining marks, True for emoji and other symbols (which a word
    index leaves out), None for the rest."""
    if char in (VARIATION, JOINER):
        return True
    category = unicodedata.category(char)
    if category[0] in "LNM":
        return False
    return True if category in ("So", "Sk") else None
