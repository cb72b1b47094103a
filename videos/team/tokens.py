"""How are access tokens issued, checked and revoked?"""

import logging
import re
import secrets
import time
from contextlib import suppress
from datetime import timedelta

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from videos.models import AccessToken, Action, AuditAction, Member, Project, Scope, may, record
from videos.models.ids import hash_of
from videos.models.row_policies import scopes_for
from videos.wire.values import whole_number

log = logging.getLogger(__name__)

PREFIX = "dly_"
SHAPE = re.compile(r"dly_[A-Za-z0-9_-]{43}")
SHOWN = 10
MAX_DAYS = 3660
USED_EVERY = timedelta(minutes=1)
GUESSES_A_MINUTE = 30


class Refused(Exception):
    """No token was created; the message says why, for people."""


def issue(
    member: Member,
    name: str,
    scopes: str,
    days: int | None = None,
    project: Project | None = None,
) -> str:
    """Create a token for `member` and return it; it can't be shown again later.

    It expires after `days`, if given. Clips that are made with it go to `project`. Raises Refused.
    """
    if scopes not in Scope.values:
        raise Refused(_("Choose what the token may do: read, review, or write."))
    if not may(member, Action.USE_TOKENS):
        raise Refused(_("Your role doesn't include access tokens. Ask an admin."))
    if scopes not in scopes_for(member):
        raise Refused(_("Your role can only create tokens that read or review."))
    if days is not None and not 1 <= days <= MAX_DAYS:
        raise Refused(
            _("A token can be valid for 1 to %(days)d days, or forever.") % {"days": MAX_DAYS}
        )
    token = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        row = AccessToken.objects.create(
            member=member,
            name=name[:60],
            hash=hash_of(token),
            prefix=token[:SHOWN],
            scopes=scopes,
            project=project,
            expires_at=None if days is None else timezone.now() + timedelta(days=days),
        )
        facts = {"owner": member.pk, "scopes": scopes, "expires_at": row.expires_at}
        record(AuditAction.TOKEN_CREATED, row, after=facts)
    log.info("token %s of %s was created (%s)", token[:SHOWN], member.username, scopes)
    return token


def recognise(token: str) -> AccessToken | None:
    """The valid token with its member; None for any other text.

    It is looked up by hash, so the time taken reveals nothing about a secret.
    """
    if not SHAPE.fullmatch(token):
        return None
    rows = AccessToken.objects.select_related("member", "project")
    row = rows.filter(hash=hash_of(token)).first()
    if row is None or not row.works:
        return None
    _note_use(row)
    return row


def token_in(authorization: str, api_key: str) -> str:
    """The token in these two headers; "" if there is none."""
    scheme, _sep, token = authorization.partition(" ")
    # Clients written for Azure send the other one.
    return token.strip() if scheme.lower() == "bearer" else api_key.strip()


def is_active(token: str) -> bool:
    """Return True if the gateway would accept the token. Its use isn't noted."""
    if not SHAPE.fullmatch(token):
        return False
    return AccessToken.objects.working().filter(hash=hash_of(token)).exists()


def too_many_guesses(address: str) -> bool:
    """Count a wrong token from this IP address; True beyond the limit per minute.

    Valid tokens are not limited. With 256 random bits in each, the limit only protects the
    database and the log, and must not lock out others behind the same address.
    """
    key = f"token-guesses:{address}:{int(time.time()) // 60}"
    cache.add(key, 0, 120)
    # ValueError: a full cache has dropped the key, so this guess is not counted.
    with suppress(ValueError):
        return cache.incr(key) > GUESSES_A_MINUTE
    return False


def revoke(member: Member, pk: int) -> AccessToken | None:
    """Revoke one token of `member` and return it; None if there is none to revoke."""
    rows = AccessToken.objects.unrevoked().filter(member=member, pk=pk)
    token = rows.first()
    with transaction.atomic():
        if token is None or not rows.update(revoked_at=timezone.now()):
            return None
        record(AuditAction.TOKEN_REVOKED, token, after={"owner": member.pk})
    log.info("token %s of %s was revoked", token.prefix, member.username)
    return token


def named(text: str) -> QuerySet[AccessToken]:
    """The tokens, revoked or not, that have this number or begin with this text."""
    if (key := whole_number(text)) is not None:
        return AccessToken.objects.filter(pk=key)
    return AccessToken.objects.filter(prefix=text[:SHOWN])


def revoke_all(member: Member) -> int:
    """Revoke all tokens of `member`, and return how many."""
    with transaction.atomic():
        rows = AccessToken.objects.unrevoked().filter(member=member)
        prefixes = list(rows.values_list("prefix", flat=True))
        if count := rows.update(revoked_at=timezone.now()):
            facts = {"owner": member.pk, "count": count, "tokens": prefixes}
            record(AuditAction.TOKEN_REVOKED, after=facts)
    if count:
        log.info("%d tokens of %s were revoked", count, member.username)
    return count


def _note_use(token: AccessToken) -> None:
    # At most once a minute, or every poll of a script would write.
    now = timezone.now()
    if token.last_used_at is not None and token.last_used_at > now - USED_EVERY:
        return
    unnoted = Q(last_used_at=None) | Q(last_used_at__lte=now - USED_EVERY)
    AccessToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=now)
