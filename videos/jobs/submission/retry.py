"""How is a failed clip retried with the same settings?"""

from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext_lazy

from videos.archive.uploads import references
from videos.jobs.errors import ValidationFailed
from videos.jobs.media.frame import FrameUsed
from videos.jobs.submission.pictures import pictures_of
from videos.jobs.submission.request import Submission
from videos.jobs.submission.submit import submit
from videos.jobs.submission.validate import enabled_models
from videos.models import (
    CatalogueModel,
    Comment,
    FrameReference,
    JobStatus,
    Member,
    NoteTake,
    Operation,
    PictureRole,
    VideoJob,
)
from videos.wire.text import gettext_noop

NOT_FAILED = gettext_lazy("Only failed and cancelled clips can be retried.")
MODEL_GONE = gettext_lazy("Its model is no longer available.")
REFERENCE_GONE = gettext_lazy("Its reference image is no longer stored.")
SOURCE_GONE = gettext_lazy("The clip it was made from was deleted.")


def catalogue_model_of(job: VideoJob, models: Iterable[CatalogueModel]) -> CatalogueModel | None:
    """The model that made `job`, if it is one of `models`."""
    wanted = (job.provider_id, job.model)
    return next((each for each in models if (each.provider_id, each.model) == wanted), None)


def can_retry(job: VideoJob) -> bool:
    """Return True if the job ended without a clip."""
    is_over = job.status in (JobStatus.FAILED, JobStatus.CANCELLED)
    return is_over and not job.is_trashed and not job.is_blind


def retry(member: Member, job: VideoJob, key: str, override: str = "") -> VideoJob:
    """Create a job with the same settings as `job`. The same key returns the same job. With
    `override`, the reason, an admin may go over a budget.

    Raises ValidationFailed if that is no longer possible, or IdempotencyConflict.
    """
    if not can_retry(job):
        raise ValidationFailed({"": str(NOT_FAILED)})
    return submit(member, replace(_submission(job, key), override=override))


def typed_extra(job: VideoJob) -> dict[str, str]:
    """The job's extra fields as a form would send them."""
    flags = {True: "on", False: "off"}
    return {
        name: flags[value] if isinstance(value, bool) else str(value)
        for name, value in job.extra.items()
    }


def project_of(job: VideoJob) -> str:
    """The slug of the job's project, if new clips can be added to it; empty otherwise."""
    return job.project.slug if job.project and job.project.archived_at is None else ""


def _submission(job: VideoJob, key: str) -> Submission:
    model = catalogue_model_of(job, enabled_models())
    if model is None:
        raise ValidationFailed({"model": str(MODEL_GONE)})
    reference = references.stored_bytes(job.reference)
    if job.reference and reference is None:
        raise ValidationFailed({"reference": str(REFERENCE_GONE)})
    try:
        more = pictures_of(job)
    except FileNotFoundError as error:
        raise ValidationFailed({"reference": str(REFERENCE_GONE)}) from error
    derived = job.operation != Operation.CREATE
    if derived and job.source is None:
        raise ValidationFailed({"": str(SOURCE_GONE)})
    return Submission(
        prompt=job.prompt,
        model=model.slug,
        size=job.size,
        seconds=job.added_seconds or job.seconds,
        key=key,
        reference=reference,
        padded=job.padded,
        more=more,
        frame=_frame_of(job),
        note=_note_of(job),
        operation=Operation(job.operation),
        source=job.source if derived else None,
        beside=job,
        characters=job.characters,
        project=project_of(job),
        via=gettext_noop("Submitted again with the same settings"),
        extra=typed_extra(job),
    )


def _frame_of(job: VideoJob) -> FrameUsed | None:
    rows = FrameReference.objects.filter(job=job, role=PictureRole.FIRST)
    used = rows.select_related("source").first()
    return FrameUsed(used.source, used.at) if used and used.source else None


def _note_of(job: VideoJob) -> Comment | None:
    take = NoteTake.objects.filter(job=job).select_related("note").first()
    return take.note if take else None
