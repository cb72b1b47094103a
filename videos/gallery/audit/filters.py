"""Which entries of the audit log does an address ask for?"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from videos.models import AuditAction, AuditEntry, Member
from videos.models.system_user import MAX_SYSTEM_USER
from videos.wire.values import whole_number

Entries = QuerySet[AuditEntry]
NEWEST_FIRST = ("-at", "-id")


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write the day as 2026-12-31.")},
    )


class AuditFilter(forms.Form):
    """The filter, which lives in the address."""

    person = forms.ChoiceField(label=gettext_lazy("Person"), required=False)
    action = forms.ChoiceField(label=gettext_lazy("Action"), required=False)
    # An IP address, or who ran a command and where; a part is enough.
    source = forms.CharField(
        label=gettext_lazy("Address or account"),
        required=False,
        max_length=MAX_SYSTEM_USER,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    since = _day(gettext_lazy("From"))
    until = _day(gettext_lazy("To"))

    def __init__(self, query: QueryDict, members: Iterable[Member]) -> None:
        super().__init__(query, auto_id="audit-%s")
        people = [(str(member.pk), str(member)) for member in members]
        self.fields["person"].choices = [("", _("Everyone")), *people]  # type: ignore[attr-defined]
        actions = [("", _("Any action")), *AuditAction.choices]
        self.fields["action"].choices = actions  # type: ignore[attr-defined]

    def entries(self) -> Entries:
        """The entries asked for, the newest first. A value that isn't valid filters nothing."""
        self.is_valid()
        chosen = self.cleaned_data
        rows = AuditEntry.objects.order_by(*NEWEST_FIRST)
        if chosen.get("person"):
            rows = rows.filter(member=int(chosen["person"]))
        if chosen.get("action"):
            rows = rows.filter(action=chosen["action"])
        if source := chosen.get("source"):
            matches = Q(address__icontains=source) | Q(system_user__icontains=source)
            rows = rows.filter(matches)
        if since := chosen.get("since"):
            rows = rows.filter(at__gte=_midnight(since))
        if until := chosen.get("until"):
            rows = rows.filter(at__lt=_midnight(until + timedelta(days=1)))
        return rows

    @property
    def chosen(self) -> dict[str, str]:
        """The values that filter something."""
        self.is_valid()
        return {name: str(value) for name, value in self.cleaned_data.items() if value}

    @property
    def query(self) -> str:
        """The filter as it stands in an address."""
        return urlencode(self.chosen)


def place_of(before: str) -> tuple[datetime, int] | tuple[()]:
    """Where the entry with the key `before` stands in the list; empty if there is none."""
    if (key := whole_number(before)) is None:
        return ()
    at = AuditEntry.objects.filter(pk=key).values_list("at", flat=True).first()
    return () if at is None else (at, key)


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
