"""Who may appear in clips, and how are characters made?"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST, require_safe

from videos.gallery.composer.forms import add_errors
from videos.gallery.layout.resolve_form import ResolveForm
from videos.gallery.shell.errors import conflict
from videos.gallery.shell.htmx import Toast, go, page, piece
from videos.gallery.shell.lookup import find
from videos.jobs.characters.create import make_character, shows_character
from videos.jobs.errors import IdempotencyConflict, ValidationFailed
from videos.models import Action, Character, CharacterStatus, Member, VideoJob, may
from videos.team.access import member_of, requires

SHOWN = 200
LEVELS = {"ready": "ok", "failed": "bad", "unsure": "warn"}
# How a character's status is shown.
WITH = ("maker", "provider", "source")
# Those that were refused, by the public id of what they are about.
Forms = Mapping[str, ResolveForm]


class CharacterForm(forms.Form):
    """What a character is to be called."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    key = forms.CharField(required=False, widget=forms.HiddenInput)


@require_safe
def character_list(request: HttpRequest) -> HttpResponse:
    """All of the team's characters, the newest first."""
    return show_characters(request)


def show_characters(
    request: HttpRequest, forms: Forms | None = None, status: int = 200
) -> HttpResponse:
    """The page as it stands now, with the forms that were refused."""
    return page(request, "characters/page.html", _context(request, forms), status)


@require_GET
def character_rows(request: HttpRequest) -> HttpResponse:
    """The list alone, for the page that waits."""
    return piece(request, ("characters/_list.html", _context(request)))


@require_POST
@requires(Action.GENERATE)
def video_character(request: HttpRequest, public_id: str) -> HttpResponse:
    """A character from this clip. The same key again answers with the same character."""
    source = find(request, public_id, Action.GENERATE)
    form = CharacterForm(request.POST)
    name, key = form.data.get("name", ""), form.data.get("key", "")
    try:
        make_character(member_of(request), source, name, key[:64])
    except ValidationFailed as invalid:
        add_errors(form, invalid.errors)
        context = _context(request) | {"form": form, "source": source}
        return page(request, "characters/page.html", context, 422)
    except IdempotencyConflict:
        return conflict(request)
    return go(request, reverse("characters"), Toast(_("The character is being made.")))


def character_context(member: Member, job: VideoJob) -> dict[str, Any]:
    """What a clip's own page needs to offer a character; nothing where none can be made."""
    if not (may(member, Action.GENERATE, job) and shows_character(job)):
        return {}
    return {"character_form": CharacterForm(initial={"key": uuid4().hex})}


def character_lines(
    member: Member, characters: Iterable[Character], forms: Forms
) -> list[dict[str, Any]]:
    """Each of them as the pages tell it; `characters` with WITH loaded."""
    return [
        {
            "it": row,
            "level": LEVELS.get(row.status, ""),
            "decides": row.status == CharacterStatus.UNSURE and may(member, Action.CHANGE, row),
            "source": row.source if row.source and not row.source.is_trashed else None,
            "form": forms.get(row.public_id) or ResolveForm(),
        }
        for row in characters
    ]


def _context(request: HttpRequest, forms: Forms | None = None) -> dict[str, Any]:
    characters = Character.objects.select_related(*WITH)[:SHOWN]
    rows = character_lines(member_of(request), characters, forms or {})
    # Not while someone may be typing an id, because each poll replaces the forms.
    waits = any(row.status == CharacterStatus.SUBMITTING for row in characters)
    pending = waits and not any(row["decides"] for row in rows)
    return {"rows": rows, "pending": pending}
