"""What does an admin type to set a budget?"""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from videos.billing.money import read_amount, read_seconds
from videos.billing.set_budget import Target
from videos.models import AccessToken, Action, Budget, Member, Project, Role, allowed_rows
from videos.models.budget import Per, Scope, Unit

# So many of each kind are offered; the command line knows them all.
OFFERED = 500
PERIODS = [
    (Per.MONTH, gettext_lazy("Per month")),
    (Per.WEEK, gettext_lazy("Per week")),
    (Per.DAY, gettext_lazy("Per day")),
    (Per.ALL, gettext_lazy("In total")),
]
UNITS = [
    (Unit.MONEY, gettext_lazy("US dollars")),
    (Unit.SECONDS, gettext_lazy("Seconds of video")),
]
KINDS = [
    ("hard", gettext_lazy("Refuse what goes over it")),
    ("soft", gettext_lazy("Only warn at 80 and 100 %")),
]
GONE = gettext_lazy("Choose what the budget is for.")
Choices = list[tuple[str, Any]]


class LimitForm(forms.Form):
    """A budget's limit, and what happens above it."""

    limit = forms.CharField(
        label=gettext_lazy("Limit"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("What happens"), choices=KINDS)

    unit: Unit = Unit.MONEY

    def clean_kind(self) -> bool:
        """True for a hard budget."""
        return bool(self.cleaned_data["kind"] == "hard")

    def read_limit(self, text: str, unit: Unit) -> int:
        """The limit in the budget's own unit."""
        try:
            return read_amount(text) if unit == Unit.MONEY else read_seconds(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class EditForm(LimitForm):
    """What can be changed of a budget."""

    def __init__(self, data: Any, *, budget: Budget) -> None:
        self.unit = Unit(budget.unit)
        initial = {"limit": typed(budget), "kind": "hard" if budget.is_hard else "soft"}
        super().__init__(data, initial=initial)
        self.fields["limit"].label = dict(UNITS)[self.unit]

    def clean_limit(self) -> int:
        """The limit in the budget's unit."""
        return self.read_limit(self.cleaned_data["limit"], self.unit)


class BudgetForm(LimitForm):
    """A new budget."""

    target = forms.ChoiceField(label=gettext_lazy("For"))
    per = forms.ChoiceField(label=gettext_lazy("Time"), choices=PERIODS)
    counted = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=UNITS)
    field_order = ["target", "per", "counted", "limit", "kind"]

    def __init__(self, member: Member, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.targets: dict[str, Target] = {"team": Target(Scope.TEAM)}
        groups: Choices = [("team", _("Whole team"))]
        for label, rows in _groups(member):
            if rows:
                self.targets |= {value: target for value, _name, target in rows}
                groups.append((label, [(value, name) for value, name, _target in rows]))
        chosen = self.fields["target"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = groups
        chosen.error_messages["invalid_choice"] = str(GONE)

    def clean(self) -> dict[str, Any]:
        """Read the limit in the unit that was chosen, and refuse a second budget of one kind."""
        data = self.cleaned_data
        if {"limit", "counted"} <= data.keys():
            try:
                data["limit"] = self.read_limit(data["limit"], Unit(data["counted"]))
            except forms.ValidationError as error:
                self.add_error("limit", error)
        if {"target", "per", "counted"} <= data.keys():
            target = self.targets[data["target"]]
            same = target.columns | {"per": data["per"], "unit": data["counted"]}
            if Budget.objects.filter(**same).exists():
                self.add_error("target", _("There is already one like this. Change it instead."))
        return data


def _groups(member: Member) -> list[tuple[str, list[tuple[str, str, Target]]]]:
    """(label, [(value, name, target)]) of what a budget can be for."""
    projects = allowed_rows(member, Action.VIEW, Project.objects.open())[:OFFERED]
    members = Member.objects.filter(is_active=True).order_by("name", "username")[:OFFERED]
    tokens = AccessToken.objects.unrevoked().filter(member__is_active=True)
    tokens = tokens.select_related("member").order_by("member__name", "name", "pk")[:OFFERED]
    of_projects = [(f"project:{p.pk}", p.name, Target(Scope.PROJECT, project=p)) for p in projects]
    roles = [(f"role:{r}", str(r.label), Target(Scope.ROLE, role=r.value)) for r in Role]
    of_members = [(f"member:{m.pk}", str(m), Target(Scope.MEMBER, member=m)) for m in members]
    of_tokens = [
        (f"token:{t.pk}", f"{t.name} · {t.member}", Target(Scope.TOKEN, token=t)) for t in tokens
    ]
    return [
        (_("Projects"), of_projects),
        (_("Roles"), roles),
        (_("Members"), of_members),
        (_("Access tokens"), of_tokens),
    ]


def typed(budget: Budget) -> str:
    """The limit as it is typed."""
    parts = 1_000_000 if budget.unit == Unit.MONEY else 1000
    whole, rest = divmod(budget.limit, parts)
    if not rest:
        return str(whole)
    digits = f"{rest:0{len(str(parts)) - 1}d}".rstrip("0")
    return f"{whole}.{digits:0<2}"
