"""What does a person type to keep a prompt?"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from videos.gallery.composer.catalogue import shown_models
from videos.gallery.composer.forms import seconds_label, size_label
from videos.jobs.submission.extra_fields import EXTRA_NAMES
from videos.jobs.submission.saved_prompts import CHOICES
from videos.models.prompt import MAX_PROMPT_NAME
from videos.wire.values import as_number


class PromptForm(forms.Form):
    """A prompt, its name and the settings that go with it. The rules are in `saved_prompts`."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": MAX_PROMPT_NAME, "autocomplete": "off"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Prompt"),
        required=False,
        strip=False,
        help_text=gettext_lazy(
            "Words in braces are variables: {subject} is asked for each time the prompt is used. "
            "Without a text, only the settings are saved."
        ),
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )
    model = forms.CharField(label=gettext_lazy("Model"), required=False, widget=forms.Select)
    size = forms.CharField(label=gettext_lazy("Size"), required=False, widget=forms.Select)
    seconds = forms.CharField(label=gettext_lazy("Seconds"), required=False, widget=forms.Select)
    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        models = shown_models()
        sizes = dict.fromkeys(size for each in models for size in each.sizes)
        lengths = dict.fromkeys(seconds for each in models for seconds in each.seconds)
        self._choose("model", [(each.slug, each.label) for each in models])
        self._choose("size", [(size, size_label(size)) for size in sizes])
        self._choose(
            "seconds", [(each, seconds_label(each)) for each in sorted(lengths, key=_long)]
        )

    def _choose(self, name: str, offered: list[tuple[str, str]]) -> None:
        """Offer these choices, and the saved one even if no provider has it any more."""
        widget = self.fields[name].widget
        assert isinstance(widget, forms.Select)
        chosen = str(self.data.get(name) or self.initial.get(name) or "")[:200]
        if chosen and chosen not in dict(offered):
            offered = [*offered, (chosen, chosen)]
        widget.choices = [("", _("As in the composer")), *offered]

    @property
    def extra(self) -> dict[str, str]:
        """What goes along beyond the selects, such as a negative prompt; kept until unticked."""
        values = self.data if self.is_bound else self.initial
        return {name: str(values[name]) for name in EXTRA_NAMES if values.get(name)}

    @property
    def keeps_extra(self) -> bool:
        """Whether these go along."""
        return not self.is_bound or bool(self.data.get("keep_extra"))


def settings_in(data: Mapping[str, str]) -> dict[str, str]:
    """The settings that a posted form wants kept."""
    names = (*CHOICES, *EXTRA_NAMES) if data.get("keep_extra") else CHOICES
    return {name: str(data.get(name, "")) for name in names}


def _long(seconds: str) -> float:
    return as_number(seconds) or 0.0
