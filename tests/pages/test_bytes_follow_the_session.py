"""A clip's bytes go to members alone, and no longer than their session lasts."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.content import archive
from videos.models import VideoJob

Change = Callable[[Client, SimpleNamespace, VideoJob], object]


@pytest.fixture
def clip(make_job: Callable[..., VideoJob], settings: Any) -> VideoJob:
    job = make_job()
    archive(job, b"some bytes of a clip", Path(settings.ARCHIVE_DIR))
    return job


def _close(client: Client, team: SimpleNamespace, clip: VideoJob) -> None:
    team.viewer.is_active = False
    team.viewer.save()


def _password(client: Client, team: SimpleNamespace, clip: VideoJob) -> None:
    team.viewer.set_password("quite another one")
    team.viewer.save()


def _expire(client: Client, team: SimpleNamespace, clip: VideoJob) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))


def _trash(client: Client, team: SimpleNamespace, clip: VideoJob) -> None:
    later = timezone.now() + timedelta(days=1)
    VideoJob.objects.update(trashed_at=timezone.now(), trashed_by=team.owner, purge_at=later)


def _forge(client: Client, team: SimpleNamespace, clip: VideoJob) -> None:
    Session.objects.update(session_data="e30:forged:forged")


# What happened → whether the bytes still come.
CHANGES: dict[str, tuple[Change, int]] = {
    "nothing": (lambda client, team, clip: None, 200),
    "account closed": (_close, 302),
    "member deleted": (lambda client, team, clip: team.viewer.delete(), 302),
    "password changed": (_password, 302),
    "session expired": (_expire, 302),
    "session deleted": (lambda client, team, clip: Session.objects.all().delete(), 302),
    "session forged": (_forge, 302),
    "clip trashed": (_trash, 200),
    "clip purged": (lambda client, team, clip: clip.delete(), 404),
}
ASKED: dict[str, dict[str, Any]] = {
    "GET": {},
    "HEAD": {"REQUEST_METHOD": "HEAD"},
    "range": {"HTTP_RANGE": "bytes=2-5"},
}


@pytest.mark.parametrize("kind", ASKED)
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_counts_from_the_next_request_on(
    team: SimpleNamespace, clip: VideoJob, change: str, kind: str
) -> None:
    client = Client()
    client.force_login(team.viewer)
    where = reverse("video_content", args=[clip.public_id])
    before = client.generic("GET", where, **ASKED[kind])
    assert before.status_code == (206 if kind == "range" else 200)
    happens, status = CHANGES[change]
    happens(client, team, clip)
    after = client.generic("GET", where, **ASKED[kind])
    assert after.status_code == (before.status_code if status == 200 else status)


def test_a_foreign_host_gets_nothing(team: SimpleNamespace, clip: VideoJob) -> None:
    client = Client()
    client.force_login(team.viewer)
    where = reverse("video_content", args=[clip.public_id])
    assert client.get(where, HTTP_HOST="evil.example").status_code == 400


def test_bytes_carry_the_headers_of_every_answer(team: SimpleNamespace, clip: VideoJob) -> None:
    client = Client()
    client.force_login(team.viewer)
    answer = client.get(reverse("video_content", args=[clip.public_id]))
    assert "Cookie" in answer["Vary"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_archived_bytes_cost_a_constant_number_of_queries(
    team: SimpleNamespace, clip: VideoJob, django_assert_num_queries: Any
) -> None:
    client = Client()
    client.force_login(team.viewer)
    for _ in range(2):
        # The session, the member, the role's permissions, the file.
        with django_assert_num_queries(4):
            client.get(reverse("video_content", args=[clip.public_id]))


def test_replacing_the_secret_key_keeps_sessions(
    team: SimpleNamespace, clip: VideoJob, settings: Any
) -> None:
    client = Client()
    client.force_login(team.viewer)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret key, as long as they should be, or longer than that"
    where = reverse("video_content", args=[clip.public_id])
    for address in (where, where, "/"):
        assert client.get(address).status_code == 200
