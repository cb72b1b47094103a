"""What has a member not read yet, and how is it marked as read?"""

from dataclasses import dataclass

from django.utils import timezone

from videos.models import Member, Notice, paging
from videos.notices.messages import Line, line_of

# Beyond this, the exact number doesn't matter.
MOST = 99
IN_THE_BELL = 5
PER_PAGE = 30


@dataclass(frozen=True)
class Unread:
    """How many notices are unread, up to MOST + 1, and the newest one's key (0: none)."""

    count: int = 0
    newest: int = 0

    @property
    def text(self) -> str:
        """`3`, `99+`, or empty for none."""
        return "" if not self.count else f"{MOST}+" if self.count > MOST else str(self.count)

    @property
    def version(self) -> str:
        """Changes with what is unread, so that a poll can tell."""
        return f"{self.newest}.{self.count}"


def unread_of(member: Member) -> Unread:
    """What `member` hasn't read, by one query."""
    rows = Notice.objects.shown_to(member).unread()
    keys = list(rows.values_list("pk", flat=True)[: MOST + 1])
    return Unread(len(keys), keys[0]) if keys else Unread()


def newest_unread(member: Member) -> list[Line]:
    """The last few that are unread, for the bell."""
    rows = Notice.objects.shown_to(member).unread().with_subjects()
    return [line_of(notice) for notice in rows[:IN_THE_BELL]]


def unread_after(member: Member, pk: int) -> list[Line]:
    """The last few that are unread and newer than the one with key `pk`, the oldest first."""
    rows = Notice.objects.shown_to(member).unread().filter(pk__gt=pk).with_subjects()
    return [line_of(notice) for notice in rows[:IN_THE_BELL]][::-1]


def page_of(member: Member, before: int | None) -> tuple[list[Line], bool]:
    """A page of notices, newest first, older than the one with key `before`; and whether there are
    more."""
    rows = Notice.objects.shown_to(member).with_subjects()
    notices = paging.page_of(rows, PER_PAGE, after=() if before is None else (before,))
    return [line_of(notice) for notice in notices.rows], notices.has_more


def mark_read(member: Member, pk: int) -> bool:
    """Mark one of `member`'s notices as read; False if they have no such notice."""
    rows = Notice.objects.filter(member=member, pk=pk)
    if not rows.exists():
        return False
    rows.unread().update(read_at=timezone.now())
    return True


def mark_all_read(member: Member, newest: int) -> int:
    """Mark all as read up to the one with key `newest`: what came later wasn't seen yet."""
    rows = Notice.objects.shown_to(member).unread().filter(pk__lte=newest)
    return rows.order_by().update(read_at=timezone.now())
