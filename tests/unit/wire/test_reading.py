"""The wire format: strangers' objects read tolerantly, our own written strictly."""

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videos import wire
from videos.wire import Status, VideoError, WireError

# A busy machine must not fail the test.
calmly = settings(max_examples=60)

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**300, 10**310)
    | st.floats(allow_nan=True)
    | st.text(max_size=30)
    | st.sampled_from(["50%", "nan", "1e400", "2026-11-23T10:00:00Z", "0001-01-01", "-1", "8.0"])
)
json_values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
NAMES = ["id", "task_id", "status", "model", "progress", "created_at", "completed_at", "expires_at"]
NAMES += ["prompt", "size", "width", "height", "seconds", "duration", "remixed_from_video_id"]
NAMES += ["error", "code", "message", "msg", "detail", "type", "data", "has_more", "last_id"]
errors = st.dictionaries(
    st.sampled_from(["code", "message", "msg", "detail", "type"]), json_values, max_size=4
)
# Objects with the right names and any values: what goes wrong goes wrong here.
near_videos = st.dictionaries(st.sampled_from(NAMES), json_values | errors, max_size=14)
videos = near_videos.map(lambda some: {"id": "v", "status": "queued"} | some)


def check(video: wire.RemoteVideo) -> None:
    """Every field has its type and stays within its bounds."""
    assert isinstance(video.id, str)
    assert 1 <= len(video.id) <= wire.MAX_ID
    assert isinstance(video.status, Status)
    assert isinstance(video.status_word, str)
    assert len(video.status_word) <= 64
    assert video.progress is None or (type(video.progress) is int and 0 <= video.progress <= 100)
    for moment in (video.created_at, video.completed_at, video.expires_at):
        assert moment is None or (type(moment) is int and 0 <= moment < 253_402_300_800)
    for text, limit in (
        (video.model, wire.MAX_TEXT),
        (video.prompt, wire.MAX_PROMPT),
        (video.size, 32),
        (video.seconds, 8),
        (video.remixed_from_video_id, wire.MAX_TEXT),
    ):
        assert text is None or (isinstance(text, str) and 1 <= len(text) <= limit)
    assert video.seconds is None or 0 < float(video.seconds) <= 100_000
    check_error(video.error)


def check_error(error: VideoError | None) -> None:
    assert error is None or (isinstance(error.code, str) and isinstance(error.message, str))
    assert error is None or (len(error.code) <= 100 and 1 <= len(error.message) <= wire.MAX_TEXT)


@calmly
@given(json_values | near_videos | videos)
def test_any_object_is_either_a_video_or_a_wire_error(value: Any) -> None:
    try:
        video = wire.read_video(value)
    except WireError:
        return
    check(video)
    assert video.raw is value


@calmly
@given(json_values | st.fixed_dictionaries({"data": st.lists(json_values | videos, max_size=4)}))
def test_any_page_is_either_a_list_of_videos_or_a_wire_error(value: Any) -> None:
    try:
        page = wire.read_page(value)
    except WireError:
        return
    for video in page.data:
        check(video)
    assert page.has_more in (True, False, None)
    assert page.last_id is None or isinstance(page.last_id, str)


@calmly
@given(json_values | near_videos)
def test_any_error_body_is_read_without_failing(value: Any) -> None:
    check_error(wire.read_error(value))


@calmly
@given(near_videos)
def test_any_create_is_either_clean_or_a_wire_error_that_names_its_field(
    value: dict[str, Any],
) -> None:
    blamed: str | None = None
    try:
        request = wire.read_create(value)
    except WireError as error:
        blamed = error.param
    if blamed is not None:
        assert blamed in ("prompt", "model", "size", "seconds")
        return
    assert request.prompt.strip()
    assert request.size is None or wire.parse_size(request.size)
    assert request.seconds is None or int(request.seconds) > 0


@calmly
@given(st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_either_json_or_a_wire_error(body: bytes) -> None:
    try:
        value = wire.decode(body)
    except WireError:
        return
    wire.encode(value)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"<html>",
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b"NaN",
        b'{"a":Infinity}',
        b"1e999",
        b"1" * 5000,
        b'"\xff"',
        b'"\\ud800"',
        b'{"a":1} x',
        b'"' + b"x" * wire.MAX_BODY + b'"',
    ],
)
def test_hostile_bodies_are_wire_errors(body: bytes) -> None:
    with pytest.raises(WireError):
        wire.decode(body)


def test_a_video_of_ours_reads_back_as_it_was_written() -> None:
    video = wire.Video(
        id="video_1",
        model="draft-1",
        status="failed",
        progress=40,
        created_at=1_790_000_000,
        completed_at=None,
        expires_at=1_790_003_600,
        prompt="a fox",
        size="1280x720",
        seconds="8",
        remixed_from_video_id="video_0",
        error=VideoError("boom", "It went wrong."),
    )
    written = json.loads(wire.encode(video))
    assert written["object"] == "video"
    assert written["completed_at"] is None
    read = wire.read_video(written)
    for name in ("id", "model", "progress", "created_at", "expires_at", "prompt", "size"):
        assert getattr(read, name) == getattr(video, name)
    assert (read.status, read.seconds, read.error) == (Status.FAILED, "8", video.error)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("queued", Status.QUEUED),
        ("NOT_START", Status.QUEUED),
        (" processing ", Status.IN_PROGRESS),
        ("succeeded", Status.COMPLETED),
        ("failure", Status.FAILED),
        ("canceled", Status.CANCELLED),
        ("moderating", Status.UNKNOWN),
        ("", Status.UNKNOWN),
    ],
)
def test_a_status_is_understood_and_kept_as_said(word: str, status: Status) -> None:
    video = wire.read_video({"id": "v", "status": word})
    assert (video.status, video.status_word) == (status, word)


@pytest.mark.parametrize(
    ("fields", "field", "value"),
    [
        ({"progress": "50%"}, "progress", 50),
        ({"progress": 250}, "progress", 100),
        ({"progress": -1}, "progress", 0),
        ({"progress": True}, "progress", None),
        ({"seconds": 8}, "seconds", "8"),
        ({"seconds": "8"}, "seconds", "8"),
        ({"duration": 5.5}, "seconds", "5.5"),
        ({"seconds": 1e-9}, "seconds", None),
        ({"width": 640, "height": 360}, "size", "640x360"),
        ({"width": -5, "height": 1e300}, "size", None),
        ({"created_at": "2026-11-23T10:00:00Z"}, "created_at", 1_795_428_000),
        ({"created_at": "1795428000"}, "created_at", 1_795_428_000),
        ({"expires_at": 0}, "expires_at", None),
        ({"expires_at": 1e300}, "expires_at", None),
        ({"model": ["x"]}, "model", None),
        ({"error": "plain text"}, "error", VideoError("", "plain text")),
        ({"error": {"code": 400, "message": "no"}}, "error", VideoError("400", "no")),
        (
            {"error": {"code": "moderation_blocked"}},
            "error",
            VideoError(*["moderation_blocked"] * 2),
        ),
        ({"error": {"code": 10**5000}}, "error", None),
        ({"error": {}}, "error", None),
    ],
)
def test_sloppy_fields_are_put_right_or_left_out(fields: Any, field: str, value: Any) -> None:
    assert getattr(wire.read_video({"id": "v", "status": "queued"} | fields), field) == value


@pytest.mark.parametrize(
    "ident", [None, "", 0, -5, 5.5, True, "x" * 2049, "é" * 1025, "..", "a\x00b", "a\nb", ["v"]]
)
def test_an_id_that_cannot_be_used_is_an_error(ident: Any) -> None:
    with pytest.raises(WireError) as caught:
        wire.read_video({"id": ident, "status": "queued"})
    assert caught.value.param == "id"


def test_an_id_under_its_other_name_is_found() -> None:
    assert wire.read_video({"task_id": "task_1", "status": "queued"}).id == "task_1"


def test_entries_that_are_no_videos_do_not_spoil_a_page() -> None:
    rows = [{"id": "a", "status": "queued"}, None, {"id": ""}, {"id": "c", "status": "failed"}]
    page = wire.read_page({"data": rows, "has_more": "yes"})
    assert [video.id for video in page.data] == ["a", "c"]
    assert (page.has_more, page.last_id, page.unreadable) == (None, "c", 2)
    assert wire.read_page(rows) == page


def test_a_page_of_ours_carries_its_cursors() -> None:
    one = wire.Video(id="a", model="m", status="queued", created_at=1, size="1x1", seconds="4")
    page = wire.video_list([one], has_more=True)
    assert (page.first_id, page.last_id, page.has_more) == ("a", "a", True)
    assert wire.video_list([], has_more=False).last_id is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("prompt", None),
        ("prompt", "  \n "),
        ("prompt", "x" * 32_001),
        ("prompt", "a\x00b"),
        ("prompt", "lone \ud800"),
        ("prompt", 5),
        ("prompt", "\u0958" * 20_000),
        ("size", "1280"),
        ("size", "1280x720\n"),
        ("size", "١٢٨٠x٧٢٠"),
        ("size", 5),
        ("seconds", True),
        ("seconds", 4.5),
        ("seconds", 0),
        ("seconds", [4]),
        ("seconds", 1e300),
        ("seconds", "4.5"),
        ("seconds", "٤"),
        ("seconds", "-4"),
        ("model", 5),
        ("model", "m" * 201),
        ("model", "a\x00b"),
    ],
)
def test_a_create_that_cannot_be_right_names_the_field(field: str, value: Any) -> None:
    with pytest.raises(WireError) as caught:
        wire.read_create({"prompt": "a fox"} | {field: value})
    assert caught.value.param == field


def test_a_create_leaves_open_what_the_caller_left_open() -> None:
    request = wire.read_create({"prompt": " a fox\r\nruns ", "model": "", "size": None})
    assert request == wire.CreateRequest(prompt="a fox\nruns")


@calmly
@given(st.text(max_size=200))
def test_a_clean_prompt_stays_as_it_is(text: str) -> None:
    try:
        once = wire.clean_prompt(text)
    except WireError:
        return
    assert wire.clean_prompt(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not any(ord(character) < 32 and character not in "\n\t" for character in once)
    once.encode()


@pytest.mark.parametrize("seconds", ["4", 4, 4.0])
def test_seconds_are_taken_as_text_and_as_a_number(seconds: Any) -> None:
    assert wire.read_create({"prompt": "a fox", "seconds": seconds}).seconds == "4"
