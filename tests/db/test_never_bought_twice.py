"""A job is never bought twice and never wrongly declared absent, whatever a provider answers."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from dashboard import settings as installed
from tests.world import World
from videos.jobs.dispatch.resolve import resolve
from videos.jobs.providers.clients import client_for, create_timeout
from videos.models import JobStatus, PauseKind, Provider, RemoteJob, VideoJob
from videos.models.imports import prompt_key

WORDS = "A paper boat drifts past the lighthouse at dawn, in the style of a woodcut, slowly"
LONG_ID = "job_" + "x" * 2040


@pytest.fixture(autouse=True)
def no_grace(settings: Any) -> None:
    """What is absent at the first look is sent again."""
    settings.SUBMIT_GRACE_SECONDS = 0


def unanswered(world: World, *, arrives: bool, times: int = 1) -> None:
    world.upstream.script("create", "reset", commit=arrives, times=times)


def until_decision_needed(world: World, job: VideoJob) -> VideoJob:
    """Go round until a person is asked about it."""
    return world.until(job, lambda row: row.attention and row.due_at is None)


def archive_one_clip(world: World) -> None:
    """The provider is known to repeat prompts."""
    world.archived(world.submit("long ago"))


# --- what the list shows -----------------------------------------------------------------------

UNREADABLE = {
    "a row that is null": {"more": [None]},
    "a row that is text": {"more": ["video_1"]},
    "a row without an id": {"more": [{"status": "queued", "prompt": "a fox"}]},
    "an id that is too long": {"fields": {"id": "x" * 5000}},
    "an id that is an object": {"fields": {"id": {"of": "another type"}}},
    "no prompts": {"fields": {"prompt": None}},
    "empty prompts": {"fields": {"prompt": " "}},
    "prompts of another type": {"fields": {"prompt": ["a", "boat"]}},
    "prompts that are cut": {"cut": 30},
    "prompts that are cut, with dots": {"cut": 57, "ellipsis": "..."},
    "prompts that are cut, with an ellipsis": {"cut": 20, "ellipsis": "…"},
    "all prompts in other words": {"fields": {"prompt": "A cinematic masterpiece"}},
    "hidden prompts": {"fields": {"prompt": "[redacted]"}},
    "an error beside the rows": {"hide": 1, "page": {"error": {"message": "shard 2 is down"}}},
    "more that cannot be had": {"hide": 1, "page": {"has_more": True, "last_id": None}},
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_cannot_be_read_in_the_list_proves_nothing(world: World, kind: str) -> None:
    archive_one_clip(world)
    # Also where the bad row is not the job itself, the job may be what it stands for.
    hidden = {"hide": 1} if "more" in UNREADABLE[kind] else {}
    world.upstream.script("list", "rows", times=None, **(UNREADABLE[kind] | hidden))
    unanswered(world, arrives=True)
    job = until_decision_needed(world, world.submit(WORDS))
    world.round(3)
    assert (job.status, world.upstream.creates) == (JobStatus.UNSURE, 2)


@pytest.mark.parametrize(
    "fields",
    [{"status": 3}, {"status": None}, {"status": ["queued"]}, {"created_at": "yesterday"}],
)
def test_a_row_with_an_odd_status_is_found_all_the_same(
    world: World, fields: dict[str, Any]
) -> None:
    archive_one_clip(world)
    world.upstream.script("list", "rows", times=None, fields=fields)
    unanswered(world, arrives=True)
    world.until(world.submit(WORDS), lambda row: row.remote_id)
    assert world.upstream.creates == 2


def test_ids_that_are_numbers_are_found_in_the_list(world: World) -> None:
    archive_one_clip(world)
    world.upstream.script("list", "rows", times=None, fields={"id": 9_007_199_254_740_993})
    unanswered(world, arrives=True)
    job = world.until(world.submit(WORDS), lambda row: row.remote_id)
    assert (job.remote_id, world.upstream.creates) == ("9007199254740993", 2)


def test_a_bad_row_does_not_hide_the_job_beside_it(world: World) -> None:
    archive_one_clip(world)
    world.upstream.script("list", "rows", times=None, more=[None, {"id": ""}])
    unanswered(world, arrives=True)
    job = world.archived(world.submit(WORDS))
    assert (world.upstream.creates, job.sends) == (2, 1)


def test_an_empty_list_that_is_null_proves_that_the_job_is_not_there(world: World) -> None:
    world.upstream.script("list", "rows", times=None, null=True)
    unanswered(world, arrives=False)
    job = world.archived(world.submit(WORDS))
    assert (world.upstream.creates, job.sends) == (1, 2)


@pytest.mark.parametrize(
    "how",
    [
        {"body": "<html>We will be back soon</html>"},
        {"body": ""},
        {"json": {"success": False, "data": None}},
        {"json": {"error": {"message": "down"}, "data": []}},
        {"status": 302, "headers": {"Location": "/maintenance"}},
        {"status": 502},
    ],
)
def test_a_list_that_cannot_be_read_is_looked_at_until_it_can(
    world: World, how: dict[str, Any]
) -> None:
    world.upstream.script("list", times=None, **how)
    unanswered(world, arrives=True)
    job = world.submit(WORDS)
    world.round(12)
    job.refresh_from_db()
    assert job.status == JobStatus.UNSURE and job.due_at is not None
    assert world.upstream.creates == 1
    world.upstream.calm()
    world.archived(job)
    assert (world.upstream.creates, job.attention) == (1, "")


def test_a_person_may_decide_while_the_list_cannot_be_read(world: World) -> None:
    world.upstream.script("list", body="<html>We will be back soon</html>", times=None)
    unanswered(world, arrives=True)
    job = world.until(world.submit(WORDS), lambda row: row.attention, rounds=30)
    assert "keeps trying" in job.attention and job.due_at is not None
    assert resolve(world.maker, job, "give_up")


# --- what a create answers ---------------------------------------------------------------------

PATHS: list[list[Any]] = [
    ["id"],
    ["task_id"],
    ["video_id"],
    ["job_id"],
    ["generation_id"],
    ["data", "id"],
    ["data", "task_id"],
    ["data", 0, "id"],
    ["video", "id"],
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("dialect", ["openai", "new-api"])
def test_an_answer_with_nothing_but_the_id_is_an_acceptance(
    world: World, path: list[Any], dialect: str
) -> None:
    world.provider.dialect = dialect
    world.provider.save()
    world.upstream.script("create", "only", path=path)
    job = world.archived(world.submit(WORDS))
    assert (world.upstream.creates, job.sends) == (1, 1)
    assert job.remote_id == world.upstream.jobs[0]["id"]


@pytest.mark.parametrize("ident", [12345, LONG_ID])
def test_an_id_may_be_a_number_or_long(world: World, ident: Any) -> None:
    world.upstream.script("create", json={"id": ident}, times=1)
    job = world.until(world.submit(WORDS), lambda row: row.remote_id)
    assert (job.remote_id, job.status) == (str(ident), JobStatus.QUEUED)


def test_an_id_may_be_the_address_of_the_new_job(world: World) -> None:
    where = {"Location": "/v1/videos/job%3A7"}
    world.upstream.script("create", status=202, headers=where, times=1)
    job = world.until(world.submit(WORDS), lambda row: row.remote_id)
    assert (job.remote_id, job.status) == ("job:7", JobStatus.QUEUED)


def test_an_answer_that_is_nothing_but_an_id_is_followed(world: World) -> None:
    world.upstream.script("create", json={"code": "success", "data": "task_8f3a"}, times=1)
    job = world.until(world.submit(WORDS), lambda row: row.remote_id)
    assert (job.remote_id, job.status) == ("task_8f3a", JobStatus.QUEUED)


ACCEPTED = {
    "no id": {"json": {"message": "Accepted"}},
    "an id that is too long": {"json": {"id": "x" * 5000, "status": "queued"}},
    "nothing": {"body": ""},
    "text": {"body": "OK"},
    "a page": {"body": "<html>Welcome</html>"},
    "a list": {"json": []},
    "202": {"status": 202, "json": {"status": "accepted"}},
    "204": {"status": 204, "body": ""},
    "an answer that is too large": {"body": '{"id": "' + "x" * 2_000_000 + '"}'},
}


@pytest.mark.parametrize("kind", ACCEPTED)
@pytest.mark.parametrize("dialect", ["openai", "litellm"])
def test_a_success_without_a_usable_id_is_never_sent_again(
    world: World, kind: str, dialect: str
) -> None:
    archive_one_clip(world)
    world.provider.dialect = dialect
    world.provider.save()
    world.upstream.script("create", times=None, **ACCEPTED[kind])
    job = until_decision_needed(world, world.submit(WORDS))
    world.round(3)
    assert (job.status, job.accepted_without_id) == (JobStatus.UNSURE, True)
    assert len(world.upstream.requests("create")) == 2


def test_a_success_that_was_cut_off_is_never_sent_again(world: World) -> None:
    archive_one_clip(world)
    world.upstream.script("create", "truncate", times=None, commit=True)
    world.upstream.script("list", "rows", times=None, hide=1)
    job = until_decision_needed(world, world.submit(WORDS))
    assert job.accepted_without_id and len(world.upstream.requests("create")) == 2


def test_a_success_without_an_id_is_found_in_the_list(world: World) -> None:
    world.upstream.script("create", "text", commit=True)
    job = world.archived(world.submit(WORDS))
    assert (world.upstream.creates, job.attention) == (1, "")


@pytest.mark.parametrize(
    "answer",
    [
        {"error": {"code": "content_policy_violation", "message": "No boats."}},
        {"error": "No boats."},
        {"success": False, "message": "No boats."},
    ],
)
def test_a_refusal_inside_a_success_is_a_refusal(world: World, answer: Any) -> None:
    world.upstream.script("create", json=answer, times=None)
    job = world.until(world.submit(WORDS), lambda row: row.is_finished)
    world.round(3)
    assert (job.status, job.error_message) == (JobStatus.FAILED, "No boats.")
    assert len(world.upstream.requests("create")) == 1


FAILED = {"id": "video_1", "object": "video", "status": "failed"}
FAILED |= {"error": {"code": "oom", "message": "Out of memory."}}
WRAPPED = f"litellm.APIError: Hosted_vllmException - {json.dumps(FAILED)}"


@pytest.mark.parametrize(
    "answer",
    [
        FAILED,
        {"error": {"message": WRAPPED, "type": None, "code": "500"}},
        {"error": FAILED},
        {"detail": json.dumps(FAILED)},
        {"error": {"message": WRAPPED.replace('"', '\\"')}},
    ],
)
@pytest.mark.parametrize("route", ["create", "retrieve"])
def test_a_failed_job_inside_an_error_is_a_failed_job_and_no_pause(
    world: World, answer: Any, route: str
) -> None:
    world.upstream.script(route, status=500, json=answer, times=None)
    job = world.until(world.submit(WORDS), lambda row: row.is_finished)
    assert (job.status, job.error_message) == (JobStatus.FAILED, "Out of memory.")
    assert not Provider.objects.get().is_paused and Provider.objects.get().attempts == 0


# --- sending again -----------------------------------------------------------------------------


def test_a_busy_server_is_sent_to_again_with_patience(world: World) -> None:
    archive_one_clip(world)
    busy = {"error": {"message": "The server is busy, try again later."}}
    world.upstream.script("create", status=503, json=busy, times=6)
    job = world.until(world.submit(WORDS), lambda row: row.archived_at, rounds=60)
    assert (world.upstream.creates, job.sends, job.busy_sends) == (2, 7, 6)
    assert not job.events.filter(why__contains="Choose").exists()


@pytest.mark.parametrize("status", [200, 400, 403, 409, 422, 429])
@pytest.mark.parametrize("code", ["server_busy", "Queue Full", "rate_limit_exceeded"])
def test_a_server_that_is_busy_by_its_code_is_asked_again_and_made_nothing(
    world: World, status: int, code: str
) -> None:
    # No list is needed as proof: the refusal is explicit.
    world.provider.dialect = "litellm"
    world.provider.save()
    busy = {"error": {"code": code, "message": "Please come back."}}
    world.upstream.script("create", status=status, json=busy, times=1)
    job = world.until(world.submit(WORDS), lambda row: row.archived_at, rounds=60)
    assert (world.upstream.creates, job.sends, job.attention) == (1, 1, "")


def test_an_empty_account_inside_a_success_pauses_and_fails_no_job(world: World) -> None:
    empty = {"error": {"code": "insufficient_quota", "message": "Add credits."}}
    world.upstream.script("create", json=empty, times=None)
    job = world.until(world.submit(WORDS), lambda row: Provider.objects.get().is_paused)
    assert Provider.objects.get().pause_kind == PauseKind.QUOTA
    assert job.status == JobStatus.SUBMITTING


def test_a_server_that_does_one_job_at_a_time_finishes_a_queue_of_seven(world: World) -> None:
    world.upstream.settings(most_running=1)
    queue = [world.submit(f"clip {number} of a queue") for number in range(7)]
    for job in queue:
        world.until(job, lambda row: row.archived_at, rounds=60)
    assert world.upstream.creates == 7
    assert not VideoJob.objects.exclude(attention="").exists()


def test_a_busy_server_without_a_list_is_not_sent_to_again(world: World) -> None:
    world.provider.dialect = "litellm"
    world.provider.save()
    world.upstream.script("create", status=503, times=None)
    until_decision_needed(world, world.submit(WORDS))
    assert len(world.upstream.requests("create")) == 1


def test_a_server_that_never_answers_ends_with_a_person(world: World) -> None:
    archive_one_clip(world)
    unanswered(world, arrives=False, times=99)
    job = until_decision_needed(world, world.submit(WORDS))
    assert job.sends == 3 and "never arrived" in job.attention


def test_a_job_that_is_listed_late_is_found_by_the_watermark_of_its_first_send(
    world: World,
) -> None:
    archive_one_clip(world)
    unanswered(world, arrives=True, times=1)
    world.upstream.script("list", "rows", times=1, hide=1)
    job = world.submit(WORDS)
    # Absent at the first look; sent again, again without an answer, and not made this time.
    unanswered(world, arrives=False, times=1)
    world.until(job, lambda row: row.sends == 2)
    first = (job.first_sent_at, job.known_before)
    world.archived(job)
    assert (job.first_sent_at, job.known_before) == first
    assert world.upstream.creates == 2 and job.remote_id == world.upstream.jobs[1]["id"]


def test_a_job_that_is_listed_a_minute_late_is_bought_once(world: World, settings: Any) -> None:
    settings.SUBMIT_GRACE_SECONDS = installed.SUBMIT_GRACE_SECONDS
    archive_one_clip(world)
    unanswered(world, arrives=True)
    world.upstream.script("list", "rows", times=None, hide=1)
    job = world.until(world.submit(WORDS), lambda row: row.status == JobStatus.UNSURE)
    minute = timedelta(seconds=60)
    VideoJob.objects.filter(pk=job.pk).update(
        submit_started_at=F("submit_started_at") - minute,
        send_ended_at=F("send_ended_at") - minute,
        first_sent_at=F("first_sent_at") - minute,
    )
    world.round(3)
    job.refresh_from_db()
    assert (job.status, job.sends) == (JobStatus.UNSURE, 1)
    world.upstream.calm()
    world.archived(job)
    assert world.upstream.creates == 2


def test_a_job_noted_since_the_first_send_counts_although_it_is_gone_from_the_list(
    world: World,
) -> None:
    archive_one_clip(world)
    unanswered(world, arrives=False)
    job = world.submit(WORDS)
    world.round()
    world.upstream.calm()
    RemoteJob.objects.create(
        provider=world.provider,
        remote_id="video_seen_for_a_moment",
        prompt=WORDS,
        prompt_key=prompt_key(WORDS),
        status="queued",
        made_at=timezone.now(),
        first_seen_at=timezone.now() + timedelta(seconds=1),
    )
    until_decision_needed(world, job)
    assert "video_seen_for_a_moment" in job.attention and world.upstream.creates == 1


def test_an_old_proof_is_renewed_before_a_job_is_sent_again(world: World) -> None:
    archive_one_clip(world)
    unanswered(world, arrives=True)
    world.upstream.script("list", "rows", times=1, hide=1)
    job = world.until(world.submit(WORDS), lambda row: row.status == JobStatus.UNSURE)
    world.until(job, lambda row: row.cleared_at or row.remote_id)
    VideoJob.objects.filter(pk=job.pk).update(cleared_at=timezone.now() - timedelta(minutes=5))
    world.archived(job)
    assert (job.sends, job.remote_id) == (1, world.upstream.jobs[1]["id"])


def test_every_send_of_a_row_carries_the_same_key_and_a_hand_made_one_another(
    world: World,
) -> None:
    archive_one_clip(world)
    unanswered(world, arrives=False, times=3)
    job = until_decision_needed(world, world.submit(WORDS))
    assert resolve(world.maker, job, "again")
    world.archived(job)
    keys = [each["headers"]["idempotency-key"] for each in world.upstream.requests("create")]
    assert keys[1:] == [job.public_id] * 3 + [f"{job.public_id}-1"]
    assert keys[0] != job.public_id


def test_a_key_that_was_seen_with_other_bytes_is_no_refusal(world: World) -> None:
    archive_one_clip(world)
    error = {"error": {"message": "Idempotency-Key was used with another request."}}
    world.upstream.script("create", status=400, json=error, commit=True)
    job = world.archived(world.submit(WORDS))
    assert world.upstream.creates == 2 and job.sends == 1


def test_a_slow_create_is_waited_for(world: World) -> None:
    world.provider.create_timeout_seconds = None
    assert create_timeout(world.provider) == 120
    world.provider.dialect = "litellm"
    assert create_timeout(world.provider) == 300
    world.provider.create_timeout_seconds = 600
    assert client_for(world.provider).timeouts.create == 600
