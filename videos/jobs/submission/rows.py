"""Which rows are created for one form?

A form has a one-time key. The rows of its first submission have the key itself, those of the n-th
have `key.n`. Two requests with the same key therefore always conflict in their first row, and the
database accepts one of them. Within a submission, rows differ by their take.
"""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from videos.jobs.providers.clients import dialect_of
from videos.jobs.submission.derive import stitched
from videos.jobs.submission.extra_fields import extra_fields
from videos.jobs.submission.request import Submission
from videos.jobs.submission.validate import Checked
from videos.models import Member, Operation, VideoJob

# Fits a signed 32-bit number, with room for the takes, each of which adds one.
SEEDS = 2**31 - 2**8


def row_key(key: str, place: int) -> str:
    """The key for the rows of the submission at `place`, counted from 0."""
    return key if place == 0 else f"{key}.{place + 1}"


def rows_of(
    member: Member, submissions: Sequence[Submission], checks: Sequence[Checked]
) -> list[VideoJob]:
    """The unsaved rows for one form, in the order of submissions and takes."""
    rows = [
        _row(member, submission, checked, row_key(submission.key, place), take)
        for place, (submission, checked) in enumerate(zip(submissions, checks, strict=True))
        for take in range(1, submission.takes + 1)
    ]
    now = timezone.now()
    batch = uuid4().hex if len(rows) > 1 else ""
    for place, row in enumerate(rows):
        row.batch = batch
        row.is_blind = bool(submissions[0].question)
        # The mirror sends what is due first, so rows are sent in order.
        row.due_at = now + timedelta(microseconds=place)
    return rows


def _row(member: Member, submission: Submission, checked: Checked, key: str, take: int) -> VideoJob:
    catalogue_model, source = checked.model, submission.source
    assert catalogue_model is not None
    seconds, added = submission.seconds, ""
    if source is not None:
        extends = submission.operation == Operation.EXTEND
        added, seconds = (seconds, stitched(source, seconds)) if extends else ("", source.seconds)
    return VideoJob(
        maker=member,
        provider=source.provider if source else catalogue_model.provider,
        submission_key=key,
        take=take,
        takes=submission.takes,
        operation=submission.operation,
        prompt=checked.prompt,
        model=source.model if source else catalogue_model.model,
        size=source.size if source else submission.size,
        seconds=seconds,
        added_seconds=added,
        padded=submission.padded and submission.reference is not None,
        source=source,
        project=source.project if source else checked.project,
        characters=list(submission.characters),
        price=checked.price,
        extra=checked.extra | _seed(submission, checked, key, take),
    )


def _seed(submission: Submission, checked: Checked, key: str, take: int) -> dict[str, Any]:
    """A different seed for each take, so that takes differ on servers with a fixed default seed.

    It counts up from the typed seed, or from a number derived from the key: a repeated form must
    make the same request.
    """
    assert checked.model is not None
    # Some servers use a fixed seed for all requests without one.
    always = dialect_of(checked.model.provider).always_seeds
    if submission.takes == 1 and not (always and submission.operation == Operation.CREATE):
        return {}
    first = checked.extra.get("seed")
    if first is None:
        if not any(field.name == "seed" for field in extra_fields(checked.model.provider)):
            return {}
        first = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) % SEEDS
    return {"seed": first + take - 1}
