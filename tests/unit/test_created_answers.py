"""Answers to a create, read as they come: any success is an acceptance, a refusal is a refusal."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videos import wire
from videos.wire import Status, WireError

LONG = "x" * 2048
# A busy machine must not fail the test.
calmly = settings(max_examples=60)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
names = st.sampled_from(["id", "task_id", "status", "prompt", "data", "error", "created_at"])
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=5),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("answer", "ident"),
    [
        ({"id": "a"}, "a"),
        ({"task_id": "a"}, "a"),
        ({"video_id": "a"}, "a"),
        ({"job_id": "a"}, "a"),
        ({"generation_id": "a"}, "a"),
        ({"id": None, "task_id": "a"}, "a"),
        ({"id": 42}, "42"),
        ({"id": 9_007_199_254_740_993}, "9007199254740993"),
        ({"id": LONG}, LONG),
        ({"data": {"id": "a"}}, "a"),
        ({"data": {"task_id": 7}}, "7"),
        ({"data": [{"id": "a"}]}, "a"),
        ({"code": 0, "data": {"video": {"id": "a"}}}, "a"),
        ({"video": {"id": "a", "status": "queued"}}, "a"),
        ({"output": {"task_id": "a", "task_status": "PENDING"}, "request_id": "r"}, "a"),
        ({"request_id": "r", "data": {"task_id": "a"}}, "a"),
        ({"request_id": "r", "status": "IN_QUEUE"}, "r"),
        ({"id": "a", "generation_id": "b"}, "a"),
        ({"taskId": "a"}, "a"),
        ({"TaskID": "a"}, "a"),
        ({"_id": "a"}, "a"),
        ({"job-id": "a"}, "a"),
        ({"code": 200, "data": {"videoId": "a"}}, "a"),
        ({"prediction_id": "a"}, "a"),
        ({"uuid": "a"}, "a"),
        ({"id": 12345.0}, "12345"),
    ],
)
def test_an_id_is_found_under_any_known_name(answer: Any, ident: str) -> None:
    assert wire.read_video(answer).id == ident
    assert wire.read_refusal(answer) is None


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"request_id": "only of the request"},
        {"message": "Accepted"},
        {"status": "queued"},
        {"id": LONG + "x", "status": "queued"},
        {"id": {"nested": 1}},
        {"data": [{"id": "a"}, {"id": "b"}]},
        {"object": "list", "data": [{"id": "a"}]},
        [],
        "text",
        None,
    ],
)
def test_a_success_without_a_usable_id_is_neither_a_job_nor_a_refusal(answer: Any) -> None:
    with pytest.raises(WireError):
        wire.read_video(answer)
    assert wire.read_refusal(answer) is None


@pytest.mark.parametrize(
    "answer",
    [
        {"error": {"code": "content_policy_violation", "message": "No boats."}},
        {"error": "No boats."},
        {"error": {"message": "No boats."}, "id": None, "status": None},
        {"success": False, "message": "No boats."},
        {"code": 400, "message": "No boats.", "data": None},
        {"status": "failed", "error": {"message": "No boats."}},
        {"status": 422, "message": "No boats."},
        {"error": True, "message": "No boats."},
        {"ok": False, "error": "No boats."},
        {"success": "false", "msg": "No boats."},
        {"errors": [{"message": "No boats."}]},
        {"error_message": "No boats.", "error_code": 7},
        {"code": "InvalidParameter", "message": "No boats.", "request_id": "r"},
        {"code": "insufficient_user_quota", "message": "No boats.", "data": None},
        {"statusCode": 403, "message": "No boats."},
        {"base_resp": {"status_code": 1026, "status_msg": "No boats."}, "task_id": ""},
        {"data": {"error": {"message": "No boats."}}},
    ],
)
def test_an_explicit_error_in_a_success_is_a_refusal_in_the_servers_words(answer: Any) -> None:
    refusal = wire.read_refusal(answer)
    assert refusal is not None and refusal.message == "No boats."


@pytest.mark.parametrize(
    "answer",
    [
        {"code": "success", "message": "", "data": "task_8f3a"},
        {"code": 1, "description": "Submit success", "result": "1320098173412546"},
        {"code": 0, "data": 1320098173412546},
        {"code": 10000, "message": "Success", "data": "6a0e1f6c-0000-4000-8000-000000000000"},
        "video_12345",
        1320098173412546,
    ],
)
def test_an_answer_that_is_little_more_than_an_id_is_an_acceptance(answer: Any) -> None:
    assert wire.read_refusal(answer) is None
    assert wire.accepted_id(answer)


@pytest.mark.parametrize(
    "answer",
    [
        {"data": "accepted"},
        {"data": "2026-11-29"},
        {"data": "clip-7.mp4"},
        {"output": "abcd1234"},
        {"data": "try again in 5 minutes"},
        {"data": None},
        "OK",
        [],
        0,
    ],
)
def test_words_are_no_id(answer: Any) -> None:
    assert wire.accepted_id(answer) is None


@pytest.mark.parametrize(
    ("given_status", "status", "word"),
    [
        ({}, Status.UNKNOWN, ""),
        ({"status": None}, Status.UNKNOWN, ""),
        ({"status": 3}, Status.UNKNOWN, "3"),
        ({"status": True}, Status.UNKNOWN, ""),
        ({"status": ["queued"]}, Status.UNKNOWN, ""),
        ({"task_status": "queued"}, Status.QUEUED, "queued"),
        ({"state": "failed"}, Status.FAILED, "failed"),
        ({"taskStatus": "SUCCEEDED"}, Status.COMPLETED, "SUCCEEDED"),
    ],
)
def test_a_job_without_a_readable_status_is_still_a_job(
    given_status: Any, status: Status, word: str
) -> None:
    video = wire.read_video({"id": "a", **given_status})
    assert (video.status, video.status_word) == (status, word)


@pytest.mark.parametrize(
    "answer",
    [
        {"data": None},
        {"object": "list"},
        {"object": "list", "data": None, "has_more": False, "first_id": "", "last_id": ""},
        {"code": 0, "message": "success", "data": None},
        {"data": []},
        [],
    ],
)
def test_an_empty_list_may_be_null(answer: Any) -> None:
    page = wire.read_page(answer)
    assert (page.data, page.unreadable) == ([], 0)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"data": {}},
        {"error": {"message": "down"}, "data": None},
        {"error": "down", "data": []},
        {"success": False, "data": None},
        {"code": 500, "msg": "down", "data": None},
        {"code": "internal", "data": None},
        None,
        "text",
    ],
)
def test_an_error_is_not_an_empty_list(answer: Any) -> None:
    with pytest.raises(WireError):
        wire.read_page(answer)


@calmly
@given(st.lists(json_values, max_size=5))
def test_every_entry_of_a_page_is_read_or_counted_as_unreadable(rows: list[Any]) -> None:
    page = wire.read_page({"data": rows})
    assert len(page.data) + page.unreadable == len(rows)


def test_an_error_beside_the_entries_means_that_some_are_missing() -> None:
    page = wire.read_page({"data": [{"id": "a"}], "error": {"message": "shard 2 is down"}})
    assert (len(page.data), page.unreadable) == (1, 1)
