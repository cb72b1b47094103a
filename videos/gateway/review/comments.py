"""How does a script read and write comments?"""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from msgspec import UNSET, UnsetType

from videos.gateway.auth import require
from videos.gateway.pages import limit_of
from videos.gateway.responses import Refusal, json_answer, not_found
from videos.gateway.review import objects
from videos.gateway.review.body import read_body
from videos.gateway.review.serializers import comment_of
from videos.gateway.submit import key_of
from videos.gateway.videos import find
from videos.models import AccessToken, Action, Comment, VideoJob, job_among, visible_jobs
from videos.models.paging import page_of
from videos.models.policies import may_remove
from videos.models.row_policies import may_edit_comment
from videos.review.comments import (
    add_comment,
    delete_comment,
    edit_comment,
    resolve_comment,
)
from videos.review.decisions import Author
from videos.wire.values import whole_number

LARGEST_ID = 2**62


def listing(request: HttpRequest, token: AccessToken, video_id: str) -> HttpResponse:
    """The comments on a clip, the oldest first. `after` is the id of a comment."""
    job = find(token, video_id)
    after = request.GET.get("after", "")
    at = (_number(after),) if after else ()
    comments = page_of(comments_on(job), limit_of(request), after=at, order=["pk"])
    answer = objects.CommentList(
        data=[comment_of(comment) for comment in comments.rows],
        last_id=comments.last.pk if comments.last else None,
        has_more=comments.has_more,
    )
    return json_answer(answer)


def create(request: HttpRequest, token: AccessToken, video_id: str) -> HttpResponse:
    """Comment on a clip, or answer a comment. The same Idempotency-Key makes one comment."""
    job, body = find(token, video_id), read_body(request, objects.AddComment)
    return json_answer(comment_of(say(token, job, body, key_of(request))))


def say(token: AccessToken, job: VideoJob, body: objects.AddComment, key: str) -> Comment:
    """Add a comment to a clip; the same key makes one. Refusal (400, 403), ValidationFailed."""
    require(token, Action.COMMENT, job)
    return add_comment(
        Author(member=token.member),
        job,
        body.text,
        key=key,
        start=_seconds(body.start),
        end=_seconds(body.end),
        parent=_parent(job, body.answer_to),
    )


def change(request: HttpRequest, token: AccessToken, comment_id: int) -> HttpResponse:
    """Edit one's own words, or mark a thread as resolved."""
    comment, body = _find(token, comment_id), read_body(request, objects.ChangeComment)
    require(token, Action.COMMENT, comment.job)
    if body.text is not UNSET:
        if not may_edit_comment(token.member, comment):
            raise _not_yours("edit")
        edit_comment(token.member, comment, body.text)
    if body.resolved is not UNSET:
        resolve_comment(token.member, comment, resolved=body.resolved)
    return json_answer(comment_of(comment))


def delete(request: HttpRequest, token: AccessToken, comment_id: int) -> HttpResponse:
    """Delete one's own comment; admins may delete any."""
    comment = _find(token, comment_id)
    require(token, Action.COMMENT, comment.job)
    if not may_remove(token.member, comment):
        raise _not_yours("delete")
    delete_comment(token.member, comment)
    return json_answer(objects.CommentDeleted(id=comment.pk))


def comments_on(job: VideoJob) -> QuerySet[Comment]:
    """The comments on a clip that were not deleted, with what `comment_of` reads."""
    return _rows().filter(job=job)


def _rows() -> QuerySet[Comment]:
    return Comment.objects.live().select_related("job", "maker")


def _find(token: AccessToken, comment_id: int) -> Comment:
    is_seen = job_among(visible_jobs(token.member).live())
    comment = None
    if comment_id <= LARGEST_ID:
        comment = _rows().filter(is_seen, pk=comment_id).first()
    if comment is None:
        raise not_found("Comment")
    return comment


def _parent(job: VideoJob, pk: int | UnsetType) -> Comment | None:
    if pk is UNSET:
        return None
    comment = Comment.objects.live().filter(pk=pk, job=job).first()
    if comment is None:
        message = "This clip has no comment with this ID."
        raise Refusal(400, message, param="answer_to", code="invalid_value")
    return comment


def _not_yours(verb: str) -> Refusal:
    return Refusal(403, f"You can only {verb} your own comments.", code="insufficient_permissions")


def _seconds(value: float | UnsetType) -> str:
    return "" if value is UNSET else f"{value:.3f}"


def _number(text: str) -> int:
    if (key := whole_number(text)) is None:
        message = "`after` must be the ID of a comment."
        raise Refusal(400, message, param="after", code="invalid_value")
    return key
