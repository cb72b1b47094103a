"""Which budgets are there, how much of each is used, and how are they set?"""

from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from videos.billing.budget_use import budget_uses
from videos.billing.set_budget import change_budget, remove_budgets, set_budget
from videos.gallery.billing.forms import BudgetForm, EditForm
from videos.gallery.composer.budget_left import forget_budgets
from videos.gallery.shell.htmx import Toast, go, page
from videos.models import Action, Budget
from videos.models.budget import Per, Unit
from videos.team.access import member_of, requires
from videos.team.saved_message import saved_message

MAX_SHOWN = 500


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.MANAGE_BUDGETS)
def budget_list(request: HttpRequest) -> HttpResponse:
    """All budgets, and a form for another. POST makes it."""
    member = member_of(request)
    form = BudgetForm(member, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and (budget := _create(form)):
        text = _("Created the budget “%(budget)s”.") % {"budget": budget}
        return go(request, reverse("budget_list"), Toast(text))
    shown = budget_uses(Budget.objects.visible_to(member).order_by("scope", "id")[:MAX_SHOWN])
    context = {"uses": shown, "form": form, "zone": timezone.get_default_timezone_name()}
    return page(request, "billing/budgets.html", context, 422 if form.is_bound else 200)


def _create(form: BudgetForm) -> Budget | None:
    data = form.cleaned_data
    try:
        budget = set_budget(
            form.targets[data["target"]],
            Per(data["per"]),
            Unit(data["counted"]),
            data["limit"],
            is_hard=data["kind"],
        )
    except IntegrityError:
        # Its member, token or project was deleted since.
        form.add_error("target", _("This budget no longer exists. Reload the page."))
        return None
    forget_budgets()
    return budget


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.MANAGE_BUDGETS)
def budget_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a budget's limit, unless another admin has changed it since the page was opened."""
    if not (uses := budget_uses(Budget.objects.visible_to(member_of(request)).filter(pk=pk))):
        raise Http404("Budget not found.")
    (use,) = uses
    budget = use.budget
    form = EditForm(request.POST if request.method == "POST" else None, budget=budget)
    seen = budget.changed_at.isoformat()
    status = 200
    if form.is_bound and form.is_valid():
        if _change(pk, request.POST.get("seen", ""), form.cleaned_data):
            forget_budgets()
            # The list has other budgets, too.
            text = f"{budget}. {saved_message(form)}"
            return go(request, reverse("budget_list"), Toast(text))
        form.add_error(None, _("Someone else changed this budget. Check it, and save again."))
        status = 409
    elif form.is_bound:
        status = 422
    context = {"form": form, "use": use, "seen": seen}
    return page(request, "billing/budget.html", context, status)


@require_POST
@requires(Action.MANAGE_BUDGETS)
def budget_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a budget. The charges stay."""
    rows = Budget.objects.visible_to(member_of(request)).filter(pk=pk)
    names = [str(use.budget) for use in budget_uses(rows)]
    remove_budgets(rows)
    forget_budgets()
    if not names:
        return go(request, reverse("budget_list"), Toast(_("It was already deleted."), "warning"))
    text = _("Deleted the budget “%(budget)s”.") % {"budget": names[0]}
    return go(request, reverse("budget_list"), Toast(text))


def _change(pk: int, seen: str, data: dict[str, Any]) -> bool:
    """Return False if the budget isn't as it was `seen`."""
    try:
        moment = datetime.fromisoformat(seen)
    except ValueError:
        return False
    return change_budget(pk, moment, data["limit"], is_hard=data["kind"])
