"""Which clips have come to match the list of an open page, among those that it shows?"""

from django.db.models import QuerySet

from videos.gallery.clips.filters import Filters
from videos.gallery.clips.order import SORTS
from videos.gallery.clips.pagination import PER_PAGE
from videos.gallery.home.on_page import ShownCard
from videos.models import Member, VideoJob, VideoJobQuerySet, visible_jobs


def late_ones(
    member: Member, filters: Filters, sent: dict[int, ShownCard], shown: set[int]
) -> list[int]:
    """The keys of clips that a reload would put between the first and the last card of the page,
    and that are not among `shown`: they were finished, decided, tagged or restored since. One
    query."""
    rows = between(filters, visible_jobs(member).live(), sent)
    keys = [] if rows is None else list(rows.values_list("pk", flat=True))
    if SORTS[filters.sort].column:
        places = [place for place, pk in enumerate(keys) if pk in shown]
        keys = keys[: places[-1]] if places else []
    return [pk for pk in keys if pk not in shown]


def between(
    filters: Filters, jobs: VideoJobQuerySet, sent: dict[int, ShownCard]
) -> QuerySet[VideoJob] | None:
    """Those of `jobs` that the list has between the first card of the page and the last, and a page
    more at most; None for an empty page. Prices and ratings change, so a list in their order is
    read from its beginning."""
    ends = [pk for pk, each in sent.items() if not each.moved]
    if not ends:
        return None
    rows, order = filters.apply(jobs)
    columns = [order.column]
    if SORTS[filters.sort].column:
        columns.append("id")
    else:
        limits = {f"{order.column}__gte": min(ends), f"{order.column}__lte": max(ends)}
        rows = rows.filter(**limits)
    ordered = rows.order_by(*(each if order.ascending else f"-{each}" for each in columns))
    return ordered[: len(sent) + PER_PAGE + 1]
