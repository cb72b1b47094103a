"""What does one line of a Cleanup list say?"""

from dataclasses import dataclass

from videos.gallery.clips.thumbnails import pictures_of, thumb_url
from videos.gallery.shell.dates import moment, shorten
from videos.gallery.shell.leftover_warning import warning_of
from videos.models import Action, Member, VideoJob, as_shown, may, shown_expiry
from videos.models.messages import shown


@dataclass(frozen=True)
class Row:
    """What every list shows of a clip."""

    public_id: str
    url: str
    prompt_short: str
    poster_url: str
    maker_name: str


@dataclass(frozen=True)
class ClipRow(Row):
    """A clip that is at risk, lost, or only here."""

    can_change: bool
    is_expired: bool
    expires_iso: str
    expires_text: str
    attention: str


@dataclass(frozen=True)
class TrashRow(Row):
    """A clip in the trash."""

    trashed_by: str
    trashed_iso: str
    trashed_text: str
    purge_iso: str
    purge_text: str
    can_change: bool
    leftover_warning: str


def clip_row(job: VideoJob, member: Member) -> ClipRow:
    """A line of a list as `member` sees it; `with_pictures` has fetched the job."""
    expires_at = shown_expiry(job)
    return ClipRow(
        **vars(_row(job)),
        can_change=may(member, Action.CHANGE, job),
        is_expired=job.is_expired,
        expires_iso=expires_at.isoformat() if expires_at else "",
        expires_text=moment(expires_at) if expires_at else "",
        attention=shown(as_shown(job).attention),
    )


def trash_row(job: VideoJob, member: Member) -> TrashRow:
    """A line of the trash as `member` sees it; `with_pictures` has fetched the job."""
    return TrashRow(
        **vars(_row(job)),
        trashed_by=str(job.trashed_by or ""),
        trashed_iso=job.trashed_at.isoformat() if job.trashed_at else "",
        trashed_text=moment(job.trashed_at) if job.trashed_at else "",
        purge_iso=job.purge_at.isoformat() if job.purge_at else "",
        purge_text=moment(job.purge_at) if job.purge_at else "",
        can_change=may(member, Action.CHANGE, job),
        leftover_warning=warning_of(job),
    )


def _row(job: VideoJob) -> Row:
    return Row(
        public_id=job.public_id,
        url=job.get_absolute_url(),
        prompt_short=shorten(job.prompt),
        poster_url=thumb_url(job.public_id, pictures_of(job)),
        maker_name=str(job.maker),
    )
