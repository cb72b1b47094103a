"""How much may be spent, by whom, on what, and in which time?"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from videos.models.charge import CURRENCY, MOST_MICROS
from videos.models.member import Member, Role
from videos.models.policies import Action, allowed_rows
from videos.models.project import Project
from videos.models.token import AccessToken


class Scope(models.TextChoices):
    """What a budget is for. The charges of all clips in it count together."""

    TEAM = "team", gettext_lazy("Team")
    PROJECT = "project", gettext_lazy("Project")
    ROLE = "role", gettext_lazy("Role")
    MEMBER = "member", gettext_lazy("Member")
    TOKEN = "token", gettext_lazy("Token")


class Per(models.TextChoices):
    """The time that a budget is for; all but the last start again with each."""

    DAY = "day", gettext_lazy("Day")
    WEEK = "week", gettext_lazy("Week")
    MONTH = "month", gettext_lazy("Month")
    ALL = "all", gettext_lazy("In total")


class Unit(models.TextChoices):
    """What is counted: millionths of a currency unit, or milliseconds of video."""

    MONEY = "money", gettext_lazy("Money")
    SECONDS = "seconds", gettext_lazy("Seconds of video")


# Scope → the column that says which one.
TARGETS = {
    Scope.PROJECT: "project",
    Scope.ROLE: "role",
    Scope.MEMBER: "member",
    Scope.TOKEN: "token",
}


def _names_its_scope() -> Q:
    """Exactly the column of its scope is filled."""
    condition = Q()
    for scope in Scope.values:
        values: dict[str, object] = {"scope": scope}
        for each, column in TARGETS.items():
            if column != "role":
                values[f"{column}__isnull"] = each != scope
        role = Q(role__in=Role.values) if scope == Scope.ROLE else Q(role="")
        condition |= Q(**values) & role
    return condition


class BudgetQuerySet(models.QuerySet["Budget"]):
    """The named conditions of budgets."""

    def visible_to(self, member: Member) -> "BudgetQuerySet":
        """All but those of projects that `member` may not see."""
        seen = allowed_rows(member, Action.VIEW, Project.objects.all())
        return self.filter(Q(project=None) | Q(project__in=seen))

    def applying_to(
        self,
        member: int | None,
        role: str,
        *,
        projects: set[int] | frozenset[int] = frozenset(),
        token: int | None = None,
    ) -> "BudgetQuerySet":
        """The budgets that a request of this member, in this role, counts against."""
        scope = Q(scope=Scope.TEAM) | Q(scope=Scope.ROLE, role=role) | Q(member=member)
        if projects:
            scope |= Q(project__in=projects)
        if token is not None:
            scope |= Q(token=token)
        return self.filter(scope)


class Budget(models.Model):
    """A limit on the charges of one scope in each day, week or month, or in all.

    `limit` is in millionths of `currency`, or in milliseconds of video. A hard one refuses what
    would go over it, a soft one warns.
    """

    scope = models.CharField(max_length=7, choices=Scope)
    project = models.ForeignKey(
        Project, models.CASCADE, null=True, blank=True, related_name="budgets"
    )
    role = models.CharField(max_length=10, choices=Role, blank=True, default="")
    member = models.ForeignKey(
        Member, models.CASCADE, null=True, blank=True, related_name="budgets"
    )
    token = models.ForeignKey(
        AccessToken, models.CASCADE, null=True, blank=True, related_name="budgets"
    )
    per = models.CharField(max_length=5, choices=Per)
    unit = models.CharField(max_length=7, choices=Unit)
    limit = models.BigIntegerField()
    currency = models.CharField(max_length=3, default=CURRENCY)
    is_hard = models.BooleanField(default=True)
    changed_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[BudgetQuerySet] = BudgetQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=_names_its_scope(), name="budget_names_its_scope"),
            models.CheckConstraint(
                condition=Q(per__in=Per.values, unit__in=Unit.values), name="budget_words_are_known"
            ),
            models.CheckConstraint(
                condition=Q(limit__gte=0, limit__lte=MOST_MICROS), name="budget_is_bounded"
            ),
            models.CheckConstraint(condition=Q(currency=CURRENCY), name="budget_has_our_currency"),
            models.UniqueConstraint(
                fields=["per", "unit"], condition=Q(scope="team"), name="one_budget_of_the_team"
            ),
            *(
                models.UniqueConstraint(
                    fields=[column, "per", "unit"],
                    condition=Q(scope=scope.value),
                    name=f"one_budget_per_{column}",
                )
                for scope, column in TARGETS.items()
            ),
        ]

    def __str__(self) -> str:
        """Such as “Project Film, per month”."""
        return self._timed(self.scope_text)

    @property
    def audit_name(self) -> str:
        """The same without the name of a member or of a token."""
        is_personal = self.scope in (Scope.MEMBER, Scope.TOKEN)
        return self._timed(str(Scope(self.scope).label) if is_personal else self.scope_text)

    def _timed(self, text: str) -> str:
        times = {
            Per.DAY: _("%(budget)s, per day"),
            Per.WEEK: _("%(budget)s, per week"),
            Per.MONTH: _("%(budget)s, per month"),
            Per.ALL: _("%(budget)s, in all"),
        }
        return times[Per(self.per)] % {"budget": text}

    @property
    def scope_text(self) -> str:
        """What it is for, such as “Project Film”."""
        texts = {
            Scope.TEAM: _("Team"),
            Scope.PROJECT: _("Project %(name)s"),
            Scope.ROLE: _("Role %(name)s"),
            Scope.MEMBER: _("Member %(name)s"),
            Scope.TOKEN: _("Token %(name)s"),
        }
        name = self.get_role_display() if self.scope == Scope.ROLE else self.target
        return texts[Scope(self.scope)] % {"name": name}

    @property
    def target(self) -> object:
        """The project, role, member or token; empty for the team."""
        column = TARGETS.get(Scope(self.scope))
        return getattr(self, column) if column else ""
