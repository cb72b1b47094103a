"""How does an entry get into the audit log? In the transaction of the change that it records."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from django.db import models

from videos.models.audit import MAX_TARGET, AuditAction, AuditEntry, Means
from videos.models.member import Member
from videos.models.system_user import system_user
from videos.models.token import AccessToken

Values = Mapping[str, Any]


def _no_member() -> Member | None:
    return None


@dataclass(frozen=True)
class ChangeSource:
    """Where changes come from at this moment."""

    means: Means
    # Called only when something is recorded: most requests change nothing.
    member: Callable[[], Member | None] = _no_member
    address: Callable[[], str] = str
    system_user: Callable[[], str] = str
    token: AccessToken | None = None


# Kinds of targets that are stored under the class's former name.
STORED_KINDS = {"cataloguemodel": "offer"}
# Neither a request nor a worker has set a source: it is a command.
COMMAND = ChangeSource(Means.COMMAND, system_user=system_user)
_source: ContextVar[ChangeSource] = ContextVar("audit_source", default=COMMAND)


@contextmanager
def changes_from(source: ChangeSource) -> Iterator[None]:
    """Record changes inside the block as coming from `source`."""
    before = _source.set(source)
    try:
        yield
    finally:
        _source.reset(before)


def by_token(token: AccessToken) -> None:
    """Record what follows, up to the end of the enclosing `changes_from`, as done by this token."""
    source = replace(_source.get(), means=Means.TOKEN, member=lambda: token.member, token=token)
    _source.set(source)


def record(
    action: AuditAction,
    target: models.Model | str = "",
    *,
    before: Values | None = None,
    after: Values | None = None,
    member: Member | None = None,
) -> None:
    """Add an entry. Call it inside the transaction of the change.

    Of `before` and `after` only what differs is kept; if both are given and nothing differs,
    nothing is recorded. Pass no secrets. `member` is needed only before
    sign-in.
    """
    old, new = dict(before or {}), dict(after or {})
    if before is not None and after is not None:
        same = {name for name in old if name in new and old[name] == new[name]}
        old, new = ({k: v for k, v in each.items() if k not in same} for each in (old, new))
        if not old and not new:
            return
    source = _source.get()
    who = member or source.member()
    AuditEntry.objects.create(
        action=action,
        member_id=who.pk if who else None,
        means=source.means,
        address=source.address(),
        system_user=source.system_user(),
        token=source.token.audit_name if source.token else "",
        before=old,
        after=new,
        **_target(target),
    )


def record_clips(
    action: AuditAction, ids: list[str], member: Member | None = None, **more: Any
) -> None:
    """Add one entry for all clips of a press: how many, and which. None if there are none."""
    if ids:
        record(action, after={"count": len(ids), "ids": ids} | more, member=member)


def _target(target: models.Model | str) -> dict[str, Any]:
    if isinstance(target, str):
        return {"target": target[:MAX_TARGET]}
    # What has the name of a person is stored by its key, and says what it is without the name.
    name = str(getattr(target, "audit_name", target))
    kind = str(target._meta.model_name)
    return {
        "target_kind": STORED_KINDS.get(kind, kind),
        "target_id": target.pk,
        "target": name[:MAX_TARGET],
    }
