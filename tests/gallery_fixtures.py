"""Helpers of the gallery's tests: clients that are logged in, pictures, a form that is right."""

import io
import re
import threading
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from PIL import Image

from videos.jobs.health.heartbeat import beat
from videos.models import Asset, Kind, Member, VideoJob

HTMX = {"HX-Request": "true"}
# Beside these tags a template may break its lines.
EDGES = re.compile(
    r"(<(?:button|label|option|p|td)\b[^>]*>) | (?=</(?:a|button|label|option|p|td)>)"
)


def client_of(member: Member) -> Client:
    """A browser in which `member` is logged in."""
    client = Client()
    client.force_login(member)
    return client


def html_of(response: Any) -> str:
    """The page with white space as a browser reads it: however a template breaks its lines."""
    text = " ".join(response.content.decode().split()).replace('" >', '">')
    return EDGES.sub(r"\1", text)


def cards_of(response: Any) -> str:
    """The versions of a page's cards, as an open page sends them to learn what is new."""
    return "-".join(re.findall(r'data-version="([^"]+)"', response.content.decode()))


def unfinished_on(response: Any) -> str:
    """What an open page asks every two seconds: its unfinished clips and their states."""
    pending = re.findall(r'id="card-(\w+)"[^>]*? data-pending="([^"]+)"', response.content.decode())
    return ",".join(f"{public_id}.{state}" for public_id, state in pending)


def form(**fields: Any) -> dict[str, Any]:
    """A composer that would be accepted, with a fresh key."""
    right = {"prompt": "a fox in snow", "model": "sketch-1", "size": "1280x720", "seconds": "4"}
    return right | {"key": uuid4().hex} | fields


def picture(
    size: tuple[int, int] = (800, 600), kind: str = "PNG", mode: str = "RGB", **options: Any
) -> bytes:
    """An image file."""
    out = io.BytesIO()
    Image.new(mode, size, 200 if mode in ("L", "I;16") else "teal").save(out, kind, **options)
    return out.getvalue()


def with_pictures(job: VideoJob) -> VideoJob:
    """Give an archived job the rows of its three files."""
    for kind, sha in ((Kind.VIDEO, "a"), (Kind.THUMBNAIL, "b"), (Kind.SPRITESHEET, "c")):
        Asset.objects.create(
            job=job, kind=kind, path=f"{kind}", bytes=9, sha256=sha * 64, width=960, height=540
        )
    return job


@pytest.fixture
def mirror_runs(db: None) -> None:
    """A heartbeat of a running mirror, so that no banner is shown."""
    beat("test")


def press_twenty_times(member: Member, url: str, sent: dict[str, Any]) -> list[int]:
    """The same form from twenty windows at once; the statuses of the answers."""
    answers: list[int] = []

    def press() -> None:
        try:
            answers.append(client_of(member).post(url, sent).status_code)
        finally:
            connection.close()

    presses = [threading.Thread(target=press) for _ in range(20)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    return answers
