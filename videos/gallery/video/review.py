"""What does a clip's page show of the team's review?"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4
from zlib import crc32

from django import forms
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from videos.gallery.shell.dates import moment
from videos.gallery.shell.names import named
from videos.gallery.shell.numbers import timecode
from videos.models import (
    Action,
    Comment,
    Decision,
    JobStatus,
    Member,
    Verdict,
    VideoJob,
    may,
)
from videos.models.paging import cut
from videos.models.row_policies import may_delete_comment, may_edit_comment
from videos.review.decisions import reasons
from videos.review.notes import answered_by, takes_of
from videos.review.opinions import STARS, favourites_among, stars_of

MAX_COMMENTS = 500
MAX_DECISIONS = 20
# How many members a mention can be completed to.
MAX_MEMBERS = 200


class CommentForm(forms.Form):
    """A new comment. The rules are those of `add_comment`; this only holds what was typed."""

    text = forms.CharField(required=False, label=gettext_lazy("Comment"), strip=False)
    start = forms.CharField(required=False, label=gettext_lazy("From"))
    end = forms.CharField(required=False, label=gettext_lazy("To"))
    key = forms.CharField(required=False)
    parent = forms.CharField(required=False)


@dataclass(frozen=True)
class Refused:
    """A form that was refused: for which comment it was (0: a new one), and what was typed."""

    form: forms.Form
    # "reply" or "edit"; empty for a new comment.
    action: str = ""
    comment: int = 0


@dataclass(frozen=True)
class NewTake:
    """A clip that was made because of a comment."""

    url: str
    text: str


@dataclass(frozen=True)
class Remark:
    """A comment as the page shows it. `start` and `end` are seconds as text, or empty."""

    pk: int
    author: str
    is_guest: bool
    text: str
    start: str
    end: str
    time_text: str
    at_iso: str
    at_text: str
    is_edited: bool
    is_deleted: bool
    resolved_by: str
    may_edit: bool
    may_delete: bool
    # The one-time key of the reply form.
    reply_key: str
    takes: list[NewTake]
    replies: list["Remark"] = field(default_factory=list)


def review_context(member: Member, job: VideoJob, refused: Refused | None = None) -> dict[str, Any]:
    """Everything that the section Review shows. The same few queries, however much was said."""
    answers = {"answers": answered_by(member, job)}
    return decision_context(member, job) | comments_context(member, job, refused) | answers


def decision_context(member: Member, job: VideoJob) -> dict[str, Any]:
    """The clip's decision and its history, its ratings, and whether it is a favourite."""
    is_open = job.status == JobStatus.COMPLETED and not job.is_trashed
    rows = Decision.objects.filter(job=job).select_related("by")
    history = list(rows[:MAX_DECISIONS])
    return {
        "verdict": job.verdict,
        "verdict_text": job.get_verdict_display(),
        "decided": history[0] if history and job.verdict else None,
        "decisions": history,
        "has_decisions": is_open,
        "can_decide": is_open and may(member, Action.DECIDE, job),
        "reasons": reasons(),
        "stars": stars_of(job, member),
        "star_numbers": STARS,
        "liked": bool(favourites_among(member, [job])),
    }


def comments_context(
    member: Member, job: VideoJob, refused: Refused | None = None
) -> dict[str, Any]:
    """The clip's threads, those that are open first, and the form for a new comment."""
    rows = Comment.objects.shown().filter(job=job).select_related("maker", "resolved_by")
    newest = cut(rows.order_by("-id"), MAX_COMMENTS)
    takes = takes_of(member, job)
    threads = _threads(member, reversed(newest.rows), takes)
    is_new = refused is not None and not refused.comment
    members = Member.objects.filter(is_active=True).order_by("username")
    return {
        "open_threads": [each for each in threads if not each.resolved_by],
        "resolved_threads": [each for each in threads if each.resolved_by],
        "review_version": review_version(job),
        "said_changes": not job.is_trashed,
        "seen_at": timezone.now().isoformat(),
        "comments_cut": newest.has_more,
        "can_comment": may(member, Action.COMMENT, job) and not job.is_trashed,
        "can_take": may(member, Action.GENERATE, job) and not job.is_trashed,
        "comment_form": refused.form if refused and is_new else _new_form(),
        "refused": refused if refused and not is_new else None,
        "mentionable": members.values_list("username", "name")[:MAX_MEMBERS],
    }


def review_version(job: VideoJob) -> str:
    """Another text after each decision and its reason, and after each comment that is written,
    edited, deleted or resolved. Two queries."""
    said = Comment.objects.filter(job=job).aggregate(
        newest=Max("pk"),
        edited=Max("edited_at"),
        deleted=Count("deleted_at"),
        resolved=Count("resolved_at"),
    )
    decided = Decision.objects.filter(job=job).values_list("pk", "reason").first()
    return f"{crc32(repr((*said.values(), decided)).encode()):08x}"


def _new_form() -> CommentForm:
    return CommentForm(initial={"key": uuid4().hex})


def _threads(
    member: Member, comments: Iterable[Comment], takes: dict[int, list[VideoJob]]
) -> list[Remark]:
    threads: dict[int, Remark] = {}
    for comment in comments:
        takes_made = [_new_take(each) for each in takes.get(comment.pk, ())]
        remark = _remark(member, comment, takes_made)
        if comment.parent_id is None:
            threads[comment.pk] = remark
        elif comment.parent_id in threads:
            threads[comment.parent_id].replies.append(remark)
    return list(threads.values())


def _new_take(job: VideoJob) -> NewTake:
    shown_status = Verdict(job.verdict) if job.verdict else JobStatus(job.status)
    return NewTake(job.get_absolute_url(), str(shown_status.label))


def _remark(member: Member, comment: Comment, takes: list[NewTake]) -> Remark:
    start, end = comment.start, comment.end
    span = [timecode(each) for each in (start, end) if each is not None]
    return Remark(
        pk=comment.pk,
        author=named(comment.maker) or str(comment.guest),
        is_guest=comment.maker is None,
        text="" if comment.deleted_at else comment.text,
        start="" if start is None else f"{start}",
        end="" if end is None else f"{end}",
        time_text="–".join(span),
        at_iso=comment.created_at.isoformat(),
        at_text=moment(comment.created_at),
        is_edited=comment.edited_at is not None,
        is_deleted=comment.deleted_at is not None,
        resolved_by=(named(comment.resolved_by) or _("someone")) if comment.resolved_at else "",
        may_edit=may_edit_comment(member, comment),
        may_delete=may_delete_comment(member, comment),
        reply_key=uuid4().hex,
        takes=takes,
    )
