"""What do the Video API's objects look like, read tolerantly and written strictly?

Source: the OpenAI Video API as last published (OpenAPI file, info.version 2.3.0) and the
deviations of the servers that carry it on. Times are Unix seconds, `seconds` is a string,
`size` is `WIDTHxHEIGHT` in pixels, `progress` is 0..100.
"""

from videos.wire.asking import (
    MAX_MODEL,
    MAX_PROMPT,
    SIZE,
    WHOLE_SECONDS,
    CreateRequest,
    clean_prompt,
    parse_size,
    read_create,
)
from videos.wire.reading import MAX_BODY, MAX_TEXT, decode, read_error, read_page, read_video
from videos.wire.shapes import (
    MAX_ID,
    MEANING,
    SYNONYMS,
    RemotePage,
    RemoteVideo,
    Status,
    Video,
    VideoDeleted,
    VideoError,
    VideoList,
    WireError,
)
from videos.wire.writing import encode, error_envelope, video_list

__all__ = [
    "MAX_BODY",
    "MAX_ID",
    "MAX_MODEL",
    "MAX_PROMPT",
    "MAX_TEXT",
    "MEANING",
    "SIZE",
    "SYNONYMS",
    "WHOLE_SECONDS",
    "CreateRequest",
    "RemotePage",
    "RemoteVideo",
    "Status",
    "Video",
    "VideoDeleted",
    "VideoError",
    "VideoList",
    "WireError",
    "clean_prompt",
    "decode",
    "encode",
    "error_envelope",
    "parse_size",
    "read_create",
    "read_error",
    "read_page",
    "read_video",
    "video_list",
]
