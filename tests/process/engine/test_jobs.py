"""A job's life in the engine: in order, once, through kills, crashes, deletion and a bad disk."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from tests.engine_process import ROOT, engine_command, running_engine
from tests.patience import PATIENCE, wait_until
from videos.frames.inspection import inspect

pytestmark = pytest.mark.slow

LONG = {"size": "1792x1024", "seconds": "20", "model": "sketch-1-hd"}


def children():
    """(pid, parent, command) of every process."""
    if not Path("/proc/self/stat").exists():
        command = ["ps", "-A", "-o", "pid=,ppid=,args="]
        listing = subprocess.run(command, capture_output=True, text=True, check=True)
        rows = (line.split(None, 2) for line in listing.stdout.splitlines())
        return [(int(pid), int(parent), args) for pid, parent, args in rows]
    processes = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it may end while we look
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                processes.append((int(entry.name), int(parent), command))
    return processes


def renderers(engine):
    """The process ids of what renders for this engine."""
    servers = {pid for pid, parent, _ in children() if parent == engine.pid}
    return [pid for pid, parent, args in children() if parent in servers and "render_job" in args]


def progress_of(engine, video):
    return engine.get(video["id"])["progress"]


def test_jobs_are_rendered_one_at_a_time_in_their_order_and_progress_only_grows(tmp_path):
    with running_engine(tmp_path / "data") as engine:
        ids = [engine.submit(seconds=seconds)["id"] for seconds in ("8", "4")]
        videos, seen = [], []
        while [video["status"] for video in videos] != ["completed"] * 2:
            videos = [engine.get(video_id) for video_id in ids]
            states = [video["status"] for video in videos]
            assert states == sorted(states, key=["completed", "in_progress", "queued"].index)
            assert states.count("in_progress") <= 1
            assert all((v["progress"] == 100) == (v["status"] == "completed") for v in videos)
            seen.append(videos[0]["progress"])
            time.sleep(0.05)
        assert seen == sorted(seen)
        assert videos[0]["completed_at"] <= videos[1]["completed_at"]


def test_more_clips_at_a_time_where_the_operator_wants_it(tmp_path):
    with running_engine(tmp_path / "data", concurrency=2) as engine:
        first, second = engine.submit(**LONG), engine.submit(**LONG)
        engine.wait_for(first["id"], "in_progress")
        engine.wait_for(second["id"], "in_progress")
        wait_until(lambda: len(renderers(engine)) == 2)


def test_after_a_power_cut_the_clip_is_made_all_the_same(tmp_path):
    data = tmp_path / "data"
    with running_engine(data) as engine:
        video = engine.submit(seconds="8")
        waiting = engine.submit(prompt="the next one")
        wait_until(lambda: progress_of(engine, video) > 10)
        reached = progress_of(engine, video)
        (renderer,) = renderers(engine)
        engine.kill()
    # The renderer is in a group of its own: it must notice by itself that nobody listens.
    wait_until(lambda: renderer not in [pid for pid, _, _ in children()])
    with running_engine(data) as engine:
        assert engine.get(waiting["id"])["status"] == "queued"
        again = engine.get(video["id"])
        assert again["status"] == "in_progress" and again["progress"] >= reached
        finished = engine.wait_for(video["id"], "completed")
        assert finished["prompt"] == video["prompt"]
        content = engine.http.get(engine.url(f"/videos/{video['id']}/content")).content
        (tmp_path / "clip.mp4").write_bytes(content)
        assert inspect(tmp_path / "clip.mp4").seconds == pytest.approx(8, abs=0.05)
        engine.wait_for(waiting["id"], "completed")
        assert list((data / "work").iterdir()) == []


def test_when_only_its_worker_dies_the_engine_starts_another_and_goes_on(tmp_path):
    with running_engine(tmp_path / "data") as engine:
        video = engine.submit()
        engine.wait_for(video["id"], "in_progress")
        (server,) = [pid for pid, parent, _ in children() if parent == engine.pid]
        os.kill(server, signal.SIGKILL)
        wait_until(lambda: server not in [pid for pid, _, _ in children()])
        # What the dead one had accepted is reset; whoever reads asks again.
        engine.http.mount("http://", HTTPAdapter(max_retries=Retry(5, backoff_factor=0.1)))
        assert engine.wait_for(video["id"], "completed")["progress"] == 100


def test_stopping_leaves_nothing_running_and_does_not_count_as_a_failed_attempt(tmp_path):
    data = tmp_path / "data"
    video = None
    for _ in range(4):  # one more than the crashes it takes to give up
        with running_engine(data) as engine:
            video = video or engine.submit(**LONG)
            (renderer,) = wait_until(lambda: renderers(engine))
            assert engine.stop() == 0
        assert renderer not in [pid for pid, _, _ in children()]
    with running_engine(data) as engine:
        assert engine.get(video["id"])["status"] == "in_progress"
        assert engine.errors() == ""


def test_a_job_that_crashes_the_renderer_three_times_fails_and_others_go_on(tmp_path):
    with running_engine(tmp_path / "data") as engine:
        poison, healthy = engine.submit(**LONG), engine.submit()
        killed = set()
        while len(killed) < 3:
            (renderer,) = wait_until(lambda: set(renderers(engine)) - killed)
            os.kill(renderer, signal.SIGKILL)
            killed.add(renderer)
        failed = engine.wait_for(poison["id"], "failed")
        assert failed["error"]["code"] == "engine_error"
        assert "crashed 3 times" in failed["error"]["message"]
        assert failed["completed_at"] is None
        answer = engine.http.get(engine.url(f"/videos/{poison['id']}/content"))
        assert answer.status_code == 404
        assert engine.wait_for(healthy["id"], "completed")
        assert engine.errors().count("\n") == 3  # one short line for each crash


@pytest.mark.parametrize(("begun", "ends"), [(6, "completed"), (10, "failed")])
def test_an_engine_that_was_killed_often_still_makes_the_clip_up_to_a_limit(tmp_path, begun, ends):
    data = tmp_path / "data"
    with running_engine(data, concurrency=0) as engine:
        video = engine.submit()
    with sqlite3.connect(data / "engine.sqlite3") as rows:
        rows.execute("UPDATE jobs SET status = 'in_progress', attempts = ?", [begun])
    with running_engine(data) as engine:
        wait_until(lambda: engine.get(video["id"])["status"] == ends)


def test_a_job_deleted_while_it_renders_stops_at_once_and_a_queued_one_never_begins(tmp_path):
    data = tmp_path / "data"
    with running_engine(data) as engine:
        video, queued, waiting = engine.submit(**LONG), engine.submit(), engine.submit()
        assert engine.http.delete(engine.url(f"/videos/{queued['id']}")).status_code == 200
        (renderer,) = wait_until(lambda: renderers(engine))
        answer = engine.http.delete(engine.url(f"/videos/{video['id']}"))
        assert answer.json()["deleted"] is True
        wait_until(lambda: renderer not in [pid for pid, _, _ in children()])
        engine.wait_for(waiting["id"], "completed")
        assert engine.http.get(engine.url(f"/videos/{video['id']}")).status_code == 404
        assert [path.name for path in (data / "videos").iterdir()] == [waiting["id"]]
        assert list((data / "work").iterdir()) == []


def test_an_unusable_directory_fails_the_job_in_plain_words_and_not_the_engine(tmp_path):
    data = tmp_path / "data"
    with running_engine(data) as engine:
        shutil.rmtree(data / "work")
        (data / "work").write_text("in the way")
        video = engine.submit()
        error = engine.wait_for(video["id"], "failed")["error"]
        assert error["code"] == "storage_error"
        assert "data directory" in error["message"]
        (data / "work").unlink()
        (data / "work").mkdir()
        assert engine.create()


def test_a_full_disk_fails_the_job_in_plain_words_and_not_the_engine(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    size = "700k"
    mount = ["unshare", "-m", "mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(data)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs to be root in a mount namespace")
    with running_engine(data, disk=size) as engine:
        # Large enough for the database, too small for this clip.
        video = engine.submit(size="1280x720", seconds="8")
        error = engine.wait_for(video["id"], "failed")["error"]
        assert error == {
            "code": "disk_full",
            "message": "The engine's disk is full. Free some space and try again.",
        }
        assert engine.create()["progress"] == 100


def test_files_whose_row_is_gone_are_removed_at_the_next_start(tmp_path):
    data = tmp_path / "data"
    with running_engine(data) as engine:
        video = engine.create()
    (data / "videos" / "video_lost").mkdir()
    (data / "videos" / "video_lost" / "video.mp4").write_bytes(b"x")
    (data / "references" / "video_lost.jpg").write_bytes(b"x")
    (data / "work" / "half").mkdir()
    (data / "videos" / ".hidden").write_bytes(b"left by a file manager")
    with running_engine(data) as engine:
        assert {path.name for path in (data / "videos").iterdir()} == {video["id"], ".hidden"}
        url = engine.url(f"/videos/{video['id']}/content")
        assert engine.http.get(url).status_code == 200
        assert list((data / "work").iterdir()) == list((data / "references").iterdir()) == []


def start_and_wait(command):
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)


def test_a_second_engine_on_the_same_directory_refuses_to_start(tmp_path):
    data = tmp_path / "data"
    with running_engine(data) as engine:
        second = start_and_wait(engine_command(data))
        assert second.returncode == 1 and second.stdout == ""
        assert second.stderr == f"engine: another engine is already running on {data}\n"
        assert engine.http.get(engine.url("/videos")).status_code == 200


def test_a_port_that_is_taken_is_named(tmp_path):
    with running_engine(tmp_path / "one") as engine:
        second = start_and_wait(engine_command(tmp_path / "two", port=engine.port))
        assert second.returncode == 1
        assert f"can't listen on 127.0.0.1:{engine.port}: Address already in use" in second.stderr
        assert second.stderr.count("\n") == 1


def test_a_directory_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    answer = start_and_wait(engine_command(tmp_path / "file" / "data"))
    assert answer.returncode == 1
    assert answer.stderr.startswith("engine: cannot use ") and answer.stderr.count("\n") == 1


def test_data_of_a_newer_engine_is_left_alone(tmp_path):
    data = tmp_path / "data"
    with running_engine(data):
        pass
    with sqlite3.connect(data / "engine.sqlite3") as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    answer = start_and_wait(engine_command(data))
    assert answer.returncode == 1 and "newer version" in answer.stderr


def test_the_management_command_serves_what_the_settings_say(tmp_path):
    command = [sys.executable, "manage.py", "engine", "--port", "0"]
    env = {**os.environ, "DATA_DIR": str(tmp_path), "ENGINE_KEY": ""}
    env["DJANGO_SETTINGS_MODULE"] = "dashboard.settings"
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        assert line.startswith("engine  http://127.0.0.1:")
        assert (tmp_path / "engine" / "engine.sqlite3").exists()
        url = line.removeprefix("engine").strip() + "/videos"
        key = (tmp_path / "engine_key").read_text()
        assert requests.get(url).status_code == 401
        assert requests.get(url, headers={"Authorization": f"Bearer {key}"}).status_code == 200
    finally:
        process.terminate()
        assert process.wait(10) == 0
        process.stdout.close()


def test_the_engine_runs_without_the_dashboard():
    program = (
        "import sys, engine.__main__, engine.render_job\n"
        "tops = {name.partition('.')[0] for name in sys.modules}\n"
        "print(sorted(tops & {'django', 'requests', 'dashboard'}))"
    )
    assert start_and_wait([sys.executable, "-c", program]).stdout == "[]\n"
