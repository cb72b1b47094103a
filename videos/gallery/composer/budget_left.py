"""What may a member still spend, and when are they warned?"""

from collections.abc import Iterable, Sequence

from django.core.cache import caches
from django.utils.translation import gettext as _

from videos.billing.budget_use import BudgetUse, budget_uses
from videos.gallery.clips.choices import choices
from videos.gallery.composer.forms import ComposerForm
from videos.gallery.shell.htmx import Toast
from videos.jobs.errors import BudgetExceeded, ValidationFailed
from videos.models import Action, Budget, Member, VideoJob, ledger
from videos.models.budget import Per, Unit
from videos.models.policies import may_everywhere, may_in_project, may_without_project
from videos.models.row_policies import may_override_budgets, may_see_budget

# Most teams have no budgets: that they have none is remembered for this long.
SECONDS = 5


def forget_budgets() -> None:
    """An admin has changed the budgets, and wants to see it."""
    caches["cards"].delete("budgets")


def for_member(form: ComposerForm, member: Member) -> ComposerForm:
    """The composer, which offers the projects in which `member` may generate clips, and says the
    price and what is left of the budgets to those who may see prices."""
    mine = [
        row for row in choices().open_projects if may_in_project(member, Action.GENERATE, row.pk)
    ]
    form.offer_projects(mine, has_none=may_without_project(member, Action.GENERATE))
    form.shows_price = may_everywhere(member, Action.SEE_PRICES)
    form.left = left_of(member, [form.chosen["project"]])
    return form


def left_of(member: Member, projects: Iterable[str] = ()) -> str:
    """What is left of the budgets that clips of `member` in these projects count against; empty
    without budgets, or for those who may not see prices."""
    if not may_everywhere(member, Action.SEE_PRICES) or not _any_budgets():
        return ""
    rows = Budget.objects.applying_to(member.pk, member.role)
    if slugs := set(filter(None, projects)):
        rows = rows | Budget.objects.filter(project__slug__in=slugs)
    return left_text(budget_uses(rows))


def left_text(uses: list[BudgetUse]) -> str:
    """What is left of the tightest budget of each unit, such as “$12.30 left this month”."""
    tightest: dict[str, BudgetUse] = {}
    for use in uses:
        smallest = tightest.get(use.budget.unit)
        if smallest is None or use.left < smallest.left:
            tightest[use.budget.unit] = use
    return " · ".join(_left(use) for use in tightest.values())


def _left(use: BudgetUse) -> str:
    texts = {
        Per.DAY: _("%(left)s left today"),
        Per.WEEK: _("%(left)s left this week"),
        Per.MONTH: _("%(left)s left this month"),
        Per.ALL: _("%(left)s left"),
    }
    return texts[Per(use.budget.per)] % {"left": use.left_text}


def budget_toasts(jobs: Sequence[VideoJob], member: Member) -> list[Toast]:
    """A warning to `member` for each budget that has passed 80 or 100 % with these clips of one
    member."""
    if not jobs or not _any_budgets():
        return []
    maker = jobs[0].maker
    projects = {job.project_id for job in jobs if job.project_id is not None}
    toasts = []
    for use in budget_uses(Budget.objects.applying_to(maker.pk, maker.role, projects=projects)):
        before = BudgetUse(use.budget, use.used - _spent(use.budget, jobs), use.ends)
        if use.level and use.level != before.level:
            toasts.append(Toast(_warning(use, member), "warning"))
    return toasts


def offers_override(member: Member, refusal: ValidationFailed) -> bool:
    """Return True if the form offers `member` to go over the budget that refused a request."""
    return isinstance(refusal, BudgetExceeded) and may_override_budgets(member)


def _warning(use: BudgetUse, member: Member) -> str:
    if not may_see_budget(member, use.budget):
        text = _("%(percent)d%% of the budget “%(budget)s” is used.")
        return text % {"budget": use.budget, "percent": use.percent}
    text = _("%(percent)d%% of the budget “%(budget)s” is used. %(left)s is left.")
    return text % {"budget": use.budget, "percent": use.percent, "left": use.left_text}


def _spent(budget: Budget, jobs: Sequence[VideoJob]) -> int:
    mine = [job for job in jobs if not budget.project_id or job.project_id == budget.project_id]
    if budget.unit == Unit.SECONDS:
        return sum(ledger.video_ms(job) for job in mine)
    return sum(ledger.micros(job.price) for job in mine if job.price is not None)


def _any_budgets() -> bool:
    has_budgets: bool | None = caches["cards"].get("budgets")
    if has_budgets is None:
        has_budgets = Budget.objects.exists()
        caches["cards"].set("budgets", has_budgets, SECONDS)
    return has_budgets
