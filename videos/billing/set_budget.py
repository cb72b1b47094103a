"""How is a budget set: once for each scope, period and unit?"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from videos.billing.budget_use import exact_text
from videos.models import AccessToken, AuditAction, Budget, Member, Project, Role, record
from videos.models.audit import OWNER
from videos.models.budget import TARGETS, BudgetQuerySet, Per, Scope, Unit
from videos.models.charge import MOST_MICROS

log = logging.getLogger(__name__)


class UnknownScope(Exception):
    """The project, role, member or token doesn't exist. The message says what to write."""


@dataclass(frozen=True)
class Target:
    """What a budget is for."""

    scope: Scope
    project: Project | None = None
    role: str = ""
    member: Member | None = None
    token: AccessToken | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """The values that name it."""
        column = TARGETS.get(self.scope)
        return {"scope": self.scope} | ({column: getattr(self, column)} if column else {})


def set_budget(target: Target, per: Per, unit: Unit, limit: int, *, is_hard: bool) -> Budget:
    """Set a budget, or change the one that the scope has for this period and unit.

    `limit` is in millionths of a dollar or in milliseconds. ValueError if it is absurd.
    """
    if not 0 <= limit <= MOST_MICROS:
        raise ValueError(_("A budget can't be negative, or that large."))
    same = target.columns | {"per": per, "unit": unit}
    values = {"limit": limit, "is_hard": is_hard, "changed_at": timezone.now()}
    with transaction.atomic():
        old = Budget.objects.filter(**same).first()
        budget, _created = Budget.objects.update_or_create(**same, defaults=values)
        _record(old, budget)
    log.info("budget set: %s, %s %s, hard: %s", budget, limit, unit, is_hard)
    return budget


def change_budget(pk: int, seen: datetime, limit: int, *, is_hard: bool) -> bool:
    """Change a budget; returns False if it was changed since it was `seen`."""
    with transaction.atomic():
        rows = Budget.objects.filter(pk=pk, changed_at=seen)
        old = rows.select_for_update().first()
        values = {"limit": limit, "is_hard": is_hard, "changed_at": timezone.now()}
        if old is None or not rows.update(**values):
            return False
        new = Budget.objects.get(pk=pk)
        _record(old, new)
    return True


def remove_budgets(rows: BudgetQuerySet) -> int:
    """Remove budgets, and return how many."""
    with transaction.atomic():
        budgets = list(rows.select_related("project", "member", "token"))
        for budget in budgets:
            record(AuditAction.BUDGET_REMOVED, budget, before=_facts(budget) | _whose(budget))
        rows.filter(pk__in=[budget.pk for budget in budgets]).delete()
    return len(budgets)


def _record(old: Budget | None, new: Budget) -> None:
    before, after = _facts(old) if old else None, _facts(new)
    if before != after:
        record(AuditAction.BUDGET_SET, new, before=before, after=after | _whose(new))


def _facts(budget: Budget) -> dict[str, Any]:
    """What the audit log keeps of a budget."""
    limit = exact_text(budget, budget.limit)
    return {"per": budget.per, "limit": limit, "hard": budget.is_hard}


def _whose(budget: Budget) -> dict[str, Any]:
    """Of a member's or a token's budget, the member by their key."""
    if budget.token is not None:
        return {OWNER: budget.token.member_id, "token": budget.token.audit_name}
    return {OWNER: budget.member_id} if budget.member_id else {}


def budgets_of(target: Target) -> BudgetQuerySet:
    """The budgets of a scope."""
    return Budget.objects.filter(**target.columns)


def read_target(text: str) -> Target:
    """`team`, `project:SLUG`, `role:ROLE`, `member:NAME` or `token:NAME`. UnknownScope."""
    word, _colon, name = text.partition(":")
    name = name.strip()
    if word == Scope.TEAM and not name:
        return Target(Scope.TEAM)
    if not name or word not in TARGETS:
        scopes = "team, project:SLUG, role:ROLE, member:NAME, token:NAME"
        raise UnknownScope(_("Unknown scope. Use one of: %(known)s.") % {"known": scopes})
    if word == Scope.PROJECT:
        return Target(Scope.PROJECT, project=_project(name))
    if word == Scope.ROLE:
        return Target(Scope.ROLE, role=_role(name))
    if word == Scope.MEMBER:
        return Target(Scope.MEMBER, member=_member(name))
    return Target(Scope.TOKEN, token=_token(name))


def _project(slug: str) -> Project:
    if (project := Project.objects.filter(slug=slug).first()) is None:
        raise UnknownScope(_("There is no project “%(name)s”.") % {"name": slug})
    return project


def _role(name: str) -> str:
    if name not in Role.values:
        roles = ", ".join(Role.values)
        text = _("There is no role “%(name)s”. Roles: %(known)s.")
        raise UnknownScope(text % {"name": name, "known": roles})
    return name


def _member(name: str) -> Member:
    if (member := Member.objects.filter(username=name).first()) is None:
        raise UnknownScope(_("There is no member “%(name)s”.") % {"name": name})
    return member


def _token(name: str) -> AccessToken:
    """A token by its name, or as MEMBER/NAME where several members have one of that name."""
    rows = AccessToken.objects.unrevoked().select_related("member")
    owner, slash, short = name.partition("/")
    wanted = Q(name=name) | (Q(member__username=owner, name=short) if slash else Q())
    tokens = list(rows.filter(wanted).order_by("pk")[:10])
    if len(tokens) == 1:
        return tokens[0]
    if not tokens:
        raise UnknownScope(_("There is no token “%(name)s”.") % {"name": name})
    names = ", ".join(f"{token.member.username}/{token.name}" for token in tokens)
    text = _("Several tokens have this name. Write MEMBER/NAME: %(names)s.")
    raise UnknownScope(text % {"names": names})
