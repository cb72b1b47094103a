"""Which job does this address name, and may this member change it?"""

from django.core.exceptions import PermissionDenied
from django.db.models import F, FilteredRelation, Q
from django.http import Http404, HttpRequest

from videos import jobs
from videos.gallery.cards import for_cards
from videos.models import Kind, VideoJob
from videos.team.access import member_of

NOT_YOURS = "Only the member who made this clip, or an admin, may change it."


def find(public_id: str) -> VideoJob:
    """The job, trashed or not, with what its page shows. Http404."""
    rows = for_cards(VideoJob.objects.filter(public_id=public_id)).defer(None)
    video = FilteredRelation("assets", condition=Q(assets__kind=Kind.VIDEO))
    rows = rows.annotate(video=video).annotate(video_sha=F("video__sha256"))
    job = rows.select_related("maker", "provider").first()
    if job is None:
        raise Http404("There is no such clip.")
    return job


def find_own(request: HttpRequest, public_id: str) -> VideoJob:
    """The same for somebody who may change it. Http404, PermissionDenied."""
    job = find(public_id)
    if not jobs.may_change(member_of(request), job):
        raise PermissionDenied(NOT_YOURS)
    return job
