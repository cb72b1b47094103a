"""Which clips does the gallery show?"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.core.cache import caches
from django.db.models import F, IntegerField, QuerySet, Value
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from videos.models import JobStatus, Member, Offer, VideoJob
from videos.models.search import search_prompts, terms_of

MAX_QUERY = 200
# A shorter beginning of a name would find half of the team.
SHORTEST_NAME = 3
# So long a new member or model may be missing from the selects.
CHOICES_SECONDS = 30

# What a person picks → what the rows say. Before and after sending is one to whoever waits.
STATUSES: dict[str, tuple[str, tuple[JobStatus, ...]]] = {
    "queued": (gettext_noop("Queued"), (JobStatus.SUBMITTING, JobStatus.QUEUED)),
    "in_progress": (gettext_noop("In progress"), (JobStatus.IN_PROGRESS,)),
    "completed": (gettext_noop("Completed"), (JobStatus.COMPLETED,)),
    "failed": (gettext_noop("Failed"), (JobStatus.FAILED,)),
    "unsure": (gettext_noop("Unsure"), (JobStatus.UNSURE,)),
    "cancelled": (gettext_noop("Cancelled"), (JobStatus.CANCELLED,)),
}


class FilterForm(forms.Form):
    """The search box and the three selects, to be shown; `read_filters` does the reading."""

    q = forms.CharField(
        label=gettext_lazy("Search prompts"),
        required=False,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "placeholder": gettext_lazy("Prompts, people, IDs"),
                "autocomplete": "off",
            }
        ),
    )
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    maker = forms.ChoiceField(label=gettext_lazy("Made by"), required=False)
    model = forms.ChoiceField(label=gettext_lazy("Made with"), required=False)


@dataclass(frozen=True)
class Choices:
    """Whom and what the selects offer: (id, username, name) of members, model → label."""

    people: list[tuple[int, str, str]]
    models: dict[str, str]


@dataclass(frozen=True)
class Filters:
    """What was asked for, cleaned: a value that is not offered counts as not given."""

    q: str
    status: str
    maker: str
    model: str
    maker_id: int | None
    choices: Choices

    @property
    def given(self) -> dict[str, str]:
        """The filters in use, as the address carries them."""
        values = {"q": self.q, "status": self.status, "maker": self.maker, "model": self.model}
        return {name: value for name, value in values.items() if value}

    def apply(self, rows: QuerySet[VideoJob]) -> tuple[QuerySet[VideoJob], str]:
        """The matching rows, and the column that orders them."""
        if self.status:
            wanted = STATUSES[self.status][1]
            one = len(wanted) == 1
            rows = rows.filter(status=wanted[0]) if one else rows.filter(status__in=wanted)
        if self.maker_id is not None:
            rows = rows.filter(maker_id=self.maker_id)
        if self.model:
            rows = rows.filter(model=self.model)
        return search_prompts(rows, self.q, makers_named(self.q, self.choices.people))

    @property
    def is_meaningless(self) -> bool:
        """Whether something was typed that has nothing to search for in it."""
        return bool(self.q) and not terms_of(self.q)

    def form(self) -> FilterForm:
        """The form with these values chosen. Its ids are its own: the composer has some as well."""
        form = FilterForm(initial=self.given, auto_id="filter-%s")
        statuses = [(name, _(status[0])) for name, status in STATUSES.items()]
        people = [(person[1], person[2] or person[1]) for person in self.choices.people]
        _offer(form, "status", _("Any status"), statuses)
        _offer(form, "maker", _("Anyone"), people)
        _offer(form, "model", _("Any model"), list(self.choices.models.items()))
        return form


def read_filters(query: QueryDict) -> Filters:
    """The filters of an address."""
    choices = caches["cards"].get_or_set("choices", _choices, CHOICES_SECONDS) or _choices()
    status, maker, model = (query.get(name, "") for name in ("status", "maker", "model"))
    maker_id = next((person[0] for person in choices.people if person[1] == maker), None)
    return Filters(
        q=clean_query(query.get("q", "")),
        status=status if status in STATUSES else "",
        maker=maker if maker_id is not None else "",
        model=model if model in choices.models else "",
        maker_id=maker_id,
        choices=choices,
    )


def makers_named(query: str, people: Iterable[tuple[int, str, str]]) -> dict[str, list[int]]:
    """Terms of a query → the members who bear them as a name, or as the beginning of one."""
    terms = terms_of(query)
    found: dict[str, list[int]] = {}
    for pk, username, name in people:
        names = [fold(each) for each in (username, *name.split())]
        for term in (*terms.words, *terms.pieces):
            folded = fold(term)
            if any(each == folded or _begins(each, folded) for each in names):
                found.setdefault(term, []).append(pk)
    return found


def fold(text: str) -> str:
    """Without case and accents."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))


def _begins(name: str, term: str) -> bool:
    return len(term) >= SHORTEST_NAME and name.startswith(term)


def clean_query(text: str) -> str:
    """What was typed to search for, on one line and of a bearable length."""
    return " ".join(text.replace("\0", " ").split())[:MAX_QUERY]


def _offer(form: FilterForm, name: str, none: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", none), *choices]


def _choices() -> Choices:
    """One query for both."""
    people = Member.objects.values_list("id", "username", "name")
    none = Value(0, output_field=IntegerField())
    offers = Offer.objects.order_by().values_list(none, F("model"), F("label"))
    members: list[tuple[int, str, str]] = []
    models: dict[str, str] = {}
    for pk, value, label in people.union(offers, all=True):
        if pk:
            members.append((pk, value, label))
        elif value:
            models.setdefault(value, label or value)
    return Choices(sorted(members, key=lambda row: (row[2] or row[1]).casefold()), models)
