"""Where does a job say that its clip is?

`unsigned_urls` is OpenRouter's, `content.video_url` Volcengine's, `task_result.videos[0].url`
Kling's, `output` as a bare address Replicate's, `video.uri` Veo's.
"""

from collections.abc import Iterator
from typing import Any

from videos.wire.values import under

NAMES = (
    "url",
    "urls",
    "video_url",
    "video_urls",
    "unsigned_urls",
    "download_url",
    "output_url",
    "result_url",
    "file_url",
    "uri",
)
# What holds addresses under those names, and may be one itself.
PLACES = (
    "video",
    "videos",
    "metadata",
    "data",
    "output",
    "outputs",
    "result",
    "results",
    "content",
    "response",
    "task_result",
    "generated_videos",
)
DEPTH = 3
ADDRESS = ("http://", "https://", "/", "data:")


def find_url(value: Any, depth: int = DEPTH) -> str | None:
    """The first text under a known name, or address in a place for one; the nearer to the top, the
    earlier. None without."""
    value = _first(value)
    if not isinstance(value, dict):
        return None
    named = (_first(each) for each in under(value, NAMES))
    url = next((each for each in named if isinstance(each, str) and each.strip()), None)
    placed = [_first(each) for each in under(value, PLACES)]
    url = url or next(filter(is_address, placed), None)
    if url is None and depth > 0:
        url = next(filter(None, _inside(placed, depth)), None)
    return url


def _inside(places: list[Any], depth: int) -> Iterator[str | None]:
    return (find_url(each, depth - 1) for each in places)


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def is_address(value: Any) -> bool:
    """Does it begin as the address of something that can be fetched?"""
    return isinstance(value, str) and value.strip().lower().startswith(ADDRESS)
