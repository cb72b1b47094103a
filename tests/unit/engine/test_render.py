"""The renderer of the embedded engine: what a clip shows, and what its prompt changes."""

import io
import struct
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from engine.render import FPS, ClipSpec, render
from engine.render.palette import palette_for
from engine.render.scenes.compose import PLACES
from engine.render.title import title_of
from engine.render.words import clean, read

Frames = NDArray[np.uint8]


def clip_spec(prompt: str = "A boat on the sea at dusk", **changes: object) -> ClipSpec:
    values = {"width": 320, "height": 180, "seconds": 1, "seed": 7, "hd": False, **changes}
    return ClipSpec(prompt=prompt, **values)  # type: ignore[arg-type]


def rendered(path: Path, spec: ClipSpec) -> Path:
    render(spec, path, lambda share: None)
    return path


def pictures(path: Path, step: int = 6) -> Frames:
    """Every sixth frame as RGB, (n, height, width, 3)."""
    with av.open(str(path)) as container:
        frames = [f.to_ndarray(format="rgb24") for f in container.decode(video=0)]
    return np.stack(frames[::step])


def boxes(data: bytes) -> list[str]:
    names, at = [], 0
    while at + 8 <= len(data):
        size, name = struct.unpack(">I4s", data[at : at + 8])
        names.append(name.decode("ascii"))
        at += size
    return names


def difference(one: Frames, other: Frames) -> float:
    return float(np.abs(one.astype(float) - other.astype(float)).mean())


@pytest.mark.parametrize(
    ("width", "height", "seconds", "hd"),
    [(320, 180, 1, False), (180, 320, 2, False), (64, 64, 1, True), (322, 178, 1, True)],
)
def test_a_clip_has_exactly_the_size_length_and_format_asked_for(
    tmp_path: Path, width: int, height: int, seconds: int, hd: bool
) -> None:
    spec = clip_spec(width=width, height=height, seconds=seconds, hd=hd)
    with av.open(str(rendered(tmp_path / "a.mp4", spec))) as container:
        assert [s.type for s in container.streams] == ["video"]
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.pix_fmt == "yuv420p"
        assert (stream.width, stream.height) == (width, height)
        assert stream.average_rate == FPS == 24
        assert sum(1 for _ in container.decode(video=0)) == seconds * 24


def test_the_index_comes_before_the_pictures_so_that_playing_can_start_at_once(
    tmp_path: Path,
) -> None:
    box_names = boxes(rendered(tmp_path / "a.mp4", clip_spec()).read_bytes())
    assert box_names[0] == "ftyp"
    assert box_names.index("moov") < box_names.index("mdat")


def test_the_same_prompt_and_seed_give_the_same_bytes(tmp_path: Path) -> None:
    one = rendered(tmp_path / "1.mp4", clip_spec()).read_bytes()
    assert rendered(tmp_path / "2.mp4", clip_spec()).read_bytes() == one


def test_another_seed_gives_a_visibly_different_take(tmp_path: Path) -> None:
    one = pictures(rendered(tmp_path / "1.mp4", clip_spec()))
    assert difference(one, pictures(rendered(tmp_path / "2.mp4", clip_spec(seed=8)))) > 6


def test_another_prompt_gives_a_clearly_different_clip(tmp_path: Path) -> None:
    one = pictures(rendered(tmp_path / "1.mp4", clip_spec("Snowy mountains at noon")))
    other = pictures(rendered(tmp_path / "2.mp4", clip_spec("A neon city at night")))
    assert difference(one, other) > 20


def test_the_picture_moves(tmp_path: Path) -> None:
    frames = pictures(rendered(tmp_path / "1.mp4", clip_spec("A quiet lake", seconds=2)), 23)
    assert difference(frames[0], frames[-1]) > 1.5


@pytest.mark.parametrize(
    ("prompt", "place"),
    [
        ("Waves on a rocky shore", "sea"),
        ("A whale", "sea"),
        ("A tram in Tokyo, neon signs", "city"),
        ("A fox between old pines in the woods", "forest"),
        ("Camels crossing the dunes", "desert"),
        ("An astronaut drifting", "space"),
        ("Saturn and its rings from orbit", "space"),
        ("A ballerina alone", "stage"),
        ("The peaks of the Alps", "mountains"),
        ("Mist over a pond", "lake"),
        ("A lone oak in a wheat field", "meadow"),
        ("A highway through nowhere", "road"),
        ("A kitchen in the morning", "room"),
        ("A hot air balloon among clouds", "sky"),
        ("Penguins on an iceberg", "arctic"),
        ("A diver above the coral", "underwater"),
        ("Ein Schiff auf dem Meer", "sea"),
        ("夜の海", "sea"),
        ("Entropy of forgotten numbers", "abstract"),
    ],
)
def test_words_choose_the_place(prompt: str, place: str) -> None:
    assert read(prompt, 0).place == place


@pytest.mark.parametrize(
    ("prompt", "time"),
    [
        ("hills at sunrise", "dawn"),
        ("hills in the afternoon", "day"),
        ("hills at sunset", "dusk"),
        ("hills under the stars", "night"),
        ("a campfire on the hills", "night"),
    ],
)
def test_words_choose_the_hour(prompt: str, time: str) -> None:
    assert {read(prompt, hour).time for hour in range(6)} == {time}


def test_words_choose_weather_camera_and_subjects() -> None:
    scene = read("Slow pan left: two foxes and a red boat in heavy rain and fog", 0)
    assert scene.weather == {"rain", "fog"}
    assert scene.camera == "pan left"
    assert [(s.name, s.many, s.colour is not None) for s in scene.subjects] == [
        ("fox", True, False),
        ("boat", False, True),
    ]


def test_a_named_colour_steers_the_palette(tmp_path: Path) -> None:
    red = pictures(rendered(tmp_path / "r.mp4", clip_spec("Red hills at noon")))
    blue = pictures(rendered(tmp_path / "b.mp4", clip_spec("Blue hills at noon")))
    warmth = [float(f[..., 0].mean()) - float(f[..., 2].mean()) for f in (red, blue)]
    assert warmth[0] > warmth[1] + 15


def test_the_colour_of_a_subject_leaves_the_landscape_alone() -> None:
    plain, dressed = (read(p, 0) for p in ("a balloon, hills", "a red balloon, hills"))
    assert dressed.subjects[0].colour is not None
    assert dressed.colours == plain.colours == ()
    assert palette_for(read("x", 0), 1) == palette_for(read("x", 0), 1)


@pytest.mark.parametrize(
    "prompt",
    [
        ".",
        " \t\n",
        "\x00\x1b[31m\u202eevil\u202c\x07",
        "🚀🔥" * 200,
        "沙漠里的骆驼，黄昏",
        "قارب صغير في البحر عند الغروب",
        "A" * 32_000,
        "lighthouse boat fox whale train storm snow fire fog rain aurora " * 500,
        "\ud800 lone surrogate",
        "%s {0} ${x} <script>alert(1)</script> '; DROP TABLE",
    ],
)
def test_odd_and_hostile_prompts_become_clips_too(tmp_path: Path, prompt: str) -> None:
    path = rendered(tmp_path / "a.mp4", clip_spec(prompt, width=192, height=128))
    assert len(pictures(path, 1)) == 24


@pytest.mark.slow
def test_every_place_renders_in_every_weather(tmp_path: Path) -> None:
    for place in PLACES:
        spec = clip_spec(f"{place} in rain, snow, fire, fog, storm, aurora", width=128, height=96)
        frames = pictures(rendered(tmp_path / "a.mp4", spec))
        assert frames.std() > 4, place


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("A cinematic wide shot of a lighthouse on a cliff, at night", "LIGHTHOUSE ON A CLIFF"),
        ("A train crossing a snowy mountain valley far away", "TRAIN CROSSING"),
        ("Ночной поезд", "НОЧНОЙ ПОЕЗД"),
        ("Θάλασσα", "ΘΆΛΑΣΣΑ"),
        ("沙漠里的骆驼", ""),
        ("قارب صغير", ""),
        ("🚀", ""),
        ("", ""),
    ],
)
def test_the_title_is_made_of_whole_phrases_in_scripts_the_typeface_has(
    prompt: str, title: str
) -> None:
    assert " ".join(title_of(clean(prompt))) == title


@pytest.mark.parametrize("stop_at", [0.0, 0.3, 1.0])
def test_an_exception_from_progress_aborts_and_leaves_no_file(
    tmp_path: Path, stop_at: float
) -> None:
    def progress(share: float) -> None:
        if share >= stop_at:
            raise KeyboardInterrupt

    path = tmp_path / "a.mp4"
    with pytest.raises(KeyboardInterrupt):
        render(clip_spec(), path, progress)
    assert list(tmp_path.iterdir()) == []


def test_progress_rises_from_nothing_to_whole(tmp_path: Path) -> None:
    shares: list[float] = []
    render(clip_spec(), tmp_path / "a.mp4", shares.append)
    assert shares[0] == 0.0
    assert shares[-1] == 1.0
    assert shares == sorted(shares)
    assert len(shares) >= 24


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_reference_picture_is_the_ground_of_the_clip(tmp_path: Path, kind: str) -> None:
    picture = np.zeros((180, 320, 3), np.uint8)
    picture[:, :160] = (220, 40, 40)
    picture[:, 160:] = (30, 60, 220)
    data = io.BytesIO()
    Image.fromarray(picture).save(data, kind)
    spec = clip_spec("pan across a wall", reference=data.getvalue())
    frames = pictures(rendered(tmp_path / "a.mp4", spec))
    left, right = (
        frames[:, 60:120, cols].reshape(-1, 3).mean(0) for cols in (slice(40, 90), slice(230, 280))
    )
    assert left[0] > left[2] + 80
    assert right[2] > right[0] + 80


def test_two_takes_from_one_reference_still_differ(tmp_path: Path) -> None:
    data = io.BytesIO()
    noise = np.random.default_rng(1).integers(0, 255, (18, 32, 3), dtype=np.uint8)
    Image.fromarray(noise).resize((320, 180), Image.Resampling.BICUBIC).save(data, "PNG")
    one, two = (
        pictures(rendered(tmp_path / "a.mp4", clip_spec(seed=s, reference=data.getvalue())))
        for s in (1, 2)
    )
    assert difference(one, two) > 1
