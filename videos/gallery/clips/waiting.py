"""What do people read on a clip that waits to be sent?"""

from collections.abc import Iterable
from datetime import timedelta
from zlib import crc32

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from videos.gallery.layout.pauses import pause_of
from videos.gallery.shell.numbers import counted
from videos.jobs.dispatch.waiting import COUNTED, Reason, Wait, waits_of
from videos.jobs.health import checks
from videos.models import Action, JobStatus, Member, VideoJob, may

WORKER = gettext_noop("The background worker isn't running.")
# All that is said of a clip in an open vote: each provider has a queue of its own.
BLIND = gettext_noop("Waiting to be sent.")
# Minutes, so that the text does not change with every look.
ROUNDED_TO = (1, 2, 3, 5, 10, 15, 20, 30, 45)


def attach_waits(jobs: Iterable[VideoJob]) -> None:
    """Set `waits` on those of `jobs` that wait to be sent: why, in a few words."""
    waiting = [job for job in jobs if job.status == JobStatus.SUBMITTING]
    waits = waits_of(waiting)
    is_late = bool(waits) and bool(checks.mirror_trouble())
    for job in waiting:
        if job.pk in waits:
            reason = _(BLIND) if job.is_blind else short_text(waits[job.pk])
            text = _(WORKER) if is_late else reason
            setattr(job, "waits", text)  # noqa: B010 - no column


def short_text(wait: Wait) -> str:
    """What a card has room for."""
    name = {"provider": wait.provider}
    if wait.reason == Reason.OFF:
        return _("%(provider)s is turned off.") % name
    if wait.reason == Reason.UNPROVED:
        return _("%(provider)s hasn't passed a test at its address yet.") % name
    if wait.reason == Reason.PAUSED:
        return _("%(provider)s is paused.") % name
    if wait.reason == Reason.HELD:
        return _("This queue is paused.")
    if wait.reason == Reason.INACTIVE:
        return _("Its maker's account is deactivated.")
    if wait.reason == Reason.TURN:
        return _("Its maker has reached the limit of clips in progress.")
    if wait.reason == Reason.LIMIT:
        ahead = _ahead(wait) or _("It's next.")
        parts = (_("%(provider)s is at its limit.") % name, ahead, _start(wait))
        return " ".join(filter(None, parts))
    if wait.reason == Reason.QUEUE:
        return " ".join(filter(None, (_("In the queue."), _ahead(wait), _start(wait))))
    return ""


def long_text(wait: Wait, member: Member, job: VideoJob) -> str:
    """Why it waits and what `member` can do about it."""
    is_admin = may(member, Action.MANAGE_PROVIDERS)
    if checks.mirror_trouble():
        advice = (
            _("Start it with “manage.py mirror”.") if is_admin else _("Ask an admin to start it.")
        )
        return " ".join((_(WORKER), _("Your prompt is saved."), advice))
    if job.is_blind:
        return _(BLIND)
    if wait.reason == Reason.OFF:
        can_move = may(member, Action.CHANGE, job)
        return " ".join((short_text(wait), _turn_on(is_admin=is_admin, can_move=can_move)))
    if wait.reason == Reason.UNPROVED:
        test = _("Test the connection under Providers.") if is_admin else ""
        return " ".join(filter(None, (short_text(wait), _("It's sent after that."), test)))
    if wait.reason == Reason.PAUSED:
        pause = pause_of(wait.provider)
        text = pause.for_admins if is_admin else pause.for_members
        return format_html("{} {}", short_text(wait), text)
    if wait.reason == Reason.HELD:
        may_resume = may(member, Action.MANAGE_BUDGETS)
        resume = (
            _("Resume it under Queues.") if may_resume else _("It stays in the queue until then.")
        )
        return " ".join((short_text(wait), resume))
    if wait.reason == Reason.INACTIVE:
        reason_text = _("It's kept until it is cancelled or the account is reactivated.")
        return " ".join((short_text(wait), reason_text))
    if wait.reason == Reason.LIMIT:
        where = _("The limits are in the provider's setup.") if is_admin else ""
        parts = (short_text(wait), _("It's sent as soon as there is room."), where)
        return " ".join(filter(None, parts))
    return short_text(wait) or _("It's sent in a moment.")


def _turn_on(*, is_admin: bool, can_move: bool) -> str:
    if is_admin and can_move:
        return _("Turn it on under Providers, or move this clip to another model.")
    if is_admin:
        return _("Turn it on under Providers.")
    if can_move:
        return _("Ask an admin to turn it on, or move this clip to another model.")
    return _("Ask an admin to turn it on.")


def state_of(job: VideoJob) -> str:
    """What a poll compares: the version, and a checksum of why the job waits."""
    waits = getattr(job, "waits", "")
    return f"{job.version}-{crc32(waits.encode()):08x}" if waits else str(job.version)


def _ahead(wait: Wait) -> str:
    if not wait.ahead:
        return ""
    if wait.ahead >= COUNTED:
        return counted(_("More than %(count)s clips before it."), COUNTED)
    text = ngettext("%(count)s clip before it.", "%(count)s clips before it.", wait.ahead)
    return counted(text, wait.ahead)


def _start(wait: Wait) -> str:
    """When it is expected to start, rounded up."""
    if wait.starts_in is None:
        return ""
    minutes = -(-wait.starts_in // timedelta(minutes=1))
    rounded = next((each for each in ROUNDED_TO if minutes <= each), None)
    if rounded is not None:
        text = ngettext(
            "Starts in about %(count)s minute.", "Starts in about %(count)s minutes.", rounded
        )
        return counted(text, rounded)
    hours = -(-minutes // 60)
    text = ngettext("Starts in about %(count)s hour.", "Starts in about %(count)s hours.", hours)
    return counted(text, hours)
