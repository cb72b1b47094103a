"""What do people read on a clip that waits to be sent?"""

from collections.abc import Iterable
from zlib import crc32

from django.utils.html import format_html

from videos.gallery.layout.pauses import pause_of
from videos.gallery.shell.bulk import clips
from videos.jobs.dispatch.waiting import COUNTED, Reason, Wait, waits_of
from videos.jobs.health import checks
from videos.models import Action, JobStatus, Member, VideoJob, may

WORKER = "The background worker isn't running."


def note_waits(jobs: Iterable[VideoJob]) -> None:
    """Set `waits` on those of `jobs` that wait to be sent: why, in a few words for everybody."""
    waiting = [job for job in jobs if job.status == JobStatus.SUBMITTING]
    found = waits_of(waiting)
    is_late = bool(found) and bool(checks.mirror_trouble())
    for job in waiting:
        if job.pk in found:
            words = WORKER if is_late else short_words(found[job.pk])
            setattr(job, "waits", words)  # noqa: B010 - no column


def short_words(wait: Wait) -> str:
    """What a card has room for."""
    name = str(wait.provider)
    return {
        Reason.OFF: f"{name} is turned off.",
        Reason.PAUSED: f"{name} is paused.",
        Reason.LIMIT: f"{name} is at its limit.{_ahead(wait)}",
        Reason.QUEUE: f"In the queue.{_ahead(wait)}",
        Reason.SENDING: "",
    }[wait.reason]


def long_words(wait: Wait, member: Member, job: VideoJob) -> str:
    """Why it waits and what `member` can do about it."""
    is_admin = may(member, Action.MANAGE_PROVIDERS)
    if checks.mirror_trouble():
        ask = "Start it with “manage.py mirror”." if is_admin else "Ask an admin to start it."
        return f"{WORKER} Your prompt is saved. {ask}"
    if wait.reason == Reason.OFF:
        ask = "Turn it on under Providers" if is_admin else "Ask an admin to turn it on"
        or_move = ", or move this clip to another model" * may(member, Action.CHANGE, job)
        return f"{short_words(wait)} {ask}{or_move}."
    if wait.reason == Reason.PAUSED:
        pause = pause_of(wait.provider)
        words = pause.for_admins if is_admin else pause.for_members
        return format_html("{} {}", short_words(wait), words)
    if wait.reason == Reason.LIMIT:
        raise_it = " The limits are in the provider's setup." if is_admin else ""
        return f"{short_words(wait)} It's sent as soon as there is room.{raise_it}"
    return short_words(wait) or "It's sent in a moment."


def state_of(job: VideoJob) -> str:
    """What a poll compares: the version, and a mark of why the job waits."""
    waits = getattr(job, "waits", "")
    return f"{job.version}-{crc32(waits.encode()):08x}" if waits else str(job.version)


def _ahead(wait: Wait) -> str:
    if not wait.ahead:
        return " It's next." if wait.reason == Reason.LIMIT else ""
    count = f"More than {COUNTED} clips" if wait.ahead >= COUNTED else clips(wait.ahead)
    return f" {count} before it."
