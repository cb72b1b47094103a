"""How are prompts found by their words?

SQLite keeps an FTS5 index beside the table (triggers hold it true), PostgreSQL a GIN index on the
words; both are made in the migrations. LIKE is never used: it reads the whole table.
"""

import re

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection, models
from django.db.models.lookups import Lookup

from videos.models.job import VideoJob


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


def words_of(text: str) -> list[str]:
    """At most 12 words of what somebody typed, without any search syntax."""
    return re.findall(r"\w+", text)[:12]


def search_prompts(
    jobs: models.QuerySet[VideoJob], text: str
) -> tuple[models.QuerySet[VideoJob], str]:
    """Jobs whose prompt has all words of `text` (the last may be unfinished), and the column
    whose order is the list's order and can be read from an index."""
    words = words_of(text)
    if not words:
        return jobs, "id"
    if connection.vendor == "sqlite":
        query = " ".join(f'"{word}"' for word in words) + "*"
        return jobs.filter(words__prompt__match=query), "words__job_id"
    query = " & ".join(f"'{word}'" for word in words) + ":*"
    vector = SearchVector("prompt", config="simple")
    search = SearchQuery(query, config="simple", search_type="raw")
    return jobs.annotate(_words=vector).filter(_words=search), "id"
