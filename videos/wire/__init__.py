"""What do the Video API's objects look like, read tolerantly and written strictly?

Source: the OpenAI Video API as last published (OpenAPI file, info.version 2.3.0) and the
deviations of the servers that carry it on. Times are Unix seconds, `seconds` is a string,
`size` is `WIDTHxHEIGHT` in pixels, `progress` is 0..100.
"""

from videos.wire.acceptance import accepted_id, read_refusal
from videos.wire.bodies import (
    form_fields,
    json_fields,
    known_fields,
    picture_bytes,
    refuse_picture,
)
from videos.wire.objects import (
    MAX_ID,
    Character,
    Error,
    ErrorDetail,
    RemoteCharacter,
    RemotePage,
    RemoteVideo,
    UnixTime,
    Video,
    VideoDeleted,
    VideoError,
    VideoList,
    WireError,
)
from videos.wire.ranges import read_range, span_in
from videos.wire.read import (
    MAX_BODY,
    decode,
    read_character,
    read_error,
    read_page,
    read_video,
)
from videos.wire.reasons import MAX_TEXT, read_reason
from videos.wire.request import (
    MAX_CHARACTERS,
    MAX_MODEL,
    MAX_NAME,
    MAX_PROMPT,
    SIZE,
    WHOLE_SECONDS,
    CreateRequest,
    FromVideoRequest,
    as_typed,
    check_number,
    clean_prompt,
    nearest_size,
    parse_size,
    read_characters,
    read_create,
    read_from_video,
    read_name,
    read_number,
)
from videos.wire.status import MEANING, SYNONYMS, Status, normalize, status_of
from videos.wire.text import plain, plain_values
from videos.wire.urls import find_url
from videos.wire.values import as_id
from videos.wire.write import encode, error_envelope, video_list

__all__ = [
    "MAX_BODY",
    "MAX_CHARACTERS",
    "MAX_ID",
    "MAX_MODEL",
    "MAX_NAME",
    "MAX_PROMPT",
    "MAX_TEXT",
    "MEANING",
    "SIZE",
    "SYNONYMS",
    "WHOLE_SECONDS",
    "Character",
    "CreateRequest",
    "Error",
    "ErrorDetail",
    "FromVideoRequest",
    "RemoteCharacter",
    "RemotePage",
    "RemoteVideo",
    "Status",
    "UnixTime",
    "Video",
    "VideoDeleted",
    "VideoError",
    "VideoList",
    "WireError",
    "accepted_id",
    "as_id",
    "as_typed",
    "check_number",
    "clean_prompt",
    "decode",
    "encode",
    "error_envelope",
    "find_url",
    "form_fields",
    "json_fields",
    "known_fields",
    "nearest_size",
    "normalize",
    "parse_size",
    "picture_bytes",
    "plain",
    "plain_values",
    "read_character",
    "read_characters",
    "read_create",
    "read_error",
    "read_from_video",
    "read_name",
    "read_number",
    "read_page",
    "read_range",
    "read_reason",
    "read_refusal",
    "read_video",
    "refuse_picture",
    "span_in",
    "status_of",
    "video_list",
]
