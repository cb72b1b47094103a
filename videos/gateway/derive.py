"""How does a script make a clip from another?"""

import hashlib
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse

from videos import wire
from videos.gateway.callback import callback_of
from videos.gateway.request_body import read_fields, read_file
from videos.gateway.responses import Refusal
from videos.gateway.submit import API_DEFAULT, send
from videos.gateway.videos import find
from videos.jobs.providers.capabilities import can
from videos.jobs.submission.validate import enabled_models
from videos.models import (
    AccessToken,
    Asset,
    CatalogueModel,
    Kind,
    Operation,
    VideoJob,
    job_among,
    visible_jobs,
)


def remix(request: HttpRequest, token: AccessToken, video_id: str) -> HttpResponse:
    """A new clip from a completed one, with the same model, size and length."""
    source = find(token, video_id)
    fields = read_fields(request, ("prompt", "callback_url"))
    prompt, callback_url = wire.clean_prompt(fields.get("prompt")), callback_of(fields)
    return _derive(request, token, Operation.REMIX, source, prompt, callback_url=callback_url)


def remix_of(
    request: HttpRequest,
    token: AccessToken,
    video_id: str,
    body: wire.CreateRequest,
    callback_url: str,
) -> HttpResponse:
    """A remix that was asked for through create. Refusal for a model, size or length other than
    the source's."""
    source = find(token, video_id)
    model = _catalogue_model_of(source)
    own = {
        "model": {source.model, model.slug, API_DEFAULT},
        "size": {source.size},
        "seconds": {source.seconds},
    }
    for name, values in own.items():
        if (value := getattr(body, name)) is not None and value not in values:
            message = f"A remix keeps the `{name}` of its source. Leave it out."
            raise wire.WireError(message, param=name)
    return _derive(request, token, Operation.REMIX, source, body.prompt, callback_url=callback_url)


def edit(request: HttpRequest, token: AccessToken) -> HttpResponse:
    """A completed clip, changed. Model, size and length stay the same; `seconds` is accepted from
    clients that always send it, and means nothing."""
    body, callback_url = _read(request)
    source = _source(request, token, body)
    return _derive(request, token, Operation.EDIT, source, body.prompt, callback_url=callback_url)


def extend(request: HttpRequest, token: AccessToken) -> HttpResponse:
    """A completed clip, continued. The answer's `seconds` are those of both together."""
    body, callback_url = _read(request)
    if body.seconds is None:
        raise wire.WireError("`seconds` is required: how many seconds to add.", param="seconds")
    source = _source(request, token, body)
    return _derive(
        request,
        token,
        Operation.EXTEND,
        source,
        body.prompt,
        seconds=body.seconds,
        callback_url=callback_url,
    )


def _read(request: HttpRequest) -> tuple[wire.FromVideoRequest, str]:
    """What is asked for, and which address is called once it has ended."""
    fields = read_fields(request, ("prompt", "video", "seconds", "callback_url"))
    has_file = read_file(request, "video") is not None
    return wire.read_from_video(fields, has_file=has_file), callback_of(fields)


def _source(request: HttpRequest, token: AccessToken, body: wire.FromVideoRequest) -> VideoJob:
    if body.video_id is not None:
        return find(token, body.video_id)
    upload = read_file(request, "video")
    source = None if upload is None else _clip_of(token, upload)
    if source is None:
        # A foreign file belongs to no model, so there is no provider to send it to and no price.
        message = (
            "This file isn't a clip from this installation. Send one that is, or name it: "
            '{"video": {"id": "video_…"}}.'
        )
        raise wire.WireError(message, param="video", code="file_not_offered")
    return source


def _clip_of(token: AccessToken, upload: "UploadedFile[Any]") -> VideoJob | None:
    """The clip whose archived bytes these are: the official client sends nothing but files."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    same = Asset.objects.filter(
        job_among(visible_jobs(token.member).live()),
        kind=Kind.VIDEO,
        bytes=upload.size or 0,
        sha256=digest.hexdigest(),
    )
    asset = same.select_related("job__source", "job__provider").order_by("-job_id").first()
    return asset.job if asset else None


def _derive(
    request: HttpRequest,
    token: AccessToken,
    operation: Operation,
    source: VideoJob,
    prompt: str,
    *,
    callback_url: str,
    seconds: str = "",
) -> HttpResponse:
    if not can(source.provider, operation.value):
        message = f"{source.provider} doesn't offer this operation."
        raise Refusal(400, message, code="not_offered")
    model = _catalogue_model_of(source)
    return send(
        request,
        token,
        prompt=prompt,
        model=model.slug,
        size=source.size,
        seconds=seconds or source.seconds,
        operation=operation,
        source=source,
        callback_url=callback_url,
    )


def _catalogue_model_of(source: VideoJob) -> CatalogueModel:
    mine = (source.provider_id, source.model)
    model = next((o for o in enabled_models() if (o.provider_id, o.model) == mine), None)
    if model is None:
        raise Refusal(400, "This clip's model is no longer offered.", code="model_not_found")
    return model
