"""How are clips approved, sent back, or rejected, and how is that undone?"""

from dataclasses import dataclass
from uuid import uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from videos.jobs.errors import ValidationFailed
from videos.models import (
    Action,
    Decision,
    JobStatus,
    Member,
    ShareLink,
    TeamSettings,
    Verdict,
    VideoJob,
    VideoJobQuerySet,
    allowed_rows,
    lock_stacks,
    refresh_covers,
    stacks_of,
)
from videos.models.review import MAX_NOTE, MAX_REASON
from videos.models.selectors import jobs_of_press, jobs_with_keys
from videos.review.notes import reopen_answered, resolve_answered
from videos.review.notify import (
    announce_decision,
    notify_makers,
    notify_makers_of,
    withdraw_decision_notices,
)


@dataclass(frozen=True)
class Author:
    """Who decides or comments: a member, or a guest who came by a share link."""

    member: Member | None = None
    guest: str = ""
    link: ShareLink | None = None


@dataclass(frozen=True)
class Part:
    """Some of the clips of one press: the key of the press, and the number of this part."""

    press: str
    number: int


@dataclass(frozen=True)
class Decided:
    """What one press did: how many clips it changed, and the key that undoes it."""

    count: int
    press: str


def decide(
    member: Member,
    jobs: VideoJobQuerySet,
    verdict: str,
    *,
    reason: str = "",
    note: str = "",
    part: Part | None = None,
) -> Decided:
    """Give those of `jobs` that `member` may decide this verdict. Raises ValidationFailed.

    Only finished clips outside the trash can be decided. A clip that has the verdict already is
    left as it is, unless there is something new to say about it. `part` is set where the clips are
    some of those of one press: `notify_of_press` notifies the makers once all are decided.
    """
    rows = allowed_rows(member, Action.DECIDE, jobs)
    author = Author(member=member)
    return record_verdict(author, rows, verdict, reason=reason, note=note, part=part)


def record_verdict(
    author: Author,
    jobs: VideoJobQuerySet,
    verdict: str,
    *,
    reason: str = "",
    note: str = "",
    press: str = "",
    part: Part | None = None,
) -> Decided:
    """The same for any author, whose permission the caller has checked. Raises ValidationFailed.

    A guest's decision is always recorded: guests do not see what the team decided before. `press`
    names this press of a button; the same one again records nothing.
    """
    reason, note = reason.strip(), note.strip()
    _check(verdict, reason, note)
    press = press or (part.press if part else uuid4().hex)
    with transaction.atomic():
        lock_stacks(stacks_of(jobs))
        rows = jobs.live().filter(status=JobStatus.COMPLETED).select_for_update()
        verdicts = dict(rows.values_list("pk", "verdict"))
        done = Decision.objects.filter(press=press).values_list("job", flat=True)
        changed = {
            pk: previous
            for pk, previous in verdicts.items()
            if previous != verdict or reason or note or author.guest
        }
        for pk in done:
            changed.pop(pk, None)
        _write(list(changed), verdict)
        Decision.objects.bulk_create(
            Decision(
                job_id=pk,
                verdict=verdict,
                previous=previous,
                reason=reason,
                note=note,
                by=author.member,
                guest=author.guest,
                link=author.link,
                press=press,
            )
            for pk, previous in changed.items()
        )
        announce_decision(list(changed), verdict, press, part.number if part else 0)
        if part is None:
            notify_makers(author.member, author.guest, list(changed), verdict, press)
        if verdict == Verdict.APPROVED:
            resolve_answered(author.member, changed, press)
    return Decided(len(changed), press)


def add_reason(member: Member, press: str, reason: str) -> int:
    """Say why `member` rejected clips in one press; returns for how many. Raises ValidationFailed.

    The decision stays the same one, so it is undone as before. Clips that were decided again since
    keep what they have.
    """
    return len(give_reason(member, press, checked_reason(reason), _decided_in(member, press)))


def checked_reason(reason: str) -> str:
    """The reason without blanks around it. Raises ValidationFailed."""
    reason = reason.strip()
    _check(Verdict.REJECTED, reason, "")
    return reason


def give_reason(member: Member, press: str, reason: str, clips: VideoJobQuerySet) -> list[int]:
    """The same as `add_reason`, for those of `clips` that the press rejected; returns their primary
    keys."""
    newer = Decision.objects.filter(job=OuterRef("job"), pk__gt=OuterRef("pk"))
    mine = Decision.objects.filter(press=press, by=member, verdict=Verdict.REJECTED)
    with transaction.atomic():
        rows = mine.filter(~Exists(newer), job__in=clips)
        jobs = list(rows.values_list("job", flat=True))
        mine.filter(job__in=jobs).update(reason=reason)
        jobs_with_keys(jobs).update_shown()
    return jobs


def notify_of_press(member: Member, press: str, verdict: str) -> None:
    """Tell the makers of the clips that `member` has decided in the parts of one press."""
    rows = Decision.objects.filter(press=press, by=member, verdict=verdict)
    notify_makers_of(member, rows, verdict, press)


def undo(member: Member, press: str) -> int:
    """Undo what `member` decided in one press, unless there is a newer decision; returns how
    many clips have their earlier verdict again."""
    return len(take_back(Author(member=member), press, _decided_in(member, press)))


def _decided_in(member: Member, press: str) -> VideoJobQuerySet:
    """The clips of a press that `member` may still decide about."""
    return allowed_rows(member, Action.DECIDE, jobs_of_press(press))


def take_back(
    author: Author, press: str, jobs: VideoJobQuerySet | None = None, *, reason: str = ""
) -> list[int]:
    """The same for any author and a `reason`, for all clips of the press or for `jobs`; returns
    their primary keys."""
    with transaction.atomic():
        newer = Decision.objects.filter(job=OuterRef("job"), pk__gt=OuterRef("pk"))
        theirs = Decision.objects.filter(by=author.member, guest=author.guest, link=author.link)
        if jobs is not None:
            theirs = theirs.filter(job__in=jobs)
        mine = list(theirs.filter(~Exists(newer), press=press))
        rows = jobs_with_keys(each.job_id for each in mine)
        lock_stacks(stacks_of(rows))
        list(rows.select_for_update().values_list("pk"))
        for previous in Verdict.values:
            _write([each.job_id for each in mine if each.previous == previous], previous)
        again = uuid4().hex
        Decision.objects.bulk_create(
            Decision(
                job_id=each.job_id,
                verdict=each.previous,
                previous=each.verdict,
                reason=reason,
                by=author.member,
                guest=author.guest,
                link=author.link,
                press=again,
            )
            for each in mine
        )
        reopen_answered(press, [each.job_id for each in mine])
        withdraw_decision_notices(press, [each.job_id for each in mine])
    return [each.job_id for each in mine]


def reasons() -> list[str]:
    """What people pick from when they reject a clip."""
    lines = TeamSettings.load().reject_reasons.splitlines()
    return [line.strip()[:MAX_REASON] for line in lines if line.strip()]


def latest_decision(job: VideoJob) -> Decision | None:
    """Who decided last, and why; None without a decision."""
    return Decision.objects.filter(job=job).select_related("by").first()


def _write(keys: list[int], verdict: str) -> None:
    rows = jobs_with_keys(keys)
    rows.update_shown(verdict=verdict)
    # A decision may change the cover of a stack.
    refresh_covers(stacks_of(rows))


def _check(verdict: str, reason: str, note: str) -> None:
    errors = {}
    if verdict not in Verdict.values:
        errors["verdict"] = _("Choose Approved, Needs changes, Rejected or To review.")
    if len(reason) > MAX_REASON:
        errors["reason"] = _("Use at most %(limit)d characters.") % {"limit": MAX_REASON}
    if len(note) > MAX_NOTE:
        errors["note"] = _("Use at most %(limit)d characters.") % {"limit": MAX_NOTE}
    if errors:
        raise ValidationFailed(errors)
