"""Which member does this cookie belong to?

Every request asks it, every range of a player too, so both queries are prepared. What is asked and
what it takes to be let in are Django's and allauth's own.
"""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from videos.models import Member
from videos.models.prepared import SOME_TIME, Prepared

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


class SessionStore(db.SessionStore):
    """Sessions in the database."""

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing where it has ended or never was."""
        row = SESSIONS.row(self.session_key, timezone.now())
        if row is None:
            self._session_key = None
            return {}
        data: dict[str, Any] = self.decode(row[0])
        return data


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
