"""What does a person type to ask for many clips, and what holds where a row says nothing?"""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from videos.gallery.composer.forms import CHOICES, ComposerForm, composer
from videos.models import Offer

EXAMPLE = _("A paper boat on a calm sea at dawn\nA lighthouse in a storm, waves breaking")


class BatchForm(ComposerForm):
    """The composer's choices as defaults, and a list in place of its prompt.

    `seen` names what the last preview showed, `shown` the text that it left in the box.
    """

    text = forms.CharField(
        label=_("Prompts"),
        required=False,
        strip=False,
        help_text=_("One prompt per line, or a table as CSV."),
        widget=forms.Textarea(
            attrs={"rows": 10, "placeholder": EXAMPLE, "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/plain"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("prompt", "reference", "fit", "reuse"):
            self.fields.pop(name, None)


def blank(offers: list[Offer], remembered: Mapping[str, str]) -> BatchForm:
    """An empty list with a one-time key of its own. `offers` must not be empty."""
    return BatchForm(offers=offers, initial=composer(offers, remembered).initial)


def filled(
    offers: list[Offer], given: Mapping[str, str], text: str, *, fresh_key: bool = False
) -> BatchForm:
    """The form with everything that was typed, and `text` in the box."""
    data = {name: given.get(name, "") for name in (*CHOICES, "key")} | {"text": text}
    if fresh_key or not data["key"]:
        data["key"] = uuid4().hex
    return BatchForm(data, offers=offers)
