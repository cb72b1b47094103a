"""What does the gallery page show?"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from videos.gallery.bulk.matching import query_of
from videos.gallery.clips.card import for_cards, render_cards
from videos.gallery.clips.density import density_of, is_compact
from videos.gallery.clips.filters import MANY, Filters, count_of, oldest_read, read_filters
from videos.gallery.clips.order import NEWEST as NEWEST_FIRST
from videos.gallery.clips.order import SORTS
from videos.gallery.clips.pagination import PER_PAGE, Page, by, page_of
from videos.gallery.clips.thumbnails import first_posters
from videos.gallery.clips.wall import NEWEST, NO_HEADING, day_of, wall
from videos.gallery.composer.views import composer_context
from videos.gallery.home.first_steps import steps_in_gallery
from videos.gallery.home.saved_views import views_of
from videos.gallery.shell.bulk import number
from videos.gallery.shell.htmx import page, piece, wants_piece
from videos.gallery.shell.numbers import up_to
from videos.models import Action, Member, may, visible_jobs
from videos.models.paging import LostPlace
from videos.team.access import member_of

# So many pages come by themselves before one is asked for by a click.
AUTO_PAGES = 4
SAVE_VIEW = "home/_view_save.html"
# The pill for clips that were new to another list.
NO_NEWS = '<div class="news" id="news" role="status" hx-swap-oob="true"></div>'


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """The newest clips, or those that the filters leave, by 24. `?more=` with htmx gives the next
    cards alone, for the end of the wall."""
    member = member_of(request)
    filters = read_filters(request.GET, member)
    address = _address(filters.params)
    rows, order = filters.apply(visible_jobs(member).live())
    try:
        shown = page_of(by(for_cards(rows), order), request.GET, filters.params)
    except LostPlace:
        return HttpResponseRedirect(address)
    if wants_piece(request) and (more := number(request.GET, "more")):
        return _more(request, shown, filters, more)
    context: dict[str, Any] = {
        "page": shown,
        "wall": _wall(request, filters, shown),
        "within": filters.values.keys() & {"stack", "batch"},
        "filters": SimpleLazyObject(filters.form),
        # A new project or collection is offered at once.
        "filters_key": f"{address} {filters.choices.cache_key}",
        "first_url": address,
        "is_meaningless": filters.is_meaningless,
        "filters_active": filters.is_active,
        "can_save_view": bool(filters.params),
        "folded_count": filters.folded_count,
        **_count(filters, shown, member),
        "views": views_of(member),
        "may_organise": may(member, Action.ORGANISE),
        **_scroll(shown),
        **_news(shown, filters, member),
        "density": density_of(request),
        "matching_query": query_of(filters),
        "shown_at": timezone.now().isoformat(),
    }
    if not wants_piece(request):
        context |= composer_context(request) | steps_in_gallery(member)
        context["first_posters"] = first_posters(shown.rows, is_compact=is_compact(request))
        return page(request, "home/index.html", context)
    # What is new is asked for, and a view is saved, with these filters from now on.
    around = [(part, context | {"oob": True}) for part in ("home/_news_poll.html", SAVE_VIEW)]
    response = piece(request, ("home/_grid.html", context), *around, NO_NEWS)
    # The form sends every field; the address should carry only those that say something.
    response["HX-Push-Url"] = request.get_full_path() if _is_paged(request) else address
    return response


def _more(request: HttpRequest, shown: Page, filters: Filters, more: int) -> HttpResponse:
    """The next cards, and a pager for those after them. They are the page number `more` that the
    wall has got."""
    context = {
        "page": shown,
        "wall": _cards(request, filters, shown),
        "is_added": True,
        **_scroll(shown, more),
    }
    return piece(request, ("home/_more.html", context))


def _wall(request: HttpRequest, filters: Filters, shown: Page) -> list[SafeString]:
    """The cards, and the place where those that arrive later go."""
    if SORTS[filters.sort].column:
        return [NEWEST, *_cards(request, filters, shown)]
    if shown.newer_url or filters.sort != NEWEST_FIRST:
        return [NO_HEADING, *_cards(request, filters, shown)]
    return _cards(request, filters, shown, takes_new=True)


def _cards(
    request: HttpRequest, filters: Filters, shown: Page, *, takes_new: bool = False
) -> list[SafeString]:
    """The cards, under the days where they stand in the order of time."""
    compact = is_compact(request)
    cards = render_cards(
        shown.rows, member_of(request), is_compact=compact, query=filters.q, sort=filters.sort
    )
    if SORTS[filters.sort].column:
        return cards
    day = request.GET.get("day", "") if "more" in request.GET else ""
    return wall(shown.rows, cards, day, is_compact=compact, takes_new=takes_new)


def _scroll(shown: Page, more: int = 0) -> dict[str, Any]:
    """Where the next cards are. They come by themselves when the end of the wall is seen, but not
    after every fourth time: then the page has an end that can be reached."""
    if not shown.next_url:
        return {"more_url": ""}
    query = urlencode({"day": day_of(shown.rows[-1]).isoformat(), "more": more + 1})
    return {
        "more_url": f"{reverse('gallery')}{shown.next_url}&{query}",
        "is_auto": more == 0 or more % AUTO_PAGES > 0,
    }


def _news(shown: Page, filters: Filters, member: Member) -> dict[str, Any]:
    """What a page asks, to learn of clips and changes that come later. Where the newest
    clip doesn't stand first, the page says which one it is."""
    is_first = filters.sort == NEWEST_FIRST and not shown.newer_url
    query = urlencode(filters.params if is_first else filters.params | {"first": "no"})
    context = {"news_url": f"{reverse('news')}?{query}", "seen_at": timezone.now().isoformat()}
    if is_first:
        return context
    newest = visible_jobs(member).live().order_by("-pk").values_list("public_id", flat=True)
    return context | {"newest": newest.first() or ""}


def _count(filters: Filters, shown: Page, member: Member) -> dict[str, Any]:
    """How many clips match, as `312` or `1,000+`; empty where nothing is filtered. `count_number`
    chooses between singular and plural."""
    if not filters.is_active:
        return {"count": ""}
    is_all = not (shown.rows and (shown.next_url or shown.newer_url))
    if is_all:
        count, most = len(shown.rows), PER_PAGE
    else:
        count, most = _count_all(filters, member)
    return {"count": up_to(count, most), "count_number": count}


def _count_all(filters: Filters, member: Member) -> tuple[int, int]:
    """How many clips match, and the number up to which that is known, where it is more than a
    page. Where counting reads the clips' files, only those of the newest clips are read."""
    seen = visible_jobs(member).live()
    last = None if filters.can_count else oldest_read(seen)
    if last is not None:
        seen = seen.filter(pk__gt=last)
    count = count_of(filters.apply(seen)[0])
    if last is None or count > MANY:
        return count, MANY
    counted = max(count, PER_PAGE)
    return counted + 1, counted


def _address(params: Mapping[str, str]) -> str:
    return reverse("gallery") + (f"?{urlencode(params)}" if params else "")


def _is_paged(request: HttpRequest) -> bool:
    return "before" in request.GET or "after" in request.GET
