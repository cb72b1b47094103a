"""How is a provider seen, added, changed and removed?"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from videos.gallery.composer.catalogue import forget_shown_models
from videos.gallery.composer.forms import add_errors
from videos.gallery.layout.pauses import pause_of
from videos.gallery.providers.catalogue_forms import ImportForm
from videos.gallery.providers.forms import ProviderForm, WebhookForm
from videos.gallery.providers.lines import (
    model_lines,
    probe_facts,
    provider_lines,
    state_of_provider,
    webhook_facts,
    where_from,
)
from videos.gallery.shell.htmx import Toast, came_from, go, page
from videos.jobs.errors import ValidationFailed
from videos.jobs.providers.edit import (
    add_provider,
    change_provider,
    is_configured,
    removal,
    remove_provider,
    resume_by_hand,
)
from videos.models import Action, Origin, Provider
from videos.team.access import requires
from videos.team.saved_message import saved_message


@require_safe
@requires(Action.MANAGE_PROVIDERS)
def provider_list(request: HttpRequest) -> HttpResponse:
    """All providers, also those of the environment and the engine."""
    return page(request, "providers/list.html", {"providers": provider_lines()})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.MANAGE_PROVIDERS)
def provider_new(request: HttpRequest) -> HttpResponse:
    """Add one. It is tested at once, by the mirror."""
    form = ProviderForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            provider = add_provider(form.draft())
        except ValidationFailed as invalid:
            add_errors(form, invalid.errors)
        else:
            forget_shown_models()
            text = _("Added %(provider)s. Testing the connection…") % {"provider": provider}
            return go(request, address(provider), Toast(text))
    status = 422 if form.is_bound else 200
    return page(request, "providers/new.html", {"form": form}, status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.MANAGE_PROVIDERS)
def provider_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One provider: what it can do, what it offers, and how it is set up."""
    provider = get_object_or_404(Provider, slug=slug)
    data = request.POST if request.method == "POST" else None
    form = ProviderForm(data, provider=provider)
    if form.is_bound and form.is_valid():
        try:
            change_provider(provider, form.draft())
        except ValidationFailed as invalid:
            add_errors(form, invalid.errors)
        else:
            forget_shown_models()
            return go(request, address(provider), Toast(saved_message(form)))
    status = 422 if form.is_bound else 200
    return show_provider(request, provider, form, status=status)


@require_POST
@requires(Action.MANAGE_PROVIDERS)
def provider_delete(request: HttpRequest, slug: str) -> HttpResponse:
    """Remove one that no clip depends on."""
    provider = get_object_or_404(Provider, slug=slug)
    try:
        remove_provider(provider)
    except ValidationFailed as invalid:
        return go(request, address(provider), Toast(str(invalid), "error"))
    forget_shown_models()
    text = _("Deleted %(provider)s.") % {"provider": provider}
    return go(request, reverse("provider_list"), Toast(text))


def show_provider(
    request: HttpRequest,
    provider: Provider,
    form: ProviderForm | None = None,
    import_form: ImportForm | None = None,
    webhook_form: WebhookForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one provider, with a form that may have been refused."""
    why_not, without_clip = removal(provider)
    context = provider_context(provider) | {
        "form": form or ProviderForm(provider=provider),
        "import_form": import_form or ImportForm(),
        "webhook": webhook_facts(provider),
        "webhook_form": webhook_form or WebhookForm(is_set=bool(provider.webhook_secret)),
        "why_not_removable": why_not,
        "without_clip": without_clip,
        "is_own": provider.origin == Origin.ADMIN,
        "is_engine": provider.origin == Origin.ENGINE,
        "is_configured": is_configured(provider),
    }
    return page(request, "providers/detail.html", context, status)


def provider_context(provider: Provider) -> dict[str, Any]:
    """What the page and the fragment that is polled have in common."""
    level, state_text = state_of_provider(provider)
    return {
        "provider": provider,
        "pause": pause_of(provider),
        "origin_text": where_from(provider),
        "level": level,
        "state_text": state_text,
        "probe": probe_facts(provider),
        "models": model_lines(provider, provider.catalogue_models.all()),
    }


def address(provider: Provider) -> str:
    """The page of a provider."""
    return reverse("provider_detail", args=[provider.slug])


@require_POST
@requires(Action.MANAGE_PROVIDERS)
def provider_resume(request: HttpRequest, slug: str) -> HttpResponse:
    """End a pause: the provider is asked again at once."""
    provider = get_object_or_404(Provider, slug=slug)
    resume_by_hand(provider)
    here = reverse("provider_detail", args=[slug])
    default = here if request.POST.get("back") == "provider" else reverse("gallery")
    text = _("Trying %(provider)s again.") % {"provider": provider}
    return go(request, came_from(request, default), Toast(text))
