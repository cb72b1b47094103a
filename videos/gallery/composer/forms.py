"""What may a person type, and what are they offered?"""

from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from videos.gallery.clips.choices import Choice, choices
from videos.gallery.composer.advanced import ADVANCED, add_advanced, advanced_key, lacks_pictures
from videos.gallery.composer.catalogue import shown_cast
from videos.gallery.composer.reuse import Source
from videos.gallery.shell.numbers import dollars
from videos.jobs.providers.capabilities import can
from videos.jobs.submission.request import MAX_TAKES
from videos.models import CatalogueModel, Origin
from videos.wire import parse_size
from videos.wire.values import whole_number

CHOICES = ("model", "size", "seconds", "takes")
# What the session keeps. Takes multiply the price, so they go back to 1 after each press.
REMEMBERED = ("model", "size", "seconds", "project")
# What a refused form shows again beside the choices.
KEPT = ("prompt", "project", "fit", "reuse", "reference_of", "use_frame", "preset", "key")
# The first entry of a select whose earlier value isn't offered any more.
UNCHOSEN = {
    "model": gettext_noop("Choose a model…"),
    "size": gettext_noop("Choose a size…"),
    "seconds": gettext_noop("Choose a length…"),
}
TAKES = [str(number) for number in range(1, MAX_TAKES + 1)]
CROP, PAD = "crop", "pad"
FITS = [(CROP, gettext_lazy("Crop to fill")), (PAD, gettext_lazy("Pad with black"))]
# What a select says of the shape of a size.
SHAPES = {
    "square": gettext_noop("square"),
    "landscape": gettext_noop("landscape"),
    "portrait": gettext_noop("portrait"),
}


class ComposerForm(forms.Form):
    """The prompt and its choices. What is allowed is said by `jobs.submit`, in one place."""

    prompt = forms.CharField(
        label=gettext_lazy("Prompt"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={
                "rows": 2,
                "placeholder": gettext_lazy("Describe the shot"),
                "autocomplete": "off",
            }
        ),
    )
    project = forms.CharField(label=gettext_lazy("Project"), required=False, widget=forms.Select)
    model = forms.CharField(label=gettext_lazy("Model"), required=False, widget=forms.Select)
    size = forms.CharField(label=gettext_lazy("Size"), required=False, widget=forms.Select)
    seconds = forms.CharField(label=gettext_lazy("Seconds"), required=False, widget=forms.Select)
    takes = forms.CharField(
        label=gettext_lazy("Takes"),
        required=False,
        widget=forms.Select(choices=[(n, n) for n in TAKES]),
    )
    reference = forms.FileField(
        label=gettext_lazy("Reference image"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    fit = forms.CharField(
        label=gettext_lazy("Fit"), required=False, widget=forms.Select(choices=FITS)
    )
    # The clip whose settings are used again.
    reuse = forms.CharField(required=False, widget=forms.HiddenInput)
    # Set where the prompt is a saved one: "settings" if its settings came along, or "text".
    preset = forms.CharField(required=False, widget=forms.HiddenInput)
    key = forms.CharField(required=False, widget=forms.HiddenInput)

    # What is left of the budgets, and whether the person may go over them with a reason.
    left = ""
    may_override = False
    shows_price = True

    def __init__(
        self,
        *args: Any,
        catalogue_models: list[CatalogueModel],
        source: Source | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.source = source
        if source:
            self.fields["prompt"].widget.attrs["autofocus"] = True
        fields = self.data if self.is_bound and source else self.initial
        self.unchosen = {name for name in UNCHOSEN if fields.get(name) == ""}
        chosen = {name: str(self.data.get(name) or self.initial.get(name, "")) for name in CHOICES}
        matching = (each for each in catalogue_models if each.slug == chosen["model"])
        self.catalogue_model = next(matching, catalogue_models[0])
        _set_choices(self, "model", _model_names(catalogue_models))
        sizes = self.catalogue_model.sizes
        _set_choices(self, "size", [(size, size_label(size)) for size in sizes])
        _set_choices(self, "seconds", [(s, seconds_label(s)) for s in self.catalogue_model.seconds])
        chosen["project"] = str(self.data.get("project") or self.initial.get("project", ""))
        self.offer_projects(choices().open_projects, has_none=True)
        if not any(can(each.provider, "reference") for each in catalogue_models):
            del self.fields["reference"], self.fields["fit"]
        else:
            self.fields["reference"].widget.attrs["data-max-bytes"] = settings.REFERENCE_MAX_BYTES
        cast = shown_cast(catalogue_models).get(self.catalogue_model.provider_id, [])
        self.advanced = add_advanced(self, self.catalogue_model, cast)
        self.lacks_pictures = lacks_pictures(self.catalogue_model)
        self.advanced_key = advanced_key(self.catalogue_model, cast)
        self.chosen = chosen

    def offer_projects(self, rows: list[Choice], *, has_none: bool) -> None:
        """Offer these projects, and with `has_none` no project."""
        none = [("", str(gettext_lazy("No project")))] if has_none else []
        if rows:
            _set_choices(self, "project", [*none, *((row.value, row.label) for row in rows)])
        else:
            self.fields.pop("project", None)

    @property
    def looks_like(self) -> str:
        """Equal for untouched forms that show the same, so that they are rendered once; empty for
        a form with something typed in it."""
        typed = any(self.initial.get(name) for name in ("prompt", *ADVANCED))
        if self.is_bound or self.source or typed:
            return ""
        shown = [list(self._choices(n)) for n in ("project", *CHOICES) if n in self.fields]
        look = (shown, self.chosen, self.quote, self.advanced_key, "reference" in self.fields)
        return sha256(repr(look).encode()).hexdigest()

    def _choices(self, name: str) -> Any:
        widget = self.fields[name].widget
        assert isinstance(widget, forms.Select)
        return widget.choices

    @property
    def quote(self) -> str:
        """What a press with the present choices costs, and what is left of the budgets."""
        return "\n".join(filter(None, (self._price, self.left))) if self.shows_price else ""

    @property
    def _price(self) -> str:
        """Empty until all choices are made."""
        typed = {**self.initial, **{name: self.data[name] for name in self.data}}
        own = {name: str(typed.get(f"own_{name}") or "").strip() for name in ("size", "seconds")}
        size = own["size"] if self.catalogue_model.takes_size(own["size"]) else ""
        seconds = own["seconds"] if self.catalogue_model.takes_seconds(own["seconds"]) else ""
        chosen = {name for name, value in (("size", size), ("seconds", seconds)) if value}
        if self.unchosen - chosen:
            return ""
        return price_text(
            self.catalogue_model,
            size or _among(self.chosen, "size", self.catalogue_model.sizes),
            seconds or _among(self.chosen, "seconds", self.catalogue_model.seconds),
            int(_among(self.chosen, "takes", TAKES)),
        )

    @property
    def advanced_fields(self) -> list[forms.BoundField]:
        """What the chosen model's server takes beyond the API's own fields."""
        return [self[name] for name in self.advanced]

    @property
    def keeps_reference(self) -> bool:
        """Whether the reused clip's picture goes along: yes, until that is unticked, or a frame
        takes its place."""
        if self.is_bound:
            return bool(self.data.get("reference_of"))
        return not (self.source and self.source.shot)

    @property
    def keeps_frame(self) -> bool:
        """Whether the clip starts from the frame that was chosen: yes, until that is unticked."""
        return not self.is_bound or bool(self.data.get("use_frame"))

    @property
    def is_advanced(self) -> bool:
        """Has a person filled in any of them, or is one wrong?"""
        return any(field.value() or field.errors for field in self.advanced_fields)


def composer(
    models: list[CatalogueModel],
    chosen: Mapping[str, str],
    prompt: str = "",
    source: Source | None = None,
    preset: str = "",
) -> ComposerForm:
    """A fresh composer with a one-time key of its own. `models` must not be empty.

    What is not among `chosen` gets a default; what is empty there is left for the person to choose.
    """
    catalogue_model = next((o for o in models if o.slug == chosen.get("model")), models[0])
    initial = {
        "prompt": prompt,
        "model": "" if chosen.get("model") == "" else catalogue_model.slug,
        "size": ""
        if chosen.get("size") == ""
        else fitting_size(chosen.get("size"), catalogue_model.sizes),
        "seconds": ""
        if chosen.get("seconds") == ""
        else _among(chosen, "seconds", catalogue_model.seconds),
        "takes": _among(chosen, "takes", TAKES),
        "fit": chosen.get("fit", CROP),
        "project": chosen.get("project", ""),
        "reuse": source.public_id if source else "",
        "preset": preset,
        "key": uuid4().hex,
    }
    initial |= {name: chosen.get(name, "") for name in ADVANCED}
    return ComposerForm(catalogue_models=models, source=source, initial=initial)


def again(
    posted: Mapping[str, str],
    models: list[CatalogueModel],
    errors: Mapping[str, str],
    source: Source | None = None,
) -> ComposerForm:
    """The form with everything typed, the errors in place and, if that was it, a fresh key."""
    data = {name: posted.get(name, "") for name in (*KEPT, *CHOICES, *ADVANCED)}
    if "key" in errors:
        data["key"] = uuid4().hex
    fresh = ComposerForm(data, catalogue_models=models, source=source)
    add_errors(fresh, errors)
    return fresh


def add_errors(form: forms.Form, errors: Mapping[str, str]) -> None:
    """Errors by field, each where it belongs; what no field shows goes to the whole form."""
    form.full_clean()
    for name, message in errors.items():
        is_shown = name in form.fields and not form.fields[name].widget.is_hidden
        form.add_error(name if is_shown else None, message)


def read_takes(text: str) -> int:
    """The number of takes; 0, which is invalid, if the text isn't a number."""
    text = text.strip()
    return int(text) if text in TAKES else 0 if text else 1


def price_text(catalogue_model: CatalogueModel, size: str, seconds: str, takes: int = 1) -> str:
    """A price for people, from the catalogue: of one clip, or of all its takes."""
    return price_label(catalogue_model, catalogue_model.price(size, seconds), takes)


def price_label(catalogue_model: CatalogueModel, price: Decimal | None, takes: int = 1) -> str:
    """A price of this model for people."""
    if price is None:
        return _("Price unknown")
    if price == 0:
        here = catalogue_model.provider.origin == Origin.ENGINE
        return _("Free, made on this machine") if here else _("Free")
    each = dollars(price)
    text = each if takes == 1 else f"{takes} × {each} = {dollars(takes * price)}"
    if not catalogue_model.priced_on:
        return text
    date = date_format(catalogue_model.priced_on, "DATE_FORMAT")
    return _("%(price)s, as of %(date)s") % {"price": text, "date": date}


def size_label(size: str) -> str:
    """`1280×720 · landscape`; free text stays as it is."""
    pixels = parse_size(size)
    if pixels is None:
        return size
    return f"{pixels[0]}×{pixels[1]} · {_(SHAPES[_shape(size)])}"


def seconds_label(seconds: str) -> str:
    """`4 seconds`."""
    number = whole_number(seconds)
    text = ngettext("%(seconds)s second", "%(seconds)s seconds", 2 if number is None else number)
    return text % {"seconds": seconds}


def fitting_size(last: str | None, offered: list[str]) -> str:
    """The size that was used last; else one of that shape, else landscape."""
    if last in offered:
        return str(last)
    shapes = filter(None, (_shape(last or ""), "landscape"))
    fits = (size for shape in shapes for size in offered if _shape(size) == shape)
    return next(fits, offered[0] if offered else "")


def _shape(size: str) -> str:
    pixels = parse_size(size)
    if pixels is None:
        return ""
    width, height = pixels
    return "square" if width == height else "landscape" if width > height else "portrait"


def remembered(session: Mapping[str, Any]) -> dict[str, str]:
    """What this member chose last; the session keeps it."""
    remembered_choices = session.get("composer", {})
    return {
        name: str(remembered_choices[name]) for name in REMEMBERED if remembered_choices.get(name)
    }


def _model_names(models: list[CatalogueModel]) -> list[tuple[str, str]]:
    """(slug, label) of each; with several providers the label says whose it is."""
    several = len({each.provider_id for each in models}) > 1
    return [(o.slug, f"{o.label} · {o.provider}" if several else o.label) for o in models]


def _set_choices(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    widget = form.fields[name].widget
    assert isinstance(widget, forms.Select)
    if choices and name in getattr(form, "unchosen", ()):
        choices = [("", _(UNCHOSEN[name])), *choices]
    widget.choices = choices


def _among(chosen: Mapping[str, str], name: str, offered: list[str]) -> str:
    value = chosen.get(name, "")
    return value if value in offered else offered[0] if offered else ""
