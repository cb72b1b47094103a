"""Which clips of a provider aren't imported, and how does an admin import them?

Only admins: behind a key there may be clips of people who have nothing to do with this team.
"""

from collections.abc import Callable

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST, require_safe

from videos.gallery.layout.import_notice import forget_import_counts
from videos.gallery.providers.import_lines import (
    chosen_keys,
    import_context,
    progress_context,
    progress_version,
)
from videos.gallery.shell.bulk import CHUNK, Bulk, instant, number, under_way
from videos.gallery.shell.htmx import Toast, go, page, piece, unchanged
from videos.gallery.shell.numbers import counted
from videos.jobs.errors import ValidationFailed
from videos.jobs.remote.import_jobs import (
    delete_finished_requests,
    ignore,
    import_by_id,
    import_jobs,
    offer_again,
)
from videos.jobs.remote.read_list import lists, read_list_again
from videos.jobs.remote.record import importable
from videos.models import Action, Provider, RemoteJob
from videos.models.paging import LostPlace
from videos.team.access import member_of, requires

Rows = QuerySet[RemoteJob]


@require_safe
@requires(Action.MANAGE_PROVIDERS)
def provider_import(request: HttpRequest, slug: str) -> HttpResponse:
    """What is there and not here, the newest first; or what was ignored of it."""
    provider = get_object_or_404(Provider, slug=slug)
    try:
        context = import_context(provider, request.GET)
    except LostPlace:
        return HttpResponseRedirect(_address(provider))
    return page(request, "providers/import.html", context)


@require_GET
@requires(Action.MANAGE_PROVIDERS)
def import_progress(request: HttpRequest, slug: str) -> HttpResponse:
    """How far the mirror is; 204 while that is what the page shows already."""
    provider = get_object_or_404(Provider, slug=slug)
    if progress_version(provider) == request.GET.get("seen", ""):
        return unchanged()
    empty = "1" if request.GET.get("empty") == "1" else "0"
    context = progress_context(provider) | {"polled": True, "empty": empty}
    if not context["pending"] and empty == "1":
        # Nothing on the page is lost if it is replaced.
        response = unchanged()
        response["HX-Refresh"] = "true"
        return response
    return piece(request, ("providers/_import_progress.html", context))


@require_POST
@requires(Action.MANAGE_PROVIDERS)
def import_read(request: HttpRequest, slug: str) -> HttpResponse:
    """Have the mirror read the provider's list."""
    provider = get_object_or_404(Provider, slug=slug)
    if lists(provider):
        read_list_again(provider)
    return go(request, _address(provider))


@require_POST
@requires(Action.MANAGE_PROVIDERS)
def import_take(request: HttpRequest, slug: str) -> HttpResponse:
    """Import what is ticked, or all that was there when the page was drawn, chunk by chunk."""
    provider = get_object_or_404(Provider, slug=slug)
    member = member_of(request)
    if request.POST.get("all") == "1":
        return _take_all(request, provider)
    keys = chosen_keys(request.POST)
    if not keys:
        return go(request, _address(provider), Toast(_("Select some clips first."), "warning"))
    imported = import_jobs(member, provider, RemoteJob.objects.filter(pk__in=keys))
    forget_import_counts()
    return go(request, _address(provider), _imported(imported, len(keys) - imported))


@require_POST
@requires(Action.MANAGE_PROVIDERS)
def import_ignore(request: HttpRequest, slug: str) -> HttpResponse:
    """Ignore the ticked jobs, or offer ignored ones again."""
    provider = get_object_or_404(Provider, slug=slug)
    again = request.POST.get("again") == "1"
    act: Callable[[Provider, Rows], int] = offer_again if again else ignore
    count = act(provider, RemoteJob.objects.filter(pk__in=chosen_keys(request.POST)))
    forget_import_counts()
    back = _address(provider) + ("?ignored=1" if again else "")
    if not count:
        return go(request, back, Toast(_("Select some clips first."), "warning"))
    if again:
        text = ngettext(
            "%(count)s clip is no longer ignored.", "%(count)s clips are no longer ignored.", count
        )
    else:
        text = ngettext("%(count)s clip is ignored.", "%(count)s clips are ignored.", count)
    return go(request, back, Toast(counted(text, count)))


@require_POST
@requires(Action.MANAGE_PROVIDERS)
def import_ids(request: HttpRequest, slug: str) -> HttpResponse:
    """Have the mirror ask for pasted ids."""
    provider = get_object_or_404(Provider, slug=slug)
    text = request.POST.get("ids", "")
    try:
        count = import_by_id(member_of(request), provider, text)
    except ValidationFailed as invalid:
        context = import_context(provider, request.GET)
        context |= {"ids_text": text, "ids_error": invalid.errors["ids"]}
        return page(request, "providers/import.html", context, 422)
    message = ngettext("Looking up %(count)s ID.", "Looking up %(count)s IDs.", count)
    return go(request, f"{_address(provider)}#by-id", Toast(counted(message, count)))


@require_POST
@requires(Action.MANAGE_PROVIDERS)
def import_clear(request: HttpRequest, slug: str) -> HttpResponse:
    """Clear away what was answered about pasted ids."""
    provider = get_object_or_404(Provider, slug=slug)
    delete_finished_requests(provider)
    return go(request, f"{_address(provider)}#by-id")


def _take_all(request: HttpRequest, provider: Provider) -> HttpResponse:
    """One chunk of all. What is first seen after the press is left for the next time."""
    until = instant(request.POST, "until")
    rows = importable(provider).filter(first_seen_at__lte=until).order_by("made_at", "pk")
    total = number(request.POST, "total") or rows.count()
    keys = list(rows.values_list("pk", flat=True)[: CHUNK + 1])
    chunk = RemoteJob.objects.filter(pk__in=keys[:CHUNK])
    imported = import_jobs(member_of(request), provider, chunk)
    done = number(request.POST, "done") + imported
    # A chunk of which nothing can be imported would be offered again endlessly.
    if len(keys) > CHUNK and imported:
        fields = {"all": "1", "until": until.isoformat(), "done": str(done), "total": str(total)}
        bulk = Bulk(
            title=_("Importing from %(provider)s") % {"provider": provider},
            done=done,
            total=max(total, done),
            continue_url=reverse("import_take", args=[provider.slug]),
            back_url=_address(provider),
            text=_("The clips closest to expiring are downloaded first."),
            fields=list(fields.items()),
        )
        return under_way(request, bulk)
    forget_import_counts()
    return go(request, _address(provider), _imported(done, max(0, total - done)))


def _imported(imported: int, others: int) -> Toast:
    """Report the import; the others were imported by someone else, or matched to a job here."""
    rest = ""
    if others:
        text = ngettext(
            "%(count)s clip was already here or may be one of ours.",
            "%(count)s clips were already here or may be ours.",
            others,
        )
        rest = counted(text, others)
    if not imported and not others:
        return Toast(_("Nothing is left to import."), "warning")
    if not imported:
        return Toast(" ".join((_("Nothing was imported."), rest)), "warning")
    text = ngettext("Imported %(count)s clip.", "Imported %(count)s clips.", imported)
    return Toast(" ".join(filter(None, (counted(text, imported), rest))))


def _address(provider: Provider) -> str:
    return reverse("provider_import", args=[provider.slug])
