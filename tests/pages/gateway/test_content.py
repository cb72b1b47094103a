"""Scripts fetch bytes through the same door as people: by Range, and before they are archived."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from tests.content import archive, body, unarchived_job
from tests.gateway_fixtures import Caller, api
from tests.patience import PATIENCE
from tests.upstream.control import Upstream
from tests.web_fixtures import CLIP, Site
from videos.models import VideoJob
from videos.team import tokens

__all__ = ["api"]


@pytest.fixture
def url(make_job: Callable[..., VideoJob], settings: Any) -> str:
    """The address of an archived clip."""
    job = make_job()
    archive(job, b"0123456789" * 10, Path(settings.ARCHIVE_DIR))
    return f"/v1/videos/{job.public_id}/content"


def test_an_archived_clip_comes_whole_with_its_tag(api: Caller, url: str) -> None:
    answer = api.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "video/mp4")
    assert body(answer) == b"0123456789" * 10
    assert answer["x-request-id"].startswith("req_")
    assert "private" in answer["Cache-Control"]
    assert api.get(url, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    head = api.head(url)
    assert (head.status_code, head["Content-Length"]) == (200, "100")


def test_a_range_is_honoured_and_a_wrong_one_is_an_envelope(api: Caller, url: str) -> None:
    part = api.get(url, headers={"Range": "bytes=5-9"})
    assert (part.status_code, body(part)) == (206, b"56789")
    wrong = api.get(url, headers={"Range": "bytes=500-"})
    assert (wrong.status_code, wrong["Content-Range"]) == (416, "bytes */100")
    assert wrong.json()["error"]["message"]


def test_a_lost_file_is_reported_as_missing(api: Caller, url: str, settings: Any) -> None:
    for path in Path(settings.ARCHIVE_DIR).rglob("*.*"):
        path.unlink()
    answer = api.get(url)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "file_missing")


@pytest.fixture
def unarchived(
    upstream: Upstream,
    site: Site,
    make_job: Callable[..., VideoJob],
    team: SimpleNamespace,
) -> tuple[Site, str]:
    """A real server, a clip that is at the provider alone, and a viewer's token."""
    job = unarchived_job(upstream, make_job, CLIP)
    token = tokens.issue(team.viewer, "t", "read")
    return replace(site, cookie="", url=f"/v1/videos/{job.public_id}/content"), token


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("web")
def test_what_is_not_archived_yet_streams_through(
    unarchived: tuple[Site, str], upstream: Upstream
) -> None:
    place, token = unarchived
    key = {"Authorization": f"Bearer {token}"}
    status, headers, data = place.web.get(place.url, **key)
    assert (status, headers["content-type"], data == CLIP) == (200, "video/mp4", True)
    status, headers, data = place.web.get(place.url, **key, Range="bytes=10-19")
    assert (status, data) == (206, CLIP[10:20])
    assert headers["content-range"] == f"bytes 10-19/{len(CLIP)}"
    assert {entry["headers"].get("authorization") for entry in upstream.requests("content")} == {
        None
    }, "a token of ours went to the provider"


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("web")
def test_a_provider_that_fails_is_a_502_in_json(
    unarchived: tuple[Site, str], upstream: Upstream
) -> None:
    place, token = unarchived
    upstream.script("content", status=500, body=b"<h1>no</h1>")
    status, headers, data = place.web.get(place.url, Authorization=f"Bearer {token}")
    assert (status, headers["content-type"]) == (502, "application/json")
    assert b'"code":"content_unavailable"' in data and b"<h1>" not in data


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("web")
def test_a_body_in_chunks_is_read(
    site: Site, team: SimpleNamespace, catalogue_model: object
) -> None:
    token = tokens.issue(team.owner, "t", "read write")
    answer = requests.post(
        f"http://127.0.0.1:{site.web.port}/v1/videos",
        data=iter([b'{"prompt": "a"}']),
        headers={
            "Host": "localhost",
            "Content-Type": "application/json",
            "Authorization": f"Bearer {token}",
        },
        timeout=PATIENCE,
    )
    assert (answer.status_code, answer.json()["prompt"]) == (200, "a")
