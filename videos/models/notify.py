"""How is it recorded that members must be notified? In the transaction of what happened.

Every package writes notices, so this is part of the models. The package `notices`, which is above
them, sends them.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from videos.models.budget import Budget
from videos.models.comment import Comment
from videos.models.housekeeping import TeamSettings
from videos.models.job import JobStatus, VideoJob
from videos.models.member import Member
from videos.models.notice import MAX_KEY, TEAM_KINDS, Notice, NoticeKind
from videos.models.notice_settings import NoticeSettings
from videos.models.policies import Action, granted_by_role

ENDED = {JobStatus.COMPLETED: NoticeKind.COMPLETED, JobStatus.FAILED: NoticeKind.FAILED}


def notify(
    kind: NoticeKind,
    members: Iterable[int],
    key: str,
    *,
    job: VideoJob | int | None = None,
    comment: Comment | None = None,
    actor: Member | None = None,
    budget: Budget | None = None,
    values: Mapping[str, Any] | None = None,
) -> None:
    """Notify each of `members` (primary keys), unless they have a notice with this key already, and
    the team's chat, if it is to get this kind and the whole team may see the clip.

    `values` are the values of the sentence, as JSON. The actor isn't notified.
    """
    job_pk = job.pk if isinstance(job, VideoJob) else job
    about = {"job_id": job_pk, "comment": comment, "actor": actor, "budget": budget}
    subject = about | {"values": dict(values or {})}
    _notify_team(kind, key, subject)
    receivers = dict.fromkeys(pk for pk in members if actor is None or pk != actor.pk)
    if receivers and job is not None:
        receivers = dict.fromkeys(who_may_see(receivers, job))
    if not receivers:
        return
    settings_by_member = NoticeSettings.objects.in_bulk(list(receivers))
    choices = {pk: settings_by_member.get(pk, NoticeSettings()).choice(kind) for pk in receivers}
    now = timezone.now()
    rows = [
        Notice(
            member_id=pk,
            kind=kind,
            key=key[:MAX_KEY],
            is_shown=choice.page,
            due_at=now if choice.is_sent else None,
            **subject,
        )
        for pk, choice in choices.items()
        if choice.page or choice.is_sent
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)


def _notify_team(kind: NoticeKind, key: str, subject: dict[str, Any]) -> None:
    """Write the notice for the team's chat; decisions of one press, one for each maker."""
    if kind not in TEAM_KINDS or not TeamSettings.load().sends(kind):
        return
    if subject["job_id"] is not None and not _is_open_to_team(subject["job_id"]):
        return
    own_key = f"{key}:{subject['job_id']}" if kind == NoticeKind.DECISION else key
    row = Notice(kind=kind, key=own_key[:MAX_KEY], is_shown=False, due_at=timezone.now(), **subject)
    Notice.objects.bulk_create([row], ignore_conflicts=True)


def who_may_see(members: Iterable[int], job: VideoJob | int) -> list[int]:
    """Those of `members` who may see a clip, in their order."""
    keys = list(members)
    granted = granted_by_role()
    if all(each.everywhere(Action.VIEW) for each in granted.values()):
        return keys
    row = job if isinstance(job, VideoJob) else VideoJob.objects.get(pk=job)
    seen = [
        member.pk
        for member in Member.objects.filter(pk__in=keys)
        if granted[member.role].reach(Action.VIEW, row.project_id)
    ]
    return [pk for pk in keys if pk in seen]


def _is_open_to_team(job: int) -> bool:
    """Return True unless the clip's project is hidden from a role that may see other clips."""
    granted = granted_by_role().values()
    if not any(each.projects for each in granted):
        return True
    project = VideoJob.objects.values_list("project_id", flat=True).get(pk=job)
    return all(each.reach(Action.VIEW, project) >= each.reach(Action.VIEW) for each in granted)


def notify_ended(job: VideoJob, who: Member | None) -> None:
    """Tell the maker of a clip that it is ready, or has failed."""
    if (kind := ENDED.get(JobStatus(job.status))) is not None:
        notify(kind, [job.maker_id], f"{kind}:{job.pk}", job=job, actor=who)


def withdraw_notices(members: Iterable[int], key: str) -> None:
    """Delete unread notices that no longer apply, and those that aren't sent to the team's chat
    yet."""
    Notice.objects.filter(member__in=list(members), key=key[:MAX_KEY], read_at=None).delete()
    of_team = Notice.objects.filter(member=None, key__startswith=f"{key}:")
    of_team.exclude(sent__sent_at__isnull=False).delete()
