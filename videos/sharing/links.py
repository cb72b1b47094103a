"""How are links for people without an account made, revoked, and opened?"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import check_password, make_password
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from videos.jobs.errors import ValidationFailed
from videos.jobs.sanitize import plain
from videos.models import (
    Action,
    AuditAction,
    Collection,
    JobStatus,
    Member,
    NoticeKind,
    ShareItem,
    ShareLink,
    VideoJobQuerySet,
    may,
    record,
)
from videos.models.announce import announce
from videos.models.ids import hash_of
from videos.models.notify import notify
from videos.models.outgoing import EventType
from videos.models.policies import may_remove
from videos.models.selectors import jobs_shared_by, jobs_with_keys
from videos.models.share import MAX_TITLE

DEFAULT_DAYS = 30
MAX_DAYS = 366
MAX_CLIPS = 500
MAX_PASSWORD = 200
# Views of one visitor that come so close together are one.
ONE_VISIT = timedelta(minutes=30)


@dataclass(frozen=True)
class Permissions:
    """What visitors of a link may do, and see beside the clips."""

    allow_download: bool = False
    allow_comments: bool = False
    allow_decisions: bool = False
    show_prompts: bool = False
    show_prices: bool = False


def default_last_day(zone: ZoneInfo) -> date:
    """The default last day of a new link."""
    return timezone.localdate(timezone=zone) + timedelta(days=DEFAULT_DAYS)


def create_link(
    member: Member,
    shown: VideoJobQuerySet | Collection,
    *,
    title: str = "",
    last_day: date,
    zone: ZoneInfo,
    password: str = "",
    permissions: Permissions | None = None,
    key: str = "",
) -> ShareLink:
    """A link to clips, or to a collection, that works to the end of `last_day` in `zone`. Raises
    ValidationFailed.

    `key` is the form's: the same form sent twice makes one link.
    """
    title = " ".join(plain(title).split())
    _check(title, last_day, zone, password)
    link = ShareLink(
        maker=member,
        title=title,
        expires_at=end_of(last_day, zone),
        password=make_password(password) if password else "",
        **vars(permissions or Permissions()),
    )
    content = (title, last_day, password, permissions)
    if isinstance(shown, Collection):
        link.collection = shown
        return _save(link, [], key, *content, shown.pk)
    rows = shown.shareable_by(member)
    keys = list(rows.filter(status=JobStatus.COMPLETED).values_list("pk", flat=True))
    _check_clips(keys)
    return _save(link, keys, key, *content, keys)


def _check_clips(keys: list[int]) -> None:
    if not keys:
        raise ValidationFailed({"": _("Only finished clips can be shared.")})
    if len(keys) > MAX_CLIPS:
        message = _("A link can show %(limit)d clips. Put more of them into a collection.")
        raise ValidationFailed({"": message % {"limit": MAX_CLIPS}})


def _save(link: ShareLink, keys: list[int], key: str, *content: object) -> ShareLink:
    """Save a link with its clips. `key` and `content` give the token, so that a second press finds
    the link of the first."""
    link.set_token(_token(link.maker, key, *content) if key else "")
    try:
        with transaction.atomic():
            link.save()
            ShareItem.objects.bulk_create(
                ShareItem(link=link, job_id=pk, position=place) for place, pk in enumerate(keys)
            )
            record(AuditAction.SHARE_CREATED, link, after=_facts(link, keys), member=link.maker)
    except IntegrityError:
        return ShareLink.objects.get(token_hash=link.token_hash)
    return link


def _facts(link: ShareLink, keys: list[int]) -> dict[str, object]:
    """What the audit log keeps of a link: never its token or its password."""
    jobs = jobs_with_keys(keys).order_by("pk")
    names = vars(Permissions())
    return {name: getattr(link, name) for name in names} | {
        "expires_at": link.expires_at,
        "protected": bool(link.password),
        "collection": link.collection_id,
        "count": len(keys),
        "ids": list(jobs.values_list("public_id", flat=True)),
    }


def _token(member: Member, key: str, *content: object) -> str:
    """22 characters that cannot be guessed without SECRET_KEY."""
    digest = salted_hmac("share link", repr((member.pk, key, *content)), algorithm="sha256")
    return urlsafe_b64encode(digest.digest()[:16]).rstrip(b"=").decode()


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The end of a day in `zone`."""
    return datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)


def address_of(link: ShareLink, site: str) -> str:
    """The whole address; empty where SECRET_KEY has changed since the link was made."""
    return site + reverse("share", args=[link.token]) if link.token else ""


def revoke(member: Member, link: ShareLink) -> None:
    """Close a link permanently. Raises ValidationFailed."""
    if not may_remove(member, link):
        raise ValidationFailed({"": _("Only its maker or an admin can revoke a link.")})
    with transaction.atomic():
        rows = ShareLink.objects.filter(pk=link.pk, revoked_at=None)
        if rows.update(revoked_at=timezone.now()):
            record(AuditAction.SHARE_REVOKED, link, member=member)
    link.refresh_from_db(fields=["revoked_at"])


def find_link(token: str) -> ShareLink | None:
    """The link of this token, if it still opens: it was not revoked, has not expired, its
    collection is there, and whoever made it may still share."""
    rows = ShareLink.objects.usable().select_related("maker", "collection")
    link = rows.filter(token_hash=hash_of(token)).first()
    return link if link and may(link.maker, Action.SHARE) else None


def why_closed(token: str) -> str:
    """Why `find_link` does not find a link: `expired` or `revoked`; empty where there was none.
    Whoever has the token was invited, so they may know."""
    link = ShareLink.objects.filter(token_hash=hash_of(token)).first()
    if link is None:
        return ""
    return "expired" if link.revoked_at is None and link.expires_at <= timezone.now() else "revoked"


def is_password(link: ShareLink, password: str) -> bool:
    """Return True if this opens the link."""
    return not link.password or check_password(password[:MAX_PASSWORD], link.password)


def clips_of(link: ShareLink) -> VideoJobQuerySet:
    """The finished clips that a link shows, in its order. What was deleted since, or what its
    maker may no longer share, is gone here, too."""
    rows = jobs_shared_by(link.maker).filter(status=JobStatus.COMPLETED)
    if link.collection_id is not None:
        return rows.filter(collection_items__collection=link.collection_id).order_by(
            "collection_items__position", "collection_items__id"
        )
    return rows.filter(share_items__link=link).order_by("share_items__position", "share_items__id")


def count_view(link: ShareLink, visitor: str) -> None:
    """Count a visit, unless this visitor was here a moment ago. `visitor` tells people apart, such
    as by address and browser; only a hash of it is kept, and no cookie is needed."""
    seen = salted_hmac("share visit", f"{link.pk} {visitor}", algorithm="sha256").hexdigest()
    if cache.add(f"share-visit:{seen}", True, ONE_VISIT.total_seconds()):
        now = timezone.now()
        with transaction.atomic():
            ShareLink.objects.filter(pk=link.pk).update(views=F("views") + 1, viewed_at=now)
            if link.viewed_at is None:
                values = {"title": link.title, "link": link.pk}
                key = f"opened:{link.pk}"
                announce(EventType.SHARE_OPENED, key, values)
                notify(NoticeKind.SHARE_OPENED, [link.maker_id], key, values=values)


def _check(title: str, last_day: date, zone: ZoneInfo, password: str) -> None:
    errors = {}
    today = timezone.localdate(timezone=zone)
    if len(title) > MAX_TITLE:
        errors["title"] = _("Use at most %(limit)d characters.") % {"limit": MAX_TITLE}
    if last_day < today:
        errors["last_day"] = _("Choose today or a later day.")
    elif last_day > today + timedelta(days=MAX_DAYS):
        errors["last_day"] = _("Choose a day within a year.")
    if password and len(password) < 4:
        errors["password"] = _("Use 4 characters or more, or leave it empty.")
    elif len(password) > MAX_PASSWORD:
        errors["password"] = _("Use at most %(limit)d characters.") % {"limit": MAX_PASSWORD}
    if errors:
        raise ValidationFailed(errors)
