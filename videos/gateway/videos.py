"""Which clips are there, where do they stand, and how do their bytes and they themselves go?"""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from videos import wire
from videos.gateway.pages import limit_of, newest_first
from videos.gateway.responses import Refusal, json_answer, not_found
from videos.gateway.serializers import video_answer, video_of
from videos.jobs.deletion.trash import trash
from videos.jobs.media import serve
from videos.models import AccessToken, Action, Kind, VideoJob, may, visible_jobs
from videos.models.asset import API_VARIANTS
from videos.models.ids import is_video_id
from videos.models.measures import with_measures
from videos.models.paging import Page, page_of


def listing(request: HttpRequest, token: AccessToken) -> HttpResponse:
    """`after`, `limit` from 0 to 100, `order`: the team's clips, without those in the trash."""
    rows = with_measures(visible_jobs(token.member).live()).select_related("source")
    jobs = page_of_jobs(rows, token, request)
    videos = [video_of(job) for job in jobs.rows]
    return json_answer(wire.video_list(videos, has_more=jobs.has_more))


def retrieve(request: HttpRequest, token: AccessToken, video_id: str) -> HttpResponse:
    """One clip of any member of the team."""
    return video_answer(find(token, video_id))


def delete(request: HttpRequest, token: AccessToken, video_id: str) -> HttpResponse:
    """Into our trash, where people can still take it back."""
    job = find(token, video_id)
    if not may(token.member, Action.CHANGE, job):
        message = "Only the member who made this clip, or an admin, may delete it."
        raise Refusal(403, message, code="insufficient_permissions")
    trash(token.member, visible_jobs(token.member).filter(pk=job.pk))
    return json_answer(wire.VideoDeleted(id=job.public_id))


def content(request: HttpRequest, token: AccessToken, video_id: str) -> HttpResponseBase:
    """The bytes, served by the same code as in the browser."""
    job = find(token, video_id)
    variant = request.GET.get("variant") or Kind.VIDEO
    return serve.content_response(request, job.public_id, variant, variants=API_VARIANTS)


def page_of_jobs(
    rows: QuerySet[VideoJob], token: AccessToken, request: HttpRequest
) -> Page[VideoJob]:
    """The page of `rows` that `after` (the id of a clip), `limit` and `order` ask for. Raises
    WireError and Refusal."""
    limit, order = limit_of(request), "-pk" if newest_first(request) else "pk"
    after = request.GET.get("after")
    at = (find(token, after, with_trash=True).pk,) if after else ()
    return page_of(rows, limit, after=at, order=[order])


def find(token: AccessToken, video_id: str, *, with_trash: bool = False) -> VideoJob:
    """The clip of this id. Refusal (404) where there is none, or only in the trash."""
    job = None
    # Whatever else stands there (NUL, a provider's id), the database need not see it.
    if is_video_id(video_id):
        seen = visible_jobs(token.member)
        rows = seen if with_trash else seen.live()
        jobs = with_measures(rows.filter(public_id=video_id))
        job = jobs.select_related("source", "provider").first()
    if job is None:
        raise not_found("Video")
    return job
