"""Who may appear in clips, and how are characters made and decided about?"""

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe

from videos import jobs
from videos.gallery.errors import conflict
from videos.gallery.forms import ResolveForm, add_errors
from videos.gallery.htmx import Toast, go, page, piece
from videos.gallery.lookup import find
from videos.models import Character, CharacterStatus, Member, Role, VideoJob
from videos.team.access import member_of, requires

SHOWN = 200
NOT_YOURS = "Only the member who made this character, or an admin, may decide about it."
LEVELS = {"ready": "ok", "failed": "bad", "unsure": "warn"}


class CharacterForm(forms.Form):
    """What a character is to be called."""

    name = forms.CharField(
        label="Name",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    key = forms.CharField(required=False, widget=forms.HiddenInput)


@require_safe
def character_list(request: HttpRequest) -> HttpResponse:
    """All of the team's characters, the newest first."""
    return page(request, "gallery/characters.html", _context(request))


@require_GET
def character_rows(request: HttpRequest) -> HttpResponse:
    """The list alone, for the page that waits."""
    return piece(request, ("gallery/_characters.html", _context(request)))


@require_POST
@requires(Role.MEMBER)
def video_character(request: HttpRequest, public_id: str) -> HttpResponse:
    """A character from this clip. The same key again answers with the same character."""
    source, form = find(public_id), CharacterForm(request.POST)
    name, key = form.data.get("name", ""), form.data.get("key", "")
    try:
        jobs.make_character(member_of(request), source, name, key[:64])
    except jobs.Invalid as invalid:
        add_errors(form, invalid.errors)
        context = _context(request) | {"form": form, "source": source}
        return page(request, "gallery/characters.html", context, 422)
    except jobs.KeyReused:
        return conflict(request)
    return go(request, reverse("characters"), Toast("The character is being made."))


@require_POST
def character_resolve(request: HttpRequest, character_id: str) -> HttpResponse:
    """A person decides where the mirror cannot know."""
    character = Character.objects.filter(public_id=character_id).first()
    if character is None:
        raise Http404("There is no such character.")
    if not _may_decide(member_of(request), character):
        raise PermissionDenied(NOT_YOURS)
    form = ResolveForm(request.POST)
    choice, remote_id = (request.POST.get(name, "") for name in ("choice", "remote_id"))
    try:
        done = jobs.resolve_character(character, choice, remote_id)
    except jobs.Invalid as invalid:
        add_errors(form, invalid.errors)
        context = _context(request) | {"refused": character, "resolve_form": form}
        return page(request, "gallery/characters.html", context, 422)
    return go(request, reverse("characters"), Toast("Done.")) if done else conflict(request)


def character_context(member: Member, job: VideoJob) -> dict[str, Any]:
    """What a clip's own page needs to offer a character; nothing where none can be made."""
    if not (member.may_generate and jobs.shows_character(job)):
        return {}
    return {"character_form": CharacterForm(initial={"key": uuid4().hex})}


def _context(request: HttpRequest) -> dict[str, Any]:
    member = member_of(request)
    found = Character.objects.select_related("maker", "provider", "source")[:SHOWN]
    rows = [
        {
            "it": row,
            "level": LEVELS.get(row.status, ""),
            "decides": row.status == CharacterStatus.UNSURE and _may_decide(member, row),
            "source": row.source if row.source and row.source.trashed_at is None else None,
        }
        for row in found
    ]
    # Not while somebody may be typing an id: each poll draws the forms anew.
    waits = any(row.status == CharacterStatus.SUBMITTING for row in found)
    pending = waits and not any(row["decides"] for row in rows)
    return {"rows": rows, "pending": pending, "resolve_form": ResolveForm()}


def _may_decide(member: Member, character: Character) -> bool:
    return member.is_admin or (member.may_generate and character.maker_id == member.pk)
