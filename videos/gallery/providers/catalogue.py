"""How does an admin edit a provider's models?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from videos.gallery.composer.catalogue import forget_shown_models
from videos.gallery.composer.forms import add_errors
from videos.gallery.providers.catalogue_forms import CatalogueModelForm, ImportForm
from videos.gallery.providers.views import address, show_provider
from videos.gallery.shell.htmx import Toast, go, page
from videos.gallery.shell.numbers import counted
from videos.jobs.catalogue.sync import forget_edits, read_again, remove_model, save_model
from videos.jobs.catalogue.transfer import MAX_FILE as MAX_CATALOGUE_FILE
from videos.jobs.catalogue.transfer import export_catalogue, import_catalogue
from videos.jobs.errors import ValidationFailed
from videos.models import Action, AuditAction, CatalogueModel, Provider, record
from videos.team.access import requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.MANAGE_PROVIDERS)
def model_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a model by hand."""
    return _edit(request, get_object_or_404(Provider, slug=slug), None)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.MANAGE_PROVIDERS)
def model_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change what is said of a model; the server's list then no longer overwrites it."""
    model = _catalogue_model(slug, pk)
    return _edit(request, model.provider, model)


@require_POST
@requires(Action.MANAGE_PROVIDERS)
def model_reset(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Let the server's own words win again."""
    model = _catalogue_model(slug, pk)
    forget_edits(model)
    text = _("%(model)s is being read from the server again.") % {"model": model.label}
    return go(request, address(model.provider), Toast(text))


@require_POST
@requires(Action.MANAGE_PROVIDERS)
def model_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a model out of the catalogue."""
    model = _catalogue_model(slug, pk)
    remove_model(model)
    forget_shown_models()
    text = _("Deleted %(model)s.") % {"model": model.label}
    return go(request, address(model.provider), Toast(text))


@require_POST
@requires(Action.MANAGE_PROVIDERS)
def catalogue_read(request: HttpRequest, slug: str) -> HttpResponse:
    """Have the mirror read the server's list of models again."""
    provider = get_object_or_404(Provider, slug=slug)
    read_again(provider)
    return go(request, address(provider), Toast(_("Reading the list of models again.")))


@require_GET
@requires(Action.MANAGE_PROVIDERS)
def catalogue_export(request: HttpRequest, slug: str) -> HttpResponse:
    """The catalogue as a JSON file."""
    provider = get_object_or_404(Provider, slug=slug)
    if request.method != "HEAD":
        record(AuditAction.MODELS_EXPORTED, provider)
    response = HttpResponse(export_catalogue(provider), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{provider.slug}-models.json"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@requires(Action.MANAGE_PROVIDERS)
def catalogue_import(request: HttpRequest, slug: str) -> HttpResponse:
    """Import models from JSON: all of them, or none and a list of what is wrong."""
    provider = get_object_or_404(Provider, slug=slug)
    form = ImportForm(request.POST, request.FILES)
    try:
        count = import_catalogue(provider, _text(form))
    except ValidationFailed as invalid:
        add_errors(form, invalid.errors)
        return show_provider(request, provider, import_form=form, status=422)
    forget_shown_models()
    text = ngettext("Imported %(count)s model.", "Imported %(count)s models.", count)
    return go(request, address(provider), Toast(counted(text, count)))


def _edit(request: HttpRequest, provider: Provider, model: CatalogueModel | None) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = CatalogueModelForm(posted, catalogue_model=model)
    if form.is_bound and form.is_valid():
        try:
            saved = save_model(provider, form.values(), model)
        except ValidationFailed as invalid:
            add_errors(form, invalid.errors)
        else:
            forget_shown_models()
            text = _("Saved %(model)s.") % {"model": saved.label}
            return go(request, address(provider), Toast(text))
    context = {"form": form, "provider": provider, "model": model}
    return page(request, "providers/model.html", context, 422 if form.is_bound else 200)


def _catalogue_model(slug: str, pk: int) -> CatalogueModel:
    models = CatalogueModel.objects.select_related("provider")
    return get_object_or_404(models, provider__slug=slug, pk=pk)


def _text(form: ImportForm) -> str:
    """The file's text where one is given, else what was pasted."""
    upload = form.files.get("file")
    if upload is None:
        return str(form.data.get("text", ""))
    try:
        return str(upload.read(MAX_CATALOGUE_FILE + 1).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValidationFailed({"text": _("The file isn't UTF-8 text.")}) from None
