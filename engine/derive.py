"""How is a clip made from another clip or from an uploaded file?"""

from pathlib import Path

from werkzeug.exceptions import RequestEntityTooLarge

from engine import catalogue
from engine.answers import Refusal
from engine.forms import EngineRequest, Order, read_fields
from engine.store import Job
from videos import wire
from videos.frames.inspection import MediaError, inspect

MAX_SECONDS = 120
MAX_UPLOAD = 24 * 1024 * 1024


def read_request(
    request: EngineRequest, *, extends: bool
) -> tuple[wire.FromVideoRequest, bytes | None]:
    """The request, and the file if there is one. Raises WireError."""
    fields = read_fields(request, ("prompt", "video", "seconds"))
    if not extends:
        # It has no meaning there and must not be used.
        fields.pop("seconds", None)
    upload = request.files.get("video")
    body = wire.read_from_video(fields, has_file=upload is not None)
    if extends and body.seconds not in catalogue.SECONDS:
        offered = ", ".join(catalogue.SECONDS)
        raise wire.WireError(f"`seconds` must be one of: {offered}.", param="seconds")
    data = None if upload is None else upload.read(MAX_UPLOAD + 1)
    if data is not None and len(data) > MAX_UPLOAD:
        raise RequestEntityTooLarge(f"`video` is larger than {MAX_UPLOAD // 1024**2} MB.")
    return body, data


def of_job(body: wire.FromVideoRequest, source: Job, picture: bytes | None, file: Path) -> Order:
    """The order for a clip made from one of ours. It looks similar: it has the same seed and look,
    and the words of both prompts, of which the new ones count more."""
    if source.status != "completed":
        raise Refusal(400, "Only a completed video can be used.", code="video_not_ready")
    before, total = _lengths(int(source.seconds), body)
    return Order(
        prompt=body.prompt,
        model=source.model,
        size=source.size,
        seconds=total,
        seed=source.seed,
        picture=picture,
        source=file if before else None,
        words=f"{body.prompt}. {source.words or source.prompt}"[: wire.MAX_PROMPT],
        look=source.look or source.prompt,
        continues=before,
    )


def of_file(body: wire.FromVideoRequest, path: Path) -> Order:
    """The order for a clip made from an upload: continued from its last frame, or drawn again from
    its first."""
    try:
        clip = inspect(path)
    except MediaError as error:
        raise _refuse(f"isn't a usable MP4 file: {error.reason}") from error
    size = f"{clip.width}x{clip.height}"
    if size not in catalogue.SIZES:
        raise _refuse(f"has {size} pixels; offered are {', '.join(catalogue.SIZES)}")
    before, total = _lengths(max(1, round(clip.seconds)), body)
    return Order(
        prompt=body.prompt,
        model=catalogue.DEFAULT_MODEL,
        size=size,
        seconds=total,
        seed=None,
        picture=None,
        source=path,
        continues=before,
        lends="last" if before else "first",
    )


def _lengths(seconds: int, body: wire.FromVideoRequest) -> tuple[int, str]:
    """(how long the source is shown first, the length of the whole)"""
    total = seconds + int(body.seconds or 0)
    if total > MAX_SECONDS:
        raise _refuse(f"would become {total} seconds long; at most {MAX_SECONDS} are possible")
    return (seconds if body.seconds else 0), str(total)


def _refuse(problem: str) -> wire.WireError:
    return wire.WireError(f"`video` {problem}.", param="video")
