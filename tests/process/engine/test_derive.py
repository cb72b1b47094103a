"""Clips made from clips: edited, continued by exactly the seconds asked for, from files as well."""

from pathlib import Path

import av
import numpy as np
import pytest

from engine.render import FPS, ClipSpec, render
from tests.engine_process import EngineProcess, running_engine
from tests.patience import PATIENCE, wait_until
from tests.process.engine.test_api import refused
from videos.frames.inspection import inspect

pytestmark = pytest.mark.slow

SIZE = "360x640"


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with running_engine(tmp_path_factory.mktemp("engine") / "data") as engine:
        yield engine


@pytest.fixture(scope="module")
def idle_engine(tmp_path_factory):
    """An engine that renders none: for all that ends before rendering."""
    with running_engine(tmp_path_factory.mktemp("idle_engine") / "data", concurrency=0) as engine:
        yield engine


@pytest.fixture(scope="module")
def done(engine):
    return engine.create(prompt="a lighthouse on a cliff at noon", seed=3)


def sent(engine: EngineProcess, path: str, **body):
    return engine.http.post(engine.url(f"/videos/{path}"), timeout=PATIENCE, **body)


def completed(engine: EngineProcess, path: str, **body):
    answer = sent(engine, path, **body)
    assert answer.status_code == 200, answer.text
    return engine.wait_for(answer.json()["id"], "completed")


def video_of(engine: EngineProcess, video, folder: Path) -> Path:
    path = folder / f"{video['id']}.mp4"
    path.write_bytes(engine.http.get(engine.url(f"/videos/{video['id']}/content")).content)
    return path


def pictures(path: Path, *numbers: int):
    """The frames of these numbers, in grey and small."""
    with av.open(str(path)) as container:
        frames = [
            frame.reformat(90, 160, "gray").to_ndarray().astype(float)
            for number, frame in enumerate(container.decode(video=0))
            if number in numbers
        ]
    assert len(frames) == len(numbers)
    return frames


def difference(one, other) -> float:
    return float(np.abs(one - other).mean())


def drawn(path: Path, *, size: tuple[int, int] = (360, 640), seconds: int = 2) -> bytes:
    """An MP4 of somebody else's."""
    spec = ClipSpec("a red balloon over the desert", *size, seconds, 5, False)
    render(spec, path, lambda share: None)
    return path.read_bytes()


# --- extensions ---


def test_an_extension_is_the_source_and_then_the_new_of_exactly_the_stitched_length(
    engine, done, tmp_path
):
    fields = {"video": {"id": done["id"]}, "prompt": "fog comes in", "seconds": "8"}
    video = completed(engine, "extensions", json=fields)
    assert (video["seconds"], video["prompt"]) == ("12", "fog comes in")
    assert (video["size"], video["model"]) == (done["size"], done["model"])
    assert video["remixed_from_video_id"] is None
    whole = video_of(engine, video, tmp_path)
    clip = inspect(whole)
    assert (clip.frames, clip.width, clip.height) == (12 * FPS, 360, 640)
    assert clip.seconds == pytest.approx(12, abs=0.01)
    before = pictures(video_of(engine, done, tmp_path), 0, 48, 95)
    first, middle, last, fading, after = pictures(whole, 0, 48, 95, 100, 160)
    for here, there in zip((first, middle, last), before, strict=True):
        assert difference(here, there) < 3  # re-encoded, but the same pictures
    assert difference(last, after) > 5
    # The dissolve: nearer to either end than they are to one another.
    ends = difference(last, pictures(whole, 108)[0])
    assert difference(last, fading) < ends


def test_an_extension_can_be_extended_and_remixed(engine, done):
    fields = {"video": {"id": done["id"]}, "prompt": "on it goes", "seconds": "4"}
    longer = completed(engine, "extensions", json=fields)
    again = completed(engine, "extensions", json=fields | {"video": {"id": longer["id"]}})
    assert (longer["seconds"], again["seconds"]) == ("8", "12")
    remix = completed(engine, f"{longer['id']}/remix", json={"prompt": "in the rain"})
    assert remix["seconds"] == "8"


def test_an_extension_outlives_the_deletion_of_its_source(engine, tmp_path):
    source = engine.create(seconds="4")
    busy = engine.submit(size="1280x720", seconds="8")
    fields = {"video": {"id": source["id"]}, "prompt": "and on", "seconds": "4"}
    video = sent(engine, "extensions", json=fields).json()
    assert engine.http.delete(engine.url(f"/videos/{source['id']}")).status_code == 200
    engine.http.delete(engine.url(f"/videos/{busy['id']}"))
    engine.wait_for(video["id"], "completed")
    assert inspect(video_of(engine, video, tmp_path)).frames == 8 * FPS
    # Nothing that was kept for rendering stays behind, once the worker has cleaned up.
    left = engine.data_dir / "references" / f"{video['id']}.mp4"
    wait_until(lambda: not left.exists())


def test_a_clip_that_was_sent_is_continued_from_its_own_frames(engine, tmp_path):
    own = drawn(tmp_path / "own.mp4")
    files = {"video": ("own.mp4", own, "video/mp4")}
    form = {"prompt": "it rises", "seconds": "4"}
    video = completed(engine, "extensions", files=files, data=form)
    assert (video["seconds"], video["size"]) == ("6", SIZE)
    whole = video_of(engine, video, tmp_path)
    assert inspect(whole).frames == 6 * FPS
    pairs = zip(pictures(whole, 0, 40), pictures(tmp_path / "own.mp4", 0, 40), strict=True)
    assert all(difference(here, there) < 3 for here, there in pairs)


def test_another_rate_keeps_its_length(engine, tmp_path):
    path = tmp_path / "slow.mp4"
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 360, 640, "yuv420p"
        for number in range(30):
            grey = np.full((640, 360, 3), number * 8, np.uint8)
            frame = av.VideoFrame.from_ndarray(grey, "rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    files = {"video": ("slow.mp4", path.read_bytes(), "video/mp4")}
    video = completed(engine, "extensions", files=files, data={"prompt": "on", "seconds": "4"})
    whole = video_of(engine, video, tmp_path)
    assert (video["seconds"], inspect(whole).frames) == ("7", 7 * FPS)
    at_two = pictures(whole, 2 * FPS)[0].mean()
    assert at_two == pytest.approx(20 * 8, abs=12)


# --- edits ---


def test_an_edit_has_the_size_and_length_of_its_source_and_its_own_words(engine, done, tmp_path):
    form = {"video[id]": (None, done["id"]), "prompt": (None, "the same at night")}
    video = completed(engine, "edits", files=form)
    assert video["prompt"] == "the same at night"
    assert all(video[name] == done[name] for name in ("model", "size", "seconds"))
    assert video["remixed_from_video_id"] is None
    edited, source = video_of(engine, video, tmp_path), video_of(engine, done, tmp_path)
    assert inspect(edited).frames == inspect(source).frames
    dark, bright = pictures(edited, 48)[0], pictures(source, 48)[0]
    assert dark.mean() < bright.mean() - 10  # night fell …
    assert np.corrcoef(dark.ravel(), bright.ravel())[0, 1] > 0.15  # … on the same place


def test_a_clip_that_was_sent_is_edited_at_its_own_size_and_length(engine, tmp_path):
    own = drawn(tmp_path / "own.mp4", size=(640, 360), seconds=1)
    files = {"video": ("own.mp4", own, "video/mp4")}
    video = completed(engine, "edits", files=files, data={"prompt": "in heavy rain"})
    assert (video["size"], video["seconds"]) == ("640x360", "1")
    assert inspect(video_of(engine, video, tmp_path)).frames == FPS


# --- refusals ---


@pytest.mark.parametrize("path", ["edits", "extensions"])
@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"prompt": ""}, "prompt"),
        ({"prompt": None}, "prompt"),
        ({"video": None}, "video"),
        ({"video": "video_1"}, "video"),
        ({"video": {}}, "video"),
        ({"video": {"id": ""}}, "video"),
        ({"video": {"id": 7}}, "video"),
        ({"video": {"id": "x" * 3000}}, "video"),
    ],
)
def test_a_wrong_field_is_named(idle_engine, path, fields, param):
    right = {"prompt": "a", "seconds": "4", "video": {"id": "video_1"}}
    refused(sent(idle_engine, path, json=right | fields), 400, param=param)


@pytest.mark.parametrize("seconds", [None, "", "5", "0", "-4", 5, "4.0"])
def test_an_extension_says_how_long(idle_engine, seconds):
    fields = {"prompt": "a", "video": {"id": "video_1"}, "seconds": seconds}
    refused(sent(idle_engine, "extensions", json=fields), 400, param="seconds")


@pytest.mark.parametrize("path", ["edits", "extensions"])
def test_the_source_must_be_there_and_completed(idle_engine, path):
    fields = {"prompt": "a", "seconds": "4"}
    refused(
        sent(idle_engine, path, json=fields | {"video": {"id": "video_0"}}), 404, code="not_found"
    )
    waiting = {"video": {"id": idle_engine.submit()["id"]}}
    refused(sent(idle_engine, path, json=fields | waiting), 400, code="video_not_ready")


@pytest.mark.parametrize("path", ["edits", "extensions"])
@pytest.mark.parametrize("data", [b"", b"no video", b"\0\0\0\x18ftypmp42" + b"\0" * 200])
def test_what_is_no_mp4_is_refused(idle_engine, path, data):
    files = {"video": ("a.mp4", data, "video/mp4")}
    answer = sent(idle_engine, path, files=files, data={"prompt": "a", "seconds": "4"})
    assert "a usable MP4 file" in refused(answer, 400, param="video")
    assert not list((idle_engine.data_dir / "work").iterdir())


def test_a_clip_of_another_size_is_refused_with_both_named(idle_engine, tmp_path):
    files = {"video": ("a.mp4", drawn(tmp_path / "a.mp4", size=(322, 178)), "video/mp4")}
    message = refused(
        sent(idle_engine, "edits", files=files, data={"prompt": "a"}), 400, param="video"
    )
    assert "322x178" in message and "1280x720" in message


def test_what_an_older_engine_has_left_is_taken_over(tmp_path):
    import sqlite3

    from engine.store import SCHEMA

    data = tmp_path / "data"
    data.mkdir()
    with sqlite3.connect(data / "engine.sqlite3") as old:
        old.executescript(SCHEMA)
        old.execute(
            "INSERT INTO jobs (id, model, prompt, size, seconds, seed, has_reference, created_at)"
            " VALUES ('video_old', 'sketch-1', 'a boat', '360x640', '4', 1, 0, 1)"
        )
        old.execute("PRAGMA user_version = 1")
    old.close()
    with running_engine(data) as engine:
        assert engine.wait_for("video_old", "completed")["prompt"] == "a boat"
