"""How does a person from outside become a member: which account, name and role?

Shared by OpenID Connect and by the header of a proxy.
"""

import logging
import re
from collections.abc import Iterable, Mapping

from allauth.socialaccount.models import SocialAccount

from videos.models import AuditAction, Member, NoticeSettings, Role, record
from videos.team.account_changes import end_sessions, is_last_admin, one_at_a_time
from videos.team.second_factor import remove_factors
from videos.team.tokens import revoke_all

log = logging.getLogger(__name__)
RANKS = list(Role)
NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
NOT_IN_USERNAMES = re.compile(r"[^\w.+-]+")


def role_of_groups(groups: Iterable[object], roles: Mapping[str, str]) -> Role | None:
    """The highest role that `roles` gives to the groups; without a map Viewer, with one perhaps
    none."""
    if not roles:
        return Role.VIEWER
    matching = [Role(roles[each]) for each in groups if isinstance(each, str) and each in roles]
    return max(matching, key=RANKS.index, default=None)


def set_role(member: Member, role: Role | None, by: str) -> None:
    """Change the role, except of the last active admin. `by` says in the audit log who says so."""
    if role is None or member.role == role:
        return
    with one_at_a_time():
        if is_last_admin(member):
            log.warning("%s keeps the admin role: there is no other admin", member.username)
            return
        before = {"role": member.role}
        member.role = role
        member.save(update_fields=["role"])
        after = {"role": role, "by": by}
        record(AuditAction.MEMBER_ROLE, member, before=before, after=after, member=member)


def is_taken(member: Member, provider: str) -> bool:
    """Return True if another person of this provider already has the account."""
    return bool(SocialAccount.objects.filter(user=member, provider=provider).exists())


def end_other_access(member: Member, by: str) -> None:
    """Leave the outside identity as the only way into an account that was here before it.

    Whoever made the account typed its username and address without a proof that they are theirs.
    Without this, they could make it in someone else's name, wait for that person to sign in, and
    still get in. Call it in the transaction that connects the two.
    """
    member.set_unusable_password()
    member.save(update_fields=["password"])
    end_sessions(member)
    revoke_all(member)
    remove_factors(member)
    NoticeSettings.objects.filter(member=member).update(sealed_address="")
    record(AuditAction.MEMBER_CONNECTED, member, after={"by": by}, member=member)
    log.warning("%s is now connected by %s; other ways to sign in have ended", member.username, by)


def clean_name(name: str) -> str:
    """A name without control characters, of a length that fits."""
    return NOT_IN_NAMES.sub("", name).strip()[:80]


def free_username(suggestion: str) -> str:
    """A username that no member has, like `suggestion`, which may be an address."""
    suggestion = suggestion.partition("@")[0].lower()
    stem = NOT_IN_USERNAMES.sub("-", suggestion).strip("-")[:50] or "member"
    taken = set(Member.objects.filter(username__startswith=stem).values_list("username", flat=True))
    numbered = (f"{stem}-{number}" for number in range(2, 10_000))
    return stem if stem not in taken else next(each for each in numbered if each not in taken)
