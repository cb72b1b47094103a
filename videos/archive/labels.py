"""What do we say of the bytes we send? Never what a provider or a file claims to be."""

from functools import lru_cache

from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.text import slugify

from videos.models import Kind

CONTENT_TYPES = {
    Kind.VIDEO: "video/mp4",
    Kind.THUMBNAIL: "image/webp",
    Kind.SPRITESHEET: "image/webp",
}
ENDINGS = {Kind.VIDEO: ".mp4", Kind.THUMBNAIL: "-thumbnail.webp", Kind.SPRITESHEET: "-sheet.webp"}
# What a browser's own page around a clip or a picture needs, and nothing that could run.
POLICY = (
    "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox allow-same-origin"
)


def label(
    response: HttpResponseBase, kind: Kind, public_id: str, prompt: str, *, download: bool
) -> None:
    """Type, name and limits of an answer that carries bytes."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    if response.status_code in (200, 206):
        response["Content-Type"] = CONTENT_TYPES[kind]
        response["Content-Disposition"] = _disposition(kind, public_id, prompt, download)


@lru_cache(maxsize=1024)  # A player asks for dozens of pieces of the same clip.
def _disposition(kind: Kind, public_id: str, prompt: str, download: bool) -> str:
    return content_disposition_header(download, file_name(kind, public_id, prompt)) or "inline"


def file_name(kind: Kind, public_id: str, prompt: str) -> str:
    """Words of the prompt and a piece of the id: a name that any system takes."""
    words = slugify(prompt[:200], allow_unicode=True)[:60].strip("-_") or "clip"
    return f"{words}-{public_id.removeprefix('video_')[:8]}{ENDINGS[kind]}"
