"""The engine's bytes: whole, in parts, as pictures, and gone when they have expired."""

import contextlib
import io
import sqlite3

import pytest
from PIL import Image

from tests.engine_process import running_engine
from tests.patience import wait_until
from tests.process.engine.test_api import refused
from videos.frames.inspection import inspect


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with running_engine(tmp_path_factory.mktemp("engine") / "data") as engine:
        yield engine


@pytest.fixture(scope="module")
def url(engine):
    """The content address of a finished clip of 640x360."""
    return engine.url(f"/videos/{engine.create(size='640x360')['id']}/content")


@pytest.fixture(scope="module")
def whole(engine, url):
    return engine.http.get(url).content


def test_the_video_is_a_whole_mp4_of_the_size_and_length_asked_for(engine, url, whole, tmp_path):
    answer = engine.http.get(url)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert int(answer.headers["Content-Length"]) == len(answer.content) == len(whole)
    (tmp_path / "clip.mp4").write_bytes(whole)
    clip = inspect(tmp_path / "clip.mp4")
    assert (clip.width, clip.height, clip.codec) == (640, 360, "h264")
    assert clip.seconds == pytest.approx(4, abs=0.05)
    assert engine.http.get(url, params={"variant": "video"}).content == whole


@pytest.mark.parametrize(
    ("variant", "size"), [("thumbnail", (640, 360)), ("spritesheet", (3200, 180))]
)
def test_pictures_come_as_webp(engine, url, variant, size):
    answer = engine.http.get(url, params={"variant": variant})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
    picture = Image.open(io.BytesIO(answer.content))
    assert (picture.format, picture.size) == ("WEBP", size)
    assert len(set(picture.convert("L").resize((20, 20)).tobytes())) > 3  # it shows something


def test_an_unknown_variant_is_refused(engine, url):
    refused(engine.http.get(url, params={"variant": "preview"}), 400, param="variant")


@pytest.mark.parametrize(
    ("range_header", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-1", 0, 1),
        ("bytes=100-199", 100, 199),
        ("bytes=100-", 100, None),
        ("bytes=-50", -50, None),
        ("bytes=100-99999999", 100, None),
    ],
)
def test_one_range_is_answered_exactly(engine, url, whole, range_header, first, last):
    answer = engine.http.get(url, headers={"Range": range_header})
    first = first % len(whole)
    last = len(whole) - 1 if last is None else last
    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(whole)}"
    assert answer.content == whole[first : last + 1]


@pytest.mark.parametrize(
    "range_header", ["bytes=99999999-", "bytes=99999999-999999999", "bytes=-0"]
)
def test_a_range_beyond_the_end_is_416(engine, url, whole, range_header):
    answer = engine.http.get(url, headers={"Range": range_header})
    refused(answer, 416)
    assert answer.headers["Content-Range"] == f"bytes */{len(whole)}"


@pytest.mark.parametrize(
    "range_header",
    [
        *("bytes=0-1,5-6", "bytes=" + ",".join(["0-"] * 500), "lines=1-2", "bytes=a-b", "x"),
        "bytes=" + "9" * 5000 + "-",
    ],
)
def test_a_range_that_is_broken_or_manifold_gives_all(engine, url, whole, range_header):
    answer = engine.http.get(url, headers={"Range": range_header})
    assert (answer.status_code, len(answer.content)) == (200, len(whole))


def test_a_suffix_longer_than_the_file_is_the_whole_file(engine, url, whole):
    answer = engine.http.get(url, headers={"Range": "bytes=-99999999"})
    assert (answer.status_code, answer.content) == (206, whole)
    assert answer.headers["Content-Range"] == f"bytes 0-{len(whole) - 1}/{len(whole)}"


def test_head_tells_the_length_and_sends_nothing(engine, url, whole):
    answer = engine.http.head(url)
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["Content-Length"]) == len(whole)


def test_an_etag_saves_the_second_transfer_and_guards_a_resumed_one(engine, url, whole):
    tag = engine.http.get(url).headers["ETag"]
    assert engine.http.get(url, headers={"If-None-Match": tag}).status_code == 304
    resumed = {"Range": "bytes=10-", "If-Range": tag}
    assert engine.http.get(url, headers=resumed).content == whole[10:]
    changed = engine.http.get(url, headers={**resumed, "If-Range": '"other"'})
    assert (changed.status_code, changed.content) == (200, whole)


def test_variants_have_etags_of_their_own(engine, url):
    tags = {
        engine.http.get(url, params={"variant": variant}).headers["ETag"]
        for variant in ("video", "thumbnail", "spritesheet")
    }
    assert len(tags) == 3


def test_content_that_is_not_ready_is_not_found(engine):
    video = engine.submit(seconds="20", size="960x960")
    answer = engine.http.get(engine.url(f"/videos/{video['id']}/content"))
    refused(answer, 404, code="video_not_ready")
    engine.http.delete(engine.url(f"/videos/{video['id']}"))


@pytest.mark.slow
def test_after_its_expiry_the_content_is_gone_and_the_job_stays(tmp_path):
    data = tmp_path / "data"
    with running_engine(data, expires_seconds=60) as engine:
        video = engine.create()
        assert video["expires_at"] == video["completed_at"] + 60
        url = engine.url(f"/videos/{video['id']}/content")
        assert engine.http.get(url).status_code == 200
        with contextlib.closing(sqlite3.connect(data / "engine.sqlite3")) as store, store:
            store.execute("UPDATE jobs SET expires_at = completed_at")
        video["expires_at"] = video["completed_at"]
        for variant in ("video", "thumbnail", "spritesheet"):
            answer = engine.http.get(url, params={"variant": variant})
            refused(answer, 404, code="video_expired")
        assert engine.get(video["id"]) == video
        wait_until(lambda: not [*data.rglob("*.mp4"), *data.rglob("*.webp")])
        # The request is still known, so it can be made again.
        remix = engine.url(f"/videos/{video['id']}/remix")
        assert engine.http.post(remix, json={"prompt": "again"}).status_code == 200


def test_files_that_vanished_from_the_disk_count_as_expired(engine, url):
    (path,) = (engine.data_dir / "videos").glob("*/thumbnail.webp")
    content = path.read_bytes()
    path.unlink()
    try:
        answer = engine.http.get(url, params={"variant": "thumbnail"})
        refused(answer, 404, code="video_expired")
    finally:
        path.write_bytes(content)
