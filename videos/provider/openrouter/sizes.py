"""Which pixels does OpenRouter mean by a resolution and an aspect ratio?

Nominal ones: some models draw a 480p square at 640x640. The table is that of the sizes in the
specification: the short edge names the resolution, the long edge is rounded up to an even number.
"""

SHORT_EDGES = {"480p": 480, "720p": 720, "768p": 768, "1080p": 1080, "2K": 1440, "4K": 2160}
# The first of them is what a composer offers first.
RATIOS = ("16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9", "9:21")


def _size(short: int, ratio: str) -> str:
    wide, high = (int(part) for part in ratio.split(":"))
    long = -(-short * max(wide, high) // min(wide, high))
    long += long % 2
    return f"{long}x{short}" if wide > high else f"{short}x{long}"


# Size → (resolution, aspect ratio), from small to large.
NAMED = {
    _size(short, ratio): (resolution, ratio)
    for resolution, short in SHORT_EDGES.items()
    for ratio in RATIOS
}


def size_fields(size: str) -> dict[str, str]:
    """The fields of a create that ask for a size.

    By names where it has them: every model takes these, some take no `size`.
    """
    if size not in NAMED:
        return {"size": size}
    resolution, ratio = NAMED[size]
    return {"resolution": resolution, "aspect_ratio": ratio}


def sizes_of(listed: list[str], resolutions: list[str], ratios: list[str]) -> list[str]:
    """The sizes of a model: those that it tells, or every resolution in every ratio."""
    pairs = {(resolution, ratio) for resolution in resolutions for ratio in ratios}
    # A size whose names the model does not list would be refused, for that is how we ask for it.
    listed = [size for size in listed if not pairs or size not in NAMED or NAMED[size] in pairs]
    if any(size not in NAMED for size in listed):
        return listed
    return [size for size, names in NAMED.items() if (size in listed if listed else names in pairs)]
