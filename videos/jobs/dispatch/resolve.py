"""What can a person decide about an unconfirmed or stuck job?"""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from videos.billing import gate
from videos.billing.gate import OverBudget
from videos.jobs.errors import BudgetExceeded, ValidationFailed
from videos.jobs.submission.submit import override_reason
from videos.models import JobStatus, Member, VideoJob, ledger, transition
from videos.models.lease import RELEASED, shared_now
from videos.wire import as_id
from videos.wire.text import gettext_noop

# Counting starts over when a person sends a job again, because they know of the earlier sends.
FORGET_SENDS: dict[str, Any] = {
    "sends": 0,
    "busy_sends": 0,
    "first_sent_at": None,
    "submit_started_at": None,
    "send_ended_at": None,
    "known_before": "",
    "accepted_without_id": False,
}

NOT_FOUND_AGAIN = gettext_noop("We searched again and didn't find it.")


def resolve(
    member: Member, job: VideoJob, choice: str, remote_id: str = "", override: str = ""
) -> bool:
    """Decide about an `unsure` job: `link` an id, send it `again`, or `give_up`.

    Returns False if someone else decided first; raises ValidationFailed for an unknown choice or an
    unusable id, BudgetExceeded if a budget doesn't allow another send. With `override`, the reason,
    an admin may send it over a budget. A mirror that looks for the job at this moment loses its
    lease: its result would be out of date.
    """
    if job.status != JobStatus.UNSURE:
        return False
    if choice == "link":
        return _link(member, job, remote_id.strip())
    if choice == "again":
        return _send_again(member, job, override)
    if choice == "give_up":
        return transition(
            job,
            JobStatus.CANCELLED,
            why=gettext_noop("Given up"),
            who=member,
            attention="",
            due_at=None,
            **RELEASED,
        )
    raise ValidationFailed({"": _("Choose one of the options.")})


def look_again(member: Member, job: VideoJob) -> bool:
    """Try the next step of a stuck job again, or look for an `unsure` one again.

    An `unsure` row keeps its `attention`: if the job isn't found, people decide again, and it is
    never sent again without them.
    """
    attention = NOT_FOUND_AGAIN if job.status == JobStatus.UNSURE else ""
    rows = VideoJob.objects.filter(pk=job.pk, due_at=None, status=job.status)
    changes = {"attention": attention, "attempts": 0, "claims": 0, "due_at": timezone.now()}
    return rows.exclude(attention="").update(**changes, version=F("version") + 1) == 1


def decide_many(member: Member, jobs: Iterable[VideoJob], choice: str, override: str = "") -> int:
    """Make one choice about many rows: `look_again`, `again` or `give_up`.

    Returns how many rows were changed. Rows that the choice doesn't fit, or that someone else
    decided first, are skipped. Raises BudgetExceeded if a budget doesn't allow sending all of them
    again; then nothing changes. With `override`, the reason, an admin may go over it.
    """
    act = look_again
    if choice != "look_again":
        act = partial(resolve, choice=choice, override=override)
    with transaction.atomic():
        return sum(act(member, job) for job in jobs)


def _send_again(member: Member, job: VideoJob, override: str) -> bool:
    why = gettext_noop("Sent again by hand; it may have been bought before")
    try:
        with transaction.atomic():
            allowed = gate.admit_with_reason(
                member, [job], override_reason(override), lambda: gate.admit_again(job)
            )
            is_sent = transition(
                job,
                JobStatus.SUBMITTING,
                why=gate.why_allowed(why, allowed),
                who=member,
                attention="",
                **FORGET_SENDS,
                cleared_at=shared_now(),
                manual_sends=job.manual_sends + 1,
                due_at=timezone.now(),
                **RELEASED,
            )
            if is_sent:
                ledger.send_again(job, allowed)
            return is_sent
    except OverBudget as refusal:
        raise BudgetExceeded(refusal, member) from refusal


def _link(member: Member, job: VideoJob, remote_id: str) -> bool:
    if as_id(remote_id) is None:
        raise ValidationFailed({"remote_id": _("Paste the provider's ID of the job.")})
    try:
        return transition(
            job,
            JobStatus.QUEUED,
            why=gettext_noop("Linked by hand to %(id)s", id=remote_id[:80]),
            who=member,
            attention="",
            remote_id=remote_id,
            due_at=timezone.now(),
            **RELEASED,
        )
    except IntegrityError:
        text = _("Another clip already has this ID.")
        raise ValidationFailed({"remote_id": text}) from None
