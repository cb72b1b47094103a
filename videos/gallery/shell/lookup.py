"""Which job does this address name, and may this member change it?"""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from videos.models import Action, VideoJob, may, visible_jobs
from videos.models.policies import may_everywhere
from videos.team.access import member_of, refuse_unless

NOT_YOURS = gettext_noop("Only the member who made this clip, or an admin, can change it.")


def find(request: HttpRequest, public_id: str, action: Action = Action.VIEW) -> VideoJob:
    """A job to which the member may do `action`, trashed or not, with its maker and provider.
    Http404 for one that the member may not see, PermissionDenied."""
    rows = visible_jobs(member_of(request)).select_related("maker", "provider", "project")
    if (job := rows.filter(public_id=public_id).first()) is None:
        raise Http404("Clip not found.")
    refuse_unless(member_of(request), action, job)
    return job


def refuse_hidden(request: HttpRequest, public_id: str) -> None:
    """Raise Http404 for a job that the member may not see. No query where all may be seen."""
    member = member_of(request)
    if not may_everywhere(member, Action.VIEW):
        get_object_or_404(visible_jobs(member).only("pk"), public_id=public_id)


def find_own(request: HttpRequest, public_id: str) -> VideoJob:
    """The same for a member who may change it. Raises Http404 or PermissionDenied."""
    job = find(request, public_id)
    if not may(member_of(request), Action.CHANGE, job):
        raise PermissionDenied(_(NOT_YOURS))
    return job
