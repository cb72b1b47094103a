"""Which rules hold for one kind of row, beyond the table of `policies`?"""

from decimal import Decimal

from videos.models.blind import as_shown
from videos.models.budget import Budget, Unit
from videos.models.comment import Comment
from videos.models.experiment import Experiment
from videos.models.job import VideoJob
from videos.models.member import Member
from videos.models.notice import NoticeKind
from videos.models.policies import (
    Action,
    Reach,
    granted_to,
    is_own,
    may,
    may_everywhere,
    may_remove,
    members_who,
)
from videos.models.queryset import VideoJobQuerySet
from videos.models.selectors import visible_jobs
from videos.models.share import ShareLink
from videos.models.token import Scope

# Only those who may do something about it hear of it.
NOTICE_NEEDS = {
    NoticeKind.PAUSED: Action.MANAGE_PROVIDERS,
    NoticeKind.WEBHOOK: Action.MANAGE_SETTINGS,
}


def may_edit_comment(member: Member, comment: Comment) -> bool:
    """Return True for one's own comments that were not deleted."""
    return is_own(member, comment) and comment.deleted_at is None


def may_delete_comment(member: Member, comment: Comment) -> bool:
    """Return True for comments that `member` may remove and that were not deleted."""
    return may_remove(member, comment) and comment.deleted_at is None


def votable_jobs(member: Member) -> VideoJobQuerySet:
    """The clips that `member` can watch, and so vote for."""
    return visible_jobs(member).with_a_copy()


def may_see_cost(member: Member, experiment: Experiment) -> bool:
    """Return True if `member` may see what the clips of an experiment cost."""
    if experiment.project is None:
        # Clips may have been moved to projects with rules of their own.
        return may_everywhere(member, Action.SEE_PRICES)
    return may(member, Action.SEE_PRICES, experiment)


def price_for(member: Member, job: VideoJob) -> Decimal | None:
    """The clip's price as `member` may see it; None if it isn't known, or not for them."""
    return as_shown(job).price if may(member, Action.SEE_PRICES, job) else None


def price_on_link(link: ShareLink, job: VideoJob) -> Decimal | None:
    """The price that a share link shows; None where it shows none, or its maker sees none."""
    return price_for(link.maker, job) if link.show_prices else None


def may_see_budget(member: Member, budget: Budget) -> bool:
    """Return True if `member` may see a budget's numbers: those of money are for those who may see
    all prices."""
    return budget.unit != Unit.MONEY or may_everywhere(member, Action.SEE_PRICES)


def may_override_budgets(member: Member) -> bool:
    """Return True if `member` may go over a budget, with a reason."""
    return may(member, Action.MANAGE_BUDGETS)


def may_see_usage_of_others(member: Member) -> bool:
    """Return True if `member` may see the charges of others."""
    return member.is_active and granted_to(member).reach(Action.SEE_USAGE) == Reach.ALL


def scopes_for(member: Member) -> list[Scope]:
    """What the access tokens of `member` may be for."""
    writes = may(member, Action.GENERATE)
    return [scope for scope in Scope if writes or scope != Scope.WRITE]


def notice_kinds_for(member: Member) -> list[NoticeKind]:
    """The kinds of notices that `member` may get."""
    return [
        kind for kind in NoticeKind if kind not in NOTICE_NEEDS or may(member, NOTICE_NEEDS[kind])
    ]


def managers_for(kind: NoticeKind) -> list[int]:
    """The members (primary keys) who hear of this kind, because they may do something about it."""
    return members_who(NOTICE_NEEDS[kind])
