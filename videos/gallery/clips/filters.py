"""Which clips does the gallery show?"""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django import forms
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from videos.gallery.clips.choices import Choice, Choices, choices
from videos.models import Asset, JobStatus, Kind, Member, Tag, Verdict, VideoJob, VideoJobQuerySet
from videos.models.organise import tag_key
from videos.models.search import search_prompts, terms_of

MAX_QUERY = 200
# A shorter beginning of a name would find half of the team.
SHORTEST_NAME = 3
TO_REVIEW = "to_review"
# Counting stops here.
MANY = 1000

Rows = QuerySet[VideoJob]
Named = dict[str, tuple[str | Promise, Callable[[VideoJobQuerySet], Rows]]]


def _status(*statuses: JobStatus) -> Callable[[VideoJobQuerySet], Rows]:
    one = len(statuses) == 1
    return lambda rows: rows.filter(status=statuses[0]) if one else rows.filter(status__in=statuses)


def _verdict(verdict: Verdict) -> Callable[[VideoJobQuerySet], Rows]:
    return lambda rows: rows.with_verdict(verdict)


def _measured(condition: Q) -> Callable[[VideoJobQuerySet], Rows]:
    """Clips whose archived file was measured to be so."""
    return lambda rows: rows.filter(
        Exists(Asset.objects.filter(condition, job=OuterRef("pk"), kind=Kind.VIDEO))
    )


def _where(condition: Q) -> Callable[[VideoJobQuerySet], Rows]:
    return lambda rows: rows.filter(condition)


# What a person picks → what it is called, and the rows. Before and after sending is one to whoever
# waits.
STATUSES: Named = {
    "queued": (gettext_lazy("Queued"), _status(JobStatus.SUBMITTING, JobStatus.QUEUED)),
    "in_progress": (gettext_lazy("In progress"), _status(JobStatus.IN_PROGRESS)),
    "completed": (gettext_lazy("Completed"), _status(JobStatus.COMPLETED)),
    "failed": (gettext_lazy("Failed"), _status(JobStatus.FAILED)),
    "unsure": (gettext_lazy("Unsure"), _status(JobStatus.UNSURE)),
    "cancelled": (gettext_lazy("Cancelled"), _status(JobStatus.CANCELLED)),
    "at_risk": (gettext_lazy("At risk: not archived yet"), lambda rows: rows.at_risk()),
    "lost": (gettext_lazy("Lost"), lambda rows: rows.lost()),
}
DECISIONS: Named = {
    TO_REVIEW: (gettext_lazy("To review"), _verdict(Verdict.TO_REVIEW)),
    "approved": (gettext_lazy("Approved"), _verdict(Verdict.APPROVED)),
    "needs_changes": (gettext_lazy("Needs changes"), _verdict(Verdict.NEEDS_CHANGES)),
    "rejected": (gettext_lazy("Rejected"), _verdict(Verdict.REJECTED)),
}
SHAPES: Named = {
    "landscape": (gettext_lazy("Landscape"), _measured(Q(width__gt=F("height")))),
    "portrait": (gettext_lazy("Portrait"), _measured(Q(width__lt=F("height")))),
    "square": (gettext_lazy("Square"), _measured(Q(width=F("height")))),
}
LENGTHS: Named = {
    "short": (gettext_lazy("Up to 5 s"), _measured(Q(seconds__lt=5.5))),
    "medium": (gettext_lazy("6 to 15 s"), _measured(Q(seconds__gte=5.5, seconds__lt=15.5))),
    "long": (gettext_lazy("Over 15 s"), _measured(Q(seconds__gte=15.5))),
}
PRICES: Named = {
    "free": (gettext_lazy("Free"), _where(Q(price=0))),
    "low": (gettext_lazy("Up to $1"), _where(Q(price__gt=0, price__lte=1))),
    "high": (gettext_lazy("Over $1"), _where(Q(price__gt=1))),
    "unknown": (gettext_lazy("Unknown price"), _where(Q(price=None))),
}
QUALITY: Named = {
    "findings": (gettext_lazy("Has findings"), lambda rows: rows.with_findings()),
}
# Filter → its options of a fixed kind.
FIXED: dict[str, Named] = {
    "status": STATUSES,
    "decision": DECISIONS,
    "shape": SHAPES,
    "length": LENGTHS,
    "price": PRICES,
    "quality": QUALITY,
}
# Filter → the rows that it offers, and the column that it compares.
ROWS = {
    "maker": ("people", "maker_id"),
    "model": ("models", "model"),
    "provider": ("providers", "provider_id"),
    "project": ("projects", "project_id"),
}
CHOSEN = {name: kind for name, (kind, _column) in ROWS.items()} | {"collection": "collections"}
# The name of each filter in the address.
NAMES = (*FIXED, *ROWS, "collection", "tag", "favourite", "since", "until")
# Those that the popover holds; the others are always in sight.
FOLDED = tuple(name for name in NAMES if name not in ("decision", "favourite", "project"))


class FilterForm(forms.Form):
    """The search box and the filters, to be shown; `read_filters` does the reading."""

    offered = Choices()

    q = forms.CharField(
        label=gettext_lazy("Search"),
        required=False,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "placeholder": gettext_lazy("Prompts, people, IDs"),
                "autocomplete": "off",
            }
        ),
    )
    decision = forms.ChoiceField(
        label=gettext_lazy("Decision"), required=False, widget=forms.RadioSelect
    )
    favourite = forms.BooleanField(label=gettext_lazy("Favourites"), required=False)
    project = forms.ChoiceField(label=gettext_lazy("Project"), required=False)
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    maker = forms.ChoiceField(label=gettext_lazy("Made by"), required=False)
    model = forms.ChoiceField(label=gettext_lazy("Made with"), required=False)
    provider = forms.ChoiceField(label=gettext_lazy("Provider"), required=False)
    collection = forms.ChoiceField(label=gettext_lazy("Collection"), required=False)
    tag = forms.CharField(
        label=gettext_lazy("Tag"),
        required=False,
        widget=forms.TextInput(attrs={"list": "tags", "autocomplete": "off"}),
    )
    shape = forms.ChoiceField(label=gettext_lazy("Shape"), required=False)
    length = forms.ChoiceField(label=gettext_lazy("Length"), required=False)
    price = forms.ChoiceField(label=gettext_lazy("Price"), required=False)
    quality = forms.ChoiceField(label=gettext_lazy("Quality"), required=False)
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def folded(self) -> list[forms.BoundField]:
        """The fields that the popover holds."""
        return [self[name] for name in FOLDED]


NONE_CHOSEN = {
    "decision": gettext_lazy("All"),
    "project": gettext_lazy("All projects"),
    "status": gettext_lazy("Any status"),
    "maker": gettext_lazy("Anyone"),
    "model": gettext_lazy("Any model"),
    "provider": gettext_lazy("Any provider"),
    "collection": gettext_lazy("Any collection"),
    "shape": gettext_lazy("Any shape"),
    "length": gettext_lazy("Any length"),
    "price": gettext_lazy("Any price"),
    "quality": gettext_lazy("Any quality"),
}


@dataclass(frozen=True)
class Filters:
    """What was asked for, cleaned: a value that is not offered counts as not given."""

    q: str
    values: dict[str, str]
    choices: Choices
    member: Member | None = None

    @property
    def given(self) -> dict[str, str]:
        """The filters in use, as the address carries them."""
        return ({"q": self.q} if self.q else {}) | self.values

    @property
    def folded_count(self) -> int:
        """How many of those in the popover are in use."""
        return sum(name in self.values for name in FOLDED)

    def apply(self, rows: QuerySet[VideoJob]) -> tuple[QuerySet[VideoJob], str]:
        """The matching rows, and the column that orders them."""
        column = "id"
        for name, value in self.values.items():
            if name in FIXED:
                rows = FIXED[name][value][1](rows)  # type: ignore[arg-type]  # a VideoJobQuerySet
            elif name in ROWS:
                kind, compared = ROWS[name]
                wanted = value if name == "model" else self.choices.pk_of(kind, value)
                rows = rows.filter(**{compared: wanted})
            elif name in ("since", "until"):
                rows = rows.filter(_created(name, value))
            else:
                rows, column = self._joined(rows, name, value)
        people = [(row.pk, row.value, row.label) for row in self.choices.people]
        rows, by_text = search_prompts(rows, self.q, makers_named(self.q, people))
        return rows, by_text if by_text != "id" else column

    @property
    def is_meaningless(self) -> bool:
        """Whether something was typed that has nothing to search for in it."""
        return bool(self.q) and not terms_of(self.q)

    @property
    def can_count(self) -> bool:
        """Whether matches can be counted without reading every clip's files."""
        return bool(self.given) and not {"shape", "length"} & set(self.values)

    def form(self) -> FilterForm:
        """The form with these values chosen. Its ids are its own: the composer has some as well."""
        form = FilterForm(initial=self.given, auto_id="filter-%s")
        for name, options in FIXED.items():
            _offer(form, name, [(value, str(label)) for value, (label, _) in options.items()])
        for name, (kind, _column) in ROWS.items():
            _offer(form, name, _pairs(getattr(self.choices, kind)))
        _offer(form, "collection", _pairs(self.choices.collections))
        form.offered = self.choices
        return form

    def _joined(self, rows: Rows, name: str, value: str) -> tuple[Rows, str]:
        """Rows that hang on a row of another table, whose index has the list's order."""
        relation, condition = {
            "favourite": ("favourites", Q(favourites__member=self.member)),
            "tag": ("job_tags", Q(job_tags__tag=_tag(value))),
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
    offered = choices()
    given = {name: query.get(name, "").strip()[:MAX_QUERY] for name in NAMES}
    values = {name: value for name, value in given.items() if value}
    return Filters(
        q=clean_query(query.get("q", "")),
        values={
            name: value for name, value in values.items() if _is_known(name, value, offered, member)
        },
        choices=offered,
        member=member,
    )


def count_of(rows: Rows) -> int:
    """How many rows there are, at most MANY + 1."""
    return rows.order_by().values("pk")[: MANY + 1].count()


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


def clean_query(text: str) -> str:
    """What was typed to search for, on one line and of a bearable length."""
    return " ".join(text.replace("\0", " ").split())[:MAX_QUERY]


def _begins(name: str, term: str) -> bool:
    return len(term) >= SHORTEST_NAME and name.startswith(term)


def _is_known(name: str, value: str, offered: Choices, member: Member | None) -> bool:
    if name in FIXED:
        return value in FIXED[name]
    if name in CHOSEN:
        return offered.pk_of(CHOSEN[name], value) is not None
    if name == "favourite":
        return value == "1" and member is not None
    return _is_date(value) if name in ("since", "until") else bool(tag_key(value))


def _is_date(text: str) -> bool:
    try:
        return parse_date(text) is not None
    except ValueError:
        return False


def _created(name: str, value: str) -> Q:
    """From the beginning of a day, or to its end, in the team's time zone."""
    day = parse_date(value)
    assert day is not None  # `read_filters` has checked it
    if name == "until":
        # The last day that can be written has no next one.
        day = min(day, day.max - timedelta(days=2)) + timedelta(days=1)
    try:
        moment = timezone.make_aware(datetime.combine(day, time.min))
        moment.astimezone(timezone.get_fixed_timezone(0))
    except OverflowError:
        return Q()
    return Q(created_at__gte=moment) if name == "since" else Q(created_at__lt=moment)


def _tag(name: str) -> int:
    # A filtered join takes no subquery.
    return Tag.objects.filter(key=tag_key(name)).values_list("pk", flat=True).first() or 0


def _pairs(rows: list[Choice]) -> list[tuple[str, str]]:
    return [(row.value, row.label) for row in rows]


def _offer(form: FilterForm, name: str, options: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", str(NONE_CHOSEN[name])), *options]
