"""How is an entry of the audit log shown on the page and in a spreadsheet?"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from videos.gallery.shell.dates import moment, shorten
from videos.models import AuditEntry, Member
from videos.models.audit import OWNER, Means
from videos.sharing.table import csv_lines

MEMBER, TOKEN, INVITATION = "member", "accesstoken", "invitation"
SHOWN = 200
COLUMNS = (
    "at",
    "person",
    "username",
    "means",
    "address",
    "system_user",
    "token",
    "action",
    "target_kind",
    "target_id",
    "target",
    "before",
    "after",
)
Members = dict[int, Member]
# The first characters of an access token → its name of today.
Tokens = dict[str, str]
# The key of an invitation → whom it is for, as of today.
Invited = dict[int, str]


@dataclass(frozen=True)
class Change:
    """One value, before and after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One entry of the list."""

    pk: int
    iso: str
    when: str
    who: str
    source: str
    action: str
    target: str
    changes: list[Change]


def line_of(entry: AuditEntry, members: Members, tokens: Tokens, invited: Invited) -> Line:
    """What the list shows of an entry."""
    means = str(Means(entry.means).label)
    who = _name(entry.member_id, members)
    token = tokens.get(entry.token, entry.token)
    source = (token or means) if who else token
    return Line(
        pk=entry.pk,
        iso=entry.at.isoformat(),
        when=moment(entry.at),
        who=who or means,
        source=" · ".join(filter(None, (source, entry.address, entry.system_user))),
        action=entry.label,
        target=_target(entry, members, tokens, invited),
        changes=_changes(entry, members),
    )


def _name(pk: int | None, members: Members) -> str:
    if pk is None:
        return ""
    member = members.get(pk)
    return str(member) if member else _("Deleted member")


def _target(entry: AuditEntry, members: Members, tokens: Tokens, invited: Invited) -> str:
    if entry.target_kind == MEMBER:
        return _name(entry.target_id, members)
    if entry.target_kind == INVITATION:
        return invited.get(entry.target_id or 0, "")
    return tokens.get(entry.target, entry.target) if entry.target_kind == TOKEN else entry.target


def _changes(entry: AuditEntry, members: Members) -> list[Change]:
    changes = []
    for name in dict.fromkeys([*entry.before, *entry.after]):
        old, new = (
            _text(name, values.get(name), members) for values in (entry.before, entry.after)
        )
        if old or new:
            changes.append(Change(name, old, new))
    return changes


def _text(name: str, value: Any, members: Members) -> str:
    """A value in one line; empty for what is not set."""
    if value in (None, "", [], {}):
        return ""
    if name == OWNER:
        return _name(value, members)
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return shorten(text, SHOWN)


def csv_of(entries: Iterable[AuditEntry], members: Members, invited: Invited) -> Iterator[str]:
    """CSV, line by line."""
    return csv_lines(COLUMNS, (_cells(entry, members, invited) for entry in entries))


def _cells(entry: AuditEntry, members: Members, invited: Invited) -> list[Any]:
    member = members.get(entry.member_id or 0)
    return [
        entry.at.isoformat(),
        _name(entry.member_id, members),
        member.username if member else "",
        entry.means,
        entry.address,
        entry.system_user,
        entry.token,
        entry.action,
        entry.target_kind,
        entry.target_id,
        _target(entry, members, {}, invited),
        json.dumps(entry.before, ensure_ascii=False) if entry.before else "",
        json.dumps(entry.after, ensure_ascii=False) if entry.after else "",
    ]
