"""How does an admin let a provider tell us when a clip is ready?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from videos.gallery.composer.forms import add_errors
from videos.gallery.providers.forms import WebhookForm
from videos.gallery.providers.views import address, show_provider
from videos.gallery.shell.htmx import Toast, go
from videos.jobs.errors import ValidationFailed
from videos.jobs.sync.webhooks import set_webhook_secret
from videos.models import Action, Provider
from videos.team.access import requires


@require_POST
@requires(Action.MANAGE_PROVIDERS)
def provider_webhook(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep the signing secret, or forget it."""
    provider = get_object_or_404(Provider, slug=slug)
    if "remove" in request.POST:
        set_webhook_secret(provider, "")
        return go(
            request,
            address(provider),
            Toast(_("Webhooks are off. Dailies polls the provider instead.")),
        )
    form = WebhookForm(request.POST, is_set=bool(provider.webhook_secret))
    if form.is_valid():
        try:
            set_webhook_secret(provider, form.cleaned_data["secret"])
        except ValidationFailed as invalid:
            add_errors(form, invalid.errors)
        else:
            return go(request, address(provider), Toast(_("Webhooks are on.")))
    return show_provider(request, provider, webhook_form=form, status=422)
