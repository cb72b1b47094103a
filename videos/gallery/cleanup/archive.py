"""How are clips at risk archived at once?"""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from videos.gallery.clips.cleanup_lists import AT_RISK
from videos.gallery.shell.bulk import chosen_ids
from videos.gallery.shell.htmx import Toast, go
from videos.gallery.shell.numbers import counted
from videos.jobs.media.archive_now import archive_now
from videos.models import Action, visible_jobs
from videos.team.access import member_of, requires


@require_POST
@requires(Action.CHANGE)
def cleanup_archive(request: HttpRequest) -> HttpResponse:
    """Let the mirror fetch the selected clips, or all, at once."""
    member = member_of(request)
    rows = visible_jobs(member)
    if request.POST.get("all") != "1":
        rows = rows.filter(public_id__in=chosen_ids(request.POST))
    count = archive_now(member, rows)
    if not count:
        return go(request, AT_RISK.url, Toast(_("Select some of your own clips first."), "warning"))
    text = ngettext("Archiving %(count)s clip now.", "Archiving %(count)s clips now.", count)
    return go(request, AT_RISK.url, Toast(counted(text, count), "info"))
