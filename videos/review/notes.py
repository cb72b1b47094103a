"""How does a comment lead to a new take, and how does the take answer it?"""

from collections.abc import Iterable

from django.db.models.functions import Coalesce
from django.utils import timezone

from videos.models import Comment, Member, NoteTake, VideoJob, job_among, visible_jobs
from videos.wire.values import whole_number


def note_for_take(member: Member, text: str) -> Comment | None:
    """The comment with this id, if `member` may see it and its clip is neither in the trash nor in
    an open vote."""
    if (key := whole_number(text)) is None:
        return None
    is_seen = job_among(visible_jobs(member).live().with_names())
    rows = Comment.objects.live().filter(is_seen)
    related = ("maker", "parent", "job__maker", "job__provider", "job__project")
    return rows.select_related(*related).filter(pk=key).first()


def resolve_answered(member: Member | None, keys: Iterable[int], press: str) -> None:
    """Resolve the open threads that led to these clips, which were just approved."""
    takes = NoteTake.objects.filter(job__in=list(keys)).annotate(
        thread=Coalesce("note__parent", "note")
    )
    threads = dict(takes.values_list("pk", "thread"))
    rows = Comment.objects.filter(pk__in=set(threads.values()), resolved_at=None)
    is_open = set(rows.select_for_update().values_list("pk", flat=True))
    if not is_open:
        return
    Comment.objects.filter(pk__in=is_open).update(resolved_at=timezone.now(), resolved_by=member)
    answered = [pk for pk, thread in threads.items() if thread in is_open]
    NoteTake.objects.filter(pk__in=answered).update(press=press)


def reopen_answered(press: str, keys: Iterable[int]) -> None:
    """Open the threads again that `press` has resolved by approving these clips, now undone."""
    takes = NoteTake.objects.filter(press=press, job__in=list(keys))
    threads = takes.annotate(thread=Coalesce("note__parent", "note"))
    rows = Comment.objects.filter(pk__in=list(threads.values_list("thread", flat=True)))
    rows.update(resolved_at=None, resolved_by=None)
    takes.update(press="")


def takes_of(member: Member, job: VideoJob) -> dict[int, list[VideoJob]]:
    """Comment → the clips that were made from it and that `member` may see. One query."""
    rows = NoteTake.objects.filter(job_among(visible_jobs(member).live()), note__job=job)
    shown = ("note", "job__public_id", "job__status", "job__verdict")
    takes: dict[int, list[VideoJob]] = {}
    for take in rows.select_related("job").only(*shown):
        takes.setdefault(take.note_id, []).append(take.job)
    return takes


def answered_by(member: Member, job: VideoJob) -> Comment | None:
    """The comment because of which `job` was made, if `member` may see it. One query."""
    is_seen = job_among(visible_jobs(member).live())
    rows = Comment.objects.live().filter(is_seen, takes__job=job)
    return rows.select_related("maker", "job").first()
