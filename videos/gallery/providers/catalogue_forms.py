"""The forms with which an admin adds, edits and imports models."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from videos.models import CatalogueModel

LINE = re.compile(r"(\S+?)(?:\s*[:=]\s*|\s+)\$?([0-9.]+)")
PRICE_LINE = _("Line %(line)s: write a size (or * for all) and a price, as in “1280x720 0.10”.")


class CatalogueModelForm(forms.Form):
    """One model of the catalogue. `save_model` validates the values."""

    model = forms.CharField(
        label=_("Name at the server"),
        required=False,
        max_length=200,
        help_text=_("Sent as “model”. Empty: the server uses its default."),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none"}),
    )
    label = forms.CharField(label=_("Name here"), required=False, max_length=80)
    description = forms.CharField(label=_("Description"), required=False, max_length=300)
    sizes = forms.CharField(
        label=_("Sizes"),
        required=False,
        help_text=_("One per line, the default first."),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    open_sizes = forms.BooleanField(
        label=_("Allow other sizes"), required=False, help_text=_("The server accepts any.")
    )
    seconds = forms.CharField(
        label=_("Lengths in seconds"),
        required=False,
        help_text=_("Separated by commas, the default first."),
    )
    open_seconds = forms.BooleanField(
        label=_("Allow other lengths"), required=False, help_text=_("The server accepts any.")
    )
    price_per_second = forms.CharField(
        label=_("US dollars per second"),
        required=False,
        help_text=_("One size per line, as in “1280x720 0.10”. “* 0.30” applies to all others."),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    priced_on = forms.CharField(
        label=_("Prices as of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    enabled = forms.BooleanField(label=_("Offered to the team"), required=False, initial=True)

    def __init__(
        self, *args: Any, catalogue_model: CatalogueModel | None = None, **kwargs: Any
    ) -> None:
        if catalogue_model is not None:
            kwargs["initial"] = _initial(catalogue_model)
        super().__init__(*args, **kwargs)
        if catalogue_model is not None:
            # Jobs are pinned to this name.
            del self.fields["model"]

    def clean_price_per_second(self) -> dict[str, str]:
        """{size: price}, each line on its own."""
        prices: dict[str, str] = {}
        for number, line in enumerate(self.cleaned_data["price_per_second"].splitlines(), start=1):
            if not line.strip():
                continue
            match = LINE.fullmatch(line.strip())
            if match is None:
                raise forms.ValidationError(PRICE_LINE % {"line": number})
            prices[match[1]] = match[2]
        return prices

    def values(self) -> dict[str, Any]:
        """The values as `save_model` takes them; the form must be valid."""
        data = dict(self.cleaned_data)
        data["sizes"] = re.split(r"[\s,;]+", data["sizes"].replace("×", "x").strip())
        data["seconds"] = re.split(r"[\s,;]+", data["seconds"].strip())
        return data


def _initial(catalogue_model: CatalogueModel) -> dict[str, Any]:
    return {
        "label": catalogue_model.label,
        "description": catalogue_model.description,
        "sizes": "\n".join(catalogue_model.sizes),
        "open_sizes": catalogue_model.open_sizes,
        "seconds": ", ".join(catalogue_model.seconds),
        "open_seconds": catalogue_model.open_seconds,
        "price_per_second": "\n".join(
            f"{s} {p}" for s, p in catalogue_model.price_per_second.items()
        ),
        "priced_on": catalogue_model.priced_on.isoformat() if catalogue_model.priced_on else "",
        "enabled": catalogue_model.enabled,
    }


class ImportForm(forms.Form):
    """A catalogue as JSON: pasted, or a file."""

    text = forms.CharField(
        label=_("JSON"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "application/json,.json"}),
    )
