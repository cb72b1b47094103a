"""What does the import page say of a provider's list and of what is on it?"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from videos.gallery.clips.pagination import PER_PAGE
from videos.gallery.layout.pauses import pause_of
from videos.gallery.shell.bulk import MAX_IDS
from videos.gallery.shell.dates import moment, shorten
from videos.jobs.remote.import_jobs import MAX_PASTED
from videos.jobs.remote.read_list import lists
from videos.jobs.remote.record import COUNT_TO, held_back, importable, not_imported
from videos.models import Hidden, ImportRequest, JobStatus, Listing, Provider, RemoteJob
from videos.models.lease import shared_now
from videos.models.messages import shown
from videos.models.paging import beyond, two_way
from videos.wire.values import whole_number

# With an outcome for each, more would make the page too long.
ANSWERS_SHOWN = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)


@dataclass(frozen=True)
class ImportRow:
    """One job that is there and not here."""

    pk: int
    prompt: str
    remote_id: str
    status: str
    level: str
    facts: str
    made_iso: str
    made_text: str
    expires_iso: str
    expires_text: str
    expired: bool


@dataclass(frozen=True)
class AnswerLine:
    """What came of a pasted id."""

    remote_id: str
    text: str
    url: str
    pending: bool


@dataclass(frozen=True)
class ImportPage:
    """Up to PER_PAGE lines and the addresses of the neighbouring pages, empty where none."""

    rows: list[ImportRow]
    next_url: str
    newer_url: str


def import_context(provider: Provider, query: QueryDict) -> dict[str, Any]:
    """Everything the page shows. LostPlace where nothing stands behind the cursor any more."""
    ignored = query.get("ignored") == "1"
    rows = not_imported(provider, Hidden.IGNORED) if ignored else importable(provider)
    shown = _page_of(rows, query, {"ignored": "1"} if ignored else {})
    return progress_context(provider) | {
        "page": shown,
        "rows": shown.rows,
        "showing_ignored": ignored,
        "total_text": _counted(rows) if shown.rows else "",
        "ignored_text": _counted(not_imported(provider, Hidden.IGNORED)),
        "held_back": held_back(provider),
        "until": shared_now().isoformat(),
        "max_pasted": MAX_PASTED,
    }


def progress_context(provider: Provider) -> dict[str, Any]:
    """How far the mirror is with the list, and with pasted ids."""
    listing = Listing.objects.filter(provider=provider).first()
    requests = ImportRequest.objects.filter(provider=provider).select_related("job")
    answers = [_answer(each) for each in requests.order_by("-pk")[:ANSWERS_SHOWN]]
    reading = listing is not None and _is_read(listing)
    return {
        "provider": provider,
        "pause": pause_of(provider),
        "lists": lists(provider),
        "listing": listing,
        "reading": reading,
        "read_iso": listing.read_at.isoformat() if listing and listing.read_at else "",
        "read_text": moment(listing.read_at) if listing and listing.read_at else "",
        "answers": answers,
        "asking": sum(each.pending for each in answers),
        "pending": reading or any(each.pending for each in answers),
        "version": _version(listing, reading, answers),
    }


def progress_version(provider: Provider) -> str:
    """A text that changes when the progress does."""
    return str(progress_context(provider)["version"])


def chosen_keys(form: QueryDict) -> list[int]:
    """The keys of a form's checkboxes, at most MAX_IDS; invalid keys are ignored."""
    keys = (whole_number(each) for each in form.getlist("ids"))
    return list(dict.fromkeys(key for key in keys if key is not None))[:MAX_IDS]


def _is_read(listing: Listing) -> bool:
    """Is the list being read just now, or about to be?"""
    return listing.begun_at is not None or (
        listing.due_at is not None and listing.due_at <= timezone.now()
    )


def _version(listing: Listing | None, reading: bool, answers: list[AnswerLine]) -> str:
    state = f"{listing.jobs_read}.{listing.trouble != ''}" if listing else ""
    return f"{reading:d}.{state}.{sum(each.pending for each in answers)}"


def _counted(rows: QuerySet[RemoteJob]) -> str:
    """How many, empty for none. A page must not cost more where there are many."""
    count = rows.order_by()[: COUNT_TO + 1].count()
    if count > COUNT_TO:
        return f"{number_format(COUNT_TO, force_grouping=True)}+"
    return str(count or "")


def _answer(request: ImportRequest) -> AnswerLine:
    return AnswerLine(
        remote_id=request.remote_id,
        text=shown(request.outcome) or _("Looking it up"),
        url=request.job.get_absolute_url() if request.job else "",
        pending=request.due_at is not None,
    )


def _line(remote: RemoteJob) -> ImportRow:
    now = timezone.now()
    done = remote.status == JobStatus.COMPLETED
    expires = remote.expires_at if done else None
    facts = (
        remote.model,
        remote.size.replace("x", " × "),
        _("%(seconds)s s") % {"seconds": remote.seconds} if remote.seconds else "",
    )
    return ImportRow(
        pk=remote.pk,
        prompt=shorten(remote.prompt),
        remote_id=remote.remote_id,
        status=str(JobStatus(remote.status).label),
        level={"completed": "ok", "failed": "bad", "cancelled": "bad"}.get(remote.status, ""),
        facts=" · ".join(each for each in facts if each.strip()),
        made_iso=remote.made_at.isoformat(),
        made_text=moment(remote.made_at),
        expires_iso=expires.isoformat() if expires else "",
        expires_text=moment(expires) if expires else "",
        expired=expires is not None and expires <= now,
    )


# --- pages -----------------------------------------------------------------------------------
# Not `clips.pagination.page_of`: its cursor is a row, which is gone once it was imported.


def _page_of(rows: QuerySet[RemoteJob], query: QueryDict, keep: dict[str, str]) -> ImportPage:
    before, after = _cursor(query.get("before", "")), _cursor(query.get("after", ""))
    backwards = after is not None and before is None
    order = ("made_at", "pk") if backwards else ("-made_at", "-pk")
    if (cursor := before or after) is not None:
        rows = rows.filter(beyond(order, cursor))
    beside = rows.defer("remote").order_by(*order)[: PER_PAGE + 1]
    lines = two_way(list(beside), PER_PAGE, has_cursor=cursor is not None, backwards=backwards)
    return ImportPage(
        rows=[_line(each) for each in lines.rows],
        next_url=_link(keep, "before", lines.rows[-1]) if lines.has_older else "",
        newer_url=_link(keep, "after", lines.rows[0]) if lines.has_newer else "",
    )


def _cursor(text: str) -> tuple[datetime, int] | None:
    micros, pk = (whole_number(each) for each in text.partition("-")[::2])
    if micros is None or pk is None:
        return None
    try:
        return EPOCH + micros * MICRO, pk
    except OverflowError:
        return None


def _link(keep: dict[str, str], name: str, remote: RemoteJob) -> str:
    place = f"{(remote.made_at - EPOCH) // MICRO}-{remote.pk}"
    return "?" + urlencode(keep | {name: place})
