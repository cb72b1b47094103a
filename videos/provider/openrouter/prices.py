"""What does a second cost, as far as OpenRouter's price keys tell?

`pricing_skus` maps a key to a price as text; keys and units differ by model. `duration_seconds…`
and `per-video-second…` are US dollars, `cents_per_…` cents. Prices by token or by megapixel are no
prices of a second: unknown. The price of a reference image, where there is one, is left out.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from videos.provider.catalogue import price_of
from videos.provider.openrouter.sizes import NAMED

MINIMUM = "minimum_cents_per_generation"


def prices_of(
    skus: Mapping[str, Any], sizes: list[str], *, sound: bool, shortest: int
) -> dict[str, str]:
    """Size, or "*" where all cost the same, → US dollars a second.

    `sound`: the model generates it unless it is turned off. A size whose shortest clip costs more
    than its seconds, because of a minimum charge, has no price per second.
    """
    prices: dict[str, str] = {}
    least = Decimal(price_of(skus.get(MINIMUM)) or 0) / 100
    for size in sizes:
        price = _second(skus, NAMED[size][0], sound) if size in NAMED else None
        if price is not None and Decimal(price) * shortest >= least:
            prices[size] = price
    same = len(prices) == len(sizes) and len(set(prices.values())) == 1
    return {"*": next(iter(prices.values()))} if same else prices


def _second(skus: Mapping[str, Any], resolution: str, sound: bool) -> str | None:
    for key in _keys(resolution.lower(), "with_audio" if sound else "without_audio"):
        price = price_of(skus.get(key))
        if price is not None:
            return price_of(str(Decimal(price) / 100)) if key.startswith("cents_") else price
    return None


def _keys(resolution: str, sound: str) -> Iterator[str]:
    """From the most exact key to the plainest. Sound weighs more than the resolution: where it
    costs extra, the keys by resolution leave it out."""
    yield f"duration_seconds_{sound}_{resolution}"
    yield f"duration_seconds_{sound}"
    for plain in ("text_to_video_duration_seconds", "duration_seconds"):
        yield f"{plain}_{resolution}"
    yield f"per-video-second-{resolution}"
    for cents in ("cents_per_video_output_second", "cents_per_second_output"):
        yield f"{cents}_{resolution}"
    yield from ("text_to_video_duration_seconds", "duration_seconds", "per-video-second")
    yield from ("cents_per_video_output_second", "cents_per_second_output")
