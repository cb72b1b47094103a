"""Pages come compressed; videos and their ranges come as they are."""

import gzip
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.content import archive
from tests.gallery_fixtures import client_of, html_of
from videos.models import VideoJob

TAKES_GZIP = {"accept-encoding": "gzip, deflate, br"}


def test_a_page_is_sent_compressed_to_browsers_that_take_it(
    team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    make_job()
    client = client_of(team.owner)
    plain = client.get("/prompts")
    packed = client.get("/prompts", headers=TAKES_GZIP)
    assert "Content-Encoding" not in plain and packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"] and "Accept-Encoding" in plain["Vary"]
    text = gzip.decompress(packed.content).decode()
    assert text.count("<") == html_of(plain).count("<")
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content) / 2


def test_a_video_is_not_compressed_nor_are_its_ranges(
    team: SimpleNamespace, make_job: Callable[..., VideoJob], settings: Any
) -> None:
    job = make_job()
    archive(job, b"moov" * 1000, Path(settings.ARCHIVE_DIR))
    client = client_of(team.owner)
    url = f"/videos/{job.public_id}/content"
    whole = client.get(url, headers=TAKES_GZIP)
    assert "Content-Encoding" not in whole and whole["Content-Length"] == "4000"
    part = client.get(url, headers=TAKES_GZIP | {"range": "bytes=0-9"})
    assert part.status_code == 206 and "Content-Encoding" not in part
    assert part["Content-Length"] == "10"
