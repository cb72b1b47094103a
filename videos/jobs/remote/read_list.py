"""How is a provider's list read in pages, and resumed after a mirror was killed?

A person or the schedule starts a reading. A scheduled one usually ends with the first page that has
nothing new. Once a day it goes to the end, which also shows which jobs are gone.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from videos import wire
from videos.jobs.providers.clients import client_for, dialect_of, record_success
from videos.jobs.providers.failing_list import record_failed_list
from videos.jobs.providers.list_note import save_list_note
from videos.jobs.remote.record import store_unknown_jobs
from videos.jobs.retry import READ_LIST
from videos.jobs.sanitize import plain
from videos.models import Listing, Provider, RemoteJob
from videos.models.lease import shared_now
from videos.provider.errors import NotFound, NotOffered, ProviderError, Refused
from videos.wire.text import gettext_noop

PAGE = 100
# Pages per step, so that other rows get their turn.
PAGES_A_STEP = 10
# A hundred thousand jobs. Older ones have expired anyway.
MAX_PAGES = 1000
WHOLE_EVERY = timedelta(days=1)


def lists(provider: Provider) -> bool:
    """Return True if the provider can list its jobs."""
    return dialect_of(provider).lists


def read_list_again(provider: Provider) -> None:
    """Read the provider's list to its end now, because a person asked for it."""
    listing, _ = Listing.objects.get_or_create(provider=provider)
    changes: dict[str, Any] = {"due_at": timezone.now(), "whole": True, "trouble": ""}
    rows = Listing.objects.filter(pk=listing.pk)
    # A short reading in progress starts over. A reading to the end just continues.
    if not rows.filter(begun_at__isnull=False, whole=True).update(due_at=timezone.now()):
        rows.update(**changes, begun_at=None, attempts=0, lease_token="", lease_until=None)


def plan_reading(provider: Provider) -> None:
    """Schedule readings of the provider's list, if it has one and they are turned on."""
    if not (settings.LIST_CHECK_MINUTES and lists(provider)):
        return
    listing, is_new = Listing.objects.get_or_create(
        provider=provider, defaults={"due_at": timezone.now()}
    )
    if not is_new:
        idle = Listing.objects.filter(pk=listing.pk, due_at=None, trouble="")
        idle.update(due_at=timezone.now())


def read_list(listing: Listing) -> None:
    """One step of the mirror: read some pages. The cursor is stored after each."""
    provider = listing.provider
    poison = READ_LIST.poison(listing)
    if poison or not lists(provider):
        trouble = poison if lists(provider) else ""
        listing.write_back(due_at=None, begun_at=None, trouble=trouble)
        return
    if listing.begun_at is None and not _begin(listing):
        return
    seen: set[str] = set()
    for _ in range(PAGES_A_STEP):
        try:
            page = client_for(provider).list_page(listing.after or None, PAGE)
        except ProviderError as error:
            _failed(listing, error)
            return
        fresh_ids = {remote.id for remote in page.data} - seen
        seen |= fresh_ids
        is_new = bool(fresh_ids or page.unreadable)
        repeats = listing.pages > 0 and (not is_new or listing.first_id in fresh_ids)
        new = 0 if repeats else store_unknown_jobs(provider, page.data, again=True)
        if not _advance(listing, page, new):
            return
        if repeats or _is_last(listing, page) or not (listing.whole or new):
            record_success(provider)
            save_list_note(provider)
            # An unreadable entry may be any job, so no job counts as gone.
            all_shown = not repeats and not listing.unreadable
            _end(listing, whole=listing.whole, all_shown=all_shown)
            return
    record_success(provider)
    listing.write_back(due_at=timezone.now())


def _begin(listing: Listing) -> bool:
    now = shared_now()
    is_other = listing.base_url != listing.provider.base_url
    is_old = listing.whole_at is None or now - listing.whole_at > WHOLE_EVERY
    listing.whole = listing.whole or is_other or is_old
    listing.base_url = listing.provider.base_url
    listing.begun_at, listing.first_id, listing.after = now, "", ""
    listing.pages = listing.jobs_read = listing.fresh = listing.unreadable = 0
    changes = {name: getattr(listing, name) for name in ("begun_at", "whole", "base_url")}
    return _keep(listing, changes | _progress(listing))


def _advance(listing: Listing, page: wire.RemotePage, new: int) -> bool:
    """Store the progress. Returns False if another mirror holds the row by now."""
    if listing.pages == 0 and page.data:
        listing.first_id = page.data[0].id
    listing.pages += 1
    listing.jobs_read += len(page.data)
    listing.fresh += new
    listing.unreadable += page.unreadable
    before, listing.after = listing.after, page.last_id or ""
    has_lease = _keep(listing, _progress(listing) | {"attempts": 0})
    if listing.after == before:
        # The cursor didn't move: an empty one tells `_is_last` to stop.
        listing.after = ""
    return has_lease


def _progress(listing: Listing) -> dict[str, Any]:
    names = ("first_id", "after", "pages", "jobs_read", "fresh", "unreadable")
    return {name: getattr(listing, name) for name in names}


def _keep(listing: Listing, changes: dict[str, Any]) -> bool:
    rows = Listing.objects.held(listing.lease_token).filter(pk=listing.pk)
    return rows.update(**changes) == 1


def _is_last(listing: Listing, page: wire.RemotePage) -> bool:
    has_entries = page.data or page.unreadable
    return not (page.has_more and has_entries and listing.after) or listing.pages >= MAX_PAGES


def _end(
    listing: Listing, *, whole: bool = False, all_shown: bool = False, trouble: str = ""
) -> None:
    """End the reading. Jobs that a whole list (`all_shown`) didn't show are gone.

    That isn't certain if the list started over from its beginning, or if an entry couldn't be
    read: it may be any job.
    """
    now = timezone.now()
    truncated = listing.pages >= MAX_PAGES
    minutes = settings.LIST_CHECK_MINUTES
    changes: dict[str, Any] = {
        "begun_at": None,
        "after": "",
        "whole": False,
        "trouble": trouble,
        "attempts": 0,
        "due_at": now + timedelta(minutes=minutes) if minutes else None,
    }
    if not trouble:
        changes["read_at"] = now
    with transaction.atomic():
        if whole:
            changes |= {"whole_at": shared_now(), "size": listing.jobs_read, "truncated": truncated}
        if listing.write_back(**changes) and whole and all_shown and not truncated:
            # Includes ignored jobs and tombstones, which are no longer needed.
            gone = RemoteJob.objects.filter(provider=listing.provider)
            gone.filter(seen_at__lt=listing.begun_at).delete()


def _failed(listing: Listing, error: ProviderError) -> None:
    """Retry from the same place. If that can't help, store why and wait for the next reading."""
    record_failed_list(listing.provider, error)
    attempts = listing.attempts + 1
    cursor_gone = bool(listing.after) and isinstance(error, NotFound | Refused)
    if cursor_gone and not READ_LIST.is_over(attempts):
        # The job that the cursor points to was deleted.
        changes: dict[str, Any] = {"begun_at": None, "attempts": attempts}
        listing.write_back(**changes, due_at=timezone.now() + READ_LIST.wait(attempts))
    elif READ_LIST.is_over(attempts) or isinstance(error, NotFound | NotOffered | Refused):
        said = plain(error.message)
        _end(listing, trouble=gettext_noop("The list couldn't be read: %(reason)s", reason=said))
    else:
        wait = READ_LIST.wait(attempts)
        listing.write_back(attempts=attempts, due_at=timezone.now() + wait)
