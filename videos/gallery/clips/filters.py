"""Which clips does the gallery show, and in which order?"""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from django.db.models import FilteredRelation, Q
from django.http import HttpRequest, QueryDict

from videos.gallery.clips.choices import Choices, choices_for
from videos.gallery.clips.conditions import (
    FIXED,
    ME,
    NAMED,
    NAMES,
    READS_FILES,
    ROWS,
    Rows,
    created,
    is_known,
    tag_of,
)
from videos.gallery.clips.filter_form import FOLDED, FilterForm, filter_form
from videos.gallery.clips.order import NEWEST, SORTS, Order
from videos.gallery.shell.htmx import came_from
from videos.models import Member, VideoJobQuerySet
from videos.models.search import search_prompts, terms_of
from videos.models.search_names import names_in

MAX_QUERY = 200
# Counting stops here.
MANY = 1000
# Of so many clips, the newest, files are read to count those of a shape, a size or a length.
MOST_READ = 10_000
# The value of `stacks` that shows every clip.
OFF = "off"


@dataclass(frozen=True)
class Filters:
    """What was asked for, cleaned: a value that is not offered counts as not given."""

    q: str
    values: dict[str, str]
    choices: Choices
    member: Member | None = None
    sort: str = NEWEST
    shows_every_clip: bool = False

    @property
    def params(self) -> dict[str, str]:
        """The query string's parameters, without defaults."""
        shown = {"sort": self.sort} if self.sort else {}
        if self.shows_every_clip:
            shown["stacks"] = OFF
        return ({"q": self.q} if self.q else {}) | self.values | shown

    @property
    def is_active(self) -> bool:
        """Whether clips are left out."""
        return bool(self.q or self.values)

    @property
    def is_stacked(self) -> bool:
        """Whether each stack is one card. Any other filter than the project may leave a clip that
        is not the cover of its stack, so every clip that it leaves is shown."""
        return not (self.shows_every_clip or self.q or set(self.values) - {"project"})

    @property
    def folded_count(self) -> int:
        """How many of those in the popover are in use."""
        return sum(name in self.values for name in FOLDED)

    def apply(self, jobs: VideoJobQuerySet) -> tuple[Rows, Order]:
        """The matching rows, and their order."""
        column = "id"
        if SORTS[self.sort].names or any(name in self.values for name in NAMED):
            jobs = jobs.with_names()
        rows: Rows = jobs
        if self.is_stacked:
            rows = jobs.covers_by_project() if "project" in self.values else jobs.covers()
        for name, value in self.values.items():
            if name in FIXED:
                rows = FIXED[name][value][1](rows)  # type: ignore[arg-type]  # a VideoJobQuerySet
            elif name in ROWS:
                rows = rows.filter(self._chosen(name, value))
            elif name in ("since", "until"):
                rows = rows.filter(created(name, value))
            elif name == "stack":
                rows = rows.filter(stack=int(value))
            elif name == "batch":
                # The second condition is that of the index.
                rows = rows.filter(~Q(batch=""), batch=value)
            else:
                rows, column = self._joined(rows, name, value)
        rows, by_text = search_prompts(rows, self.q, self._names)
        return rows, SORTS[self.sort].order(by_text if by_text != "id" else column)

    @cached_property
    def _names(self) -> dict[str, Q]:
        """What the search finds by the names of people, models and tags; read once, for the list
        and its count."""
        people = [(row.pk, row.value, row.label) for row in self.choices.people]
        models = [(row.value, row.name) for row in self.choices.models]
        return names_in(self.q, people, models)

    @property
    def is_meaningless(self) -> bool:
        """Whether something was typed that has nothing to search for in it."""
        return bool(self.q) and not terms_of(self.q)

    @property
    def can_count(self) -> bool:
        """Whether matches can be counted without reading clips' files."""
        return self.is_active and not READS_FILES & set(self.values)

    def form(self) -> FilterForm:
        """The form with these values chosen."""
        return filter_form(self.params, self.choices)

    def _chosen(self, name: str, value: str) -> Q:
        kind, column = ROWS[name]
        if name == "maker" and value == ME:
            return Q(maker=self.member)
        return Q(**{column: value if name == "model" else self.choices.pk_of(kind, value)})

    def _joined(self, rows: Rows, name: str, value: str) -> tuple[Rows, str]:
        """Rows that hang on a row of another table, whose index has the list's order."""
        relation, condition = {
            "favourite": ("favourites", Q(favourites__member=self.member)),
            "tag": ("job_tags", Q(job_tags__tag=tag_of(value))),
            "collection": (
                "collection_items",
                Q(collection_items__collection=self.choices.pk_of("collections", value)),
            ),
        }[name]
        alias = f"in_{name}"
        rows = rows.annotate(**{alias: FilteredRelation(relation, condition=condition)})
        return rows.filter(**{f"{alias}__isnull": False}), f"{alias}__job_id"


def read_filters(query: QueryDict, member: Member | None = None) -> Filters:
    """The filters of an address, as `member` means them: favourites are one's own."""
    offered = choices_for(member)
    fields = {name: query.get(name, "").strip()[:MAX_QUERY] for name in NAMES}
    values = {name: value for name, value in fields.items() if value}
    sort = query.get("sort", NEWEST)
    if not offered.prices:
        values.pop("price", None)
        sort = NEWEST if sort == "price" else sort
    return Filters(
        q=clean_query(query.get("q", "")),
        values={
            name: value for name, value in values.items() if is_known(name, value, offered, member)
        },
        choices=offered,
        member=member,
        sort=sort if sort in SORTS else NEWEST,
        shows_every_clip=query.get("stacks") == OFF,
    )


def count_of(rows: Rows) -> int:
    """How many rows there are, at most MANY + 1."""
    return rows.order_by().values("pk")[: MANY + 1].count()


def oldest_read(rows: Rows) -> int | None:
    """The primary key of the newest clip whose files are not read for a count; None if all are."""
    keys = rows.order_by("-pk").values_list("pk", flat=True)
    return keys[MOST_READ : MOST_READ + 1].first()


def searched_for(request: HttpRequest) -> str:
    """What was searched for in the list that a request comes from."""
    return clean_query(QueryDict(urlsplit(came_from(request, "")).query).get("q", ""))


def clean_query(text: str) -> str:
    """What was typed to search for, on one line and of a bearable length."""
    return " ".join(text.replace("\0", " ").split())[:MAX_QUERY]
