"""How does a script prove for whom it acts?"""

import hashlib
import logging
import re
import secrets
import time
from contextlib import suppress
from datetime import timedelta

from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone

from videos.models import AccessToken, Action, Member, Scope, may

log = logging.getLogger(__name__)

PREFIX = "dly_"
SHAPE = re.compile(r"dly_[A-Za-z0-9_-]{43}")
SHOWN = 10
MAX_DAYS = 3660
USED_EVERY = timedelta(minutes=1)
GUESSES_A_MINUTE = 30


class Refused(Exception):
    """No token is made; the message says why, for people."""


def issue(member: Member, name: str, scopes: str, days: int | None = None) -> str:
    """A new token of `member`, which nobody can read again later. It ends after `days`, if given.

    Raises Refused.
    """
    if scopes not in Scope.values:
        raise Refused("A token may “read”, or “read” and “write”.")
    if scopes == Scope.WRITE and not may(member, Action.GENERATE):
        raise Refused("A viewer's token can only read.")
    if days is not None and not 1 <= days <= MAX_DAYS:
        raise Refused(f"A token works for 1 to {MAX_DAYS} days, or without an end.")
    token = PREFIX + secrets.token_urlsafe(32)
    AccessToken.objects.create(
        member=member,
        name=name[:60],
        hash=_hash_of(token),
        prefix=token[:SHOWN],
        scopes=scopes,
        expires_at=None if days is None else timezone.now() + timedelta(days=days),
    )
    log.info("token %s of %s was created (%s)", token[:SHOWN], member.username, scopes)
    return token


def recognise(token: str) -> AccessToken | None:
    """The row of a token that works now, with its member; None for anything else.

    The look-up goes by the hash, so the time it takes tells nothing about any secret.
    """
    if not SHAPE.fullmatch(token):
        return None
    rows = AccessToken.objects.select_related("member")
    found = rows.filter(hash=_hash_of(token)).first()
    if found is None or not found.works:
        return None
    _note_use(found)
    return found


def too_many_guesses(address: str) -> bool:
    """Count a wrong token from this address of the network; True beyond the limit of a minute.

    Tokens that work are never asked: with 256 random bits in each, the limit spares the database
    and the log, and must not lock out others behind the same address.
    """
    key = f"token-guesses:{address}:{int(time.time()) // 60}"
    cache.add(key, 0, 120)
    # Gone again already where the cache is full, which is no reason to refuse.
    with suppress(ValueError):
        return cache.incr(key) > GUESSES_A_MINUTE
    return False


def revoke(member: Member, pk: int) -> AccessToken | None:
    """End one token of `member` for good; None where there is no such that still works."""
    rows = AccessToken.objects.filter(member=member, pk=pk, revoked_at=None)
    found = rows.first()
    if found is None or not rows.update(revoked_at=timezone.now()):
        return None
    log.info("token %s of %s was revoked", found.prefix, member.username)
    return found


def revoke_all(member: Member) -> None:
    """End every token: an account that is opened again later starts without."""
    rows = AccessToken.objects.filter(member=member, revoked_at=None)
    if count := rows.update(revoked_at=timezone.now()):
        log.info("%d tokens of %s were revoked", count, member.username)


def _note_use(found: AccessToken) -> None:
    # At most once a minute, or every poll of a script would write.
    now = timezone.now()
    if found.last_used_at is not None and found.last_used_at > now - USED_EVERY:
        return
    unnoted = Q(last_used_at=None) | Q(last_used_at__lte=now - USED_EVERY)
    AccessToken.objects.filter(unnoted, pk=found.pk).update(last_used_at=now)


def _hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
