"""Which rows does one press of the button make?

A press has one one-time key. Its first submission's rows carry the key itself, those of the n-th
`key.n`: so two presses of one key always meet in their first row, whatever else they hold, and the
database lets one through. Within a submission the rows are told apart by their take.
"""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from videos.jobs.providers.clients import dialect_of
from videos.jobs.submission.derive import stitched
from videos.jobs.submission.extra_fields import extra_fields
from videos.jobs.submission.request import Submission
from videos.jobs.submission.validate import Checked
from videos.models import Member, Operation, VideoJob

# What servers read into a signed 32-bit number holds; each take counts one up from it.
SEEDS = 2**31 - 2**8


def row_key(key: str, place: int) -> str:
    """The key of the rows of a press's submission, counted from 0."""
    return key if place == 0 else f"{key}.{place + 1}"


def rows_of(
    member: Member, submissions: Sequence[Submission], found: Sequence[Checked]
) -> list[VideoJob]:
    """The rows of one press, unsaved, in the order of submissions and takes."""
    rows = [
        _row(member, submission, checked, row_key(submission.key, place), take)
        for place, (submission, checked) in enumerate(zip(submissions, found, strict=True))
        for take in range(1, submission.takes + 1)
    ]
    now = timezone.now()
    for place, row in enumerate(rows):
        # The mirror takes what is due first: the list is sent from its top.
        row.due_at = now + timedelta(microseconds=place)
    return rows


def _row(member: Member, submission: Submission, checked: Checked, key: str, take: int) -> VideoJob:
    offer, source = checked.offer, submission.source
    assert offer is not None
    seconds, added = submission.seconds, ""
    if source is not None:
        extends = submission.operation == Operation.EXTEND
        added, seconds = (seconds, stitched(source, seconds)) if extends else ("", source.seconds)
    return VideoJob(
        maker=member,
        provider=source.provider if source else offer.provider,
        submission_key=key,
        take=take,
        takes=submission.takes,
        operation=submission.operation,
        prompt=checked.prompt,
        model=source.model if source else offer.model,
        size=source.size if source else submission.size,
        seconds=seconds,
        added_seconds=added,
        padded=submission.padded and submission.reference is not None,
        source=source,
        characters=list(submission.characters),
        price=checked.price,
        extra=checked.extra | _seed(submission, checked, key, take),
    )


def _seed(submission: Submission, checked: Checked, key: str, take: int) -> dict[str, Any]:
    """One for each take, so that takes differ also where the same seed gives the same clip.

    It counts up from what was typed, else from a number that the key gives: a form that is sent
    again must ask for the very same.
    """
    assert checked.offer is not None
    # Some servers have one seed for all clips that come without.
    always = dialect_of(checked.offer.provider).always_seeds
    if submission.takes == 1 and not (always and submission.operation == Operation.CREATE):
        return {}
    first = checked.extra.get("seed")
    if first is None:
        if not any(field.name == "seed" for field in extra_fields(checked.offer.provider)):
            return {}
        first = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) % SEEDS
    return {"seed": first + take - 1}
