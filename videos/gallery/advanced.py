"""What does the composer offer beyond model, size and seconds?"""

from typing import Any
from zlib import crc32

from django import forms

from videos import jobs
from videos.models import Offer

OWN = ("own_size", "own_seconds")
# Every name that the Advanced part may ever hold, whichever model is chosen.
ADVANCED = (*OWN, *jobs.EXTRA_NAMES)


def add_advanced(form: forms.Form, offer: Offer) -> list[str]:
    """Put the fields into `form` that this offer's server takes; returns their names."""
    found: dict[str, forms.Field] = {}
    if offer.open_sizes:
        hint = {"placeholder": offer.sizes[0] if offer.sizes else "1280x720"}
        found["own_size"] = _text("Custom dimensions", "In place of the list.", hint)
    if offer.open_seconds:
        found["own_seconds"] = _text("Custom duration", "Whole seconds, in place of the list.", {})
    for field in jobs.extra_fields(offer.provider):
        found[field.name] = forms.CharField(
            label=field.label, required=False, help_text=field.help, widget=_widget(field)
        )
    for name, made in found.items():
        form.fields[name] = made
    return list(found)


def mark_of(offer: Offer) -> str:
    """A short word, equal for offers with the same Advanced part."""
    told = (offer.open_sizes, offer.open_seconds, jobs.extra_fields(offer.provider))
    if not any(told):
        return "none"
    return f"{crc32(repr((told, offer.sizes[:1])).encode()):08x}"


def _text(label: str, help_text: str, attrs: dict[str, str]) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", "maxlength": "32"} | attrs)
    return forms.CharField(label=label, required=False, help_text=help_text, widget=widget)


def _widget(field: Any) -> forms.Widget:
    """Numbers as plain text with a keypad: the browser's own number field rounds long seeds."""
    if field.kind == "flag":
        return forms.Select(choices=[("", "As the model does"), ("on", "On"), ("off", "Off")])
    if field.kind == "text":
        return forms.TextInput(attrs={"autocomplete": "off", "maxlength": int(field.high)})
    keypad = "numeric" if field.kind == "int" else "decimal"
    return forms.TextInput(attrs={"autocomplete": "off", "inputmode": keypad, "maxlength": "24"})
