"""Which job does this address name, and may this member change it?"""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from videos.models import Action, VideoJob, may, visible_jobs
from videos.team.access import member_of

NOT_YOURS = gettext_noop("Only the member who made this clip, or an admin, can change it.")


def find(request: HttpRequest, public_id: str) -> VideoJob:
    """A job that the member may see, trashed or not, with its maker and provider. Http404."""
    rows = visible_jobs(member_of(request)).select_related("maker", "provider", "project")
    if (job := rows.filter(public_id=public_id).first()) is None:
        raise Http404("There is no such clip.")
    return job


def find_own(request: HttpRequest, public_id: str) -> VideoJob:
    """The same for a member who may change it. Raises Http404 or PermissionDenied."""
    job = find(request, public_id)
    if not may(member_of(request), Action.CHANGE, job):
        raise PermissionDenied(_(NOT_YOURS))
    return job
