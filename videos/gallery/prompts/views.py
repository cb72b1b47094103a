"""Which prompts are there, and how is one used?"""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from videos.gallery.prompts.lines import lines_of, recent_of
from videos.gallery.shell.htmx import page, piece
from videos.models import Action, Prompt, may
from videos.models.paging import cut
from videos.team.access import member_of, requires

MAX_SHOWN, MAX_IN_MENU = 200, 100
MAX_QUERY = 200


@require_safe
def prompt_list(request: HttpRequest) -> HttpResponse:
    """The team's prompts, or those that `?q=` finds, and one's own recent ones."""
    member = member_of(request)
    query = request.GET.get("q", "").replace("\0", "").strip()[:MAX_QUERY]
    prompts = cut(Prompt.objects.live().matching(query).select_related("maker"), MAX_SHOWN)
    context = {
        "query": query,
        "lines": lines_of(member, prompts.rows),
        "is_cut": prompts.has_more,
        "recent": [] if query else recent_of(member),
        "may_save": may(member, Action.SAVE_PROMPTS),
        "may_generate": may(member, Action.GENERATE),
    }
    return page(request, "prompts/page.html", context)


@require_GET
@requires(Action.GENERATE)
def prompt_menu(request: HttpRequest) -> HttpResponse:
    """What the composer's *Insert* offers."""
    member = member_of(request)
    prompts = cut(Prompt.objects.live().select_related("maker"), MAX_IN_MENU)
    context = {
        "lines": lines_of(member, prompts.rows),
        "is_cut": prompts.has_more,
        "recent": recent_of(member),
        "may_save": may(member, Action.SAVE_PROMPTS),
    }
    return piece(request, ("prompts/_menu.html", context))


@require_safe
@requires(Action.GENERATE)
def prompt_use(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the variables; without any, straight to the composer."""
    prompt = find_prompt(pk)
    [line] = lines_of(member_of(request), [prompt])
    if not line.variables:
        return HttpResponseRedirect(f"{reverse('gallery')}?prompt={pk}")
    return page(request, "prompts/use.html", {"line": line})


def find_prompt(pk: int) -> Prompt:
    """A prompt that was not deleted. Http404."""
    prompt = Prompt.objects.live().select_related("maker").filter(pk=pk).first()
    if prompt is None:
        raise Http404("Prompt not found.")
    return prompt
