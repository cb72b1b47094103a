"""What does one clip's page show, and how does it follow the clip while it is being made?"""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from csp.decorators import csp_exempt
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from videos.gallery.characters.views import character_context
from videos.gallery.clips.card import card_of
from videos.gallery.clips.list_position import list_of, position_in_list
from videos.gallery.clips.states import asset_state, is_pending
from videos.gallery.clips.waiting import attach_waits, state_of
from videos.gallery.composer.budget_left import left_of
from videos.gallery.layout.resolve_form import ResolveForm
from videos.gallery.organise.clip import labels_context
from videos.gallery.shell.dates import time_tag
from videos.gallery.shell.htmx import came_from, go, page, piece, unchanged
from videos.gallery.shell.lookup import find
from videos.gallery.shell.names import Renamed, renamed_since
from videos.gallery.shell.numbers import dollars
from videos.gallery.video.details import detail_of, shows_player
from videos.gallery.video.findings import findings_context
from videos.gallery.video.frames import frames_context
from videos.gallery.video.lineage import lineage_of
from videos.gallery.video.operations import MakeForm, derive_options
from videos.gallery.video.review import Refused, review_context, review_version
from videos.gallery.video.waiting import running_message, waiting_context
from videos.jobs.dispatch.needs_decision import is_stuck
from videos.jobs.dispatch.waiting import is_waiting
from videos.jobs.media.integrity import can_fetch_again
from videos.jobs.submission.retry import can_retry
from videos.models import Action, JobStatus, Member, VideoJob, as_shown, may, visible_jobs
from videos.models.row_policies import price_for
from videos.team.access import member_of

POLLED_FIELDS = (
    "public_id",
    "version",
    "status",
    "expires_at",
    "archived_at",
    "trashed_at",
    "due_at",
    "finished_at",
    "attempts",
    "attention",
    "is_blind",
    "provider_id",
    "submit_started_at",
)


@require_safe
def video_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """The page of one clip, also of one in the trash."""
    job = find(request, public_id)
    attach_waits([job])
    return page(request, "video/detail.html", detail_context(request, job))


@csp_exempt()  # type: ignore[arg-type]  # it knows views without arguments alone
@require_GET
def video_status(request: HttpRequest, public_id: str) -> HttpResponse:
    """What has changed since the page was made: 204, the stage alone, or the sides as well."""
    seen = visible_jobs(member_of(request)).only(*POLLED_FIELDS)
    job = get_object_or_404(seen, public_id=public_id)
    attach_waits([job])
    if job.is_trashed:
        return go(request, job.get_absolute_url())
    if all(request.GET.get(name) == value for name, value in _state(job).items()):
        return unchanged()
    job, was = find(request, public_id), request.GET
    attach_waits([job])
    now = _state(job)
    context = detail_context(request, job) | {"oob": True}
    parts: list[str] = []
    plays = was.get("player") == now["player"] == "1"
    only_waits = all(was.get(name) == value for name, value in now.items() if name != "waits")
    # A clip that plays already goes on playing, and a choice that stands open stays so.
    if not plays and not only_waits:
        parts.append("video/_status.html")
    elif was.get("waits") != now["waits"]:
        parts.append("video/_waits.html")
    if was.get("status") != now["status"] or was.get("unsent") != now["unsent"]:
        parts += ["video/_side.html", "review/_decision.html", "video/_below.html"]
    elif was.get("assets") != now["assets"]:
        parts += ["video/_side.html", "video/_history.html"]
    if was.get("assets") != now["assets"]:
        parts.append("review/_strip_poster_oob.html")
    poller = ("video/_poller.html", context)
    return piece(request, poller, *((part, context) for part in parts))


def detail_context(
    request: HttpRequest,
    job: VideoJob,
    make: MakeForm | None = None,
    resolve: ResolveForm | None = None,
    refused: Refused | None = None,
) -> dict[str, Any]:
    """Everything the page's templates ask for; the forms where one was refused."""
    member, live = member_of(request), not job.is_trashed
    may_change = may(member, Action.CHANGE, job)
    lineage, details = lineage_of(member, job), detail_of(job, member)
    shared = actions_context(request, job)
    options, list_url = shared["derive_options"], shared["list_url"]
    return shared | {
        "job": vars(details),
        "can_restore": not live and may_change,
        "can_make": any(not option.reason for option in options),
        "running_text": running_message(job),
        **waiting_context(member, job),
        "can_resolve": live and may_change and job.status == JobStatus.UNSURE,
        "can_look_again": live and may_change and is_stuck(job) and not details.is_damaged,
        "can_fetch_again": live
        and may_change
        and (details.is_damaged or details.is_in_doubt)
        and can_fetch_again(job),
        "make_form": make or MakeForm(initial={"prompt": job.prompt, "key": uuid4().hex}),
        **character_context(member, job),
        **labels_context(member, job),
        **review_context(member, job, refused),
        **findings_context(member, job),
        "resolve_form": resolve or ResolveForm(),
        "resolve_provider": str(as_shown(job).provider),
        "resolve_looks": job.due_at is None,
        "resolve_price": shared["retry_price"],
        "purge_text": time_tag(job.purge_at) if job.purge_at else "",
        "trashed_by": "" if live else str(job.trashed_by),
        "lineage": lineage,
        "position": position_in_list(member, list_url, job),
        # Empty where the page was opened directly; forms send it on.
        "kept_list": came_from(request, ""),
        "poll_url": _poll_url(job, list_url) if is_pending(job) else "",
    }


def actions_context(request: HttpRequest, job: VideoJob) -> dict[str, Any]:
    """What can be done with the clip, for its page and for the menu of its card."""
    member, live = member_of(request), not job.is_trashed
    price = price_for(member, job)
    can_derive = live and may(member, Action.GENERATE, job)
    return {
        "can_delete": live and may(member, Action.CHANGE, job),
        "derive_options": derive_options(job, member) if can_derive else [],
        "can_reuse": not job.is_blind and may(member, Action.GENERATE),
        "can_save_prompt": not job.is_blind and may(member, Action.SAVE_PROMPTS),
        "can_share": live and job.status == JobStatus.COMPLETED and may(member, Action.SHARE, job),
        "can_retry": may(member, Action.GENERATE, job) and can_retry(job),
        "retry_price": dollars(price) if price else "",
        "retry_key": uuid4().hex,
        "budget_left": _left(member, job),
        **frames_context(member, job),
        "list_url": list_of(request, job),
    }


def _left(member: Member, job: VideoJob) -> str:
    """What is left of the budgets, where something can be made from the clip."""
    makes = job.status == JobStatus.COMPLETED or can_retry(job)
    if not makes or job.is_blind or not may(member, Action.GENERATE, job):
        return ""
    return left_of(member, [job.project.slug] if job.project else [])


@require_GET
def video_menu(request: HttpRequest, public_id: str) -> HttpResponse:
    """The menu of a clip's card."""
    job = find(request, public_id)
    context = {"job": vars(card_of(job)), **actions_context(request, job)}
    return piece(request, ("clips/_card_menu.html", context))


@csp_exempt()  # type: ignore[arg-type]  # as above
@require_GET
def video_said(request: HttpRequest, public_id: str) -> HttpResponse:
    """What others have decided and said since the page was made, and who has another name; 204
    where that is nothing."""
    seen = visible_jobs(member_of(request)).only("public_id", "trashed_at")
    clip = get_object_or_404(seen, public_id=public_id)
    version, renamed = review_version(clip), renamed_since(request)
    if request.GET.get("version") == version:
        return _only_names(request, clip, version, renamed) if renamed else unchanged()
    job = find(request, public_id)
    said = review_context(member_of(request), job)
    context = said | {"job": vars(card_of(job)), "oob": True, "kept_list": came_from(request, "")}
    context |= {"renamed": renamed}
    return piece(
        request, *((part, context) for part in ("review/_decision.html", "review/_threads.html"))
    )


def _only_names(
    request: HttpRequest, job: VideoJob, version: str, renamed: list[Renamed]
) -> HttpResponse:
    """The names of members who have another one, for the page where nothing else is new."""
    context = {
        "job": {"public_id": job.public_id},
        "review_version": version,
        "said_changes": not job.is_trashed,
        "seen_at": timezone.now().isoformat(),
        "renamed": renamed,
        "oob": True,
    }
    return piece(request, ("review/_said_poll.html", context))


def _state(job: VideoJob) -> dict[str, str]:
    return {
        "v": str(job.version),
        "status": job.status,
        "assets": asset_state(job),
        "player": "1" if shows_player(job) else "0",
        "unsent": "1" if is_waiting(job) else "0",
        "waits": state_of(job).partition("-")[2],
    }


def _poll_url(job: VideoJob, list_url: str) -> str:
    address = reverse("video_status", args=[job.public_id])
    return f"{address}?{urlencode(_state(job) | {'list': list_url})}"
