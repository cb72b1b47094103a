"""What does the composer offer beyond model, size and seconds?"""

from typing import Any
from zlib import crc32

from django import forms
from django.utils.translation import gettext as _

from videos.gallery.composer.catalogue import shown_pictures
from videos.jobs.providers.clients import dialect_of
from videos.jobs.submission.extra_fields import EXTRA_NAMES, extra_fields
from videos.jobs.submission.pictures import FIRST_FIELD, GUIDE_FIELDS, LAST_FIELD
from videos.models import CatalogueModel, Character

OWN = ("own_size", "own_seconds")
CHARACTERS = "characters"
PICTURE_FIELDS = (FIRST_FIELD, LAST_FIELD, *GUIDE_FIELDS)
# Every name that the Advanced part may ever hold, whichever model is chosen.
ADVANCED = (*OWN, CHARACTERS, *PICTURE_FIELDS, *EXTRA_NAMES)


def add_advanced(form: forms.Form, model: CatalogueModel, cast: list[Character]) -> list[str]:
    """Put the fields into `form` that this model's server takes; returns their names. `cast`: who
    may appear in its clips."""
    fields: dict[str, forms.Field] = {}
    if model.open_sizes:
        hint = {"placeholder": model.sizes[0] if model.sizes else "1280x720"}
        fields["own_size"] = _text(_("Custom dimensions"), _("Overrides the list."), hint)
    if model.open_seconds:
        fields["own_seconds"] = _text(
            _("Custom duration"), _("Whole seconds. Overrides the list."), {}
        )
    if cast:
        choices = [("", _("None")), *((each.public_id, each.name) for each in cast)]
        fields[CHARACTERS] = forms.CharField(
            label=_("Character"),
            required=False,
            help_text=_("Name it in the prompt, too."),
            widget=forms.Select(choices=choices),
        )
    for name, label in picture_fields(model):
        fields[name] = _picture(label)
    for field in extra_fields(model.provider):
        fields[field.name] = forms.CharField(
            label=field.label, required=False, help_text=field.help, widget=_widget(field)
        )
    form.fields.update(fields)
    return list(fields)


def advanced_key(model: CatalogueModel, cast: list[Character]) -> str:
    """A short hash, equal for models with the same *Advanced* part."""
    names = [(each.public_id, each.name) for each in cast]
    places = picture_places(model)
    pictures = (places, shown_pictures()) if picture_fields(model) else lacks_pictures(model)
    shown = (model.open_sizes, model.open_seconds, extra_fields(model.provider), names, pictures)
    if not any(shown):
        return "none"
    return f"{crc32(repr((shown, model.sizes[:1])).encode()):08x}"


def picture_fields(model: CatalogueModel) -> list[tuple[str, str]]:
    """(name, label) of the places for pictures; none while the library is empty."""
    return picture_places(model) if shown_pictures() else []


def lacks_pictures(model: CatalogueModel) -> bool:
    """Return True if there are places that only a picture of the library can fill, and it is
    empty. The first frame can be uploaded as well."""
    only_there = [name for name, _label in picture_places(model) if name != FIRST_FIELD]
    return bool(only_there) and not shown_pictures()


def picture_places(model: CatalogueModel) -> list[tuple[str, str]]:
    """(name, label) of the pictures of the library that this model's server has a place for."""
    dialect = dialect_of(model.provider)
    if not dialect.references:
        return []
    fields = []
    if model.takes_frame("first"):
        fields.append((FIRST_FIELD, _("First frame, from the library")))
    if dialect.last_frame and model.takes_frame("last"):
        fields.append((LAST_FIELD, _("Last frame, from the library")))
    label = _("Reference %(number)d, from the library")
    guides = GUIDE_FIELDS[: dialect.guides]
    return fields + [(name, label % {"number": n}) for n, name in enumerate(guides, 1)]


def _picture(label: str) -> forms.CharField:
    choices = [("", _("None")), *shown_pictures()]
    return forms.CharField(label=label, required=False, widget=forms.Select(choices=choices))


def _text(label: str, help_text: str, attrs: dict[str, str]) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", "maxlength": "32"} | attrs)
    return forms.CharField(label=label, required=False, help_text=help_text, widget=widget)


def _widget(field: Any) -> forms.Widget:
    """Numbers as plain text with a keypad: the browser's own number field rounds long seeds."""
    if field.kind == "flag":
        return forms.Select(choices=[("", _("Model default")), ("on", _("On")), ("off", _("Off"))])
    if field.kind == "text":
        return forms.TextInput(attrs={"autocomplete": "off", "maxlength": int(field.high)})
    keypad = "numeric" if field.kind == "int" else "decimal"
    return forms.TextInput(attrs={"autocomplete": "off", "inputmode": keypad, "maxlength": "24"})
