"""How is a request allowed over a budget? With a reason, by those who manage budgets."""

from collections.abc import Callable, Sequence

from videos.billing.gate import OverBudget
from videos.jobs.sanitize import plain
from videos.models import Action, AuditAction, Member, VideoJob, may, record_clips
from videos.wire.text import gettext_noop

MAX_REASON = 300


def admit(member: Member, jobs: Sequence[VideoJob], reason: str, gate: Callable[[], None]) -> str:
    """Why `jobs` are allowed over a budget; empty if they fit. Raises OverBudget.

    Call it in the transaction that reserves their prices. `gate` raises OverBudget.
    """
    try:
        gate()
    except OverBudget as refusal:
        reason = plain(reason).strip()[:MAX_REASON]
        if not reason or not may(member, Action.MANAGE_BUDGETS):
            raise
        ids = [job.public_id for job in jobs]
        facts = {"reason": reason, "budgets": [_fact(each) for each in refusal.all]}
        record_clips(AuditAction.BUDGET_OVERRIDDEN, ids, member, **facts)
        return reason
    return ""


def why(via: str, reason: str) -> str:
    """What the history says of the request."""
    if not reason:
        return via
    return gettext_noop("%(via)s, allowed over a budget: %(reason)s", via=via, reason=reason)


def _fact(refusal: OverBudget) -> str:
    """Which budget, and by how much. People are named by their keys."""
    use, asked = refusal.use, refusal.asked
    over = "unknown" if asked is None else use.exact(asked - max(use.left, 0))
    name, limit = f"{use.budget.pk} ({use.budget.audit_name})", use.exact(use.budget.limit)
    return f"{name}, limit {limit}, over by {over}"
