"""Default sizes, lengths and prices of models whose server doesn't list them.

This is only data, by the model's name. A dialect has the entries that its servers may offer. Sizes
of open models are those they were trained for, as published by their makers.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

LANDSCAPE, PORTRAIT = "1280x720", "720x1280"
FULL_HD = ("1920x1080", "1080x1920")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDefaults:
    """The defaults of models whose name matches the pattern `names`; "" matches every name.

    The first size and length are the default choice. With `open_sizes` or `open_seconds`, the
    server accepts others, too. `prices` has pairs of a size, or "*" for any other, and US dollars
    per second as a decimal string, as of `priced_on`. Without `prices`, they are unknown.
    """

    names: str = ""
    sizes: tuple[str, ...] = (LANDSCAPE, PORTRAIT, "1792x1024", "1024x1792")
    seconds: tuple[str, ...] = ("4", "8", "12")
    open_sizes: bool = False
    open_seconds: bool = False
    prices: tuple[tuple[str, str], ...] = ()
    priced_on: date | None = None


def defaults_for(entries: Iterable[ModelDefaults], model: str) -> ModelDefaults:
    """The first entry that matches this name."""
    fitting = (entry for entry in entries if re.search(entry.names, model, re.IGNORECASE))
    return next(fitting, PUBLISHED)


# The API as it was first published; for a model of which nothing is known.
PUBLISHED = ModelDefaults()

# OpenAI's own, with the prices of the day on which it ended. Gateways write a maker before a name.
_SORA = ModelDefaults(
    names=r"(^|/)sora-2\b",
    sizes=(LANDSCAPE, PORTRAIT),
    seconds=("4", "8", "12", "16", "20"),
    prices=(("*", "0.10"),),
    priced_on=date(2026, 9, 24),
)
_SORA_PRO = replace(
    _SORA,
    names=r"(^|/)sora-2-pro\b",
    sizes=(*PUBLISHED.sizes, *FULL_HD),
    prices=(
        (LANDSCAPE, "0.30"),
        (PORTRAIT, "0.30"),
        *((size, "0.50") for size in ("1792x1024", "1024x1792")),
        *((size, "0.70") for size in FULL_HD),
    ),
)
SORA = (_SORA_PRO, _SORA, PUBLISHED)

# On your own GPU, so the price of a clip is unknown. Wan and Hunyuan make five seconds by default.
_OPEN = ModelDefaults(
    sizes=("832x480", "480x832", LANDSCAPE, PORTRAIT),
    seconds=("5", "4", "3", "2"),
    open_sizes=True,
    open_seconds=True,
)
OPEN_MODELS = (
    replace(_OPEN, names=r"1\.3b|480p", sizes=("832x480", "480x832")),
    replace(_OPEN, names=r"ti2v-5b", sizes=("1280x704", "704x1280")),
    replace(_OPEN, names=r"hunyuan", sizes=(LANDSCAPE, PORTRAIT, "960x544", "544x960")),
    _OPEN,
)

# LiteLLM's map of prices, as its version 1.110.2 carries it.
_MAPPED = ModelDefaults(sizes=(LANDSCAPE, PORTRAIT, *FULL_HD), priced_on=date(2026, 11, 27))


def _by_height(hd: str, full_hd: str) -> tuple[tuple[str, str], ...]:
    return (LANDSCAPE, hd), (PORTRAIT, hd), *((size, full_hd) for size in FULL_HD)


_VEO = replace(_MAPPED, seconds=("4", "6", "8"))
MAPPED = (
    replace(_VEO, names=r"veo-?3\.1-fast", prices=_by_height("0.10", "0.12")),
    replace(_VEO, names=r"veo-?3\.1-lite", prices=_by_height("0.05", "0.08")),
    replace(_VEO, names=r"veo-?3\.1(-generate.*)?$", prices=_by_height("0.40", "0.40")),
    replace(
        _MAPPED,
        names=r"wan-?2\.7",
        seconds=("5", "10", "15"),
        prices=_by_height("0.10", "0.15"),
    ),
    # It makes 768 lines of whatever shape is asked for.
    replace(
        _MAPPED,
        names=r"minimax-h3$",
        sizes=(LANDSCAPE, PORTRAIT),
        seconds=("5", "10", "15"),
        prices=(("*", "0.08"),),
    ),
    # An open model behind the proxy is the server of the one who runs the proxy.
    *OPEN_MODELS[:-1],
    replace(_OPEN, names=r"wan-?2\.[12]"),
    *SORA,
)
# The same models behind a gateway whose prices are not known.
UNPRICED = tuple(replace(each, prices=(), priced_on=None) for each in MAPPED)
