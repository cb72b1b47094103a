"""How do two to four clips differ when they play side by side?"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from videos.gallery.bulk.decision_message import decision_toast
from videos.gallery.bulk.matching import named_ids
from videos.gallery.clips.card import Card, card_of
from videos.gallery.clips.playing import video_asset, video_url, with_video
from videos.gallery.handover.differences import Piece, differing_parameters, word_differences
from videos.gallery.shell.bulk import chosen_ids
from videos.gallery.shell.htmx import Toast, came_from, go, page, piece, wants_piece
from videos.gallery.shell.lookup import find
from videos.jobs.errors import ValidationFailed
from videos.models import Action, Member, Verdict, VideoJob, may, visible_jobs
from videos.review.decisions import decide
from videos.sharing.timeline import FALLBACK_RATE
from videos.team.access import member_of, requires

FEWEST, MOST = 2, 4
LETTERS = "ABCD"


@dataclass(frozen=True)
class Pane:
    """One of the clips. `video_url` is empty where there is nothing to play; `prompt` has its
    differences from the first clip's marked."""

    letter: str
    job: VideoJob
    card: Card
    video_url: str
    frame_rate: str
    prompt: list[Piece]
    choices: list["Choice"]
    may_decide: bool


@dataclass(frozen=True)
class Choice:
    """A button that decides. The pressed one takes its decision back."""

    label: str
    verdict: str
    sends: str
    is_pressed: bool


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.VIEW)
def compare(request: HttpRequest) -> HttpResponse:
    """The clips of `ids`. A selection is posted, and answered with the address to keep."""
    sent = request.POST if request.method == "POST" else request.GET
    back = came_from(request, reverse("gallery"))
    try:
        ids = named_ids(member_of(request), sent, MOST)
    except ValidationFailed:
        ids = []
    jobs = _jobs(request, ids)
    if not FEWEST <= len(jobs) <= MOST:
        return go(request, back, Toast(_("Select two to four clips to compare."), "warning"))
    if request.method == "POST":
        return go(request, compared_at([job.public_id for job in jobs], back))
    member = member_of(request)
    context = {
        "panes": [
            _pane(letter, job, jobs[0], member) for letter, job in zip(LETTERS, jobs, strict=False)
        ],
        "rows": differing_parameters(jobs, member),
        "same_prompt": len({job.prompt for job in jobs}) == 1,
        "ids": [job.public_id for job in jobs],
        "back_url": back,
    }
    return page(request, "handover/compare.html", context)


@require_POST
@requires(Action.DECIDE)
def compare_decide(request: HttpRequest, public_id: str) -> HttpResponse:
    """Decide about one of the clips; `ids` are those that are compared."""
    member, verdict = member_of(request), request.POST.get("verdict", "")
    job = find(request, public_id, Action.DECIDE)
    ids, back = chosen_ids(request.POST), came_from(request, reverse("gallery"))
    try:
        done = decide(member, visible_jobs(member).live().filter(pk=job.pk), verdict)
    except ValidationFailed as refused:
        return go(request, compared_at(ids, back), Toast(str(refused), "warning"))
    job.refresh_from_db(fields=["verdict"])
    toast = decision_toast(verdict, done, {"ids": ids, "list": back})
    if not wants_piece(request):
        return go(request, compared_at(ids, back), toast)
    pane = {"job": job, "choices": _choices(job)}
    context = {"pane": pane, "ids": ids, "back_url": back}
    return piece(request, ("handover/_verdict.html", context), toasts=[toast])


def compared_at(ids: list[str], back: str) -> str:
    """The page that compares these clips, and leads back to the list at `back`."""
    query = urlencode([*(("ids", each) for each in ids), ("list", back)])
    return f"{reverse('compare')}?{query}"


def _jobs(request: HttpRequest, ids: list[str]) -> list[VideoJob]:
    rows = visible_jobs(member_of(request)).live().filter(public_id__in=ids[: MOST + 1])
    jobs = with_video(rows).defer(None).select_related("maker", "provider", "project")
    return sorted(jobs, key=lambda job: ids.index(job.public_id))


def _pane(letter: str, job: VideoJob, first: VideoJob, member: Member) -> Pane:
    card = card_of(job)
    asset = video_asset(job)
    rate = asset.frame_rate if asset is not None else None
    same = [Piece("", job.prompt)]
    return Pane(
        letter=letter,
        job=job,
        card=card,
        video_url=video_url(job),
        frame_rate=f"{rate or FALLBACK_RATE:.6g}",
        prompt=same if job is first else word_differences(first.prompt, job.prompt),
        choices=_choices(job),
        may_decide=may(member, Action.DECIDE, job),
    )


def _choices(job: VideoJob) -> list[Choice]:
    labels = {
        Verdict.APPROVED: _("Approve"),
        Verdict.NEEDS_CHANGES: _("Needs changes"),
        Verdict.REJECTED: _("Reject"),
    }
    return [
        Choice(
            label,
            verdict.value,
            Verdict.TO_REVIEW.value if job.verdict == verdict else verdict.value,
            job.verdict == verdict,
        )
        for verdict, label in labels.items()
    ]
