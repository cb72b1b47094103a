"""Scripts cancel a clip that wasn't sent yet, as people do on its page."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db.models import Sum
from django.utils import timezone

from tests.gateway_fixtures import CREATE, Caller, api, caller
from videos.billing.check import problems
from videos.jobs.send_count import read_marker, write_marker
from videos.models import CatalogueModel, Charge, JobStatus, VideoJob
from videos.team import tokens

__all__ = ["api"]
pytestmark = pytest.mark.database


def cancel(who: Caller, job: VideoJob) -> tuple[int, dict[str, object]]:
    answer = who.send(f"/api/videos/{job.public_id}/cancel", {})
    return answer.status_code, answer.json()


@pytest.fixture
def waiting(api: Caller, catalogue_model: CatalogueModel) -> VideoJob:
    """A clip of ten cents a second that waits to be sent."""
    catalogue_model.price_per_second = {"*": "0.10"}
    catalogue_model.save()
    api.send("/v1/videos", CREATE)
    return VideoJob.objects.get()


def committed() -> int:
    return Charge.objects.aggregate(money=Sum("amount"))["money"] or 0


def test_a_waiting_clip_is_cancelled_and_costs_nothing(api: Caller, waiting: VideoJob) -> None:
    assert committed() == 400_000
    status, clip = cancel(api, waiting)
    assert status == 200 and clip == api.get(f"/api/videos/{waiting.public_id}").json()
    assert clip["video"]["status"] == "failed"
    assert clip["video"]["error"]["code"] == "cancelled"
    waiting.refresh_from_db()
    assert waiting.status == JobStatus.CANCELLED and not waiting.is_trashed
    assert committed() == 0 and not problems()


@pytest.mark.parametrize(
    "trace",
    [
        {"submit_started_at": timezone.now(), "first_sent_at": timezone.now(), "sends": 1},
        {"status": JobStatus.UNSURE, "first_sent_at": timezone.now(), "sends": 1},
        {"status": JobStatus.QUEUED, "remote_id": "r1"},
        {"status": JobStatus.CANCELLED, "finished_at": timezone.now(), "due_at": None},
    ],
)
def test_what_does_not_wait_is_a_409_and_stays_as_it_is(
    api: Caller, waiting: VideoJob, trace: dict[str, object]
) -> None:
    VideoJob.objects.update(**trace)
    before = VideoJob.objects.values().get()
    status, body = cancel(api, waiting)
    assert status == 409 and body["error"]["code"] == "not_waiting"
    assert VideoJob.objects.values().get() == before and committed() == 400_000


def test_a_clip_that_may_have_been_sent_before_a_restore_is_a_409(
    api: Caller, waiting: VideoJob
) -> None:
    write_marker(read_marker()._replace(sends=5))
    assert cancel(api, waiting)[0] == 409 and committed() == 400_000


def test_only_its_maker_and_admins_cancel_it(team: SimpleNamespace, waiting: VideoJob) -> None:
    status, body = cancel(caller(team.teammate), waiting)
    assert status == 403 and "Only the member who made this clip" in body["error"]["message"]
    for scopes in ("read", "read review"):
        other_caller = Caller(tokens.issue(team.owner, scopes, scopes))
        assert cancel(other_caller, waiting)[0] == 403
    assert committed() == 400_000
    assert cancel(caller(team.admin), waiting)[0] == 200


def test_a_clip_that_is_unknown_or_in_the_trash_is_a_404(
    api: Caller, waiting: VideoJob, make_job: Callable[..., VideoJob]
) -> None:
    assert api.send(f"/api/videos/video_{'0' * 32}/cancel", {}).status_code == 404
    assert api.send("/api/videos/a%00b/cancel", {}).status_code == 404
    api.delete(f"/v1/videos/{waiting.public_id}")
    assert cancel(api, waiting)[0] == 404


def test_only_post_cancels(api: Caller, waiting: VideoJob) -> None:
    for method in (api.get, api.delete, api.put, api.patch):
        assert method(f"/api/videos/{waiting.public_id}/cancel").status_code == 405
    assert committed() == 400_000
