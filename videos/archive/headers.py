"""Which headers do files get? They never repeat what a provider or the file itself claims."""

import unicodedata
from functools import lru_cache
from itertools import accumulate

from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from videos.frames.inspection import Container
from videos.models import Kind

PICTURE_TYPE = "image/webp"
PICTURE_ENDINGS = {
    Kind.THUMBNAIL: "-thumbnail.webp",
    Kind.SPRITESHEET: "-sheet.webp",
    Kind.SMALL: "-small.webp",
}
UNKNOWN_TYPE = "application/octet-stream"
LONGEST_NAME, LONGEST_BYTES = 60, 180
JOINERS = "\u200c\u200d"  # separate or join letters in Persian and Indic scripts
# What the browser's built-in viewer for a clip or picture needs, and nothing that can run scripts.
POLICY = (
    "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox allow-same-origin"
)


def label(
    response: HttpResponseBase,
    kind: Kind,
    public_id: str,
    prompt: str,
    *,
    download: bool,
    container: str = "",
) -> None:
    """Set type, file name and policy of a response with content. `container` is what the clip's
    bytes were found to be."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    if response.status_code in (200, 206):
        response["Content-Type"] = media_type(kind, container)
        response["Content-Disposition"] = _disposition(kind, public_id, prompt, download, container)


def media_type(kind: Kind, container: str = "") -> str:
    """The content type of a file. Clips stored before containers were recorded are MP4."""
    if kind != Kind.VIDEO:
        return PICTURE_TYPE
    try:
        return Container(container or Container.MP4).media_type
    except ValueError:
        return UNKNOWN_TYPE


@lru_cache(maxsize=1024)  # A player requests dozens of ranges of the same clip.
def _disposition(kind: Kind, public_id: str, prompt: str, download: bool, container: str) -> str:
    name = file_name(kind, public_id, prompt, container)
    return content_disposition_header(download, name) or "inline"


def file_name(kind: Kind, public_id: str, prompt: str, container: str = "") -> str:
    """A file name from the prompt and part of the id that is valid on any system."""
    stem = slug(prompt[:200]) or "clip"
    ending = PICTURE_ENDINGS.get(kind, f".{container or Container.MP4}")
    return f"{stem}-{public_id.removeprefix('video_')[:8]}{ending}"


def slug(text: str) -> str:
    """The letters, marks and digits of `text`, joined by hyphens and cut between characters.

    Django's `slugify` drops marks, which are the vowels of many scripts.
    """
    clusters: list[str] = []
    for character in unicodedata.normalize("NFC", text).lower():
        kind = unicodedata.category(character)[0]
        if clusters and clusters[-1] != "-" and (kind == "M" or character in JOINERS):
            clusters[-1] += character
        elif kind in "LN":
            clusters.append(character)
        elif (character.isspace() or character in "-_") and clusters and clusters[-1] != "-":
            clusters.append("-")
    lengths = accumulate(len(cluster.encode()) for cluster in clusters[:LONGEST_NAME])
    fitting = sum(length <= LONGEST_BYTES for length in lengths)
    return "".join(clusters[:fitting]).strip("-" + JOINERS)
