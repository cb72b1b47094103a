"""The short way to the bytes lets in whom the long way lets in, and changes nothing on its way."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.content import archive
from videos.models import VideoJob
from videos.team import recognition

DOOR = "videos.gallery.content.Door"
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


CHANGES: dict[str, Change] = {
    "nothing": lambda client, team, clip: None,
    "account closed": _close,
    "member deleted": lambda client, team, clip: team.viewer.delete(),
    "password changed": _password,
    "session expired": _expire,
    "session deleted": lambda client, team, clip: Session.objects.all().delete(),
    "session forged": _forge,
    "clip trashed": _trash,
    "clip purged": lambda client, team, clip: clip.delete(),
}
ASKED: dict[str, dict[str, Any]] = {
    "GET": {},
    "HEAD": {"REQUEST_METHOD": "HEAD"},
    "range": {"HTTP_RANGE": "bytes=2-5"},
    "beyond": {"HTTP_RANGE": "bytes=900-"},
    "foreign host": {"HTTP_HOST": "evil.example"},
    "no session key": {"HTTP_COOKIE": "sessionid=short"},
}


def _told(answer: HttpResponse) -> tuple[Any, ...]:
    names = ("Location", "Content-Type", "Content-Range", "Cache-Control")
    names += ("ETag", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy")
    vary = {each.strip() for each in answer.get("Vary", "").split(",")} - {"HX-Request"}
    length = answer.get("Content-Length", "0")
    return (answer.status_code, length, "Cookie" in vary, *[answer.get(name) for name in names])


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("secure", [False, True])
def test_both_ways_give_the_same_answer(
    team: SimpleNamespace, clip: VideoJob, settings: Any, change: str, asked: str, secure: bool
) -> None:
    settings.SECURE_SSL_REDIRECT = secure
    client = Client(raise_request_exception=False)
    client.force_login(team.viewer)
    where = reverse("video_content", args=[clip.public_id])
    # The door guesses whose session it is, from what it has seen.
    client.get(where, secure=secure)
    CHANGES[change](client, team, clip)
    kept = list(Session.objects.values())
    answers = []
    for middleware in (settings.MIDDLEWARE, [m for m in settings.MIDDLEWARE if m != DOOR]):
        settings.MIDDLEWARE = middleware
        fresh = Client(raise_request_exception=False)
        fresh.cookies = client.cookies.copy()
        Session.objects.all().delete()
        Session.objects.bulk_create(Session(**row) for row in kept)
        answers.append(_told(fresh.generic("GET", where, **ASKED[asked])))
    assert answers[0] == answers[1]


def test_a_wrong_guess_of_whose_session_it_is_opens_nothing(
    team: SimpleNamespace, clip: VideoJob, settings: Any, django_assert_num_queries: Any
) -> None:
    client = Client()
    client.force_login(team.viewer)
    where = reverse("video_content", args=[clip.public_id])
    assert client.get(where).status_code == 200
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    with django_assert_num_queries(1):
        assert client.get(where).status_code == 200
    recognition.remember(key, team.owner)
    with django_assert_num_queries(2):
        assert client.get(where).status_code == 200
    team.viewer.is_active = False
    team.viewer.save()
    recognition.remember(key, team.owner)
    assert client.get(where).status_code == 302


def test_a_picture_does_not_log_out_who_came_before_the_secret_key_was_replaced(
    team: SimpleNamespace, clip: VideoJob, settings: Any
) -> None:
    client = Client()
    client.force_login(team.viewer)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret key, as long as they should be, or longer than that"
    where = reverse("video_content", args=[clip.public_id])
    for address in (where, where, "/"):
        assert client.get(address).status_code == 200
