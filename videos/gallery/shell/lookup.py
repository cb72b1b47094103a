"""Which job does this address name, and may this member change it?"""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from videos.models import Action, VideoJob, may
from videos.team.access import member_of

NOT_YOURS = gettext_noop("Only the member who made this clip, or an admin, can change it.")


def find(public_id: str) -> VideoJob:
    """The job, trashed or not, with its maker and provider. Http404."""
    rows = VideoJob.objects.select_related("maker", "provider")
    if (job := rows.filter(public_id=public_id).first()) is None:
        raise Http404("There is no such clip.")
    return job


def find_own(request: HttpRequest, public_id: str) -> VideoJob:
    """The same for somebody who may change it. Http404, PermissionDenied."""
    job = find(public_id)
    if not may(member_of(request), Action.CHANGE, job):
        raise PermissionDenied(_(NOT_YOURS))
    return job
