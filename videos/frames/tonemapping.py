"""How is HDR or wide-gamut video shown on a standard screen?

Light is computed relative to 203 nits, the white of graphics in HDR (ITU-R BT.2408). What is darker
keeps its light; highlights above it are rolled off towards white without changing their hue.
The result is BT.709 for a reference screen (BT.1886).
"""

from functools import cache
from typing import Any

import numpy as np
from av.video.reformatter import ColorPrimaries
from numpy.typing import NDArray

Floats = NDArray[np.float32]

WHITE = 203.0  # nits
HLG_PEAK = 1000.0  # nits
GAMMA = 2.4
KNEE = 0.85  # of white; below it nothing is changed
STEPS = 4096
# Linear RGB of wider primaries → linear RGB of BT.709.
GAMUTS: dict[int, tuple[tuple[float, ...], ...]] = {
    ColorPrimaries.BT2020: (
        (1.660491, -0.587641, -0.072850),
        (-0.124550, 1.132900, -0.008349),
        (-0.018151, -0.100579, 1.118730),
    ),
    ColorPrimaries.SMPTE432: (
        (1.224940, -0.224940, 0.0),
        (-0.042057, 1.042057, 0.0),
        (-0.019638, -0.078636, 1.098274),
    ),
}
LUMA_2020 = np.array((0.2627, 0.6780, 0.0593), np.float32)


def to_sdr(pixels: NDArray[Any], transfer: str, primaries: int) -> NDArray[np.uint8]:
    """16-bit RGB as the file codes it → 8-bit RGB. `transfer` is "pq", "hlg" or "sdr"."""
    light = _light(transfer)[pixels]
    if transfer == "hlg":
        light *= _system_gamma(light)
    if (gamut := GAMUTS.get(primaries)) is not None:
        light = light @ np.array(gamut, np.float32).T
    np.maximum(light, 0, out=light)
    if transfer != "sdr":
        light = _rolled_off(light)
    steps = np.minimum(np.sqrt(light) * (STEPS - 1) + 0.5, STEPS - 1).astype(np.uint16)
    coded: NDArray[np.uint8] = _coded()[steps]
    return coded


def _rolled_off(light: Floats) -> Floats:
    brightest = light.max(axis=2, keepdims=True)
    # A few specks must not darken the highlights of a whole picture.
    peak = float(np.quantile(brightest, 0.999))
    if peak <= 1:
        return light
    slope = (peak - KNEE) / (1 - KNEE)
    above = np.clip((brightest - KNEE) / (peak - KNEE), 0, 1)
    target = KNEE + (1 - KNEE) * slope * above / (1 + (slope - 1) * above)
    scale = np.where(brightest > KNEE, target / np.maximum(brightest, KNEE), 1)
    return light * scale.astype(np.float32)


def _system_gamma(light: Floats) -> Any:
    """What a screen of HLG_PEAK nits does to scene light (ITU-R BT.2100)."""
    luma = (light @ LUMA_2020)[..., None] * (WHITE / HLG_PEAK)
    return np.maximum(luma, 1e-6) ** np.float32(0.2)


@cache
def _light(transfer: str) -> Floats:
    """For each 16-bit code its light, 1 being white."""
    code = np.linspace(0, 1, 65536)
    if transfer == "pq":
        power = code ** (1 / 78.84375)
        ratio = np.maximum(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)
        light = ratio ** (1 / 0.1593017578125) * 10_000 / WHITE
    elif transfer == "hlg":
        low, high = code**2 / 3, (np.exp((code - 0.55991073) / 0.17883277) + 0.28466892) / 12
        light = np.where(code <= 0.5, low, high) * HLG_PEAK / WHITE
    else:
        light = code**GAMMA
    return light.astype(np.float32)


@cache
def _coded() -> NDArray[np.uint8]:
    """For each step of the root of light its 8-bit code: roots keep the shadows apart."""
    light = np.linspace(0, 1, STEPS) ** 2
    coded: NDArray[np.uint8] = (light ** (1 / GAMMA) * 255 + 0.5).astype(np.uint8)
    return coded
