"""What does OpenRouter generate video with? From `/videos/models`, which asks for no key."""

from typing import Any

from videos import wire
from videos.provider.catalogue import (
    LONGEST_MODELS,
    MAX_DESCRIPTION,
    MAX_LABEL,
    ModelInfo,
    name_of,
    text_of,
    texts_of,
)
from videos.provider.openrouter.prices import prices_of
from videos.provider.openrouter.sizes import sizes_of


def is_catalogue(value: Any) -> bool:
    """Is this a list of video models as OpenRouter writes it?"""
    rows = value.get("data") if isinstance(value, dict) else None
    return isinstance(rows, list) and any(
        isinstance(row, dict) and "supported_durations" in row and "pricing_skus" in row
        for row in rows[:5]
    )


def read_models(value: Any) -> list[ModelInfo]:
    """The models that make a clip from words.

    Left out are those without lengths: they edit, enlarge or lip-sync what one must bring.
    """
    rows = value.get("data") if isinstance(value, dict) else None
    if not isinstance(rows, list):
        raise wire.WireError("the answer is not a list of models", param="data")
    models = [_model(row) for row in rows[:LONGEST_MODELS] if isinstance(row, dict)]
    return [model for model in models if model is not None]


def _model(row: dict[str, Any]) -> ModelInfo | None:
    ident = name_of(row.get("id"))
    seconds = sorted(
        {
            int(s)
            for s in texts_of(row.get("supported_durations"))
            if wire.WHOLE_SECONDS.fullmatch(s)
        }
    )
    if ident is None or not seconds:
        return None
    sizes = sizes_of(
        [size for size in texts_of(row.get("supported_sizes")) if wire.parse_size(size)],
        texts_of(row.get("supported_resolutions")),
        texts_of(row.get("supported_aspect_ratios")),
    )
    skus = row.get("pricing_skus")
    return ModelInfo(
        ident,
        label=text_of(row.get("name"), MAX_LABEL),
        description=text_of(row.get("description"), MAX_DESCRIPTION),
        sizes=sizes,
        seconds=[str(each) for each in seconds],
        price_per_second=prices_of(
            skus if isinstance(skus, dict) else {},
            sizes,
            sound=row.get("generate_audio") is True,
            shortest=seconds[0],
        ),
        frames=_frames(row),
    )


def _frames(row: dict[str, Any]) -> list[str] | None:
    """Which frames it takes pictures for. `null` means none."""
    if "supported_frame_images" not in row:
        return None
    named = texts_of(row["supported_frame_images"])
    return [frame for frame in ("first", "last") if f"{frame}_frame" in named]
