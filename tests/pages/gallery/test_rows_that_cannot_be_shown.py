"""No single row takes a page down, whatever a provider once made us store."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.gallery_fixtures import HTMX, client_of
from videos.gallery.clips import card
from videos.models import JobStatus, VideoJob

END_OF_TIME = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "UTC", "Pacific/Honolulu"])
def test_an_expiry_at_the_end_of_time_is_shown_in_any_zone(
    team: Any, make_job: Any, settings: Any, zone: str
) -> None:
    settings.TIME_ZONE = zone
    job = make_job(prompt="a fox at dawn", expires_at=END_OF_TIME)
    client = client_of(team.viewer)
    with timezone.override(zone):
        for path in ("/", job.get_absolute_url()):
            page = client.get(path)
            assert page.status_code == 200
            assert "a fox at dawn" in page.content.decode()


@pytest.fixture
def poisoned(make_job: Any, monkeypatch: pytest.MonkeyPatch) -> VideoJob:
    """A row whose card can't be rendered, beside others."""
    job: VideoJob = make_job(prompt="poison", status=JobStatus.QUEUED)
    card_of = card.card_of

    def failing(row: VideoJob, *more: Any) -> Any:
        if row.public_id == job.public_id:
            raise ValueError("year 10000 is out of range")
        return card_of(row, *more)

    monkeypatch.setattr(card, "card_of", failing)
    return job


def test_a_card_that_cannot_be_rendered_says_so_and_is_logged(
    team: Any, make_job: Any, poisoned: VideoJob, caplog: pytest.LogCaptureFixture
) -> None:
    make_job(prompt="a fox at dawn")
    page = client_of(team.viewer).get("/").content.decode()
    assert "a fox at dawn" in page
    assert "This clip can&#x27;t be shown" in page or "This clip can't be shown" in page
    assert poisoned.public_id in page
    assert poisoned.public_id in caplog.text


def test_nor_does_such_a_card_stop_the_poll_of_the_others(
    team: Any, make_job: Any, poisoned: VideoJob
) -> None:
    other = make_job(prompt="a fox at dawn", status=JobStatus.QUEUED)
    VideoJob.objects.update(version=7, due_at=timezone.now() + timedelta(hours=1))
    seen = f"{poisoned.public_id}.1,{other.public_id}.1"
    answer = client_of(team.viewer).get(f"/poll?jobs={seen}", headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count('hx-swap-oob="true"') >= 2
    assert "a fox at dawn" in page and f'id="card-{poisoned.public_id}"' in page
