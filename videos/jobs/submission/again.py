"""How is a clip asked for once more, with its own settings?"""

from collections.abc import Iterable

from videos.archive.uploads import references
from videos.jobs.errors import ValidationFailed
from videos.jobs.submission.request import Submission
from videos.jobs.submission.submit import submit
from videos.jobs.submission.validate import enabled_offers
from videos.models import JobStatus, Member, Offer, Operation, VideoJob

NOT_FAILED = "Only a clip that failed or was cancelled can be tried again."
MODEL_GONE = "Its model isn't offered any more."
REFERENCE_GONE = "Its reference image is no longer kept here."
SOURCE_GONE = "The clip it was made from is no longer here."


def offer_of(job: VideoJob, offers: Iterable[Offer]) -> Offer | None:
    """The catalogue's entry that `job` was made with, if it is still there."""
    wanted = (job.provider_id, job.model)
    return next((each for each in offers if (each.provider_id, each.model) == wanted), None)


def can_retry(job: VideoJob) -> bool:
    """Return True if the job ended without a clip."""
    return job.status in (JobStatus.FAILED, JobStatus.CANCELLED) and not job.is_trashed


def retry(member: Member, job: VideoJob, key: str) -> VideoJob:
    """A new job that asks for the very same as `job`. The same key again answers with the same.

    Raises ValidationFailed where it can't be had any more, or IdempotencyConflict.
    """
    if not can_retry(job):
        raise ValidationFailed({"": NOT_FAILED})
    return submit(member, _submission(job, key))


def typed_extra(job: VideoJob) -> dict[str, str]:
    """The job's further fields as a form would send them."""
    flags = {True: "on", False: "off"}
    return {
        name: flags[value] if isinstance(value, bool) else str(value)
        for name, value in job.extra.items()
    }


def _submission(job: VideoJob, key: str) -> Submission:
    offer = offer_of(job, enabled_offers())
    if offer is None:
        raise ValidationFailed({"model": MODEL_GONE})
    reference = references.kept(job.reference)
    if job.reference and reference is None:
        raise ValidationFailed({"reference": REFERENCE_GONE})
    derived = job.operation != Operation.CREATE
    if derived and job.source is None:
        raise ValidationFailed({"": SOURCE_GONE})
    return Submission(
        prompt=job.prompt,
        offer=offer.slug,
        size=job.size,
        seconds=job.added_seconds or job.seconds,
        key=key,
        reference=reference,
        padded=job.padded,
        operation=Operation(job.operation),
        source=job.source if derived else None,
        characters=job.characters,
        via="again with the same settings",
        extra=typed_extra(job),
    )
