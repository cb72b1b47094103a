"""A frame of a clip is the picture that a player shows at that moment."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.media import RATE, make_video
from videos.frames.inspection import MediaError
from videos.frames.still import OutsideClip, still_at


def saved(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(data)
    return path


def red_of(picture) -> float:
    return float(np.asarray(picture)[..., 0].mean())


@pytest.mark.parametrize(
    ("at", "number"),
    [(0.0, 0), (0.3, 3), (0.299, 2), (0.2995, 3), (1.05, 10), (2.0, 19), (2.4, 19)],
)
def test_it_is_the_frame_that_is_on_screen_at_that_time(tmp_path, at, number):
    still = still_at(saved(tmp_path, make_video()), at)
    assert still.at == pytest.approx(number / RATE)
    # Frame n of the clip has n × 7 of red.
    assert red_of(still.picture) == pytest.approx(number * 7, abs=6)


def test_no_time_means_the_last_frame(tmp_path):
    still = still_at(saved(tmp_path, make_video()), None)
    assert still.at == pytest.approx(1.9) and red_of(still.picture) == pytest.approx(133, abs=6)


@pytest.mark.parametrize("at", [-0.1, 2.6, 1e9, float("nan")])
def test_a_time_outside_the_clip_is_refused_with_its_length(tmp_path, at):
    with pytest.raises(OutsideClip) as outside:
        still_at(saved(tmp_path, make_video()), at)
    assert outside.value.seconds == pytest.approx(2.0)


def test_it_is_turned_and_stretched_as_players_show_it(tmp_path):
    turned = still_at(saved(tmp_path, make_video(turned=90)), 0.5)
    assert turned.picture.size == (64, 96)
    wide = still_at(saved(tmp_path, make_video(aspect=Fraction(2))), 0.5)
    assert wide.picture.size == (192, 64)


@pytest.mark.parametrize(
    "kind", [("webm", "libvpx-vp9"), ("matroska", "libx264"), ("mov", "libx264")]
)
def test_other_containers_work_as_well(tmp_path, kind):
    assert still_at(saved(tmp_path, make_video(*kind)), 1.0).at == pytest.approx(1.0)


def test_one_frame_alone_is_first_and_last(tmp_path):
    path = saved(tmp_path, make_video(seconds=0.1))
    assert still_at(path, 0).at == still_at(path, None).at == 0


def test_what_is_no_video_says_so(tmp_path):
    for data in (b"moov" * 100, make_video()[:-400], b""):
        with pytest.raises(MediaError):
            still_at(saved(tmp_path, data), 0.5)
