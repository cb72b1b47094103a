"""How do people discuss a clip?"""

import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from videos.jobs.errors import ValidationFailed
from videos.jobs.sanitize import plain
from videos.models import AuditAction, Comment, Member, VideoJob, record
from videos.models.audit import OWNER
from videos.models.comment import MAX_COMMENT
from videos.models.measures import measures_of
from videos.models.policies import may_remove
from videos.models.row_policies import may_edit_comment
from videos.models.timecode import read_timecode
from videos.review.decisions import Author
from videos.review.notify import notify_of_comment

MENTION = re.compile(r"(?<![\w@])@([\w.+-]{1,150})")
MAX_MENTIONS = 50
MAX_COUNTED = 1000
# A clip's end is measured to the frame; people type it rounded.
TOLERANCE = Decimal("0.5")


def add_comment(
    author: Author,
    job: VideoJob,
    text: str,
    *,
    key: str,
    start: str = "",
    end: str = "",
    parent: Comment | None = None,
) -> Comment:
    """Say something about a clip. Raises ValidationFailed.

    `start` and `end` are seconds from the beginning, as typed; empty for the clip as a whole. `end`
    alone is a range from the beginning. `key` is the form's: pressed twice, there is one comment.
    """
    text = _checked(text)
    first, last = times_of(job, start, end)
    if parent is not None:
        parent = parent.parent or parent
        first = last = None
    comment = Comment(
        job=job,
        parent=parent,
        maker=author.member,
        guest=author.guest,
        link=author.link,
        text=text,
        start=first,
        end=last,
        submission_key=key[:64],
    )
    try:
        with transaction.atomic():
            comment.save()
            comment.mentions.set(mentioned(text))
            notify_of_comment(comment)
    except IntegrityError:
        return Comment.objects.get(job=job, submission_key=key[:64])
    return comment


def edit_comment(member: Member, comment: Comment, text: str) -> None:
    """Change one's own words. Raises ValidationFailed."""
    if not may_edit_comment(member, comment):
        raise ValidationFailed({"": _("You can only edit your own comments.")})
    comment.text, comment.edited_at = _checked(text), timezone.now()
    with transaction.atomic():
        comment.save(update_fields=["text", "edited_at"])
        comment.mentions.set(mentioned(comment.text))
        notify_of_comment(comment)


def delete_comment(member: Member, comment: Comment, *, deleted: bool = True) -> None:
    """Remove a comment, or bring it back. Raises ValidationFailed."""
    if not may_remove(member, comment):
        raise ValidationFailed({"": _("You can only delete your own comments.")})
    comment.deleted_at = timezone.now() if deleted else None
    with transaction.atomic():
        comment.save(update_fields=["deleted_at"])
        if deleted and comment.maker_id != member.pk:
            facts = {"id": comment.job.public_id, OWNER: comment.maker_id}
            record(AuditAction.COMMENT_DELETED, after=facts, member=member)


def resolve_comment(member: Member, comment: Comment, *, resolved: bool) -> None:
    """Mark a thread as done, or open it again."""
    comment.resolved_at = timezone.now() if resolved else None
    comment.resolved_by = member if resolved else None
    comment.save(update_fields=["resolved_at", "resolved_by"])


def comment_counts(jobs: Iterable[VideoJob]) -> dict[int, int]:
    """Primary key → number of comments, of those of `jobs` that have any. One query, which stops
    at MAX_COUNTED comments: no list waits for a clip that has a hundred thousand."""
    rows = Comment.objects.live().filter(job__in=[job.pk for job in jobs])
    return Counter(rows.order_by().values_list("job_id", flat=True)[:MAX_COUNTED])


def mentioned(text: str) -> list[Member]:
    """The active members whom a text names as @username."""
    names = {name.rstrip(".-+") for name in MENTION.findall(text)}
    return list(Member.objects.filter(username__in=names, is_active=True)[:MAX_MENTIONS])


def times_of(job: VideoJob, start: str, end: str) -> tuple[Decimal | None, Decimal | None]:
    """The moment or range that was typed, in seconds; an end alone is a range from the beginning.
    Raises ValidationFailed."""
    first, last = _seconds("start", start), _seconds("end", end)
    if first is None and last is None:
        return None, None
    first, length = first or Decimal(0), _length(job)
    if length is not None and first > length + TOLERANCE:
        raise ValidationFailed(
            {"start": _("The clip is only %(seconds)s seconds long.") % {"seconds": length}}
        )
    if last is not None and last < first:
        raise ValidationFailed({"end": _("The end is before the start. Choose a later time.")})
    if last is not None and length is not None:
        last = min(last, length)
    # A range that ends where it begins is a moment.
    return first, last if last is not None and last > first else None


def _seconds(name: str, text: str) -> Decimal | None:
    """`4.2`, `1:04.2` or nothing."""
    try:
        return read_timecode(text) if text.strip() else None
    except ValueError as error:
        message = _("Write the time as seconds, such as 2.5, or as 0:02.5.")
        raise ValidationFailed({name: message}) from error


def _length(job: VideoJob) -> Decimal | None:
    measured = measures_of(job).seconds
    try:
        return Decimal(str(round(measured, 3) if measured else job.seconds))
    except InvalidOperation:
        return None


def _checked(text: str) -> str:
    text = "\n".join(plain(line).rstrip() for line in text.splitlines()).strip()
    if not text:
        raise ValidationFailed({"text": _("Write something first.")})
    if len(text) > MAX_COMMENT:
        message = _("A comment can have %(limit)s characters; this one has %(count)s.")
        raise ValidationFailed(
            {"text": message % {"limit": f"{MAX_COMMENT:,}", "count": f"{len(text):,}"}}
        )
    return text
