"""What may a person do where the mirror cannot know?"""

from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from videos.jobs.asking.asked import Invalid
from videos.models import JobStatus, Member, VideoJob, transition
from videos.models.lease import RELEASED, shared_now
from videos.wire import as_id

# A person who has a job sent again knows what became of the earlier sends: it begins anew.
FORGET_SENDS: dict[str, Any] = {
    "sends": 0,
    "busy_sends": 0,
    "first_sent_at": None,
    "submit_started_at": None,
    "send_ended_at": None,
    "known_before": "",
    "accepted_without_id": False,
}


def resolve(member: Member, job: VideoJob, choice: str, remote_id: str = "") -> bool:
    """Decide about an `unsure` job: `link` an id, send it `again`, or `give_up`.

    False where someone else decided first. Invalid for an unknown choice or an unusable id. A
    mirror that looks for the job at this moment loses its lease: its result would be out of date.
    """
    if job.status != JobStatus.UNSURE:
        return False
    if choice == "link":
        return _link(member, job, remote_id.strip())
    if choice == "again":
        return transition(
            job,
            JobStatus.SUBMITTING,
            why="Sent again by hand; it may have been bought before",
            who=member,
            attention="",
            **FORGET_SENDS,
            cleared_at=shared_now(),
            manual_sends=job.manual_sends + 1,
            due_at=timezone.now(),
            **RELEASED,
        )
    if choice == "give_up":
        return transition(
            job,
            JobStatus.CANCELLED,
            why="Given up",
            who=member,
            attention="",
            due_at=None,
            **RELEASED,
        )
    raise Invalid({"": "Choose one of the three."})


def look_again(member: Member, job: VideoJob) -> bool:
    """Take up a row again whose steps have failed too often."""
    rows = VideoJob.objects.filter(pk=job.pk).exclude(attention="")
    return (
        rows.update(
            attention="",
            attempts=0,
            claims=0,
            due_at=timezone.now(),
            version=job.version + 1,
        )
        == 1
    )


def _link(member: Member, job: VideoJob, remote_id: str) -> bool:
    if as_id(remote_id) is None:
        raise Invalid({"remote_id": "Paste the id of the job at the provider."})
    try:
        return transition(
            job,
            JobStatus.QUEUED,
            why=f"Linked by hand to {remote_id[:80]}",
            who=member,
            attention="",
            remote_id=remote_id,
            due_at=timezone.now(),
            **RELEASED,
        )
    except IntegrityError:
        raise Invalid({"remote_id": "Another clip here already has this id."}) from None
