"""Is the account at a provider out of credit, or is one request too expensive for it?

No harmless request shows the credit. So the first answer of this kind pauses new creates, and the
clip that got it goes behind the others. If the provider then accepts another clip and refuses this
one again, the refusal is about this clip.
"""

from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from videos.models import JobStatus, VideoJob
from videos.models.lease import shared_now
from videos.provider.errors import ProviderError, RateLimited

# After a pause for credit, other clips are sent this long before the one that was refused.
BEHIND = timedelta(seconds=30)


def is_about_credit(error: ProviderError) -> bool:
    """Return True if the provider says that the account can't pay."""
    return isinstance(error, RateLimited) and error.quota


def refused_at(job: VideoJob) -> datetime | None:
    """When the provider last refused this unsent job for lack of credit; None if it didn't."""
    return job.send_ended_at if job.first_sent_at is None else None


def is_own_matter(job: VideoJob, error: ProviderError, refused: datetime | None) -> bool:
    """Return True if only this job is refused: another one was accepted after `refused`, and none
    was refused since then."""
    if refused is None or not is_about_credit(error):
        return False
    others = VideoJob.objects.filter(provider=job.provider_id).exclude(pk=job.pk)
    accepted = others.exclude(remote_id="").aggregate(at=Max("submit_started_at"))["at"]
    if accepted is None or accepted <= refused:
        return False
    waiting = others.filter(status=JobStatus.SUBMITTING, first_sent_at=None)
    return not waiting.filter(send_ended_at__gt=accepted).exists()


def put_behind(job: VideoJob) -> dict[str, datetime]:
    """The changes of a job that was refused for lack of credit: others are sent first."""
    resumes = job.provider.paused_until or timezone.now()
    return {"send_ended_at": shared_now(), "due_at": resumes + BEHIND}
