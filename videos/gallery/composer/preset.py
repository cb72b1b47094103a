"""What does the composer take from a saved prompt?"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from videos.gallery.composer.reuse import choice
from videos.jobs.submission.extra_fields import EXTRA_NAMES
from videos.jobs.submission.saved_prompts import fill, variables_of
from videos.models import CatalogueModel, Prompt
from videos.wire.values import whole_number

PROMPT_GONE = gettext_lazy("That saved prompt was deleted.")
MAX_VALUE = 2000


@dataclass(frozen=True)
class Preset:
    """A saved prompt with its variables filled in, and the settings that go with it."""

    text: str
    settings: dict[str, str]
    # What is missing, in words; empty if nothing is.
    problem: str = ""


def preset_of(query: Mapping[str, str]) -> Preset | None:
    """What `?prompt=` asks for, with `v1`, `v2` … for its variables; None for nothing."""
    if not (text := query.get("prompt", "")):
        return None
    key = whole_number(text)
    prompt = None if key is None else Prompt.objects.live().filter(pk=key).first()
    if prompt is None:
        return Preset("", {}, str(PROMPT_GONE))
    names = variables_of(prompt.text)
    values = {
        name: query.get(f"v{place}", "").strip()[:MAX_VALUE] for place, name in enumerate(names, 1)
    }
    missing = [name for name, value in values.items() if not value]
    problem = _("Fill in: %(names)s.") % {"names": ", ".join(missing)} if missing else ""
    return Preset(fill(prompt.text, values), prompt.settings, problem)


def chosen_by(preset: Preset, models: list[CatalogueModel]) -> dict[str, str]:
    """The preset's settings as the composer's choices; empty where they can't be had any more."""
    settings = preset.settings
    slug = settings.get("model", "")
    model = next((each for each in models if each.slug == slug), None)
    extra = {name: settings[name] for name in EXTRA_NAMES if settings.get(name)}
    if slug and model is None:
        return {"model": ""} | extra
    chosen = {"model": slug} if slug else {}
    for name in ("size", "seconds"):
        value = settings.get(name, "")
        if value and model is not None:
            takes = model.takes_size if name == "size" else model.takes_seconds
            offered = model.sizes if name == "size" else model.seconds
            chosen |= choice(name, value, offered, free=takes(value))
        elif value:
            chosen[name] = value
    return chosen | extra
