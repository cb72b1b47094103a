"""How is a job asked for and read in OpenRouter's schema?"""

from base64 import b64encode
from typing import Any

import msgspec

from videos import wire
from videos.provider.create_body import CreateCall, Reference
from videos.provider.dialects import Dialect
from videos.provider.openrouter.sizes import size_fields
from videos.wire.values import whole_number


def body_of(call: CreateCall, dialect: Dialect) -> dict[str, Any]:
    """The body of a create as `Transport.send` takes it: always JSON, images inside."""
    fields: dict[str, Any] = dict(call.extra) | {"prompt": call.prompt}
    if call.model is not None and dialect.model_field:
        fields["model"] = call.model
    if call.size is not None:
        fields |= size_fields(call.size)
    if call.seconds is not None:
        # If it isn't a whole number, the server refuses it with its own message.
        number = whole_number(call.seconds)
        fields["duration"] = call.seconds if number is None else number
    images = (call.reference, *call.more) if call.reference is not None else call.more
    # The API's picture is where the clip starts; `input_references` only guide it, and are ignored
    # where a frame is given.
    frames = [
        _image(each) | {"frame_type": f"{each.role}_frame"} for each in images if _fixes(each)
    ]
    guides = [_image(each) for each in images if not _fixes(each)]
    if frames:
        fields["frame_images"] = frames
    if guides:
        fields["input_references"] = guides
    return {"json": fields}


def _fixes(image: Reference) -> bool:
    """Return True if the image is a frame of the clip."""
    return image.role in ("first", "last")


def _image(image: Reference) -> dict[str, Any]:
    url = f"data:{image.content_type};base64,{b64encode(image.data).decode()}"
    return {"type": "image_url", "image_url": {"url": url}}


def read_video(value: Any) -> wire.RemoteVideo:
    """A job. Of the API's fields it has only `id`, `status` and `error`."""
    video = wire.read_video(value)
    if wire.normalize(video.status_word) == "expired":
        # Elsewhere the assets of a finished job; here a job that was never finished in time.
        reason = wire.read_reason(value)
        return msgspec.structs.replace(video, status=wire.Status.FAILED, error=reason)
    return video
