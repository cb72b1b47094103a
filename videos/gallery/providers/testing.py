"""How does an admin have a connection tested? The mirror asks; these views only read and write."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from videos.gallery.providers.lines import is_pending
from videos.gallery.providers.views import address, provider_context
from videos.gallery.shell.htmx import go, piece, unchanged
from videos.jobs.providers.capabilities import vouch, want_probe
from videos.models import Action, Provider
from videos.team.access import member_of, requires


@require_POST
@requires(Action.MANAGE_PROVIDERS)
def provider_test(request: HttpRequest, slug: str) -> HttpResponse:
    """Make the provider due for a test."""
    provider = get_object_or_404(Provider, slug=slug)
    want_probe(provider)
    return go(request, address(provider))


@require_POST
@requires(Action.MANAGE_PROVIDERS)
def provider_vouch(request: HttpRequest, slug: str) -> HttpResponse:
    """Offer its models although no test has worked."""
    provider = get_object_or_404(Provider, slug=slug)
    vouch(provider, member_of(request))
    return go(request, address(provider))


@require_GET
@requires(Action.MANAGE_PROVIDERS)
def provider_probe(request: HttpRequest, slug: str) -> HttpResponse:
    """What the test has shown; 204 while the mirror is still at it."""
    provider = get_object_or_404(Provider, slug=slug)
    if is_pending(provider):
        return unchanged()
    context = provider_context(provider) | {"oob": True}
    parts = ("providers/_probe.html", "providers/_state.html", "providers/_models.html")
    return piece(request, *((part, context) for part in parts))
