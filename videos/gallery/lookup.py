"""Which job does this address name, and may this member change it?"""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from videos import jobs
from videos.models import VideoJob
from videos.models.prepared import Prepared
from videos.team.access import member_of

WHOLE = Prepared(
    lambda public_id: VideoJob.objects.filter(public_id=public_id).select_related(
        "maker", "provider"
    ),
    "public_id",
)
NOT_YOURS = "Only the member who made this clip, or an admin, may change it."


def find(public_id: str) -> VideoJob:
    """The job, trashed or not, with its maker and provider. Http404."""
    found = WHOLE.all(public_id)
    if not found:
        raise Http404("There is no such clip.")
    return found[0]


def find_own(request: HttpRequest, public_id: str) -> VideoJob:
    """The same for somebody who may change it. Http404, PermissionDenied."""
    job = find(public_id)
    if not jobs.may_change(member_of(request), job):
        raise PermissionDenied(NOT_YOURS)
    return job
