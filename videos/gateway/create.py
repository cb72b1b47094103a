"""How does a script ask for a clip?"""

from typing import Any

from django.http import HttpRequest, HttpResponse

from videos import wire
from videos.gateway.callback import callback_of
from videos.gateway.derive import remix_of
from videos.gateway.request_body import read_fields, read_picture
from videos.gateway.submit import model_named, send
from videos.jobs.submission.extra_fields import EXTRA_NAMES
from videos.jobs.submission.request import MAX_TAKES
from videos.models import AccessToken, CatalogueModel

SIZE, SECONDS = "720x1280", "4"
OWN = ("prompt", "model", "size", "seconds", "input_reference", "characters", "callback_url")
# What `remixed_from_video_id` may be combined with.
OF_REMIX = ("prompt", "model", "size", "seconds", "n", "callback_url")


def create(request: HttpRequest, token: AccessToken) -> HttpResponse:
    """A clip from a prompt, and from a picture if one is sent, or a remix; `n` takes of it.

    What the model's provider takes beyond the API goes along. Every other field is refused.
    """
    fields = read_fields(request, (*OWN, *EXTRA_NAMES, "n", "remixed_from_video_id"))
    takes = wire.read_number(fields.get("n"), MAX_TAKES)
    if fields.get("remixed_from_video_id") is not None:
        return _remix(request, token, fields)
    callback_url = callback_of(fields)
    body = wire.read_create(fields)
    model = model_named(body.model)
    size, seconds = body.size or usual_size(model), body.seconds or usual_seconds(model)
    # A size that is not offered is refused anyway; no picture is cropped for it.
    image = read_picture(request, fields, size) if model.takes_size(size) else None
    return send(
        request,
        token,
        prompt=body.prompt,
        model=model.slug,
        size=size,
        seconds=seconds,
        reference=image,
        characters=wire.read_characters(fields.get("characters")),
        extra=wire.as_typed(fields, EXTRA_NAMES),
        callback_url=callback_url,
        takes=takes,
    )


def usual_size(model: CatalogueModel) -> str:
    """The size of a clip for which none is named."""
    return SIZE if SIZE in model.sizes else next(iter(model.sizes), SIZE)


def usual_seconds(model: CatalogueModel) -> str:
    """The length of a clip for which none is named."""
    return SECONDS if SECONDS in model.seconds else next(iter(model.seconds), SECONDS)


def _remix(request: HttpRequest, token: AccessToken, fields: dict[str, Any]) -> HttpResponse:
    """The same as POST /videos/{id}/remix."""
    for name in fields.keys() - {*OF_REMIX, "remixed_from_video_id"}:
        message = f"`{name}` can't be combined with `remixed_from_video_id`."
        raise wire.WireError(message, param=name)
    if wire.read_number(fields.get("n"), MAX_TAKES) > 1:
        message = "A remix makes one video: `n` must be 1 beside `remixed_from_video_id`."
        raise wire.WireError(message, param="n")
    source = fields["remixed_from_video_id"]
    if not isinstance(source, str):
        message = "`remixed_from_video_id` must be the ID of a video."
        raise wire.WireError(message, param="remixed_from_video_id")
    return remix_of(request, token, source, wire.read_create(fields), callback_of(fields))
