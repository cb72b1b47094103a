"""Which clips are meant when a form says that all that match are?"""

from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from videos.gallery.clips.choices import forget_choices
from videos.gallery.clips.cleanup_lists import LISTS
from videos.gallery.clips.filters import Filters, read_filters
from videos.gallery.shell.bulk import MAX_IDS, chosen_ids, instant, too_many
from videos.jobs.errors import ValidationFailed
from videos.models import Member, VideoJobQuerySet, visible_jobs


def means_all(form: QueryDict) -> bool:
    """Return True if the form means all clips that match its filters, not those that are ticked."""
    return form.get("all") == "1" and "query" in form


def query_of(filters: Filters) -> str:
    """The filters as the form carries them."""
    return urlencode(filters.params)


def matching(member: Member, form: QueryDict) -> VideoJobQuerySet:
    """The clips outside the trash that match the form's filters and are no newer than its page.

    Raises ValidationFailed if a filter means nothing any more: without it, all clips would match.
    """
    query = QueryDict(form.get("query", ""))
    filters = read_filters(query, member)
    if filters.params != query.dict():
        # What a filter names may be newer than what this process has read.
        forget_choices()
        filters = read_filters(query, member)
    if filters.params != query.dict():
        raise ValidationFailed({"": _("These filters have changed. Reload the page first.")})
    seen = visible_jobs(member).live()
    rows = filters.apply(seen)[0].filter(created_at__lte=instant(form, "until"))
    chosen = Q(pk__in=rows.order_by().values("pk"))
    if form.get("whole_stacks") == "1":
        stacks = rows.order_by().filter(stack__isnull=False).values("stack")
        chosen |= Q(stack__in=stacks)
    return seen.filter(chosen)


def named_ids(member: Member, form: QueryDict, limit: int = MAX_IDS) -> list[str]:
    """The public ids of the clips that a form means. Raises ValidationFailed if all that match are
    meant and they are more than `limit`."""
    if not means_all(form):
        return chosen_ids(form)
    rows = matching(member, form).order_by("-pk")
    ids = list(rows.values_list("public_id", flat=True)[: limit + 1])
    if len(ids) > limit:
        raise ValidationFailed({"": too_many(limit)})
    return ids


def list_address(query: str) -> str:
    """The list whose clips were chosen by this query string."""
    tab = QueryDict(query).get("tab")
    if listed := next((each for each in LISTS if each.key == tab), None):
        return listed.url
    return reverse("gallery") + (f"?{query}" if query else "")
