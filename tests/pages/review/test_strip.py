"""The strip shows the clips on either side, in the order of the list that one came from."""

import re

import pytest
from django.utils import timezone

from tests.gallery_fixtures import client_of, mirror_runs, with_pictures  # noqa: F401
from videos.models import VideoJob
from videos.review.decisions import decide

pytestmark = pytest.mark.usefixtures("mirror_runs")


def strip_of(client, job, query=""):
    page = client.get(f"{job.get_absolute_url()}{query}").content.decode()
    match = re.search(r'<nav class="filmstrip".*?</nav>', page, re.DOTALL)
    return match[0] if match else ""


def test_three_clips_stand_on_either_side_and_those_beside_it_are_preloaded(team, make_job):
    now = timezone.now()
    clips = [with_pictures(make_job(prompt=f"clip {n}", archived_at=now)) for n in range(9)]
    decide(team.owner, VideoJob.objects.filter(pk=clips[3].pk), "approved")
    strip = strip_of(client_of(team.owner), clips[4], "?list=%2F")
    names = re.findall(r'title="(clip \d)"', strip)
    assert names == [f"clip {n}" for n in (7, 6, 5, 3, 2, 1)]
    before, _, behind = strip.partition("filmstrip-here")
    assert "clip 5" in before and "clip 3" in behind and "data-from-list" in before
    video = f"{clips[3].get_absolute_url()}/content?variant=video&amp;v="
    sides = re.findall(r'data-beside="(\w+)"\s+data-video="([^"]*)"', strip)
    previous = video.replace(clips[3].public_id, clips[5].public_id)
    assert sides == [("previous", previous + "a" * 12), ("next", video + "a" * 12)]
    assert strip.count("verdict-dot") == 1 and '<span class="sr">Approved</span>' in strip


def test_a_clip_alone_has_no_strip_and_without_a_list_keys_do_not_go_on(team, make_job):
    job = make_job()
    client = client_of(team.owner)
    assert strip_of(client, job) == ""
    make_job()
    assert "data-from-list" not in strip_of(client, job)


def test_the_player_knows_the_clips_own_frame_rate(team, make_job):
    job = with_pictures(make_job(archived_at=timezone.now()))
    client = client_of(team.viewer)
    assert "data-rate" not in client.get(job.get_absolute_url()).content.decode()
    job.assets.filter(kind="video").update(frame_rate=23.976023976, has_audio=False)
    page = client.get(job.get_absolute_url()).content.decode()
    assert 'data-rate="23.976023976"' in page and 'data-do="sound"' not in page
    assert "<video controls" in page and "variant=spritesheet" in page
