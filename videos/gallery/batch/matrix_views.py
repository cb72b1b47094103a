"""How does a matrix become clips: fill it in, look at the list, then press once?"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from videos.gallery.batch.forms import MatrixForm, blank_matrix, filled_matrix
from videos.gallery.batch.matrix import missing_lines, read_matrix
from videos.gallery.batch.plan import plan
from videos.gallery.batch.views import CHANGED, generated, plan_context
from videos.gallery.composer.budget_left import for_member
from videos.gallery.composer.forms import add_errors, remembered
from videos.gallery.shell.htmx import Toast, go, page
from videos.jobs.errors import ValidationFailed
from videos.jobs.submission.request import MAX_CLIPS
from videos.jobs.submission.validate import enabled_models
from videos.models import Action, CatalogueModel, Prompt
from videos.team.access import member_of, requires
from videos.wire.values import whole_number

TEMPLATE = "batch/matrix.html"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.GENERATE)
def matrix(request: HttpRequest) -> HttpResponse:
    """An empty matrix, or one of the saved prompt that `?prompt=` names; its list of clips; or,
    where that was seen, all of them in one transaction."""
    models = enabled_models()
    if not models:
        text = _("There is no model to generate with yet. See the gallery for why.")
        return go(request, reverse("gallery"), Toast(text, "warning"))
    if request.method == "POST":
        return _posted(request, models)
    text = _saved(request.GET.get("prompt", ""))
    form = blank_matrix(models, remembered(request.session), text, missing_lines(text, ""))
    return _page(request, {"form": form})


def _posted(request: HttpRequest, models: list[CatalogueModel]) -> HttpResponse:
    posted = request.POST
    form = filled_matrix(models, posted, posted.getlist("models"))
    context: dict[str, Any] = {"form": form}
    prompt, values = posted.get("prompt", ""), posted.get("values", "")
    try:
        lines = read_matrix(prompt, values, form.chosen_models, posted.get("seeds", ""))
    except ValidationFailed as invalid:
        data = posted.dict() | {"values": missing_lines(prompt, values)}
        form = filled_matrix(models, data, posted.getlist("models"))
        add_errors(form, invalid.errors)
        return _page(request, {"form": form}, 422)
    question = posted.get("question", "").strip() if posted.get("blind") else ""
    if posted.get("blind") and not question:
        add_errors(form, {"question": _("Enter a question.")})
        return _page(request, context, 422)
    defaults = posted.dict() | {"model": form.catalogue_model.slug}
    planned = plan(lines, models, defaults, form["key"].value(), question)
    context |= plan_context(request, planned)
    if posted.get("do") != "generate":
        return _page(request, context)
    if not planned.is_ready:
        return _page(request, context, 422)
    if posted.get("seen") != planned.fingerprint:
        return _page(request, context | {"problem": _(CHANGED)}, 409)
    outcome = generated(request, planned)
    if outcome.response is not None:
        return outcome.response
    fresh = filled_matrix(models, posted, posted.getlist("models"), fresh_key=True)
    return _page(request, context | outcome.context | {"form": fresh}, outcome.status)


def _saved(text: str) -> str:
    key = whole_number(text)
    row = None if key is None else Prompt.objects.live().filter(pk=key).first()
    return row.text if row else ""


def _page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    form: MatrixForm = context["form"]
    for_member(form, member_of(request))
    context |= {"most": MAX_CLIPS, "models": form.model_boxes, "member": member_of(request)}
    return page(request, TEMPLATE, context, status)
