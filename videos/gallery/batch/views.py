"""How does a list become clips: paste it, look at it, then press once?"""

from dataclasses import dataclass, field, replace
from typing import Any
from zlib import crc32

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from videos.gallery.batch.forms import blank, filled
from videos.gallery.batch.plan import Plan, plan
from videos.gallery.batch.reading import COLUMNS, MAX_BYTES, Line, Unreadable, decode, read_lines
from videos.gallery.composer.budget_left import budget_toasts, for_member, left_of, offers_override
from videos.gallery.composer.forms import CHOICES, remembered
from videos.gallery.composer.views import queued
from videos.gallery.shell.htmx import Toast, go, page, piece, wants_piece
from videos.jobs.errors import IdempotencyConflict, ValidationFailed
from videos.jobs.submission.experiments import experiment_of
from videos.jobs.submission.request import MAX_CLIPS
from videos.jobs.submission.submit import submit_all
from videos.jobs.submission.validate import enabled_models
from videos.models import Action, CatalogueModel, VideoJob
from videos.team.access import member_of, requires

CHANGED = gettext_noop(
    "The list, a choice or a price has changed since the preview. "
    "Check the new preview, then press Generate again."
)
USED = gettext_noop(
    "This page was already used for another list, so nothing was made. "
    "Press Generate again to make this one as well."
)
BOTH = gettext_noop("There is both a list in the box and a file. Remove one of them.")
NOTHING = gettext_noop("Paste some prompts, or choose a file.")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.GENERATE)
def batch(request: HttpRequest) -> HttpResponse:
    """An empty page; a preview; or, where the preview was seen, all of it in one transaction."""
    models = enabled_models()
    if not models:
        text = _("There is no model to generate with yet. See the gallery for why.")
        return go(request, reverse("gallery"), Toast(text, "warning"))
    if request.method == "POST":
        return _posted(request, models)
    initial = remembered(request.session)
    names = (*CHOICES, "project")
    initial |= {name: request.GET[name] for name in names if name in request.GET}
    context: dict[str, Any] = {"form": blank(models, initial)}
    if wants_piece(request):
        for_member(context["form"], member_of(request))
        # Another model brings its own sizes and lengths.
        return piece(request, ("batch/_defaults.html", context))
    return _page(request, context)


@dataclass(frozen=True)
class _List:
    """What was posted: the text that stays in the box, and its rows or why there are none."""

    text: str
    lines: list[Line]
    problem: str = ""


def _posted(request: HttpRequest, models: list[CatalogueModel]) -> HttpResponse:
    sheet = _read(request)
    form = filled(models, request.POST, sheet.text)
    context: dict[str, Any] = {"form": form, "problem": sheet.problem}
    if sheet.problem:
        return _page(request, context, 422)
    # What the page shows as chosen, even if that model was removed since.
    defaults = request.POST.dict() | {"model": form.catalogue_model.slug}
    planned = plan(sheet.lines, models, defaults, form["key"].value())
    context |= plan_context(request, planned)
    if request.POST.get("do") != "generate":
        return _page(request, context)
    if not planned.is_ready:
        return _page(request, context, 422)
    if request.POST.get("seen") != planned.fingerprint:
        return _page(request, context | {"problem": _(CHANGED)}, 409)
    outcome = generated(request, planned)
    if outcome.response is not None:
        return outcome.response
    return _fresh(request, models, context | outcome.context, outcome.status)


def plan_context(request: HttpRequest, planned: Plan) -> dict[str, Any]:
    """The preview, and what is left of the budgets before it is made."""
    member = member_of(request)
    left = left_of(member, {each.project for each in planned.submissions})
    return {"plan": planned.for_member(member), "budget_left": left}


@dataclass(frozen=True)
class Generated:
    """What became of a press: where to go, or what to say on the same page."""

    response: HttpResponse | None = None
    context: dict[str, Any] = field(default_factory=dict)
    status: int = 200


def generated(request: HttpRequest, planned: Plan) -> Generated:
    """Make all of a plan in one transaction."""
    member, override = member_of(request), request.POST.get("override", "")
    first, *rest = planned.submissions
    try:
        jobs = submit_all(member, [replace(first, override=override), *rest])
    except ValidationFailed as invalid:
        said = {"problem": str(invalid), "may_override": offers_override(member, invalid)}
        return Generated(None, said, 422)
    except IdempotencyConflict:
        return Generated(None, {"problem": _(USED)}, 409)
    toasts = (queued(len(jobs)), *budget_toasts(jobs, member))
    return Generated(go(request, _address_of(jobs), *toasts))


def _address_of(jobs: list[VideoJob]) -> str:
    """Where all that was made is shown together."""
    experiment = experiment_of(jobs) if jobs[0].is_blind else None
    if experiment is not None:
        return reverse("experiment_detail", args=[experiment.pk])
    batch = f"?batch={jobs[0].batch}" if jobs[0].batch else ""
    return reverse("gallery") + batch


def _fresh(
    request: HttpRequest, models: list[CatalogueModel], context: dict[str, Any], status: int
) -> HttpResponse:
    """The same page with a new key: the old one was used or invalid."""
    text = context["form"].data["text"]
    form = filled(models, request.POST, text, fresh_key=True)
    return _page(request, context | {"form": form}, status)


def _read(request: HttpRequest) -> _List:
    """The text of the box, or of the file where one was chosen."""
    text, upload = request.POST.get("text", ""), request.FILES.get("file")
    is_table = False
    try:
        if upload is not None:
            if text.strip() and request.POST.get("shown") != _shown(text):
                raise Unreadable(_(BOTH))
            text = decode(upload.read(MAX_BYTES + 1))
            is_table = str(upload.name).lower().endswith((".csv", ".tsv"))
        lines = read_lines(text, is_table=is_table)
    except Unreadable as unreadable:
        return _List(text, [], str(unreadable))
    if len(lines) > MAX_CLIPS:
        problem = _("The list has %(count)s rows. You can make at most %(most)s clips at once.")
        return _List(text, [], problem % {"count": len(lines), "most": MAX_CLIPS})
    return _List(text, lines, "" if lines else _(NOTHING))


def _shown(text: str) -> str:
    """A short name of a text; a browser's line ends make no difference."""
    return f"{crc32(text.replace(chr(13), '').strip().encode(errors='replace')):08x}"


def _page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    for_member(context["form"], member_of(request))
    text = context["form"].data.get("text", "")
    context |= {"most": MAX_CLIPS, "columns": COLUMNS, "shown": _shown(text)}
    return page(request, "batch/page.html", context, status)
