"""Which models are offered, in which sizes and lengths, and at what price?"""

from dataclasses import dataclass
from typing import Any, NoReturn

from videos import wire

DEFAULT_MODEL = "sketch-1"
DEFAULT_SIZE = "720x1280"
DEFAULT_SECONDS = "4"

SIZES = (
    *("720x1280", "1280x720", "1024x1792", "1792x1024", "1080x1920", "1920x1080"),
    # The small ones render almost at once, for trying things out.
    *("640x360", "360x640", "480x480", "960x960"),
)
SECONDS = ("4", "8", "12", "16", "20")
RELEASED = 1_790_812_800  # 2026-10-01


@dataclass(frozen=True)
class Model:
    """`hd` asks the renderer for its finer drawing."""

    id: str
    label: str
    description: str
    hd: bool


MODELS = {
    model.id: model
    for model in (
        Model(
            id="sketch-1",
            label="Sketch",
            description="A moving sketch drawn on this machine. Quick; not an AI model.",
            hd=False,
        ),
        Model(
            id="sketch-1-hd",
            label="Sketch HD",
            description="The same sketch with finer detail. Slower; not an AI model.",
            hd=True,
        ),
    )
}


def describe(model: Model) -> dict[str, Any]:
    """The model as it appears in the list of models. `video` is an addition of this engine."""
    return {
        "id": model.id,
        "object": "model",
        "created": RELEASED,
        "owned_by": "dailies-engine",
        "video": {
            "label": model.label,
            "description": model.description,
            "sizes": list(SIZES),
            "seconds": list(SECONDS),
            "price_per_second": {"*": "0"},
        },
    }


def choose(body: wire.CreateRequest) -> tuple[Model, str, str]:
    """(model, size, seconds) with the defaults filled in. Raises WireError for unsupported ones."""
    model = MODELS.get(body.model or DEFAULT_MODEL)
    if model is None:
        _refuse("model", body.model, tuple(MODELS), code="model_not_found")
    size = body.size or DEFAULT_SIZE
    if size not in SIZES:
        _refuse("size", size, SIZES)
    seconds = body.seconds or DEFAULT_SECONDS
    if seconds not in SECONDS:
        _refuse("seconds", seconds, SECONDS)
    return model, size, seconds


def _refuse(
    param: str, value: object, offered: tuple[str, ...], *, code: str = "invalid_value"
) -> NoReturn:
    choices = ", ".join(offered)
    raise wire.WireError(
        f"`{param}` {str(value)[:100]!r} isn't offered. Choose one of: {choices}.",
        param=param,
        code=code,
    )
