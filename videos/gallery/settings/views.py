"""What does an admin decide for the team?"""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from videos.gallery.settings.forms import SettingsForm
from videos.gallery.settings.retention import section
from videos.gallery.shell.htmx import Toast, go, page
from videos.models import Action, AuditAction, TeamSettings, record
from videos.models.policies import may_read_database
from videos.team.access import member_of, requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.MANAGE_SETTINGS)
def settings(request: HttpRequest) -> HttpResponse:
    """The settings that are changed in the browser."""
    kept = TeamSettings.load()
    before = {name: getattr(kept, name) for name in SettingsForm.Meta.fields}
    form = SettingsForm(request.POST if request.method == "POST" else None, instance=kept)
    if form.is_bound and form.is_valid():
        with transaction.atomic():
            form.save()
            record(AuditAction.SETTINGS_CHANGED, before=before, after=form.cleaned_data)
        return go(request, reverse("settings"), Toast(_("Saved.")))
    status = 422 if form.is_bound else 200
    context = {"form": form, "may_read_database": may_read_database(member_of(request))}
    return page(request, "gallery/settings.html", context | section(), status)
