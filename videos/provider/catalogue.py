"""Which models does a server's list contain?"""

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from videos import wire

LONGEST_LIST = 64
# The keys under which lists say what a model generates: OpenRouter, vLLM and SGLang, LiteLLM,
# one-api and its forks.
OUTPUTS = ("output_modalities", "task", "task_type", "mode", "supported_endpoint_types")
# SGLang says "T2V", "I2V" or "TI2V".
VIDEO_WORDS = re.compile(r"video|2v\b")
LONGEST_MODELS = 1000
MAX_LABEL = 200
MAX_DESCRIPTION = 1000


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model. Everything except `id` is optional; our engine and gateway provide it.

    `price_per_second` maps a size, or "*" for all of them, to US dollars as a decimal string.
    `frames` are those of "first" and "last" for which it takes pictures; None if unknown.
    """

    id: str
    label: str = ""
    description: str = ""
    sizes: list[str] = field(default_factory=list)
    seconds: list[str] = field(default_factory=list)
    price_per_second: dict[str, str] = field(default_factory=dict)
    frames: list[str] | None = None


def read_models(value: Any) -> list[ModelInfo]:
    """The models of a `/models` answer. Entries without an id are left out."""
    rows = value.get("data", value.get("models")) if isinstance(value, dict) else value
    if not isinstance(rows, list):
        raise wire.WireError("the answer is not a list of models", param="data")
    models = [
        _model(row)
        for row in rows[:LONGEST_MODELS]
        if isinstance(row, dict) and _may_make_videos(row)
    ]
    return [model for model in models if model is not None]


def _may_make_videos(row: dict[str, Any]) -> bool:
    """Return False if the list says that the model generates something else."""
    architecture = row.get("architecture")
    places = [row, *([architecture] if isinstance(architecture, dict) else [])]
    outputs = [str(place[name]).lower() for place in places for name in OUTPUTS if place.get(name)]
    return "video" in row or not outputs or any(VIDEO_WORDS.search(output) for output in outputs)


def _model(row: dict[str, Any]) -> ModelInfo | None:
    ident = name_of(row.get("id") or row.get("name"))
    if ident is None:
        return None
    video = row.get("video")
    if not isinstance(video, dict):
        return ModelInfo(ident)
    return ModelInfo(
        ident,
        label=text_of(video.get("label"), MAX_LABEL),
        description=text_of(video.get("description"), MAX_DESCRIPTION),
        sizes=[size for size in texts_of(video.get("sizes")) if wire.parse_size(size)],
        seconds=[
            text for text in texts_of(video.get("seconds")) if wire.WHOLE_SECONDS.fullmatch(text)
        ],
        price_per_second=_prices(video.get("price_per_second")),
    )


def name_of(value: Any) -> str | None:
    """The name of a model; None for what no database and no page could hold."""
    is_name = isinstance(value, str) and 0 < len(value) <= MAX_LABEL and value.isprintable()
    return value if is_name else None


def text_of(value: Any, limit: int) -> str:
    """The beginning of a text without controls, "" for anything else."""
    return wire.plain(value)[:limit] if isinstance(value, str) else ""


def texts_of(value: Any) -> list[str]:
    """The texts and whole numbers of a list, as text; empty for anything else."""
    rows = value[:LONGEST_LIST] if isinstance(value, list) else []
    return [str(row) for row in rows if isinstance(row, str | int) and not isinstance(row, bool)]


def _prices(value: Any) -> dict[str, str]:
    rows = list(value.items())[:LONGEST_LIST] if isinstance(value, dict) else []
    return {
        size: price
        for size, raw in rows
        if (size == "*" or wire.parse_size(size)) and (price := price_of(raw)) is not None
    }


def price_of(value: Any) -> str | None:
    """A price between 0 and 10,000 as a plain decimal string."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        price = Decimal(str(value))
    except (InvalidOperation, ValueError):
        return None
    if not price.is_finite() or not 0 <= price < 10_000:
        return None
    return re.sub(r"(\.\d*?)0+$", r"\1", f"{price:f}"[:20]).rstrip(".")
