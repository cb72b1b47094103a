"""How are jobs created? The rows are complete before anything is sent."""

from collections.abc import Sequence
from itertools import groupby, islice

from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from videos.archive.errors import is_disk_full
from videos.archive.uploads import references
from videos.billing import gate
from videos.billing.gate import OverBudget
from videos.failpoints import failpoint
from videos.jobs.errors import (
    AlreadyDeleted,
    BudgetExceeded,
    IdempotencyConflict,
    NotAllowed,
    ValidationFailed,
)
from videos.jobs.sanitize import plain
from videos.jobs.submission.experiments import unfit_for_a_vote, write_experiment
from videos.jobs.submission.origins import write_callbacks, write_origins
from videos.jobs.submission.pictures import (
    bytes_of,
    drop_pictures,
    keep_pictures,
    kept_bytes,
)
from videos.jobs.submission.request import MAX_CLIPS, MAX_KEY, Submission
from videos.jobs.submission.rows import row_key, rows_of
from videos.jobs.submission.stacking import put_into_stacks
from videos.jobs.submission.validate import check
from videos.models import (
    NOT_WHILE_BLIND,
    Action,
    JobEvent,
    JobPicture,
    Member,
    UsedKey,
    VideoJob,
    ledger,
    may,
    refresh_covers,
    request_hash,
)
from videos.models.charge import MAX_REASON
from videos.wire.text import gettext_noop

# The first frame, and the other pictures.
Images = tuple[bytes | None, list[bytes]]
NO_ACCESS = gettext_noop("Your role doesn't allow you to generate clips in this project.")
CHOOSE_PROJECT = gettext_noop(
    "Your role allows you to generate clips in projects only. Choose one."
)
BAD_KEY = gettext_lazy("This form's key isn't valid. Reload the page.")


def submit(member: Member, submission: Submission) -> VideoJob:
    """The job of this submission, or the first of its takes: see `submit_all`."""
    return submit_all(member, [submission])[0]


def submit_all(member: Member, submissions: Sequence[Submission]) -> list[VideoJob]:
    """Create the jobs of one form, or return those that its key has created before. All or none.

    All submissions have the same key. The jobs are in their order, take by take, without those
    that were purged. Raises ValidationFailed (AlreadyDeleted if all were purged) or
    IdempotencyConflict; then nothing is written.
    """
    checks = check(submissions)
    errors = _wrong(submissions) | next((each.errors for each in checks if each.errors), {})
    if errors:
        raise ValidationFailed(errors)
    rows = rows_of(member, submissions, checks)
    refuse_unless_allowed(member, rows)
    images = [
        (each.reference, bytes_of(each.more)) for each in submissions for _ in range(each.takes)
    ]
    if (earlier := _earlier(member, rows, images)) is not None:
        return earlier
    pictures: list[JobPicture] = []
    try:
        # The files first: a file that a row names must exist.
        _keep(submissions, rows)
        pictures = keep_pictures(submissions, rows)
        _write(member, submissions, rows, pictures)
    except (IntegrityError, OverBudget) as error:
        # Two requests at the same moment: the database accepted one, which may have taken what was
        # left of the budget.
        _drop(rows, pictures)
        if (earlier := _earlier(member, rows, images)) is not None:
            return earlier
        if isinstance(error, OverBudget):
            raise BudgetExceeded(error, member) from error
        raise
    except (OSError, OperationalError) as error:
        # After other errors of the database, the rows may have been written.
        if isinstance(error, OSError) or is_disk_full(error):
            _drop(rows, pictures)
        raise
    failpoint("after_commit")
    return rows


def refuse_unless_allowed(member: Member, rows: Sequence[VideoJob]) -> None:
    """Raise NotAllowed unless the member's role allows all of these unsaved rows."""
    if not all(may(member, Action.GENERATE, row) for row in rows):
        raise NotAllowed({"project": _(NO_ACCESS) if rows[0].project else _(CHOOSE_PROJECT)})


def _wrong(submissions: Sequence[Submission]) -> dict[str, str]:
    """Errors of the form as a whole."""
    if not submissions:
        return {"": _("There is nothing to generate.")}
    if sum(each.takes for each in submissions) > MAX_CLIPS:
        return {"": _("At most %(limit)d clips can be made at once.") % {"limit": MAX_CLIPS}}
    last = row_key(submissions[0].key, len(submissions) - 1)
    if not submissions[0].key or len(last) > MAX_KEY or not last.isascii():
        return {"key": str(BAD_KEY)}
    if any(each.is_blind for one in submissions for each in (one.source, one.beside) if each):
        return {"": str(NOT_WHILE_BLIND)}
    return unfit_for_a_vote(submissions)


def _keep(submissions: Sequence[Submission], rows: list[VideoJob]) -> None:
    """Store a reference for each row, so that each can be purged on its own."""
    left = iter(rows)
    for submission in submissions:
        takes = list(islice(left, submission.takes))
        if submission.reference is not None:
            names = references.keep([row.public_id for row in takes], submission.reference)
            for row, name in zip(takes, names, strict=True):
                row.reference = name


def _drop(rows: list[VideoJob], pictures: list[JobPicture]) -> None:
    drop_pictures(pictures)
    for row in rows:
        references.drop(row.reference)


def override_reason(typed: str) -> str:
    """Why a request may go over a budget, as it is kept."""
    return plain(typed).strip()[:MAX_REASON] if typed else ""


def _write(
    member: Member,
    submissions: Sequence[Submission],
    rows: list[VideoJob],
    pictures: list[JobPicture],
) -> None:
    # The gallery shows the newest first: insert takes in reverse to keep their order.
    sets = groupby(rows, key=lambda row: row.submission_key)
    by_age = [row for _, takes in sets for row in reversed(list(takes))]
    first = submissions[0]
    with transaction.atomic():
        token = first.token.pk if first.token else None
        reason = override_reason(first.override)
        override = gate.admit_with_reason(member, rows, reason, lambda: gate.admit(rows, token))
        why = gate.why_allowed(first.via, override)
        joined = put_into_stacks(submissions, rows)
        VideoJob.objects.bulk_create(by_age)
        refresh_covers(joined)
        JobEvent.objects.bulk_create(
            JobEvent(job=row, to_status=row.status, who=member, why=why) for row in rows
        )
        write_origins(submissions, rows)
        JobPicture.objects.bulk_create(pictures)
        write_callbacks(submissions, rows)
        write_experiment(member, submissions, rows)
        ledger.reserve(rows, token=first.token, override=override)
        failpoint("before_commit")


def was_used(member: Member, key: str) -> bool:
    """Return True if `member` has already created jobs with this one-time key."""
    existing = VideoJob.objects.filter(maker=member, submission_key=key).values("public_id")
    purged = UsedKey.objects.filter(maker=member, key=key).values("public_id")
    return existing.union(purged).exists()


def _earlier(
    member: Member, wanted: list[VideoJob], images: Sequence[Images]
) -> list[VideoJob] | None:
    """The jobs that the key has created before, in the order of `wanted`; None if none."""
    # The first row of a form has the key itself.
    if not was_used(member, key := wanted[0].submission_key):
        return None
    places = len({row.submission_key for row in wanted})
    # One more than requested: a longer form under this key was a different request.
    keys = [row_key(key, place) for place in range(places + 1)]
    rows = VideoJob.objects.filter(maker=member, submission_key__in=keys)
    existing = {_place(row): row for row in rows.select_related("maker", "provider")}
    # Read after the rows: a purge writes the key before it deletes the row.
    purged = {
        (used.key, used.take): used for used in UsedKey.objects.filter(maker=member, key__in=keys)
    }
    more = kept_bytes(list(existing.values()))
    hashes = {place: used.request_hash for place, used in purged.items()} | {
        place: request_hash(row, references.stored_bytes(row.reference), more.get(row.pk, ()))
        for place, row in existing.items()
    }
    wanted_hashes = {
        _place(row): request_hash(row, *each) for row, each in zip(wanted, images, strict=True)
    }
    if hashes != wanted_hashes:
        raise IdempotencyConflict
    if not existing:
        raise AlreadyDeleted(_as_deleted(wanted[0], purged[_place(wanted[0])]))
    return [existing[place] for place in wanted_hashes if place in existing]


def _as_deleted(wanted: VideoJob, used: UsedKey) -> VideoJob:
    wanted.public_id, wanted.created_at = used.public_id, used.created_at
    wanted.trashed_at = used.purged_at
    return wanted


def _place(row: VideoJob) -> tuple[str, int]:
    return row.submission_key, row.take
