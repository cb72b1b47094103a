"""Who is notified of comments and decisions?"""

from collections import defaultdict

from django.db.models import Count, Min, QuerySet

from videos.models import Comment, Decision, EventType, Member, NoticeKind, Verdict
from videos.models.announce import announce
from videos.models.notify import notify, withdraw_notices
from videos.models.selectors import jobs_with_keys

# With more participants, only the clip's maker and the newest ones are notified.
MAX_THREAD = 50
IDS_IN_AN_EVENT = 100


def notify_of_comment(comment: Comment) -> None:
    """Tell those whom a comment mentions, those whom it answers, and the clip's maker: each once,
    for the first of these reasons, also if it is edited later."""
    _notify(NoticeKind.MENTION, list(comment.mentions.values_list("pk", flat=True)), comment)
    if comment.edited_at is not None:
        return
    data = {"id": comment.job.public_id, "comment": comment.pk}
    announce(EventType.COMMENTED, f"comment:{comment.pk}", data)
    if comment.parent_id is not None:
        _notify(NoticeKind.REPLY, _in_thread(comment), comment)
    _notify(NoticeKind.COMMENT, [comment.job.maker_id], comment)


def _notify(kind: NoticeKind, members: list[int], comment: Comment) -> None:
    values = {"guest": comment.guest}
    key, job, actor = f"comment:{comment.pk}", comment.job_id, comment.maker
    notify(kind, members, key, job=job, comment=comment, actor=actor, values=values)


def _in_thread(comment: Comment) -> list[int]:
    """Everyone who has written in the thread."""
    parent = comment.parent
    replies = Comment.objects.live().filter(parent=parent, maker__is_active=True)
    people = replies.order_by("-id").values_list("maker", flat=True)[:MAX_THREAD]
    begun = [parent.maker_id] if parent is not None else []
    return [pk for pk in (*begun, *people) if pk is not None]


def announce_decision(jobs: list[int], verdict: str, press: str, number: int = 0) -> None:
    """Tell the team's receivers of decisions; `number` is that of this part of the press."""
    rows = jobs_with_keys(jobs).order_by("pk")
    ids = list(rows.values_list("public_id", flat=True))
    for part in range(0, len(ids), IDS_IN_AN_EVENT):
        data = {"ids": ids[part : part + IDS_IN_AN_EVENT], "decision": verdict or "to_review"}
        announce(EventType.DECIDED, f"{_key(press)}:{number}:{part}", data)


def notify_makers(
    member: Member | None, guest: str, jobs: list[int], verdict: str, press: str
) -> None:
    """Notify the makers of the clips about someone else's decision, once for each press."""
    if verdict == Verdict.TO_REVIEW:
        return
    for maker, theirs in _by_maker(jobs).items():
        _notify_maker(maker, member, guest, verdict, press, len(theirs), theirs[0])


def notify_makers_of(
    member: Member, decisions: QuerySet[Decision], verdict: str, press: str
) -> None:
    """The same for decisions that were made in parts, however many they are."""
    if verdict == Verdict.TO_REVIEW:
        return
    makers = decisions.order_by().values("job__maker").annotate(clips=Count("pk"), clip=Min("job"))
    for maker, clips, clip in makers.values_list("job__maker", "clips", "clip"):
        _notify_maker(maker, member, "", verdict, press, clips, clip)


def _notify_maker(
    maker: int, member: Member | None, guest: str, verdict: str, press: str, count: int, job: int
) -> None:
    values = {"verdict": verdict, "guest": guest, "count": count}
    notify(NoticeKind.DECISION, [maker], _key(press), job=job, actor=member, values=values)


def withdraw_decision_notices(press: str, jobs: list[int]) -> None:
    """Delete unread notices of a press that was undone."""
    withdraw_notices(_by_maker(jobs), _key(press))


def _by_maker(jobs: list[int]) -> dict[int, list[int]]:
    clips: dict[int, list[int]] = defaultdict(list)
    rows = jobs_with_keys(jobs).order_by("pk")
    for job, maker in rows.values_list("pk", "maker"):
        clips[maker].append(job)
    return clips


def _key(press: str) -> str:
    return f"decision:{press}"
