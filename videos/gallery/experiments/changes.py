"""How does a member vote, and how is a vote closed or deleted?"""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from videos.gallery.experiments.lookup import find
from videos.gallery.experiments.rows import CANNOT_TELL, page_of, rows_of
from videos.gallery.shell.bulk import number
from videos.gallery.shell.htmx import Toast, go, page, piece, wants_piece
from videos.jobs.errors import ValidationFailed
from videos.models import Action
from videos.review.experiments import close, delete, vote
from videos.team.access import member_of, requires


@require_POST
@requires(Action.DECIDE)
def experiment_vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a clip of one row, or `none` of them."""
    experiment, member = find(request, pk, Action.DECIDE), member_of(request)
    row, choice = number(request.POST, "row"), request.POST.get("choice", "")
    address = reverse("experiment_detail", args=[pk])
    try:
        vote(member, experiment, row, "" if choice == CANNOT_TELL else choice or "?")
    except ValidationFailed as refused:
        return go(request, address, Toast(str(refused), "warning"))
    if not wants_piece(request):
        return go(request, f"{address}#row-{row}")
    context = page_of(member, experiment, rows_of(member, experiment))
    voted = [each for each in context["rows"] if each.number == row]
    # The buttons alone: a clip that plays goes on playing.
    return piece(
        request,
        ("experiments/_choices.html", context | {"voted": voted, "oob": True}),
        ("experiments/_progress.html", context | {"oob": True}),
    )


@require_POST
@requires(Action.RUN_EXPERIMENT)
def experiment_close(request: HttpRequest, pk: int) -> HttpResponse:
    """End the vote and show what made which clip. It can't be opened again, so it is confirmed."""
    experiment = find(request, pk, Action.RUN_EXPERIMENT)
    address = reverse("experiment_detail", args=[pk])
    if not request.POST.get("confirmed"):
        return page(request, "experiments/confirm.html", {"experiment": experiment, "do": "close"})
    if not close(member_of(request), experiment):
        return go(request, address, Toast(_("This vote was already closed."), "warning"))
    return go(request, address, Toast(_("Closed the vote. This is the result.")))


@require_POST
@requires(Action.RUN_EXPERIMENT)
def experiment_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete an experiment with its votes, which is confirmed. Its clips stay."""
    experiment = find(request, pk, Action.RUN_EXPERIMENT)
    if not request.POST.get("confirmed"):
        return page(request, "experiments/confirm.html", {"experiment": experiment, "do": "delete"})
    delete(member_of(request), experiment)
    text = _("Deleted the experiment. Its clips are still in the gallery.")
    return go(request, reverse("experiment_list"), Toast(text))
