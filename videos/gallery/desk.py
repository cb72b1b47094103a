"""What does the composer look like on a page?

An untouched one is the same for all who chose the same, and drawing it costs more than the rest of
the page. So it is kept, without its one-time key, for as long as the catalogue that it shows.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from videos.gallery.catalogue import OFFERS_SECONDS, shown_offers, stamp
from videos.gallery.forms import ComposerForm, composer
from videos.models import Provider


@dataclass(frozen=True)
class Desk:
    """What stands in the composer's form, but for its key; `takes_pictures` asks the page for their
    script."""

    markup: SafeString
    takes_pictures: bool


def fresh(chosen: Mapping[str, str], prompt: str = "") -> dict[str, Any]:
    """The words of `_composer.html` for a new clip, with these choices and this prompt in it."""
    desk = _drawn(chosen, prompt) if prompt else _kept(chosen)
    return _words(desk, uuid4().hex) if desk else {"composer_note": connecting()}


def filled(form: ComposerForm) -> dict[str, Any]:
    """The same with what was typed, and what is wrong with it."""
    return _words(_of(form), form["key"].value())


def connecting() -> str:
    """What is said while there is nothing to generate with."""
    names = list(Provider.objects.filter(enabled=True).values_list("name", flat=True))
    if not names:
        return "No provider is set up yet, so there is nothing to generate with."
    return f"Connecting to {', '.join(names)}… Models appear here as soon as it answers."


def _kept(chosen: Mapping[str, str]) -> Desk | None:
    digest = hashlib.sha256(repr(sorted(chosen.items())).encode()).hexdigest()
    kept: Desk | None = caches["cards"].get(f"desk.{stamp()}.{digest}")
    if kept is None and (kept := _drawn(chosen)) is not None and (now := stamp()):
        caches["cards"].set(f"desk.{now}.{digest}", kept, OFFERS_SECONDS)
    return kept


def _drawn(chosen: Mapping[str, str], prompt: str = "") -> Desk | None:
    offers = shown_offers()
    return _of(composer(offers, chosen, prompt)) if offers else None


def _of(form: ComposerForm) -> Desk:
    context = {"form": form, "quote": form.quote}
    markup = render_to_string("gallery/_desk.html", context)
    return Desk(mark_safe(markup), "reference" in form.fields)  # noqa: S308 - our own markup


def _words(desk: Desk, key: str) -> dict[str, Any]:
    body = format_html('<input type="hidden" name="key" value="{}">{}', key, desk.markup)
    return {"desk": body, "takes_pictures": desk.takes_pictures}
