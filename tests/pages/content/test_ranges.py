"""Which bytes come back for which Range header?"""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.content import archive, body
from videos.archive.relay import PIECE, upstream_range
from videos.models import VideoJob

BYTES = bytes(range(256)) * 4
SIZE = len(BYTES)
WHOLE = (200, BYTES, None)
REFUSED = (416, b"", f"bytes */{SIZE}")


def piece(first: int, last: int) -> tuple[int, bytes, str]:
    return 206, BYTES[first : last + 1], f"bytes {first}-{last}/{SIZE}"


TABLE: list[tuple[str, tuple[int, bytes, str | None]]] = [
    ("bytes=0-1", piece(0, 1)),
    ("bytes=0-0", piece(0, 0)),
    ("bytes=0-", piece(0, 1023)),
    ("bytes=100-199", piece(100, 199)),
    ("bytes=1000-", piece(1000, 1023)),
    ("bytes=1023-", piece(1023, 1023)),
    ("bytes=1023-1023", piece(1023, 1023)),
    ("bytes=1000-5000", piece(1000, 1023)),
    ("bytes=-1", piece(1023, 1023)),
    ("bytes=-24", piece(1000, 1023)),
    ("bytes=-1024", piece(0, 1023)),
    ("bytes=-99999", piece(0, 1023)),
    ("bytes=000-001", piece(0, 1)),
    ("BYTES=0-1", piece(0, 1)),
    (" bytes=0-1 ", piece(0, 1)),
    (f"bytes=0-{'9' * 4000}", piece(0, 1023)),
    ("bytes=1024-", REFUSED),
    ("bytes=1024-2000", REFUSED),
    ("bytes=-0", REFUSED),
    (f"bytes={'9' * 4000}-", REFUSED),
    ("bytes=0-1,3-4", WHOLE),
    ("bytes=" + ",".join(["0-1"] * 1000), WHOLE),
    ("bytes=9-1", WHOLE),
    ("bytes=-", WHOLE),
    ("bytes=", WHOLE),
    ("bytes=a-b", WHOLE),
    ("bytes=0x0-1", WHOLE),
    ("bytes=-1-5", WHOLE),
    ("bytes=1.5-2", WHOLE),
    ("bytes 0-1", WHOLE),
    ("bytes=²-³", WHOLE),
    ("items=0-1", WHOLE),
    (f"bytes={'9' * 5000}-", WHOLE),
    ("", WHOLE),
]


@pytest.fixture
def url(make_job: Callable[..., VideoJob], settings: Any) -> str:
    job = make_job()
    archive(job, BYTES, Path(settings.ARCHIVE_DIR))
    return reverse("video_content", args=[job.public_id])


@pytest.fixture
def viewer(client: Client, team: SimpleNamespace) -> Client:
    client.force_login(team.viewer)
    return client


@pytest.mark.parametrize(("header", "expected"), TABLE, ids=[row[0][:30] for row in TABLE])
def test_a_range_gives_exactly_these_bytes(
    viewer: Client, url: str, header: str, expected: tuple[int, bytes, str | None]
) -> None:
    answer = viewer.get(url, headers={"Range": header})
    assert (answer.status_code, body(answer), answer.get("Content-Range")) == expected
    assert int(answer.get("Content-Length", 0)) == len(expected[1])
    assert answer["Accept-Ranges"] == "bytes"


def test_a_head_tells_the_whole_length_and_ignores_range(viewer: Client, url: str) -> None:
    answer = viewer.head(url, headers={"Range": "bytes=0-1"})
    assert (answer.status_code, answer["Content-Length"], body(answer)) == (200, str(SIZE), b"")
    assert "Content-Range" not in answer
    assert answer["ETag"]


def test_a_range_goes_on_only_where_the_clip_is_still_the_same(viewer: Client, url: str) -> None:
    head = viewer.head(url)
    for condition, status in [
        (head["ETag"], 206),
        (head["Last-Modified"], 206),
        ('"another"', 200),
        (f"W/{head['ETag']}", 200),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 200),
        ("rubbish", 200),
    ]:
        answer = viewer.get(url, headers={"Range": "bytes=0-1", "If-Range": condition})
        assert (condition, answer.status_code) == (condition, status)
        assert body(answer) == (BYTES[:2] if status == 206 else BYTES)


def test_an_unchanged_clip_is_not_sent_again(viewer: Client, url: str) -> None:
    head = viewer.head(url)
    for conditions in (
        {"If-None-Match": head["ETag"]},
        {"If-None-Match": f'"x", {head["ETag"]}'},
        {"If-None-Match": head["ETag"], "Range": "bytes=0-1"},
        {"If-Modified-Since": head["Last-Modified"]},
    ):
        answer = viewer.get(url, headers=conditions)
        assert (answer.status_code, body(answer)) == (304, b"")
        assert answer["ETag"] == head["ETag"]
    assert viewer.get(url, headers={"If-None-Match": '"old"'}).status_code == 200
    assert viewer.get(url, headers={"If-Match": '"old"'}).status_code == 412


@pytest.mark.parametrize(
    ("range_header", "passed_on"),
    [
        ("bytes=5-", f"bytes=5-{4 + PIECE}"),
        ("bytes=5-9000", "bytes=5-9000"),
        ("bytes=-7", "bytes=-7"),
        ("bytes=0-1,3-4", None),
        ("rubbish", None),
    ],
)
def test_an_open_range_gets_an_end_before_a_provider_is_asked(
    range_header: str, passed_on: str | None
) -> None:
    assert upstream_range(RequestFactory().get("/", headers={"Range": range_header})) == passed_on
