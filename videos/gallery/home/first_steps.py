"""What does the admin of a new site do first?"""

from dataclasses import dataclass

from django.db.models import Exists
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from videos.gallery.shell.htmx import Toast, go, page
from videos.models import (
    Action,
    CatalogueModel,
    Invitation,
    Member,
    TeamSettings,
    may,
    visible_jobs,
)
from videos.team.access import member_of, requires


@dataclass(frozen=True)
class Step:
    """One thing to do, and the page where it is done."""

    title: str
    text: str
    url: str
    label: str
    is_done: bool


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.MANAGE_SETTINGS)
def first_steps(request: HttpRequest) -> HttpResponse:
    """The three steps, done or not. A POST hides them in the gallery, or shows them there again."""
    if request.method != "POST":
        shown = steps(member_of(request))
        context = {"steps": shown, "done": _done(shown), "hidden": _are_hidden()}
        return page(request, "home/first_steps.html", context)
    hide = request.POST.get("hide") == "1"
    TeamSettings.objects.update_or_create(pk=1, defaults={"hide_first_steps": hide})
    if hide:
        toast = Toast(_("Hidden. You can find the first steps again in the settings."))
    else:
        toast = Toast(_("The gallery shows the first steps until all are done."))
    return go(request, reverse("gallery"), toast)


def steps_in_gallery(member: Member) -> dict[str, object]:
    """What the gallery shows of them: nothing once all are done or an admin has hidden them."""
    if not may(member, Action.MANAGE_SETTINGS) or _are_hidden():
        return {}
    shown = steps(member)
    done = _done(shown)
    return {"steps": shown, "done": done} if done < len(shown) else {}


def steps(member: Member) -> list[Step]:
    """The steps, in order. One query."""
    others = Member.objects.exclude(pk=member.pk)
    done = Member.objects.values(
        models=Exists(CatalogueModel.objects.filter(enabled=True, provider__enabled=True)),
        clips=Exists(visible_jobs(member)),
        people=Exists(others) | Exists(Invitation.objects.all()),
    ).get(pk=member.pk)
    return [
        Step(
            _("Choose where clips are made"),
            _(
                "The built-in engine draws free drafts without a network. For real models, add a "
                "provider: your own GPU server, a gateway, or a hosted service."
            ),
            reverse("provider_new"),
            _("Add a provider"),
            done["models"],
        ),
        Step(
            _("Generate your first clip"),
            _(
                "Describe what you want to see. The draft model answers in seconds "
                "and costs nothing."
            ),
            reverse("gallery") + "#id_prompt",
            _("Write a prompt"),
            done["clips"],
        ),
        Step(
            _("Invite your team"),
            _("An invitation link creates one account, with the role you choose."),
            reverse("team"),
            _("Invite people"),
            done["people"],
        ),
    ]


def _done(shown: list[Step]) -> int:
    return sum(step.is_done for step in shown)


def _are_hidden() -> bool:
    return TeamSettings.load().hide_first_steps
