"""Clips are exported for editing programs and spreadsheets, and read back as they were."""

import csv
import io
import re
import sys
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.content import archive, body
from tests.gallery_fixtures import client_of
from videos.models import Asset, Comment, VideoJob
from videos.review.decisions import decide
from videos.sharing.edl import timecode
from videos.sharing.table import csv_text

pytestmark = pytest.mark.django_db
TIME = r"(\d\d:\d\d:\d\d:\d\d)"
EVENT = re.compile(rf"^(\d{{3}})  (\w+) +(\S+) +C +{TIME} {TIME} {TIME} {TIME}$", re.MULTILINE)


@pytest.fixture
def clip(make_job: Any, settings: Any) -> Any:
    def make(seconds: float = 4, rate: float | None = 24, **fields: Any) -> VideoJob:
        job: VideoJob = make_job(**fields)
        archive(job, b"bytes", Path(settings.ARCHIVE_DIR))
        sound = fields.get("model") == "loud"
        Asset.objects.filter(job=job).update(seconds=seconds, frame_rate=rate, has_audio=sound)
        return job

    return make


def say(job: VideoJob, text: str, start: Any = None, end: Any = None, **more: Any) -> Comment:
    key = f"{Comment.objects.count()}"
    return Comment.objects.create(
        job=job, maker=job.maker, text=text, start=start, end=end, submission_key=key, **more
    )


def export(client: Any, kind: str, *jobs: VideoJob) -> Any:
    query = {"ids": [job.public_id for job in jobs], "format": kind}
    return client.post("/selection/export", query)


def frames(text: str, base: int = 24) -> int:
    hour, minute, second, frame = map(int, text.split(":"))
    return ((hour * 60 + minute) * 60 + second) * base + frame


def names_in_zip(client: Any, *jobs: VideoJob) -> list[str]:
    response = client.post("/selection/download", {"ids": [job.public_id for job in jobs]})
    return zipfile.ZipFile(io.BytesIO(body(response))).namelist()


def test_the_times_of_an_edl_add_up_and_its_clips_are_the_files_of_the_zip(team, clip):
    jobs = [clip(4), clip(2.5, model="loud"), clip(8.04)]
    client = client_of(team.owner)
    response = export(client, "edl", *jobs)
    assert re.search(r'filename="selected-clips-[\d-]+\.edl"', response["Content-Disposition"])
    text = response.content.decode().replace("\r\n", "\n")
    assert text.startswith("TITLE: Selected clips\nFCM: NON-DROP FRAME\n")
    events = EVENT.findall(text)
    assert [event[0] for event in events] == ["001", "002", "003"]
    assert [event[2] for event in events] == ["V", "AA/V", "V"]
    at = frames("01:00:00:00")
    for event, length in zip(events, (96, 60, 193), strict=True):
        source_in, source_out, record_in, record_out = map(frames, event[3:])
        assert (source_in, source_out) == (0, length)
        assert (record_in, record_out) == (at, at + length)
        at = record_out
    named = re.findall(r"^\* FROM CLIP NAME: (.*)$", text, re.MULTILINE)
    assert len(named) == 3 and set(named) <= set(names_in_zip(client, *jobs))


def test_comments_become_locators_and_resolve_markers(team, clip):
    first, second = clip(4), clip(4)
    say(second, "Too dark |\nhere", "1.5", "2.5")
    thread = say(second, "Nice")
    say(second, "Agreed", parent=thread)
    say(second, "Late", "99")
    say(first, "Gone", "1", deleted_at=first.created_at)
    say(first, "Done", "0.5", resolved_at=first.created_at)
    client = client_of(team.owner)
    text = export(client, "edl", first, second).content.decode()
    assert re.findall(r"\* LOC: (.*?)\r\n", text) == [
        "01:00:00:12 GREEN   Owner: Done",
        "01:00:04:00 BLUE    Owner: Nice / Owner: Agreed",
        "01:00:05:12 BLUE    Owner: Too dark | here",
        "01:00:07:23 BLUE    Owner: Late",
    ]
    text = export(client, "markers", first, second).content.decode()
    assert re.findall(r" \|C:(\w+) \|M:(.*?) \|D:(\d+)\r\n", text) == [
        ("ResolveColorGreen", "Owner: Done", "1"),
        ("ResolveColorBlue", "Owner: Nice / Owner: Agreed", "1"),
        ("ResolveColorBlue", "Owner: Too dark / here", "24"),
        ("ResolveColorBlue", "Owner: Late", "1"),
    ]
    events = EVENT.findall(text.replace("\r\n", "\n"))
    assert [event[5] for event in events][2] == "01:00:05:12"


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="the library has no wheels there")
def test_the_library_reads_an_otio_timeline_back(team, clip, make_job):
    import opentimelineio as library

    jobs = [clip(4, prompt="ein Boot, früh #1"), clip(2, 23.976), clip(2, 23.976, model="loud")]
    say(jobs[1], "Too dark", "0.5", "1")
    left_out = make_job()
    client = client_of(team.owner)
    text = export(client, "otio", *jobs, left_out).content.decode()
    timeline = library.adapters.read_from_string(text, "otio_json")
    assert library.adapters.write_to_string(timeline, "otio_json")
    video, sound = timeline.tracks
    assert [track.kind for track in timeline.tracks] == ["Video", "Audio"]
    rate = 24000 / 1001
    assert [each.duration().value for each in video] == [96, 48, 48]
    assert timeline.duration().value == sound.duration().value == 192
    assert timeline.duration().rate == pytest.approx(rate)
    assert [isinstance(each, library.schema.Gap) for each in sound] == [True, True, False]
    files = set(names_in_zip(client, *jobs))
    assert {unquote(each.media_reference.target_url) for each in video} <= files
    assert {each.name for each in video} <= files
    [marker] = video[1].markers
    assert (marker.name, marker.color) == ("Owner: Too dark", "BLUE")
    assert (marker.marked_range.start_time.value, marker.marked_range.duration.value) == (12, 12)
    ours = timeline.metadata["dailies"]["left_out"]
    assert [dict(each) for each in ours] == [{"id": left_out.public_id, "reason": "not_archived"}]
    assert video[0].metadata["dailies"]["prompt"] == "ein Boot, früh #1"


@pytest.mark.parametrize("rate", [None, 0.0, 1e9])
def test_a_clip_without_a_known_rate_is_cut_at_24(team, clip, rate):
    text = export(client_of(team.owner), "edl", clip(2, rate)).content.decode()
    assert " 00:00:00:00 00:00:02:00 " in text


@pytest.mark.parametrize(("rate", "base"), [(23.976, 24), (29.97, 30), (25, 25), (59.94, 60)])
def test_timecode_counts_whole_frames(rate, base, team, clip):
    text = export(client_of(team.owner), "edl", clip(10, rate)).content.decode()
    [event] = EVENT.findall(text.replace("\r\n", "\n"))
    assert frames(event[4], base) == round(10 * rate)


def test_a_timecode_carries_over():
    assert timecode(24 * 3661 + 5, 24) == "01:01:01:05"
    assert timecode(24 * 86400, 24) == "00:00:00:00"


FORMULAS = ["=SUM(1)", "+1", "-1", "@A1", "\t=1", "＝1"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_is_a_formula(cell):
    [line] = csv.reader(csv_text([], [[cell, "a=b", -1]]).splitlines()[1:])
    assert line == [f"'{cell}", "a=b", "-1"]


def test_a_table_has_a_line_for_each_clip(team, clip, make_job):
    job = clip(4.04, prompt='=HYPERLINK("x")', extra={"seed": -5})
    say(job, "Warmer", "1.5", "2")
    say(job, "=1+1")
    decide(team.admin, VideoJob.objects.filter(pk=job.pk), "rejected", reason="Hands", note="-6")
    missing = make_job(prompt="two\nlines")
    response = export(client_of(team.owner), "csv", job, missing)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = response.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[0]["prompt"] == '\'=HYPERLINK("x")' and rows[1]["prompt"] == "two\nlines"
    assert rows[0]["comments"] == "[1.5–2 s] Owner: Warmer\nOwner: =1+1"
    assert (rows[0]["verdict"], rows[0]["reason"], rows[0]["note"]) == ("rejected", "Hands", "'-6")
    assert (rows[0]["seconds"], rows[0]["frame_rate"], rows[0]["seed"]) == ("4.04", "24.0", "-5")
    assert (rows[1]["missing"], rows[1]["file"]) == ("not_archived", "")


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("edl", "None of these clips is archived here yet."),
        ("otio", "None of these clips is archived here yet."),
        ("xml", "Choose a format"),
    ],
)
def test_what_cannot_be_exported_is_said(team, make_job, kind, message):
    client = client_of(team.owner)
    assert export(client, kind, make_job()).status_code == 303
    assert message in client.get("/").content.decode()


def test_without_comments_there_are_no_markers_to_export(team, clip):
    client = client_of(team.owner)
    export(client, "markers", clip())
    assert "These clips have no comments." in client.get("/").content.decode()
