"""How does a prompt become jobs? The rows are whole before anything is sent."""

from collections.abc import Sequence
from itertools import groupby, islice

from django.db import IntegrityError, transaction

from videos.archive.uploads import references
from videos.failpoints import failpoint
from videos.jobs.errors import AlreadyDeleted, IdempotencyConflict, ValidationFailed
from videos.jobs.submission.request import MAX_CLIPS, MAX_KEY, Submission
from videos.jobs.submission.rows import row_key, rows_of
from videos.jobs.submission.validate import check
from videos.models import JobEvent, Member, UsedKey, VideoJob, request_hash

BAD_KEY = "This form's one-time key is not one of ours. Reload the page."


def submit(member: Member, submission: Submission) -> VideoJob:
    """The job of this submission, or the first of its takes: see `submit_all`."""
    return submit_all(member, [submission])[0]


def submit_all(member: Member, submissions: Sequence[Submission]) -> list[VideoJob]:
    """The jobs of one press: new ones, or those that its key has made before. All or none.

    The submissions carry the press's one key. The jobs come in their order, take by take; those
    that were purged since are left out. Raises ValidationFailed (AlreadyDeleted where all were
    purged) or IdempotencyConflict; nothing is written then.
    """
    found = check(submissions)
    errors = _wrong(submissions) | next((each.errors for each in found if each.errors), {})
    if errors:
        raise ValidationFailed(errors)
    rows = rows_of(member, submissions, found)
    images = [each.reference for each in submissions for _ in range(each.takes)]
    if (earlier := _earlier(member, rows, images)) is not None:
        return earlier
    try:
        # A place for the files first: what a row names is already there.
        _keep(submissions, rows)
        _write(member, submissions, rows)
    except IntegrityError:
        # Two presses at the same instant: the database let one through.
        _drop(rows)
        if (earlier := _earlier(member, rows, images)) is None:
            raise
        return earlier
    failpoint("after_commit")
    return rows


def _wrong(submissions: Sequence[Submission]) -> dict[str, str]:
    """What is wrong with the press as a whole."""
    if not submissions:
        return {"": "There is nothing to generate."}
    if sum(each.takes for each in submissions) > MAX_CLIPS:
        return {"": f"At most {MAX_CLIPS} clips can be made at once."}
    last = row_key(submissions[0].key, len(submissions) - 1)
    if not submissions[0].key or len(last) > MAX_KEY or not last.isascii():
        return {"key": BAD_KEY}
    return {}


def _keep(submissions: Sequence[Submission], rows: list[VideoJob]) -> None:
    """Each row has a reference of its own, so that one may be purged and the others stay."""
    left = iter(rows)
    for submission in submissions:
        takes = list(islice(left, submission.takes))
        if submission.reference is not None:
            names = references.keep([row.public_id for row in takes], submission.reference)
            for row, name in zip(takes, names, strict=True):
                row.reference = name


def _drop(rows: list[VideoJob]) -> None:
    for row in rows:
        references.drop(row.reference)


def _write(member: Member, submissions: Sequence[Submission], rows: list[VideoJob]) -> None:
    # The gallery shows the newest first: so the takes of a clip stand in their order.
    sets = groupby(rows, key=lambda row: row.submission_key)
    by_age = [row for _, takes in sets for row in reversed(list(takes))]
    why = f"Submitted {submissions[0].via}"
    with transaction.atomic():
        VideoJob.objects.bulk_create(by_age)
        JobEvent.objects.bulk_create(
            JobEvent(job=row, to_status=row.status, who=member, why=why) for row in rows
        )
        failpoint("before_commit")


def was_used(member: Member, key: str) -> bool:
    """Has `member` already made jobs with this one-time key?"""
    made = VideoJob.objects.filter(maker=member, submission_key=key).values("public_id")
    purged = UsedKey.objects.filter(maker=member, key=key).values("public_id")
    return made.union(purged).exists()


def _earlier(
    member: Member, wanted: list[VideoJob], images: list[bytes | None]
) -> list[VideoJob] | None:
    """What the key has made before, in the order of `wanted`; None: nothing."""
    # The first row of a press carries the key itself.
    if not was_used(member, key := wanted[0].submission_key):
        return None
    places = len({row.submission_key for row in wanted})
    # One place more than is asked for: a longer press under this key was another one.
    keys = [row_key(key, place) for place in range(places + 1)]
    rows = VideoJob.objects.filter(maker=member, submission_key__in=keys)
    made = {_place(row): row for row in rows.select_related("maker", "provider")}
    # After the rows: a purge writes the key before it deletes the row.
    purged = {
        (used.key, used.take): used for used in UsedKey.objects.filter(maker=member, key__in=keys)
    }
    hashes = {place: used.request_hash for place, used in purged.items()} | {
        place: request_hash(row, references.kept(row.reference)) for place, row in made.items()
    }
    asked = {
        _place(row): request_hash(row, image) for row, image in zip(wanted, images, strict=True)
    }
    if hashes != asked:
        raise IdempotencyConflict
    if not made:
        raise AlreadyDeleted(_as_deleted(wanted[0], purged[_place(wanted[0])]))
    return [made[place] for place in asked if place in made]


def _as_deleted(wanted: VideoJob, used: UsedKey) -> VideoJob:
    wanted.public_id, wanted.created_at = used.public_id, used.created_at
    wanted.trashed_at = used.purged_at
    return wanted


def _place(row: VideoJob) -> tuple[str, int]:
    return row.submission_key, row.take
