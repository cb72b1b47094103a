"""What does the search bar offer?"""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from videos.gallery.clips.choices import Choice, Choices
from videos.gallery.clips.conditions import FIXED, ME, ROWS, TOGETHER
from videos.gallery.clips.order import SORTS

# Those that the popover holds; the others are always in sight.
FOLDED = (
    *(name for name in FIXED if name != "decision"),
    *(name for name in ROWS if name != "project"),
    *("collection", "tag", "since", "until"),
)


class FilterForm(forms.Form):
    """The search box and the filters, to be shown; `read_filters` does the reading."""

    offered = Choices()

    q = forms.CharField(
        label=gettext_lazy("Search"),
        required=False,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "placeholder": gettext_lazy("Prompts, comments, tags, people, IDs"),
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
    size = forms.ChoiceField(label=gettext_lazy("Size"), required=False)
    length = forms.ChoiceField(label=gettext_lazy("Length"), required=False)
    price = forms.ChoiceField(label=gettext_lazy("Price"), required=False)
    quality = forms.ChoiceField(label=gettext_lazy("Quality"), required=False)
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    sort = forms.ChoiceField(label=gettext_lazy("Sort by"), required=False)
    stacks = forms.BooleanField(label=gettext_lazy("Show every clip of a stack"), required=False)

    @property
    def together(self) -> list[tuple[str, str]]:
        """The stack or batch whose page this is, for hidden fields."""
        return [(name, self.initial[name]) for name in TOGETHER if name in self.initial]

    def folded(self) -> list[forms.BoundField]:
        """The fields that the popover holds."""
        return [self[name] for name in FOLDED if name in self.fields]


NONE_CHOSEN = {
    "decision": gettext_lazy("All"),
    "project": gettext_lazy("All projects"),
    "status": gettext_lazy("Any status"),
    "maker": gettext_lazy("Anyone"),
    "model": gettext_lazy("Any model"),
    "provider": gettext_lazy("Any provider"),
    "collection": gettext_lazy("Any collection"),
    "shape": gettext_lazy("Any shape"),
    "size": gettext_lazy("Any size"),
    "length": gettext_lazy("Any length"),
    "price": gettext_lazy("Any price"),
    "quality": gettext_lazy("Any quality"),
}


def filter_form(initial: Mapping[str, str], offered: Choices) -> FilterForm:
    """The form with these values chosen. Its ids are its own: the composer has some as well."""
    form = FilterForm(initial=dict(initial), auto_id="filter-%s")
    for name, options in FIXED.items():
        _set_choices(form, name, [(value, str(label)) for value, (label, _rows) in options.items()])
    for name, (kind, _column) in ROWS.items():
        _set_choices(form, name, _pairs(getattr(offered, kind)))
    _set_choices(form, "maker", [(ME, _("Me")), *_pairs(offered.people)])
    _set_choices(form, "collection", _pairs(offered.collections))
    sorts = [(value, str(sort.label)) for value, sort in SORTS.items()]
    if not offered.prices:
        del form.fields["price"]
        sorts = [(value, label) for value, label in sorts if value != "price"]
    _choices(form, "sort").choices = sorts
    form.offered = offered
    return form


def _pairs(rows: list[Choice]) -> list[tuple[str, str]]:
    return [(row.value, row.label) for row in rows]


def _set_choices(form: FilterForm, name: str, options: list[tuple[str, str]]) -> None:
    _choices(form, name).choices = [("", str(NONE_CHOSEN[name])), *options]


def _choices(form: FilterForm, name: str) -> forms.ChoiceField:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    return field
