"""What do people say who came by a share link?"""

from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from videos.jobs.errors import ValidationFailed
from videos.jobs.sanitize import plain
from videos.models import Comment, Decision, ShareLink, VideoJob
from videos.models.selectors import jobs_with_keys
from videos.models.share import MAX_GUEST
from videos.review.comments import add_comment
from videos.review.decisions import Author, Decided, record_verdict, take_back

# Kept as the reason of a decision that its guest took back.
UNDONE = "Undone"
MAX_SHOWN = 100


def guest_name(text: str) -> str:
    """The name that a guest gives. Raises ValidationFailed."""
    name = " ".join(plain(text).split())
    if not name:
        raise ValidationFailed({"guest": _("Type your name first.")})
    if len(name) > MAX_GUEST:
        message = _("Use at most %(limit)d characters.")
        raise ValidationFailed({"guest": message % {"limit": MAX_GUEST}})
    return name


def comments_of(link: ShareLink, jobs: list[VideoJob]) -> dict[int, list[Comment]]:
    """By clip, the newest comments that came by this link, oldest first. What the team and other
    links say is not among them."""
    rows = Comment.objects.live().filter(link=link, job__in=jobs).order_by("-id")
    comments: dict[int, list[Comment]] = {job.pk: [] for job in jobs}
    for comment in rows[: MAX_SHOWN * max(1, len(jobs))]:
        if len(comments[comment.job_id]) < MAX_SHOWN:
            comments[comment.job_id].insert(0, comment)
    return comments


def decisions_of(link: ShareLink, jobs: list[VideoJob]) -> dict[int, Decision]:
    """By clip, the last decision made through this link, unless it was undone."""
    rows = Decision.objects.filter(link=link, job__in=jobs).order_by()
    last = rows.values("job").annotate(last=Max("pk")).values("last")
    shown = Decision.objects.filter(pk__in=last).exclude(reason=UNDONE)
    return {decision.job_id: decision for decision in shown}


def decide_as_guest(
    author: Author, job: VideoJob, verdict: str, text: str, key: str, *, start: str = ""
) -> Decided:
    """A guest's decision about a clip. Raises ValidationFailed.

    If the link takes comments, `text` becomes a comment at `start`, so that the team can work with
    it like any other; otherwise it becomes the decision's note. Both are saved or neither. `key`
    identifies the form, so pressing twice makes one decision.
    """
    if not verdict:
        raise ValidationFailed({"": _("Choose Approve, Needs changes or Reject.")})
    # Only presses by the same link and name can be the same press.
    link = author.link.pk if author.link else ""
    press = uuid5(NAMESPACE_URL, f"{link}:{author.guest}:{verdict}:{key}").hex if key else ""
    rows, note = jobs_with_keys([job.pk]), text.strip()
    with transaction.atomic():
        if note and author.link and author.link.allow_comments:
            # A key of its own: a comment that this form posted before may say something else.
            comment_as_guest(author, job, note, key and f"d{key}", start=start)
            note = ""
        return record_verdict(author, rows, verdict, note=note, press=press)


def comment_as_guest(
    author: Author, job: VideoJob, text: str, key: str, *, start: str = ""
) -> Comment:
    """A guest's comment on a clip, at a moment of it or as a whole. Raises ValidationFailed."""
    if not key:
        raise ValidationFailed({"": _("This form is incomplete. Reload the page.")})
    # Guests' and members' keys are separate, so that a guest can't reuse a member's key.
    link = author.link.pk if author.link else ""
    return add_comment(author, job, text, key=f"{link}:{key[:40]}", start=start)


def undo_as_guest(author: Author, press: str) -> int:
    """Undo a guest's decision, unless there is a newer one."""
    return len(take_back(author, press, reason=UNDONE))
