"""Which member does this cookie belong to?

Every request asks it, every range of a player too, so both queries are prepared. What is asked and
what it takes to be let in are Django's and allauth's own.
"""

import json
from functools import lru_cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from videos.models import Member
from videos.models.prepared import SOME_TIME, Prepared, Question

SESSIONS = Prepared(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now).values_list(
        "session_data"
    ),
    "key",
    SOME_TIME,
)
# What pages ask of a member, in the model's order; the rest is read where somebody asks for it.
ASKED = {"id", "password", "username", "email", "is_active", "name", "role"}
COLUMNS = [field.attname for field in Member._meta.concrete_fields if field.attname in ASKED]
MEMBERS = Prepared(lambda pk: Member.objects.filter(pk=pk).values_list(*COLUMNS), -1)

# How many sessions a process knows by heart.
OWNERS = 10_000


class SessionStore(db.SessionStore):
    """Sessions in the database."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        # One moment for the whole request: whether the session has ended is asked by it.
        self.asked_at = timezone.now()

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing where it has ended or never was."""
        row = SESSIONS.row(self.session_key, self.asked_at)
        if row is None:
            self._session_key = None
            return {}
        data: dict[str, Any] = json.loads(_verified(row[0]))
        return data


@lru_cache(maxsize=OWNERS)
def _verified(session_data: str) -> str:
    """What a signed session says, as JSON: of dozens of ranges each shows the same one."""
    return json.dumps(SessionStore().decode(session_data))


# Session key → the member it was found to belong to.
_owners: dict[str, int] = {}


def remember(session_key: str, member: Member) -> None:
    """Whose session this is: a good guess next time, and never more than that."""
    if len(_owners) >= OWNERS:
        _owners.clear()
    _owners[session_key] = member.pk


def expected(session: SessionStore) -> list[Question]:
    """What will be asked to find out whose session this is, for `foreseen`; nothing where nobody
    has it yet."""
    key = session.session_key
    owner = _owners.get(key) if key else None
    return [] if owner is None else [(SESSIONS, (key, session.asked_at)), (MEMBERS, (owner,))]


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's, with the member found by a prepared query."""

    def get_user(self, user_id: int) -> Member | None:
        """The member, unless there is none or the account was closed."""
        row = MEMBERS.row(user_id)
        if row is None:
            return None
        member = Member.from_db(DEFAULT_DB_ALIAS, COLUMNS, row)
        member.is_active = bool(member.is_active)  # SQLite knows no booleans.
        return member if self.user_can_authenticate(member) else None
