"""What does a list of prompts show of each?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from videos.gallery.composer.catalogue import shown_models
from videos.gallery.composer.forms import seconds_label, size_label
from videos.gallery.shell.dates import shorten
from videos.jobs.submission.extra_fields import label_extra
from videos.jobs.submission.saved_prompts import CHOICES, recent_prompts, variables_of
from videos.models import Action, Member, Prompt, may

# How much of a text a line shows.
SHOWN = 220


@dataclass(frozen=True)
class Line:
    """A saved prompt. `variables` are (name of the field, name of the variable)."""

    pk: int
    name: str
    text: str
    short: str
    maker: str
    variables: list[tuple[str, str]]
    settings: list[str]
    may_change: bool


@dataclass(frozen=True)
class Recent:
    """A prompt of one of the member's own clips."""

    text: str
    short: str
    use_url: str
    save_url: str


def lines_of(member: Member, rows: Sequence[Prompt]) -> list[Line]:
    """Prompts with their makers, as the page and the menu show them."""
    labels = {each.slug: each.label for each in shown_models()}
    return [
        Line(
            pk=row.pk,
            name=row.name,
            text=row.text,
            short=shorten(row.text, SHOWN),
            maker=str(row.maker),
            variables=fields_of(row.text),
            settings=setting_texts(row.settings, labels),
            may_change=may(member, Action.SAVE_PROMPTS, row),
        )
        for row in rows
    ]


def fields_of(text: str) -> list[tuple[str, str]]:
    """(name of its field, name of the variable) of each variable in the text."""
    return [(f"v{place}", name) for place, name in enumerate(variables_of(text), 1)]


def setting_texts(settings: Mapping[str, str], labels: Mapping[str, str]) -> list[str]:
    """What goes with a prompt, in words: `Sketch`, `1280×720`, `4 seconds`, `Seed 77`."""
    texts = []
    if model := settings.get("model"):
        texts.append(labels.get(model, model))
    if size := settings.get("size"):
        texts.append(size_label(size))
    if seconds := settings.get("seconds"):
        texts.append(seconds_label(seconds))
    extra = {name: value for name, value in settings.items() if name not in CHOICES}
    return texts + [f"{label} {shorten(value, 40)}" for label, value in label_extra(extra)]


def recent_of(member: Member) -> list[Recent]:
    """The member's own recent prompts. One query."""
    gallery, new = reverse("gallery"), reverse("prompt_new")
    return [
        Recent(
            text=prompt,
            short=shorten(prompt, SHOWN),
            use_url=f"{gallery}?{urlencode({'reuse': public_id})}",
            save_url=f"{new}?{urlencode({'from': public_id})}",
        )
        for public_id, prompt in recent_prompts(member)
    ]
