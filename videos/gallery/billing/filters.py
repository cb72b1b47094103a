"""Which entries does the usage page show? Read from the address."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from videos.billing.usage_report import Filters
from videos.gallery.clips.choices import Choice, choices_for
from videos.models import Member
from videos.models.row_policies import may_see_usage_of_others

NO_PROJECT = "-"
DAYS = 30
MOST_DAYS = 3700
# Later days may have no next day, or none in another time zone.
LAST_YEAR = 2999


class FilterForm(forms.Form):
    """The span and what it is narrowed to. An empty form is the last 30 days of everything."""

    first = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput({"type": "date"})
    )
    last = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput({"type": "date"})
    )
    member = forms.ChoiceField(label=gettext_lazy("Member"), required=False)
    project = forms.ChoiceField(label=gettext_lazy("Project"), required=False)
    provider = forms.ChoiceField(label=gettext_lazy("Provider"), required=False)
    model = forms.ChoiceField(label=gettext_lazy("Model"), required=False)

    def __init__(self, data: Mapping[str, Any], viewer: Member) -> None:
        today = timezone.localdate(timezone=timezone.get_default_timezone())
        self.span = (today - timedelta(days=DAYS - 1), today)
        span_fields = {"first": self.span[0].isoformat(), "last": self.span[1].isoformat()}
        super().__init__(
            span_fields | {name: data[name] for name in self.base_fields if data.get(name)}
        )
        self.viewer = viewer
        choices = choices_for(viewer)
        _set_choices(self, "member", _("Everybody"), choices.people)
        none = Choice(0, NO_PROJECT, _("No project"))
        _set_choices(self, "project", _("All projects"), [none, *choices.projects])
        _set_choices(self, "provider", _("All providers"), choices.providers)
        _set_choices(self, "model", _("All models"), choices.models)
        if not self.sees_all:
            del self.fields["member"]

    @property
    def sees_all(self) -> bool:
        """Return True if the viewer may see the charges of others."""
        return may_see_usage_of_others(self.viewer)

    def clean(self) -> dict[str, Any]:
        """Refuse a span that ends before it begins, or that is absurdly long."""
        data = self.cleaned_data
        first, last = data.get("first"), data.get("last")
        if first and last and first > last:
            self.add_error("last", _("The last day is before the first."))
        elif first and last and (last - first).days > MOST_DAYS:
            self.add_error("first", _("Choose at most ten years."))
        elif last and last.year > LAST_YEAR:
            self.add_error("last", _("Choose a day before the year 3000."))
        return data

    @property
    def filters(self) -> Filters:
        """What was chosen; for what is wrong, everything."""
        data = self.cleaned_data if self.is_valid() else {}
        choices = choices_for(self.viewer)
        project, person = data.get("project"), data.get("member", "")
        return Filters(
            data.get("first") or self.span[0],
            data.get("last") or self.span[1],
            member=choices.pk_of("people", person) if self.sees_all else None,
            project=0 if project == NO_PROJECT else choices.pk_of("projects", project or ""),
            provider=choices.pk_of("providers", data.get("provider", "")),
            model=data.get("model", ""),
            viewer=self.viewer,
        )

    def query(self, **more: str) -> str:
        """The filters as an address has them."""
        params = {name: self.data[name] for name in self.fields if name in self.data}
        return urlencode(params | more)

    @property
    def spans(self) -> list[tuple[str, str, bool]]:
        """(name, address, is chosen) of spans that are often asked for."""
        today = self.span[1]
        month = today.replace(day=1)
        before = month - timedelta(days=1)
        named = [
            (_("30 days"), today - timedelta(days=29), today),
            (_("This month"), month, today),
            (_("Last month"), before.replace(day=1), before),
            (_("12 months"), _year_before(today), today),
        ]
        texts = [(name, {"first": str(first), "last": str(last)}) for name, first, last in named]
        chosen = {name: self.data[name] for name in ("first", "last")}
        return [(name, f"?{self.query(**span)}", chosen == span) for name, span in texts]


def _year_before(day: date) -> date:
    return (day - timedelta(days=365)).replace(day=1)


def _set_choices(form: forms.Form, name: str, every: str, rows: list[Choice]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", every), *((row.value, row.label) for row in rows)]
