"""What do we say of the bytes we send? Never what a provider or a file claims to be."""

from functools import lru_cache

from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.text import slugify

from videos.inspection import Container
from videos.models import Kind

PICTURE_TYPE = "image/webp"
PICTURE_ENDINGS = {Kind.THUMBNAIL: "-thumbnail.webp", Kind.SPRITESHEET: "-sheet.webp"}
UNKNOWN_TYPE = "application/octet-stream"
# What a browser's own page around a clip or a picture needs, and nothing that could run.
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
    """Type, name and limits of an answer that carries bytes. `container` is what the clip was
    found to be by its bytes."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    if response.status_code in (200, 206):
        response["Content-Type"] = media_type(kind, container)
        response["Content-Disposition"] = _disposition(kind, public_id, prompt, download, container)


def media_type(kind: Kind, container: str = "") -> str:
    """The type of a file. Clips from before it was noted are MP4."""
    if kind != Kind.VIDEO:
        return PICTURE_TYPE
    try:
        return Container(container or Container.MP4).media_type
    except ValueError:
        return UNKNOWN_TYPE


@lru_cache(maxsize=1024)  # A player asks for dozens of pieces of the same clip.
def _disposition(kind: Kind, public_id: str, prompt: str, download: bool, container: str) -> str:
    name = file_name(kind, public_id, prompt, container)
    return content_disposition_header(download, name) or "inline"


def file_name(kind: Kind, public_id: str, prompt: str, container: str = "") -> str:
    """Words of the prompt and a piece of the id: a name that any system takes."""
    words = slugify(prompt[:200], allow_unicode=True)[:60].strip("-_") or "clip"
    ending = PICTURE_ENDINGS.get(kind, f".{container or Container.MP4}")
    return f"{words}-{public_id.removeprefix('video_')[:8]}{ending}"
