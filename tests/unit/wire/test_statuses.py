"""A status is understood however a server spells it, and what stands beside it counts."""

import time
from typing import Any

import pytest

from videos import wire
from videos.wire import Status

NOW = int(time.time())
WORDS = {
    Status.QUEUED: "queued IN_QUEUE Queueing PENDING NOT_START Preparing JOB_STATE_PENDING "
    "THROTTLED SUSPENDED starting InQueue backlogged TASK_STATUS_QUEUED",
    Status.IN_PROGRESS: "in-progress IN_PROGRESS InProgress Processing RUNNING PRE-PROCESSING "
    "dreaming JOB_STATE_RUNNING generating Post-Processing cancelling",
    Status.COMPLETED: "succeed SUCCEEDED Success completed COMPLETE done Finished "
    "JOB_STATE_SUCCEEDED TASK_STATUS_SUCCEED task_success VIDEO_GENERATION_COMPLETED job-done",
    Status.FAILED: "failed Fail FAILURE error timeout timed_out TIMED-OUT rejected "
    "content_filtered aborted moderated nsfw Content-Moderated JOB_STATE_FAILED "
    "GENERATION_FAILED video_failed TaskError safety_blocked system_error content-policy-violation "
    "TIMEOUT_ERROR download_failed blocked killed",
    Status.CANCELLED: "cancelled CANCELED deleted JOB_STATE_CANCELLED user_canceled",
}


def read(word: str, **fields: Any) -> wire.RemoteVideo:
    return wire.read_video({"id": "v", "status": word} | fields)


@pytest.mark.parametrize(
    ("word", "status"),
    [(word, status) for status, words in WORDS.items() for word in words.split()],
)
def test_words_are_compared_without_case_blanks_dashes_and_underscores(
    word: str, status: Status
) -> None:
    for spelling in (word, f" {word}\n", word.upper(), word.lower(), word.replace("_", " ")):
        assert read(spelling).status == status


def test_no_word_stands_for_two_statuses() -> None:
    words = [word for some in wire.SYNONYMS.values() for word in some.split()]
    assert len(words) == len(set(words))
    assert all(word == wire.normalize(word) for word in words)


@pytest.mark.parametrize(
    "word", ["", "?", "moderating", "intermediate-complete", "incomplete", "no_error", "x" * 999]
)
def test_an_unknown_word_alone_ends_nothing(word: str) -> None:
    video = read(word)
    assert (video.status, video.looks_finished) == (Status.UNKNOWN, False)


@pytest.mark.parametrize(
    "beside",
    [
        {"completed_at": NOW - 5},
        {"completed_at": (NOW - 5) * 1000},
        {"finished_at": "2026-01-01T10:00:00Z"},
        {"progress": 100},
        {"progress": "100%"},
        {"url": "https://cdn.example/clip.mp4"},
        {"unsigned_urls": ["https://cdn.example/clip.mp4"]},
        {"output": {"video_url": "https://cdn.example/clip.mp4"}},
        {"data": {"url": "https://cdn.example/clip.mp4"}},
        {"output": "https://cdn.example/clip.mp4"},
        {"task_result": {"videos": [{"url": "https://cdn.example/clip.mp4"}]}},
        {"completedAt": NOW - 5},
        {"done": True},
        {"isFinished": True},
        {"percentage": 100},
    ],
)
def test_signs_of_an_end_beside_an_unknown_word_make_the_content_worth_a_try(beside: Any) -> None:
    video = read("wrapped_up", **beside)
    assert (video.status, video.looks_finished) == (Status.UNKNOWN, True)
    # A known word wins over whatever stands beside it.
    assert (read("running", **beside).status) == Status.IN_PROGRESS
    assert not read("running", **beside).looks_finished


@pytest.mark.parametrize(
    "beside",
    [
        {"completed_at": None, "progress": 99},
        {"done": False},
        {"done": "no"},
        {"completed_at": NOW + 30 * 24 * 3600},
        {"completed_at": 0},
        {"progress": 1.0},
        {"url": ""},
        {"urls": []},
        {"polling_url": "https://api.example/v1/videos/v"},
        {"input": {"image_url": "https://cdn.example/start.png"}},
    ],
)
def test_what_a_running_job_may_have_too_is_no_sign_of_an_end(beside: Any) -> None:
    assert not read("wrapping_up", **beside).looks_finished


def test_ready_may_mean_about_to_begin_so_only_the_content_proves_it() -> None:
    video = read("Ready")
    assert (video.status, video.looks_finished) == (Status.UNKNOWN, True)


def test_an_unknown_word_with_an_end_and_a_reason_is_a_failure() -> None:
    failed = read(
        "gave_up", completed_at=NOW - 5, error={"code": "nsfw", "message": "Not allowed."}
    )
    assert (failed.status, failed.error) == (Status.FAILED, wire.VideoError("nsfw", "Not allowed."))


@pytest.mark.parametrize("beside", [{}, {"completed_at": None}, {"progress": 100}])
def test_an_error_alone_does_not_end_a_job(beside: Any) -> None:
    video = read("retrying", error={"message": "worker lost"}, **beside)
    assert (video.status, video.looks_finished) == (Status.UNKNOWN, False)
    assert video.error == wire.VideoError("", "worker lost")


@pytest.mark.parametrize(
    "error", [None, "", {}, [], False, "success", {"code": 0, "message": "success"}, {"code": 0}]
)
def test_an_error_that_says_nothing_is_none(error: Any) -> None:
    video = read("wrapped_up", completed_at=NOW - 5, error=error)
    assert (video.status, video.looks_finished, video.error) == (Status.UNKNOWN, True, None)
