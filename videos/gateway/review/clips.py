"""How does a script find clips, and say what the team thinks of them?"""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from msgspec import UNSET

from videos.gateway.auth import require
from videos.gateway.responses import Refusal, json_answer
from videos.gateway.review import objects
from videos.gateway.review.body import read_body
from videos.gateway.review.serializers import clips_of, for_clips
from videos.gateway.videos import find, page_of_jobs
from videos.jobs.dispatch import waiting
from videos.jobs.errors import ValidationFailed
from videos.models import (
    AccessToken,
    Action,
    JobStatus,
    Project,
    Verdict,
    VideoJob,
    VideoJobQuerySet,
    may,
    visible_jobs,
)
from videos.models.organise import tag_key
from videos.models.search import search_prompts
from videos.models.search_names import named_by_team
from videos.review.decisions import decide
from videos.review.labels import move_to_project, set_tags
from videos.review.opinions import mark_favourites, rate
from videos.sharing.metadata import TO_REVIEW

# The parameters that narrow the list, and the column that each one compares.
FILTERS = {
    "project": "project__slug",
    "collection": "collections__slug",
    "maker": "maker__username",
}
VERDICTS = {TO_REVIEW: Verdict.TO_REVIEW} | {each.value: each for each in Verdict if each.value}


def listing(request: HttpRequest, token: AccessToken) -> HttpResponse:
    """The team's clips outside the trash: all, or those that `q` and the filters leave."""
    rows = filtered(request.GET.dict(), visible_jobs(token.member).live())
    clips = page_of_jobs(for_clips(rows), token, request)
    answer = objects.ClipList(
        data=clips_of(clips.rows, token.member),
        last_id=clips.last.public_id if clips.last else None,
        has_more=clips.has_more,
    )
    return json_answer(answer)


def retrieve(request: HttpRequest, token: AccessToken, video_id: str) -> HttpResponse:
    """One clip with what the team thinks of it."""
    return _answer(token, find(token, video_id))


def change(request: HttpRequest, token: AccessToken, video_id: str) -> HttpResponse:
    """Change what is in the body, all of it or, if one part is refused, nothing."""
    job, body = find(token, video_id), read_body(request, objects.ChangeClip)
    rows = visible_jobs(token.member).live().filter(pk=job.pk)
    with transaction.atomic():
        _organise(token, job, rows, body)
        _judge(token, job, rows, body)
    return _answer(token, job)


def cancel(request: HttpRequest, token: AccessToken, video_id: str) -> HttpResponse:
    """Give up a clip that wasn't sent to its provider yet."""
    job = find(token, video_id)
    cancel_clip(token, job)
    return _answer(token, job)


def cancel_clip(token: AccessToken, job: VideoJob) -> None:
    """Cancel a clip that waits to be sent. Refusal (403, 409)."""
    require(token, Action.CHANGE)
    if not may(token.member, Action.CHANGE, job):
        message = "Only the member who made this clip, or an admin, may cancel it."
        raise Refusal(403, message, code="insufficient_permissions")
    if not waiting.cancel(token.member, job):
        message = "Only a clip that waits to be sent can be cancelled. Nothing was changed."
        raise Refusal(409, message, code="not_waiting")


def _answer(token: AccessToken, job: VideoJob) -> HttpResponse:
    rows = for_clips(visible_jobs(token.member).filter(pk=job.pk))
    return json_answer(clips_of(list(rows), token.member)[0])


def filtered(filters: Mapping[str, str], rows: VideoJobQuerySet) -> QuerySet[VideoJob]:
    """Those of `rows` that match `q`, `project`, `collection`, `maker`, `tag` and `decision`; each
    may be left out. Refusal (400)."""
    if any("\0" in value for value in filters.values()):
        raise Refusal(400, "A parameter holds a NUL character.", code="invalid_value")
    for name, column in FILTERS.items():
        if value := filters.get(name):
            rows = rows.filter(**{column: value})
    if tag := filters.get("tag"):
        rows = rows.filter(tags__key=tag_key(tag))
    if word := filters.get("decision"):
        if word not in VERDICTS:
            message = f"`decision` must be one of: {', '.join(VERDICTS)}."
            raise Refusal(400, message, param="decision", code="invalid_value")
        rows = rows.with_verdict(VERDICTS[word])
    query = filters.get("q", "")
    matching, _column = search_prompts(rows, query, named_by_team(query))
    return matching


def _organise(
    token: AccessToken, job: VideoJob, rows: VideoJobQuerySet, body: objects.ChangeClip
) -> None:
    if body.project is not UNSET or body.tags is not UNSET:
        require(token, Action.ORGANISE, job)
    if body.project is not UNSET:
        move_to_project(token.member, rows, _project(body.project))
    if body.tags is not UNSET:
        set_tags(token.member, rows, body.tags)


def _project(slug: str | None) -> Project | None:
    if slug is None:
        return None
    project = Project.objects.open().filter(slug=slug).first() if "\0" not in slug else None
    if project is None:
        raise ValidationFailed({"project": "There is no open project with this slug."})
    return project


def decide_clip(token: AccessToken, job: VideoJob, word: str, *, reason: str, note: str) -> None:
    """Give a clip this decision. Refusal (403, 409), ValidationFailed."""
    require(token, Action.DECIDE, job)
    if job.status != JobStatus.COMPLETED:
        message = "Only a finished clip can be decided."
        raise Refusal(409, message, param="decision", code="not_finished")
    rows = visible_jobs(token.member).live().filter(pk=job.pk)
    decide(token.member, rows, VERDICTS[word], reason=reason, note=note)


def _judge(
    token: AccessToken, job: VideoJob, rows: VideoJobQuerySet, body: objects.ChangeClip
) -> None:
    if body.decision is not UNSET:
        decide_clip(token, job, body.decision, reason=body.reason or "", note=body.note or "")
    elif body.reason is not UNSET or body.note is not UNSET:
        raise ValidationFailed({"decision": "`reason` and `note` go with a `decision`."})
    if body.rating is not UNSET:
        require(token, Action.DECIDE, job)
        rate(token.member, job, body.rating)
    if body.favourite is not UNSET:
        # Every member may have favourites, but a read-only token may not change them.
        require(token, Action.COMMENT)
        mark_favourites(token.member, rows, on=body.favourite)
