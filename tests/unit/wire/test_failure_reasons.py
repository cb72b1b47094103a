"""Why a job failed is found wherever its server writes it."""

import json
from typing import Any

import pytest

from videos import wire

WHY = "NSFW content was detected"


def reason(**fields: Any) -> str | None:
    error = wire.read_video({"id": "v", "status": "failed"} | fields).error
    return error.message if error else None


@pytest.mark.parametrize(
    "fields",
    [
        {"error": {"message": WHY, "code": "moderation"}},
        {"error": None, "failure_reason": WHY},
        {"fail_reason": WHY},
        {"failed_reason": WHY},
        {"failure": WHY, "failureCode": "SAFETY"},
        {"error_message": WHY},
        {"error_msg": WHY},
        {"errorMessage": WHY},
        {"failMsg": WHY, "failCode": "500"},
        {"FailReason": WHY},
        {"rejectionReason": WHY},
        {"response": {"raiMediaFilteredCount": 1, "raiMediaFilteredReasons": [WHY]}},
        {"message": WHY},
        {"msg": WHY},
        {"detail": WHY},
        {"reason": WHY},
        {"error": WHY},
        {"error": True, "message": WHY},
        {"error": {"error": {"message": WHY, "code": "moderation"}}},
        {"error": {"detail": [{"loc": ["body", "prompt"], "msg": WHY}]}},
        {"error": {"detail": WHY}},
        {"error": [WHY]},
        {"error": [{"message": WHY}]},
        {"errors": [{"message": WHY}, {"message": WHY}]},
        {"error": json.dumps({"error": {"message": WHY}})},
        {"last_error": {"code": "content", "message": WHY}},
        {"incomplete_details": {"reason": WHY}},
        {"task_status_msg": WHY},
        {"status_msg": WHY},
        {"base_resp": {"status_code": 1026, "status_msg": WHY}},
        {"base_resp": {"status_code": 0, "status_msg": "success"}, "message": WHY},
        {"data": {"fail_reason": WHY}},
        {"data": {"data": {"fail_reason": WHY}}},
        {"data": [{"error": {"message": WHY}}]},
        {"output": {"task_status": "FAILED", "code": "X", "message": WHY}},
        {"result": {"error": WHY}},
        {"response": {"error": {"message": WHY}}},
        {"error": {"code": 0, "message": "ok"}, "fail_reason": WHY},
    ],
)
def test_the_reason_is_found(fields: dict[str, Any]) -> None:
    assert reason(**fields) == WHY


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"error": {"message": WHY, "code": "moderation"}}, "moderation"),
        ({"error": {"message": WHY, "code": 400}}, "400"),
        ({"error": {"message": WHY, "type": "invalid"}}, "invalid"),
        ({"error": {"error": {"message": WHY, "code": "moderation"}}}, "moderation"),
        ({"failure": WHY, "failureCode": "SAFETY"}, "SAFETY"),
        ({"error_message": WHY, "error_code": "E7"}, "E7"),
        ({"base_resp": {"status_code": 1026, "status_msg": WHY}}, "1026"),
        ({"message": WHY, "type": "video", "code": "success"}, ""),
    ],
)
def test_so_is_its_code(fields: dict[str, Any], code: str) -> None:
    error = wire.read_video({"id": "v", "status": "failed"} | fields).error
    assert error == wire.VideoError(code, WHY)


def test_a_code_alone_is_better_than_nothing() -> None:
    assert reason(error_code="content_policy") == "content_policy"


@pytest.mark.parametrize(
    "fields", [{}, {"error": {}}, {"message": ""}, {"error": "null"}, {"data": None}]
)
def test_no_reason_is_none(fields: dict[str, Any]) -> None:
    assert reason(**fields) is None


@pytest.mark.parametrize("status", ["queued", "processing", "completed"])
def test_remarks_of_a_job_that_did_not_fail_are_no_reasons(status: str) -> None:
    job = {"id": "v", "status": status, "message": "Your turn is soon", "detail": "ok then"}
    assert wire.read_video(job).error is None


def test_a_reason_is_bounded_and_holds_no_controls() -> None:
    message = reason(fail_reason="bad\x00 \u202eword\u2069 " + "x" * 5000)
    assert message is not None
    assert len(message) == wire.MAX_TEXT
    assert message.startswith("bad word x")


@pytest.mark.parametrize(
    "nested",
    [
        '{"error":' * 5000 + "1" + "}" * 5000,
        json.dumps({"error": "[" * 60_000}),
        json.dumps({"errors": [{"message": "x" * 100}] * 8000}),
        json.dumps({"data": {"data": {"errors": [["a"] * 1000] * 100}}}),
    ],
)
def test_reading_hostile_reasons_ends(nested: str) -> None:
    try:
        value = wire.decode(nested.encode())
    except wire.WireError:
        return
    error = wire.read_video({"id": "v", "status": "failed"} | value).error
    assert error is None or len(error.message) <= wire.MAX_TEXT
