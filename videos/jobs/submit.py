"""How does a prompt become a job? The row is whole before anything is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from videos import wire
from videos.archive import references
from videos.failpoints import failpoint
from videos.jobs.cast import unfit_characters
from videos.jobs.derive import quoted, stitched, unfit_source
from videos.jobs.errors import Invalid as Invalid
from videos.jobs.errors import KeyReused as KeyReused
from videos.jobs.extras import read_extra
from videos.jobs.providers import dialect_of
from videos.models import JobEvent, Member, Offer, Operation, VideoJob

MAX_KEY = 64


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What a member asks for. `offer` is the slug of the catalogue's entry, `key` one-time, `via`
    where it was asked, for the history. With a `source`, size and offer are the source's own, and
    `seconds` are those of the source, or those that an extension adds."""

    prompt: str
    offer: str
    size: str
    seconds: str
    key: str
    operation: Operation = Operation.CREATE
    source: VideoJob | None = None
    reference: bytes | None = None
    # Public ids.
    characters: Sequence[str] = ()
    via: str = "in the browser"
    # Further fields of the offer's kind of server, as they were typed; empty ones say nothing.
    extra: Mapping[str, str] = field(default_factory=dict)


def _usable() -> QuerySet[Offer]:
    usable = Offer.objects.filter(enabled=True, provider__enabled=True)
    return usable.select_related("provider")


def offers() -> list[Offer]:
    """What may be asked for just now."""
    return list(_usable())


def submit(member: Member, submission: Submission) -> VideoJob:
    """The job of this submission: a new one, or the one that its key has made before.

    Raises Invalid or KeyReused; nothing is written then.
    """
    offer = _valid_offer(submission)
    job = _row(member, submission, offer)
    if (earlier := _earlier(member, submission, job)) is not None:
        return earlier
    if submission.reference is not None:
        job.reference = references.keep(job.public_id, submission.reference)
    try:
        with transaction.atomic():
            job.save(force_insert=True)
            JobEvent.objects.create(
                job=job, to_status=job.status, who=member, why=f"Submitted {submission.via}"
            )
            failpoint("before_commit")
    except IntegrityError:
        # Two presses at the same instant: the database let one through.
        references.drop(job.reference)
        if (earlier := _earlier(member, submission, job)) is None:
            raise
        return earlier
    failpoint("after_commit")
    return job


def _valid_offer(submission: Submission) -> Offer:
    errors: dict[str, str] = {}
    try:
        wire.clean_prompt(submission.prompt)
    except wire.WireError as error:
        errors["prompt"] = error.message
    if not 0 < len(submission.key) <= MAX_KEY or not submission.key.isascii():
        errors["key"] = "This form's one-time key is not one of ours. Reload the page."
    offer = _usable().filter(slug=submission.offer).first()
    if offer is None:
        known = ", ".join(each.slug for each in offers()) or "none yet"
        raise Invalid(errors | {"model": f"This model is not offered here. Offered: {known}."})
    errors |= _unfit(submission, offer)
    if errors:
        raise Invalid(errors)
    return offer


def _unfit(submission: Submission, offer: Offer) -> dict[str, str]:
    """What this offer, or its provider, cannot do of what is asked."""
    source, errors = submission.source, dict[str, str]()
    # What is made from a clip has the clip's size, and unless it goes on, the clip's length.
    if source is None and not offer.takes_size(submission.size):
        errors["size"] = f"{offer.label} does not offer this size: {', '.join(offer.sizes)}."
    asked = source is None or submission.operation == Operation.EXTEND
    if asked and not offer.takes_seconds(submission.seconds):
        errors["seconds"] = f"{offer.label} offers {', '.join(offer.seconds)} seconds."
    if source is not None:
        errors |= unfit_source(submission.operation, source)
    if submission.reference is not None and not dialect_of(offer.provider).references:
        errors["reference"] = f"{offer.provider} takes no reference image."
    errors |= unfit_characters(offer.provider, submission.characters)
    return errors | read_extra(offer.provider, submission.extra)[1]


def _row(member: Member, submission: Submission, offer: Offer) -> VideoJob:
    source, seconds, added = submission.source, submission.seconds, ""
    price = offer.price(submission.size, seconds) if source is None else None
    if source is not None:
        price = quoted(offer, source, submission.operation, seconds)
        extends = submission.operation == Operation.EXTEND
        added, seconds = (seconds, stitched(source, seconds)) if extends else ("", source.seconds)
    return VideoJob(
        maker=member,
        provider=source.provider if source else offer.provider,
        submission_key=submission.key,
        operation=submission.operation,
        prompt=wire.clean_prompt(submission.prompt),
        model=source.model if source else offer.model,
        size=source.size if source else submission.size,
        seconds=seconds,
        added_seconds=added,
        source=source,
        characters=list(submission.characters),
        price=price,
        extra=read_extra(offer.provider, submission.extra)[0],
        due_at=timezone.now(),
    )


def _earlier(member: Member, submission: Submission, wanted: VideoJob) -> VideoJob | None:
    job = VideoJob.objects.filter(maker=member, submission_key=submission.key).first()
    if job is None:
        return None
    same = (
        "operation",
        "prompt",
        "provider_id",
        "model",
        "size",
        "seconds",
        "added_seconds",
        "source_id",
        "characters",
        "extra",
    )
    if any(getattr(job, name) != getattr(wanted, name) for name in same):
        raise KeyReused(job)
    if references.kept(job.reference) != submission.reference:
        raise KeyReused(job)
    return job
