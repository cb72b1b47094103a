"""What does an admin decide for the team?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from videos import jobs
from videos.gallery.forms import SettingsForm
from videos.gallery.htmx import Toast, came_from, go, page
from videos.models import Provider, Role, TeamSettings
from videos.team.access import requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Role.ADMIN)
def settings(request: HttpRequest) -> HttpResponse:
    """The settings that are changed in the browser."""
    kept = TeamSettings.load()
    form = SettingsForm(request.POST if request.method == "POST" else None, instance=kept)
    if form.is_bound and form.is_valid():
        form.save()
        return go(request, reverse("settings"), Toast("Saved."))
    status = 422 if form.is_bound else 200
    return page(request, "gallery/settings.html", {"form": form}, status)


@require_POST
@requires(Role.ADMIN)
def provider_resume(request: HttpRequest, slug: str) -> HttpResponse:
    """End a pause: the provider is asked again at once."""
    provider = get_object_or_404(Provider, slug=slug)
    jobs.resume_provider(provider)
    here = reverse("provider_detail", args=[slug])
    default = here if request.POST.get("back") == "provider" else reverse("gallery")
    return go(request, came_from(request, default), Toast(f"Trying {provider} again."))
