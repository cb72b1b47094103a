"""How does a prompt become a clip, from the browser's side?"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_GET, require_POST

from videos.gallery.clips.card import render_cards
from videos.gallery.clips.density import is_compact
from videos.gallery.clips.wall import arrived
from videos.gallery.composer.advanced import ADVANCED
from videos.gallery.composer.budget_left import budget_toasts, for_member, offers_override
from videos.gallery.composer.catalogue import no_models_note, shown_models
from videos.gallery.composer.forms import (
    CHOICES,
    REMEMBERED,
    again,
    composer,
    read_takes,
    remembered,
)
from videos.gallery.composer.pictures import more_pictures, picture_for
from videos.gallery.composer.preset import Preset, chosen_by, preset_of
from videos.gallery.composer.reuse import settings_of, source_of
from videos.gallery.composer.start import Start, opening, start_of
from videos.gallery.shell.htmx import Toast, go, page, piece, wants_piece
from videos.gallery.shell.numbers import counted
from videos.jobs.errors import IdempotencyConflict, ValidationFailed
from videos.jobs.submission.extra_fields import EXTRA_NAMES
from videos.jobs.submission.pictures import FIRST_FIELD
from videos.jobs.submission.request import Submission
from videos.jobs.submission.samples import samples as make_samples
from videos.jobs.submission.submit import submit_all
from videos.jobs.submission.validate import enabled_models
from videos.models import Action, VideoJob, may
from videos.team.access import member_of, requires

# What a form says of the clip, the frame and the comment that it started from.
START = ("reuse", "frame", "note")
ALREADY_USED = gettext_noop(
    "This form was already used for another clip, so nothing was made. "
    "Press Generate again to make this one as well."
)


@require_POST
@requires(Action.GENERATE)
def submit(request: HttpRequest) -> HttpResponse:
    """A clip, or some takes of it. The same key again answers with the same, never with more."""
    member = member_of(request)
    try:
        jobs = submit_all(member, [_submission(request)])
    except ValidationFailed as invalid:
        override = offers_override(member, invalid)
        return _refused(request, invalid.errors, 422, override=override)
    except IdempotencyConflict:
        return _refused(request, {"key": _(ALREADY_USED)}, 409)
    _remember(request)
    if not wants_piece(request):
        # Shows all takes: the gallery itself shows only one of them.
        batch = f"?batch={jobs[0].batch}" if jobs[0].batch else ""
        where = reverse("gallery") + batch
        return go(request, where, queued(len(jobs)), *budget_toasts(jobs, member))
    return _accepted(request, jobs)


@require_GET
@requires(Action.GENERATE)
def composer_options(request: HttpRequest) -> HttpResponse:
    """Sizes, lengths and the price that belong to the model now chosen."""
    models = enabled_models()
    if not models:
        return go(request, reverse("gallery"))
    names = (name for name in ("project", *CHOICES, *ADVANCED) if name in request.GET)
    chosen = {name: request.GET[name] for name in names}
    form = for_member(composer(models, chosen), member_of(request))
    context = {"form": form, "quote": form.quote, "oob": True}
    parts = ["composer/_options.html"]
    if request.GET.get("advanced", "") != form.advanced_key:
        # Otherwise left alone, to keep what was typed there and whether it is open.
        parts.append("composer/_advanced.html")
    return piece(request, *((part, context) for part in parts))


@require_GET
@requires(Action.GENERATE)
def composer_start(request: HttpRequest) -> HttpResponse:
    """The inside of the composer, with what the address asks for."""
    return piece(request, ("composer/_form.html", composer_context(request)))


@require_POST
@requires(Action.GENERATE)
def samples(request: HttpRequest) -> HttpResponse:
    """A dozen clips from good prompts, for an empty gallery."""
    try:
        jobs = make_samples(member_of(request))
    except ValidationFailed as invalid:
        return go(request, reverse("gallery"), Toast(str(invalid), "error"))
    return go(request, reverse("gallery"), Toast(_sample_text(len(jobs))))


def _sample_text(count: int) -> str:
    text = ngettext("Making %(count)s sample clip.", "Making %(count)s sample clips.", count)
    return counted(text, count)


def composer_context(request: HttpRequest) -> dict[str, Any]:
    """The composer as the pages show it: fresh, or with the settings of the clip that `?reuse=`
    or `?note=` names; none for viewers."""
    member = member_of(request)
    if not may(member, Action.GENERATE):
        return {}
    if (preset := preset_of(request.GET)) is not None:
        return _fresh_composer(request, preset=preset) | {"composer_problem": preset.problem}
    start, problem = opening(member, request.GET)
    return _fresh_composer(request, start) | {"composer_problem": problem}


def _fresh_composer(
    request: HttpRequest, start: Start | None = None, preset: Preset | None = None
) -> dict[str, Any]:
    models = shown_models()
    if not models:
        return {"composer_note": no_models_note()}
    if start is not None:
        chosen = settings_of(start.job, models, from_frame=start.has_frame)
        source = source_of(start.job, models, chosen, start.shot, start.shown_note)
        form = composer(models, chosen, start.job.prompt, source)
    elif preset is not None:
        chosen = remembered(request.session) | chosen_by(preset, models)
        preset_kind = "settings" if preset.settings else "text"
        form = composer(models, chosen, preset.text, preset=preset_kind)
    else:
        # Only a page opens with a picture; a fresh composer after a press does not keep it.
        picture = request.GET.get("picture", "")[:20]
        form = composer(models, remembered(request.session) | {FIRST_FIELD: picture})
    return {"composer": for_member(form, member_of(request))}


def _submission(request: HttpRequest) -> Submission:
    data = request.POST
    # What is typed wins over what is chosen, where the model takes both.
    own = {name: str(data.get(f"own_{name}", "")).strip() for name in ("size", "seconds")}
    size = own["size"] or data.get("size", "")
    member = member_of(request)
    start = start_of(member, {name: str(data.get(name, "")) for name in START})
    picture = picture_for(request, start, size)
    return Submission(
        prompt=data.get("prompt", ""),
        project=data.get("project", ""),
        model=data.get("model", ""),
        size=size,
        seconds=own["seconds"] or data.get("seconds", ""),
        extra={name: str(data.get(name, "")) for name in EXTRA_NAMES},
        key=data.get("key", ""),
        override=str(data.get("override", "")),
        takes=read_takes(data.get("takes", "")),
        reference=picture.png,
        padded=picture.padded,
        frame=picture.frame,
        more=(*picture.more, *more_pictures(request, size)),
        note=start.note if start else None,
        beside=start.job if start and start.note else None,
        characters=[data["characters"]] if data.get("characters") else [],
    )


def _refused(
    request: HttpRequest, errors: Mapping[str, str], status: int, *, override: bool = False
) -> HttpResponse:
    models = shown_models()
    if not models:
        return go(request, reverse("gallery"), Toast(no_models_note(), "warning"))
    start, _problem = opening(member_of(request), request.POST)
    source = None
    if start:
        chosen = settings_of(start.job, models, from_frame=start.has_frame)
        source = source_of(start.job, models, chosen, start.shot, start.shown_note)
    form = for_member(again(request.POST, models, errors, source), member_of(request))
    form.may_override = override
    context = {"composer": form}
    if wants_piece(request):
        return piece(request, ("composer/_form.html", context), status=status)
    return page(request, "composer/page.html", context, status)


def queued(count: int) -> Toast:
    """What is said of so many new clips."""
    if count == 1:
        return Toast(_("Queued."))
    text = ngettext("%(count)s clip is queued.", "%(count)s clips are queued.", count)
    return Toast(counted(text, count))


def _accepted(request: HttpRequest, jobs: Sequence[VideoJob]) -> HttpResponse:
    cards = render_cards(jobs, member_of(request), is_compact=is_compact(request))
    context = {
        **_fresh_composer(request),
        "arrived": arrived(jobs, cards, request.POST.get("days")),
        "toasts": [queued(len(jobs)), *budget_toasts(jobs, member_of(request))],
    }
    response = piece(request, ("composer/_submitted.html", context))
    if request.POST.get("reuse") or request.POST.get("preset"):
        # A reload must not bring the reused settings back.
        response["HX-Replace-Url"] = reverse("gallery")
    return response


def _remember(request: HttpRequest) -> None:
    """Keep what was chosen. The settings of a reused clip or a saved prompt were not: they are
    for that press."""
    if request.POST.get("reuse") or request.POST.get("preset") == "settings":
        return
    chosen = {name: request.POST.get(name, "") for name in REMEMBERED}
    if request.session.get("composer") != chosen:
        request.session["composer"] = chosen
