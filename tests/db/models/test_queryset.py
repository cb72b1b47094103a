"""The named conditions of video jobs: which rows are in which of them."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from tests.content import archive
from videos.models import JobStatus, VideoJob, VideoJobQuerySet, visible_jobs

pytestmark = pytest.mark.database
HOUR = timedelta(hours=1)
ROWS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "waiting": lambda now: {"status": JobStatus.SUBMITTING},
    "running": lambda now: {"status": JobStatus.IN_PROGRESS},
    "at the provider": lambda now: {"expires_at": now + HOUR},
    "at the provider for good": lambda now: {"expires_at": None},
    "archived": lambda now: {"expires_at": now + HOUR, "archived_at": now},
    "safe here": lambda now: {"expires_at": now - HOUR, "archived_at": now},
    "lost": lambda now: {"expires_at": now - HOUR},
    "looked for": lambda now: {"status": JobStatus.UNSURE},
    "for a person": lambda now: {"status": JobStatus.UNSURE, "due_at": None, "attention": "?"},
    "set aside": lambda now: {"expires_at": None, "due_at": None, "attention": "broken"},
    "set aside, expired": lambda now: {
        "expires_at": now - HOUR,
        "due_at": None,
        "attention": "broken",
    },
    "failed": lambda now: {"status": JobStatus.FAILED},
}
TABLE = {
    "expired": {"safe here", "lost", "set aside, expired"},
    "lost": {"lost", "set aside, expired"},
    "only_here": {"safe here"},
    "last_copies": {"safe here", "set aside"},
    "with_a_copy": {
        "at the provider",
        "at the provider for good",
        "archived",
        "safe here",
        "set aside",
    },
    "at_risk": {"at the provider", "at the provider for good", "set aside"},
    "searching": {"looked for"},
    "needing_decision": {"for a person", "set aside"},
}


@pytest.fixture
def rows(make_job: Callable[..., VideoJob]) -> dict[str, VideoJob]:
    now = timezone.now()
    return {name: make_job(prompt=name, **fields(now)) for name, fields in ROWS.items()}


def names(jobs: VideoJobQuerySet) -> set[str]:
    return set(jobs.values_list("prompt", flat=True))


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("condition", TABLE)
def test_a_condition_finds_its_rows_and_no_others(condition: str) -> None:
    assert names(getattr(VideoJob.objects.all(), condition)()) == TABLE[condition]


def test_the_trash_is_in_no_other_condition(
    rows: dict[str, VideoJob], team: SimpleNamespace
) -> None:
    now = timezone.now()
    VideoJob.objects.update(trashed_at=now, trashed_by=team.owner, purge_at=now + HOUR)
    for condition in ("live", *TABLE):
        assert not getattr(VideoJob.objects.all(), condition)().exists(), condition
    assert names(VideoJob.objects.all().in_trash()) == set(rows)
    assert not VideoJob.objects.all().in_trash(now + 2 * HOUR).exists()


def test_a_deactivated_member_sees_no_jobs(
    make_job: Callable[..., VideoJob], team: SimpleNamespace
) -> None:
    job = make_job()
    assert list(visible_jobs(team.viewer)) == [job]
    team.viewer.is_active = False
    assert not visible_jobs(team.viewer).exists()


def test_a_damaged_clip_that_was_archived_needs_no_decision(
    make_job: Callable[..., VideoJob], settings: Any
) -> None:
    job = make_job(expires_at=None, due_at=None, attention="damaged")
    archive(job, b"clip", settings.ARCHIVE_DIR)
    VideoJob.objects.update(archived_at=None)
    assert not VideoJob.objects.all().needing_decision().exists()
