"""`callback_url` on what is made from another clip: as on create, once for each key."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.gateway_fixtures import Caller, api
from tests.pages.gateway.test_errors import error_of
from videos.models import JobCallback, JobStatus, VideoJob, WebhookDelivery, transition

__all__ = ["api"]
URL = "https://hooks.example.com/dailies"
MakeJob = Callable[..., VideoJob]


def call(operation: str, source: VideoJob) -> tuple[str, dict[str, Any]]:
    """The address and the fields, without a callback."""
    named = {"prompt": "at night", "video": {"id": source.public_id}}
    remixed = {"prompt": "at night", "remixed_from_video_id": source.public_id}
    return {
        "create": ("/v1/videos", remixed),
        "remix": (f"/v1/videos/{source.public_id}/remix", {"prompt": "at night"}),
        "edit": ("/v1/videos/edits", named),
        "extend": ("/v1/videos/extensions", named | {"seconds": "8"}),
    }[operation]


OPERATIONS = pytest.mark.parametrize("operation", ["create", "remix", "edit", "extend"])


def as_form(fields: dict[str, Any]) -> dict[str, Any]:
    video = fields.get("video")
    flat = {name: value for name, value in fields.items() if name != "video"}
    return flat | ({"video[id]": video["id"]} if video else {})


@OPERATIONS
@pytest.mark.parametrize("form", [False, True])
def test_the_address_is_called_once_the_new_clip_has_ended(
    api: Caller, make_job: MakeJob, operation: str, form: bool
) -> None:
    path, fields = call(operation, make_job())
    request_fields = fields | {"callback_url": URL}
    answers = [
        api.post(path, as_form(request_fields), headers={"Idempotency-Key": "once"})
        if form
        else api.send(path, request_fields, **{"Idempotency-Key": "once"})
        for _ in range(2)
    ]
    assert [each.status_code for each in answers] == [200, 200], answers[0].content
    job = VideoJob.objects.get(public_id=answers[0].json()["id"])
    callback = JobCallback.objects.get()
    assert (callback.job_id, callback.url) == (job.pk, URL), "not the source's, and once"
    transition(job, JobStatus.FAILED, why="refused", due_at=None)
    delivery = WebhookDelivery.objects.get()
    assert (delivery.url, delivery.member, delivery.type) == (URL, job.maker, "video.failed")


@OPERATIONS
@pytest.mark.parametrize("empty", [None, ""])
def test_none_is_none(api: Caller, make_job: MakeJob, operation: str, empty: str | None) -> None:
    path, fields = call(operation, make_job())
    assert api.send(path, fields | {"callback_url": empty}).status_code == 200
    assert not JobCallback.objects.exists()


@OPERATIONS
@pytest.mark.parametrize(
    "bad", ["http://127.0.0.1/x", "ftp://example.com", "https://a:b@example.com/", 5, "x" * 9000]
)
def test_a_bad_address_is_refused_by_name_and_nothing_is_made(
    api: Caller, make_job: MakeJob, operation: str, bad: Any
) -> None:
    path, fields = call(operation, make_job())
    body = error_of(api.send(path, fields | {"callback_url": bad}), 400)
    assert body["param"] == "callback_url"
    assert VideoJob.objects.count() == 1 and not JobCallback.objects.exists()
