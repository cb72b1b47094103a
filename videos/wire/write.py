"""How are the API's objects written? Strictly."""

from typing import Any

import msgspec

from videos.wire.objects import Error, ErrorDetail, Video, VideoList


def encode(value: Any) -> bytes:
    """JSON bytes of one of the structs above, or of plain data."""
    return msgspec.json.encode(value, enc_hook=_text)


def _text(value: Any) -> str:
    """A `Message` as its English text."""
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"{type(value).__name__} can't be written as JSON")


def video_list(videos: list[Video], *, has_more: bool) -> VideoList:
    """A page of `videos`, its cursors taken from the first and the last."""
    first, last = (videos[0].id, videos[-1].id) if videos else (None, None)
    return VideoList(data=videos, first_id=first, last_id=last, has_more=has_more)


def error_envelope(
    message: str,
    *,
    kind: str = "invalid_request_error",
    param: str | None = None,
    code: str | None = None,
) -> Error:
    """The body of every HTTP error of the API."""
    return Error(ErrorDetail(message=message, type=kind, param=param, code=code))
