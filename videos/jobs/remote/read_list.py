"""How is a provider's list read: whole, in pages, and on from where a killed mirror stopped?

A reading is begun by a person or by the clock. By the clock it mostly ends with the first page
that tells nothing new; once a day it goes to the end, which also shows what is no longer there.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from videos import wire
from videos.jobs.providers.clients import (
    client_for,
    dialect_of,
    note_failure,
    note_list,
    note_success,
)
from videos.jobs.remote.record import note
from videos.jobs.retry import READ_LIST
from videos.jobs.sanitize import plain
from videos.models import Listing, Provider, RemoteJob
from videos.models.lease import shared_now
from videos.provider.errors import NotFound, NotOffered, ProviderError, Refused
from videos.wire.text import gettext_noop

PAGE = 100
# One step; then other rows have their turn.
PAGES_A_STEP = 10
# A hundred thousand jobs. What is older has expired anyway.
MAX_PAGES = 1000
WHOLE_EVERY = timedelta(days=1)


def lists(provider: Provider) -> bool:
    """Can the provider say what it has?"""
    return dialect_of(provider).lists


def read_list_again(provider: Provider) -> None:
    """A person wants to know what is there now: to the end."""
    listing, _ = Listing.objects.get_or_create(provider=provider)
    changes: dict[str, Any] = {"due_at": timezone.now(), "whole": True, "trouble": ""}
    rows = Listing.objects.filter(pk=listing.pk)
    # A short reading under way begins anew; one to the end already does what is wanted.
    if not rows.filter(begun_at__isnull=False, whole=True).update(due_at=timezone.now()):
        rows.update(**changes, begun_at=None, attempts=0, lease_token="", lease_until=None)


def plan_reading(provider: Provider) -> None:
    """Have the provider's list read by the clock, where it has one and that is wanted."""
    if not (settings.ORPHAN_CHECK_MINUTES and lists(provider)):
        return
    listing, made = Listing.objects.get_or_create(
        provider=provider, defaults={"due_at": timezone.now()}
    )
    if not made:
        idle = Listing.objects.filter(pk=listing.pk, due_at=None, trouble="")
        idle.update(due_at=timezone.now())


def read_list(listing: Listing) -> None:
    """One step of the mirror: some pages. The cursor is kept after each."""
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
        new = 0 if repeats else note(provider, page.data, again=True)
        if not _advance(listing, page, new):
            return
        if repeats or _is_last(listing, page) or not (listing.whole or new):
            note_success(provider)
            note_list(provider)
            # What could not be read may be anything: its absence proves nothing.
            all_shown = not repeats and not listing.unreadable
            _end(listing, whole=listing.whole, all_shown=all_shown)
            return
    note_success(provider)
    listing.write_back(due_at=timezone.now())


def _begin(listing: Listing) -> bool:
    now = shared_now()
    is_other = listing.base_url != listing.provider.base_url
    is_old = listing.whole_at is None or now - listing.whole_at > WHOLE_EVERY
    listing.whole = listing.whole or is_other or is_old
    listing.base_url = listing.provider.base_url
    listing.begun_at, listing.first_id, listing.after = now, "", ""
    listing.pages = listing.told = listing.fresh = listing.unreadable = 0
    changes = {name: getattr(listing, name) for name in ("begun_at", "whole", "base_url")}
    return _keep(listing, changes | _progress(listing))


def _advance(listing: Listing, page: wire.RemotePage, new: int) -> bool:
    """Write down how far we are. False: another holds the row by now."""
    if listing.pages == 0 and page.data:
        listing.first_id = page.data[0].id
    listing.pages += 1
    listing.told += len(page.data)
    listing.fresh += new
    listing.unreadable += page.unreadable
    before, listing.after = listing.after, page.last_id or ""
    kept = _keep(listing, _progress(listing) | {"attempts": 0})
    if listing.after == before:
        # The cursor stands still: `_is_last` sees that.
        listing.after = ""
    return kept


def _progress(listing: Listing) -> dict[str, Any]:
    names = ("first_id", "after", "pages", "told", "fresh", "unreadable")
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
    """The reading is over. What a whole list did not show is not there any more.

    Where the list began again from its start, nothing is known of what is further back; an entry
    that could not be read may be any job.
    """
    now = timezone.now()
    truncated = listing.pages >= MAX_PAGES
    minutes = settings.ORPHAN_CHECK_MINUTES
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
            changes |= {"whole_at": shared_now(), "size": listing.told, "truncated": truncated}
        if listing.write_back(**changes) and whole and all_shown and not truncated:
            # Also what a person ignored, and tombstones: they have done their work.
            gone = RemoteJob.objects.filter(provider=listing.provider)
            gone.filter(seen_at__lt=listing.begun_at).delete()


def _failed(listing: Listing, error: ProviderError) -> None:
    """Try again from the same place; where that cannot help, say so and let the clock decide."""
    note_failure(listing.provider, error)
    attempts = listing.attempts + 1
    cursor_gone = bool(listing.after) and isinstance(error, NotFound | Refused)
    if cursor_gone and not READ_LIST.is_over(attempts):
        # The job behind the cursor was deleted meanwhile.
        changes: dict[str, Any] = {"begun_at": None, "attempts": attempts}
        listing.write_back(**changes, due_at=timezone.now() + READ_LIST.wait(attempts))
    elif READ_LIST.is_over(attempts) or isinstance(error, NotFound | NotOffered | Refused):
        said = plain(error.message)
        _end(listing, trouble=gettext_noop("The list couldn't be read: %(reason)s", reason=said))
    else:
        wait = READ_LIST.wait(attempts)
        listing.write_back(attempts=attempts, due_at=timezone.now() + wait)
