"""What does an admin decide for the team?"""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from videos.gallery.settings.forms import SettingsForm
from videos.gallery.settings.retention import COUNTED, section
from videos.gallery.shell.htmx import Toast, go, page
from videos.gallery.shell.numbers import up_to
from videos.models import Action, AuditAction, TeamSettings, record, visible_jobs
from videos.models.policies import may_read_database
from videos.team.access import member_of, requires
from videos.team.saved_message import saved_message


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.MANAGE_SETTINGS)
def settings(request: HttpRequest) -> HttpResponse:
    """The settings that are changed in the browser."""
    settings = TeamSettings.load()
    before = {name: getattr(settings, name) for name in SettingsForm.Meta.fields}
    form = SettingsForm(request.POST if request.method == "POST" else None, instance=settings)
    if form.is_bound and form.is_valid():
        days = form.cleaned_data["trash_days"]
        if days < before["trash_days"] and request.POST.get("confirmed") != "1":
            return _ask(request, form, days)
        with transaction.atomic():
            form.save()
            record(AuditAction.SETTINGS_CHANGED, before=before, after=form.cleaned_data)
        return go(request, reverse("settings"), Toast(saved_message(form)))
    status = 422 if form.is_bound else 200
    context = {"form": form, "may_read_database": may_read_database(member_of(request))}
    return page(request, "settings/page.html", context | section(), status)


def _ask(request: HttpRequest, form: SettingsForm, days: int) -> HttpResponse:
    """What a shorter time in the trash means, with the rest of the form kept."""
    trashed = visible_jobs(member_of(request)).trashed_between(None, timezone.now()).order_by()
    context = {
        "form": form,
        "days": days,
        "count": up_to(trashed[: COUNTED + 1].count(), COUNTED),
    }
    return page(request, "cleanup/days_confirm.html", context)
