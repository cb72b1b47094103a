"""How does a person comment on a clip, answer, edit, delete and resolve?"""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from videos.gallery.clips.list_position import page_in_list
from videos.gallery.clips.waiting import attach_waits
from videos.gallery.composer.forms import add_errors
from videos.gallery.shell.htmx import Toast, came_from, go, page, piece, wants_piece
from videos.gallery.shell.lookup import find
from videos.gallery.video.review import CommentForm, Refused, comments_context
from videos.gallery.video.views import detail_context
from videos.jobs.errors import ValidationFailed
from videos.models import Action, Comment, VideoJob, job_among, visible_jobs
from videos.models.policies import may_remove
from videos.models.row_policies import may_edit_comment
from videos.review.comments import (
    add_comment,
    delete_comment,
    edit_comment,
    resolve_comment,
)
from videos.review.decisions import Author
from videos.team.access import member_of, refuse_unless, requires
from videos.wire.values import whole_number


@require_POST
@requires(Action.COMMENT)
def video_comment(request: HttpRequest, public_id: str) -> HttpResponse:
    """A new comment, or an answer to `parent`."""
    job, posted = find(request, public_id, Action.COMMENT), request.POST
    parent = _parent(job, posted.get("parent", ""))
    try:
        comment = add_comment(
            Author(member=member_of(request)),
            job,
            posted.get("text", ""),
            key=posted.get("key", ""),
            start=posted.get("start", ""),
            end=posted.get("end", ""),
            parent=parent,
        )
    except ValidationFailed as invalid:
        form = _refused_form(request, invalid)
        refused = Refused(form, "reply" if parent else "", parent.pk if parent else 0)
        return _answer(request, job, refused=refused)
    return _answer(request, job, comment)


@require_POST
@requires(Action.COMMENT)
def comment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one's own words."""
    comment = _find(request, pk)
    if not may_edit_comment(member_of(request), comment):
        raise PermissionDenied(_("You can only edit your own comments."))
    try:
        edit_comment(member_of(request), comment, request.POST.get("text", ""))
    except ValidationFailed as invalid:
        refused = Refused(_refused_form(request, invalid), "edit", comment.pk)
        return _answer(request, comment.job, refused=refused)
    return _answer(request, comment.job, comment)


@require_POST
@requires(Action.COMMENT)
def comment_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a comment, with a way back in the toast."""
    comment = _find_deletable(request, pk)
    delete_comment(member_of(request), comment)
    toast = Toast(_("Comment removed."), undo_url=reverse("comment_restore", args=[pk]))
    return _answer(request, comment.job, toast=toast)


@require_POST
@requires(Action.COMMENT)
def comment_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a deleted comment back."""
    comment = _find_deletable(request, pk)
    delete_comment(member_of(request), comment, deleted=False)
    return _answer(request, comment.job, comment, toast=Toast(_("Comment restored.")))


@require_POST
@requires(Action.COMMENT)
def comment_resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a thread as done, or open it again."""
    comment = _find(request, pk)
    resolve_comment(member_of(request), comment, resolved=request.POST.get("resolved", "1") == "1")
    return _answer(request, comment.job, comment)


def _find(request: HttpRequest, pk: int) -> Comment:
    member = member_of(request)
    rows = Comment.objects.select_related("job__maker", "job__provider")
    comment = get_object_or_404(rows, job_among(visible_jobs(member)), pk=pk)
    refuse_unless(member, Action.COMMENT, comment.job)
    return comment


def _find_deletable(request: HttpRequest, pk: int) -> Comment:
    comment = _find(request, pk)
    if not may_remove(member_of(request), comment):
        raise PermissionDenied(_("You can only delete your own comments."))
    return comment


def _parent(job: VideoJob, text: str) -> Comment | None:
    """The comment that is answered, if it is there and on this clip."""
    key = whole_number(text)
    return None if key is None else Comment.objects.filter(job=job, pk=key).first()


def _refused_form(request: HttpRequest, invalid: ValidationFailed) -> CommentForm:
    form = CommentForm(request.POST)
    add_errors(form, invalid.errors)
    return form


def _answer(
    request: HttpRequest,
    job: VideoJob,
    comment: Comment | None = None,
    *,
    refused: Refused | None = None,
    toast: Toast | None = None,
) -> HttpResponse:
    """The clip's comments as they stand now; the whole page where that is wanted."""
    status, toasts = (422 if refused else 200), [toast] if toast else []
    if wants_piece(request):
        context = {"job": {"public_id": job.public_id}, "kept_list": came_from(request, "")}
        context |= comments_context(member_of(request), job, refused)
        return piece(request, ("review/_comments.html", context), status=status, toasts=toasts)
    if refused:
        attach_waits([job])
        context = detail_context(request, job, refused=refused)
        return page(request, "video/detail.html", context, status)
    anchor = f"comment-{comment.pk}" if comment else "comments"
    return go(request, f"{page_in_list(job.public_id, came_from(request, ''))}#{anchor}", *toasts)
