"""What do the gallery's filters offer to choose from?"""

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.core.cache import caches
from django.db.models import Case, F, IntegerField, QuerySet, TextField, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext

from videos.models import Action, CatalogueModel, Collection, Member, Project, Provider
from videos.models.policies import granted_to, may_in_project

# So long a new member, model or project may be missing from the selects of pages that another
# process serves.
CHOICES_SECONDS = 5


class Choice(NamedTuple):
    """One row to choose: its primary key, its value in the address, its name for people, and
    whether new clips can be added to it."""

    pk: int
    value: str
    name: str
    is_open: bool = True
    is_erased: bool = False

    @property
    def label(self) -> str:
        """The name, or in the reader's language that the member was erased."""
        return gettext("Deleted member") if self.is_erased else self.name


@dataclass(frozen=True)
class Choices:
    """The rows to choose from, by the name of the filter."""

    people: list[Choice] = field(default_factory=list)
    models: list[Choice] = field(default_factory=list)
    providers: list[Choice] = field(default_factory=list)
    projects: list[Choice] = field(default_factory=list)
    collections: list[Choice] = field(default_factory=list)
    # Whether clips can be filtered and sorted by price.
    prices: bool = True

    @property
    def cache_key(self) -> int:
        """The same number for the same rows, within one process."""
        rows = (self.people, self.models, self.providers, self.projects, self.collections)
        return hash((*map(tuple, rows), self.prices))

    @property
    def open_projects(self) -> list[Choice]:
        """The projects that clips can be added to."""
        return [row for row in self.projects if row.is_open]

    def pk_of(self, kind: str, value: str) -> int | None:
        """The primary key of the row with this value."""
        rows: list[Choice] = getattr(self, kind)
        return next((row.pk for row in rows if row.value == value), None)


ERASED = Case(When(erased_at=None, then=Value("")), default=Value("erased"))
ARCHIVED = Case(When(archived_at=None, then=Value("")), default=Value("archived"))
KINDS = ("people", "models", "projects", "collections", "providers")


def choices() -> Choices:
    """All of them, from the cache or by one query."""
    cached: Choices = caches["cards"].get_or_set("choices", _read, CHOICES_SECONDS) or _read()
    return cached


def choices_for(member: Member | None) -> Choices:
    """Those of them that `member` may know of."""
    all_choices = choices()
    if member is None:
        return all_choices
    granted = granted_to(member)
    if granted.everywhere(Action.SEE_PRICES) and granted.everywhere(Action.VIEW):
        return all_choices
    seen = [row for row in all_choices.projects if may_in_project(member, Action.VIEW, row.pk)]
    return replace(all_choices, projects=seen, prices=granted.everywhere(Action.SEE_PRICES))


def forget_choices() -> None:
    """Read them again the next time, because one was just added."""
    caches["cards"].delete("choices")


def _read() -> Choices:
    parts = (
        _rows(0, Member.objects.all(), "username", "name", note=ERASED),
        _rows(1, CatalogueModel.objects.all(), "model", "label"),
        _rows(2, Project.objects.all(), "slug", "name", note=ARCHIVED),
        _rows(3, Collection.objects.live(), "slug", "name"),
        _rows(4, Provider.objects.all(), "slug", "name", note=F("origin")),
    )
    grouped: dict[str, dict[str, Choice]] = {kind: {} for kind in KINDS}
    for kind, pk, value, name, note in parts[0].union(*parts[1:], all=True):
        # A provider's name may be an internal address, which `str` leaves out.
        is_provider = KINDS[kind] == "providers"
        label = str(Provider(name=name, origin=note)) if is_provider else name or value
        if value:
            choice = Choice(pk, value, label, note != "archived", note == "erased")
            grouped[KINDS[kind]].setdefault(value, choice)
    lists = {
        kind: sorted(rows.values(), key=lambda row: row.label.casefold())
        for kind, rows in grouped.items()
    }
    return Choices(
        people=lists["people"],
        models=lists["models"],
        providers=lists["providers"],
        projects=lists["projects"],
        collections=lists["collections"],
    )


def _rows(
    kind: int, rows: QuerySet[Any, Any], value: str, label: str, note: F | Case | None = None
) -> QuerySet[Any, Any]:
    named: QuerySet[Any, Any] = rows.order_by().annotate(
        _kind=Value(kind, output_field=IntegerField()),
        _value=Cast(F(value), TextField()),
        _label=Cast(F(label), TextField()),
        _note=Cast(note or Value(""), TextField()),
    )
    return named.values_list("_kind", "pk", "_value", "_label", "_note")
