"""Reads callers' requests strictly. Each error names its field."""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from videos.wire.objects import MAX_ID, WireError
from videos.wire.text import Message, gettext_noop

MAX_PROMPT = 32_000
MAX_MODEL = 200
MAX_NAME = 80
MAX_CHARACTERS = 8

SIZE = re.compile(r"([1-9][0-9]{1,3})x([1-9][0-9]{1,3})")
# NUL and friends, which PostgreSQL refuses and no screen shows, and lone surrogates, which no
# encoding carries: Unicode's Cc, but for tab and newline, and its Cs.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
WHOLE_SECONDS = re.compile(r"[1-9][0-9]{0,3}")


class CreateRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A caller's create request. None for values that are left to the server."""

    prompt: str
    model: str | None = None
    size: str | None = None
    seconds: str | None = None


def read_create(fields: Mapping[str, Any]) -> CreateRequest:
    """A create request from JSON or form fields. Raises WireError, which names the wrong field."""
    model = fields.get("model") or None
    if model is not None and not (isinstance(model, str) and _is_name(model)):
        raise WireError(f"`model` must be a name of at most {MAX_MODEL} characters.", param="model")
    size = fields.get("size") or None
    if size is not None and not (isinstance(size, str) and SIZE.fullmatch(size)):
        raise WireError("`size` must look like 1280x720.", param="size")
    seconds = _seconds(fields)
    prompt = clean_prompt(fields.get("prompt"))
    return CreateRequest(prompt=prompt, model=model, size=size, seconds=seconds)


def check_number(number: Any) -> None:
    """Raise WireError unless `n` is 1 or missing."""
    if number is not None and (isinstance(number, bool) or str(number) != "1"):
        message = "`n` must be 1: an answer holds one video. Send a request for each clip."
        raise WireError(message, param="n")


def read_number(number: Any, most: int) -> int:
    """How many videos `n` asks for; 1 if it is left out. WireError."""
    try:
        number_of_videos = (
            1.0 if number is None else float("" if isinstance(number, bool) else str(number))
        )
    except ValueError:
        number_of_videos = 0.0
    if not (number_of_videos.is_integer() and 1 <= number_of_videos <= most):
        raise WireError(f"`n` must be a whole number from 1 to {most}.", param="n")
    return int(number_of_videos)


class FromVideoRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request for a clip made from another. `video_id` is None where a file came instead;
    `seconds` are those to be added."""

    prompt: str
    video_id: str | None
    seconds: str | None = None


def read_from_video(fields: Mapping[str, Any], *, has_file: bool = False) -> FromVideoRequest:
    """An edit or an extension, in which `seconds` may be missing. Raises WireError, which names the
    wrong field."""
    prompt = clean_prompt(fields.get("prompt"))
    video = fields.get("video")
    ident = video.get("id") if isinstance(video, dict) else None
    if has_file:
        ident = None
    elif not isinstance(ident, str) or not 0 < len(ident) <= MAX_ID:
        raise WireError('`video` must be a file, or {"id": "video_…"}.', param="video")
    return FromVideoRequest(prompt=prompt, video_id=ident, seconds=_seconds(fields))


def read_characters(value: Any) -> list[str]:
    """The ids of `[{"id": "char_…"}]`, each once; empty if there are none. Raises WireError."""
    if value is None or value == "":
        return []
    rows = value if isinstance(value, list) else [None]
    ids = [row.get("id") if isinstance(row, dict) else None for row in rows]
    if len(ids) > MAX_CHARACTERS:
        message = f"At most {MAX_CHARACTERS} characters may appear in a clip."
        raise WireError(message, param="characters")
    valid = [each for each in ids if isinstance(each, str) and 0 < len(each) <= MAX_ID]
    if len(valid) < len(ids):
        raise WireError('`characters` must look like [{"id": "char_…"}].', param="characters")
    return list(dict.fromkeys(valid))


def as_typed(fields: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    """The fields of these names as a form says them; what is null or missing is left out.

    7, 7.0 and "7" become the same, and so do true and "true". WireError for a list or an object.
    """
    present = {name: fields[name] for name in names if fields.get(name) is not None}
    return {name: _as_typed(name, value) for name, value in present.items()}


def read_name(value: Any) -> str:
    """The name of a character, on one line. Raises WireError."""
    text = unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else ""
    if not 0 < len(text) <= MAX_NAME or not text.isprintable():
        raise WireError(f"`name` must have 1 to {MAX_NAME} characters on one line.", param="name")
    return text


def clean_prompt(value: Any) -> str:
    """A prompt in NFC with plain newlines, or WireError. Length 1..32000 characters."""
    if not isinstance(value, str) or not value.strip():
        raise WireError(gettext_noop("Enter a prompt."), param="prompt")
    if len(value) > MAX_PROMPT:
        raise WireError(_too_long(value), param="prompt")
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(text) > MAX_PROMPT:
        raise WireError(_too_long(text), param="prompt")  # NFC makes some characters longer.
    if (match := CONTROL.search(text)) is not None:
        text = gettext_noop(
            "The prompt contains a control character (%(code)s). Remove it.",
            code=f"U+{ord(match[0]):04X}",
        )
        raise WireError(text, param="prompt")
    return text


def _seconds(fields: Mapping[str, Any]) -> str | None:
    """The length as the API writes it, a string of digits. Clients send numbers as well."""
    seconds = fields.get("seconds")
    if seconds is None or seconds == "":
        return None
    text = "" if isinstance(seconds, list | dict | bool) else _as_typed("seconds", seconds)
    if not WHOLE_SECONDS.fullmatch(text):
        message = '`seconds` must be a whole number of seconds, such as "4" or 4.'
        raise WireError(message, param="seconds")
    return text


def _as_typed(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, str | int | float):
        message = f"`{name}` must be a single value, not a list or an object."
        raise WireError(message, param=name)
    return str(value)


def _is_name(text: str) -> bool:
    return len(text) <= MAX_MODEL and text.isprintable()


def _too_long(prompt: str) -> Message:
    return gettext_noop(
        "The prompt has %(count)s characters. The limit is %(limit)s.",
        count=f"{len(prompt):,}",
        limit=f"{MAX_PROMPT:,}",
    )


def nearest_size(size: str, offered: Iterable[str]) -> str | None:
    """The offered size whose width and height are closest in proportion; None for free text."""
    wanted = parse_size(size)
    pixels = {each: parsed for each in offered if (parsed := parse_size(each)) is not None}
    if wanted is None or not pixels:
        return None

    def distance(each: str) -> float:
        pairs = zip(wanted, pixels[each], strict=True)
        return sum(abs(math.log(ours / theirs)) for ours, theirs in pairs)

    return min(pixels, key=distance)


def parse_size(size: str) -> tuple[int, int] | None:
    """(width, height) in pixels, or None if `size` is free text."""
    match = SIZE.fullmatch(size)
    return (int(match[1]), int(match[2])) if match else None
