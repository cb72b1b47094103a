"""What does a clip's own page say about it?"""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from videos.archive.uploads import references
from videos.gallery.clips.card import Card, card_of
from videos.gallery.clips.states import asset_state, is_pending
from videos.gallery.clips.thumbnails import Pictures, asset_url
from videos.gallery.composer.forms import size_label
from videos.gallery.shell.dates import moment, time_tag
from videos.gallery.shell.names import name_tag, named
from videos.gallery.shell.numbers import dollars
from videos.jobs.characters.select import names_of
from videos.jobs.sanitize import NO_REASON
from videos.jobs.submission.extra_fields import extra_texts
from videos.jobs.sync.refresh import counts_as_lost_at
from videos.models import (
    Action,
    Asset,
    Condition,
    JobEvent,
    JobStatus,
    Kind,
    Member,
    VideoJob,
    as_shown,
    may,
    shown_expiry,
)
from videos.models.measures import (
    Measures,
    seconds_differ,
    shown_seconds,
    shown_size,
    size_differs,
)
from videos.models.messages import shown
from videos.wire import parse_size
from videos.wire.text import Message

BY_TOKEN = Message(gettext_noop("Submitted with an access token"), {})
# The copy from the provider plays only where ours is late: a player that changes its source
# under the viewer starts again.
COPY_IS_LATE = timedelta(seconds=30)
STATUS_TEXTS = {
    JobStatus.SUBMITTING: gettext_noop("Queued here"),
    JobStatus.UNSURE: gettext_noop("Unconfirmed"),
    JobStatus.QUEUED: gettext_noop("Queued at the provider"),
}


FILE_COLUMNS = (
    "kind",
    "sha256",
    "width",
    "height",
    "seconds",
    "frame_rate",
    "codec",
    "container",
    "has_audio",
    "condition",
)


@dataclass(frozen=True)
class HistoryEntry:
    """One line of the history."""

    when_iso: str
    when_text: str
    from_text: str
    to_text: str
    who: str
    why: str


@dataclass(frozen=True)
class Detail(Card):
    """One clip as its own page shows it."""

    fields: list[tuple[str, str]]
    history: list[HistoryEntry]
    raw: str
    reference_url: str
    reference_text: str
    expires_text: str
    # When it counts as lost, as an element; empty while the provider knows it.
    lost_at: str
    video_url: str
    # In frames a second, as text; empty where it was not measured.
    frame_rate: str
    is_silent: bool
    # The clip was here once, and is missing or not whole now.
    is_damaged: bool
    # It was kept as it came, although it could not be found whole.
    is_in_doubt: bool
    # It failed, and none of the places where servers say why says anything.
    has_no_reason: bool


def detail_of(job: VideoJob, member: Member) -> Detail:
    """Everything about a job that `lookup.find` fetched, as `member` may see it. Two queries: its
    files, its history."""
    rows = Asset.objects.filter(job=job).only(*FILE_COLUMNS)
    files = {asset.kind: asset for asset in rows}
    poster, sheet = files.get(Kind.THUMBNAIL), files.get(Kind.SPRITESHEET)
    pictures = Pictures(
        poster=poster.sha256 if poster else None,
        width=poster.width if poster else None,
        height=poster.height if poster else None,
        sheet=sheet.sha256 if sheet else None,
    )
    seen, expires_at = as_shown(job), shown_expiry(job)
    video = files.get(Kind.VIDEO)
    measures = Measures(video.width, video.height, video.seconds) if video else Measures()
    return Detail(
        **vars(card_of(job, pictures, measures)),
        fields=_blind_fields(job) if job.is_blind else _fields(job, measures, video, member),
        history=_history(job, member),
        raw=json.dumps(seen.remote, indent=2, ensure_ascii=False) if seen.remote else "",
        reference_url=_reference_url(job),
        reference_text=_reference_text(job),
        expires_text=moment(expires_at) if expires_at else "",
        lost_at=time_tag(lost_at) if (lost_at := counts_as_lost_at(job)) else "",
        video_url=_video_url(job, video.sha256 if video else ""),
        frame_rate=str(video.frame_rate) if video and video.frame_rate else "",
        is_silent=video is not None and video.has_audio is False,
        is_damaged=job.archived_at is None and video is not None,
        is_in_doubt=video is not None and video.condition != Condition.WHOLE,
        has_no_reason=bool(seen.remote) and seen.error_message == NO_REASON,
    )


def shows_player(job: VideoJob) -> bool:
    """Is there something to play just now?"""
    return bool(_video_url(job))


def _video_url(job: VideoJob, sha256: str = "") -> str:
    if asset_state(job) in ("", "lost"):
        return ""
    content_url = reverse("video_content", args=[job.public_id])
    if job.archived_at is not None:
        return asset_url(job.public_id, Kind.VIDEO, sha256) or content_url
    late = job.attempts or job.attention or not is_pending(job)
    finished = job.finished_at or timezone.now()
    return content_url if late or timezone.now() - finished > COPY_IS_LATE else ""


def _reference_url(job: VideoJob) -> str:
    is_kept = references.is_kept(job.reference)
    return reverse("video_reference", args=[job.public_id]) if is_kept else ""


def _reference_text(job: VideoJob) -> str:
    if not job.reference:
        return ""
    if parse_size(job.size) is None:
        # A size in words names no pixels to fit an image into.
        return _("Unchanged")
    return _("Padded with black") if job.padded else _("Cropped to fill")


def _blind_fields(job: VideoJob) -> list[tuple[str, str]]:
    """What doesn't tell the candidates of an open vote apart."""
    return [
        (_("Made by"), named(job.maker)),
        (_("Model"), as_shown(job).model),
        (_("Status"), _status(job.status)),
        (_("Created"), time_tag(job.created_at)),
        (_("ID"), job.public_id),
    ]


def _fields(
    job: VideoJob, measures: Measures, video: Asset | None, member: Member
) -> list[tuple[str, str]]:
    sees_address = may(member, Action.MANAGE_PROVIDERS)
    fields = [
        (_("Made by"), named(job.maker)),
        (_("Provider"), job.provider.name if sees_address else str(job.provider)),
        (_("Model"), job.model or _("The provider's default")),
        (_("Size"), size_label(shown_size(job.size, measures))),
        (_("Seconds"), _length(job, measures)),
        (_("Difference"), _difference(job, measures)),
        (_("File"), _file(video) if video else ""),
        (_("Price"), _price(job) if may(member, Action.SEE_PRICES, job) else ""),
        (_("Character"), names_of(job)),
        *extra_texts(job),
        (_("Take"), _takes(job)),
        (_("Status"), _status(job.status)),
        (_("The provider says"), job.remote_status),
        (_("Error code"), job.error_code),
        (_("Created"), time_tag(job.created_at)),
        (_("Finished"), time_tag(job.finished_at) if job.finished_at else ""),
        (_("Archived"), time_tag(job.archived_at) if job.archived_at else ""),
        (_("Expires at the provider"), time_tag(job.expires_at) if job.expires_at else ""),
        (_("ID"), job.public_id),
        (_("ID at the provider"), job.remote_id),
    ]
    return [(label, value) for label, value in fields if value]


def _takes(job: VideoJob) -> str:
    if job.takes == 1:
        return ""
    return _("%(take)s of %(takes)s") % {"take": job.take, "takes": job.takes}


def _price(job: VideoJob) -> str:
    if job.price is None:
        return ""
    if not job.price:
        return _("Free")
    if job.added_seconds:
        return _("%(price)s, for the seconds added") % {"price": dollars(job.price)}
    return dollars(job.price)


def _length(job: VideoJob, measures: Measures) -> str:
    seconds = shown_seconds(job.seconds, measures)
    if not job.added_seconds:
        return seconds
    text = _("%(seconds)s, the last %(added)s added")
    return text % {"seconds": seconds, "added": job.added_seconds}


def _difference(job: VideoJob, measures: Measures) -> str:
    """`Requested 1280×720 for 4 s, got 640×360 for 4.2 s`; empty where they are the same."""
    differs = size_differs(job.size, measures), seconds_differ(job.seconds, measures)
    if not any(differs):
        return ""
    seconds = f"{measures.seconds:.1f}".removesuffix(".0") if measures.seconds else "?"
    text = _("Requested %(size)s for %(seconds)s s, got %(came_size)s for %(came_seconds)s s")
    return text % {
        "size": job.size.replace("x", "×"),
        "seconds": job.seconds,
        "came_size": measures.size.replace("x", "×"),
        "came_seconds": seconds,
    }


def _file(video: Asset) -> str:
    """`WEBM · vp9 · 24 frames per second · with sound`, as far as it was measured."""
    rate, sound = "", ""
    if video.frame_rate:
        rate = _("%(rate)s frames per second") % {"rate": f"{video.frame_rate:.4g}"}
    if video.has_audio is not None:
        sound = _("with sound") if video.has_audio else _("no sound")
    return " · ".join(filter(None, (video.container.upper(), video.codec, rate, sound)))


def _status(word: str) -> str:
    if not word:
        return ""
    status = JobStatus(word)
    return _(STATUS_TEXTS[status]) if status in STATUS_TEXTS else str(status.label)


def _history(job: VideoJob, member: Member) -> list[HistoryEntry]:
    who = ("who", "who__name", "who__username", "who__erased_at")
    events = JobEvent.objects.filter(job=job).values_list(
        "at", "from_status", "to_status", "why", *who
    )
    sees_tokens = may(member, Action.SEE_AUDIT)
    return [
        HistoryEntry(
            when_iso=at.isoformat(),
            when_text=moment(at),
            # Where nothing but the files or the place changed, there is no "from".
            from_text=_status(came_from) if came_from != to else "",
            to_text=_status(to),
            who=name_tag(key, _("Deleted member") if erased_at else name or username or ""),
            # Reasons name the provider, and quote it.
            why=""
            if job.is_blind
            else shown(why if sees_tokens or key == member.pk else _tokenless(why)),
        )
        for at, came_from, to, why, key, name, username, erased_at in events
    ]


def _tokenless(why: object) -> Any:
    """A reason without the name of an access token, which is for its member and for readers of the
    audit log."""
    if not isinstance(why, Message):
        return why
    if "token" in why.values:
        return BY_TOKEN
    return Message(why.template, {name: _tokenless(value) for name, value in why.values.items()})
