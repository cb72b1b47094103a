"""What does an admin fill in about a model, and in which words is it shown again?"""

import re
from typing import Any

from django import forms

from videos.models import Offer

LINE = re.compile(r"(\S+?)\s*[:=\s]\s*\$?([0-9.]+)")
PRICE_LINE = "Line {line}: write a size, or * for all, and a price, as in “1280x720 0.10”."


class OfferForm(forms.Form):
    """One entry of the catalogue. What may stand in it is said by `jobs.save_offer`."""

    model = forms.CharField(
        label="Name at the server",
        required=False,
        max_length=200,
        help_text="Sent as “model”. Empty: the server takes its own.",
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none"}),
    )
    label = forms.CharField(label="Name here", required=False, max_length=80)
    description = forms.CharField(label="Description", required=False, max_length=300)
    sizes = forms.CharField(
        label="Sizes",
        required=False,
        help_text="One a line, the usual one first.",
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    open_sizes = forms.BooleanField(
        label="Other sizes may be typed", required=False, help_text="The server takes any."
    )
    seconds = forms.CharField(
        label="Lengths in seconds",
        required=False,
        help_text="With commas between, the usual one first.",
    )
    open_seconds = forms.BooleanField(
        label="Other lengths may be typed", required=False, help_text="The server takes any."
    )
    price_per_second = forms.CharField(
        label="US dollars a second",
        required=False,
        help_text="One size a line, as in “1280x720 0.10”; “* 0.30” is for all others.",
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    priced_on = forms.CharField(
        label="Prices seen on",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    enabled = forms.BooleanField(label="Offered to the team", required=False, initial=True)

    def __init__(self, *args: Any, offer: Offer | None = None, **kwargs: Any) -> None:
        if offer is not None:
            kwargs["initial"] = _initial(offer)
        super().__init__(*args, **kwargs)
        if offer is not None:
            # Jobs are pinned to this name.
            del self.fields["model"]

    def clean_price_per_second(self) -> dict[str, str]:
        """{size: price}, each line on its own."""
        prices: dict[str, str] = {}
        for number, line in enumerate(self.cleaned_data["price_per_second"].splitlines(), start=1):
            if not line.strip():
                continue
            found = LINE.fullmatch(line.strip())
            if found is None:
                raise forms.ValidationError(PRICE_LINE.format(line=number))
            prices[found[1]] = found[2]
        return prices

    def values(self) -> dict[str, Any]:
        """The entry as `jobs.save_offer` reads it; the form must be valid."""
        data = dict(self.cleaned_data)
        data["sizes"] = re.split(r"[\s,;]+", data["sizes"].replace("×", "x").strip())
        data["seconds"] = re.split(r"[\s,;]+", data["seconds"].strip())
        return data


def _initial(offer: Offer) -> dict[str, Any]:
    return {
        "label": offer.label,
        "description": offer.description,
        "sizes": "\n".join(offer.sizes),
        "open_sizes": offer.open_sizes,
        "seconds": ", ".join(offer.seconds),
        "open_seconds": offer.open_seconds,
        "price_per_second": "\n".join(f"{s} {p}" for s, p in offer.price_per_second.items()),
        "priced_on": offer.priced_on.isoformat() if offer.priced_on else "",
        "enabled": offer.enabled,
    }


class ImportForm(forms.Form):
    """A catalogue as JSON: pasted, or a file."""

    text = forms.CharField(
        label="JSON",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label="Or a file",
        required=False,
        widget=forms.FileInput(attrs={"accept": "application/json,.json"}),
    )
