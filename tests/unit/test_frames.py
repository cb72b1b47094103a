"""What an MP4 holds: whole files are told apart from everything else, and pictures look right."""

import io
import struct
from contextlib import suppress

import av
import numpy as np
import pytest
from PIL import Image

from videos.frames import preview
from videos.frames.inspection import (
    Container,
    CutOff,
    Measured,
    MediaError,
    NotVideo,
    Unreadable,
    inspect,
    measure,
)


def write_clip(
    path,
    *,
    size=(96, 64),
    seconds=2,
    paint=None,
    container=None,
    codec=None,
    matrix=None,
):
    """An H.264 clip at 10 frames a second. `paint(number)` gives RGB pixels or one colour."""
    paint = paint or (lambda number: (number * 12, 90, 200))
    width, height = size
    with av.open(str(path), "w", options=container or {"movflags": "+faststart"}) as out:
        stream = out.add_stream("libx264", rate=10, options=codec or {"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        if matrix:
            stream.codec_context.colorspace = matrix
        for number in range(int(seconds * 10)):
            pixels = np.zeros((height, width, 3), np.uint8)
            pixels[:] = paint(number)
            picture = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            if matrix:
                picture = picture.reformat(format="yuv420p", dst_colorspace=matrix)
            out.mux(stream.encode(picture))
        out.mux(stream.encode())
    return path


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return write_clip(tmp_path_factory.mktemp("clips") / "clip.mp4")


@pytest.fixture(scope="module")
def body(clip):
    return clip.read_bytes()


@pytest.fixture
def file(tmp_path):
    def write(content):
        path = tmp_path / "file.mp4"
        path.write_bytes(content)
        return path

    return write


def box(kind, body=b""):
    return struct.pack(">I4s", 8 + len(body), kind) + body


def picture(webp):
    image = Image.open(io.BytesIO(webp))
    assert image.format == "WEBP"
    return image.convert("RGB")


# --- inspecting ---


def test_a_whole_clip_tells_its_size_length_frames_and_codec(clip):
    assert inspect(clip) == Measured(
        width=96,
        height=64,
        seconds=2.0,
        frames=20,
        frame_rate=10.0,
        rotation=0,
        pixel_aspect=1.0,
        codec="h264",
        container=Container.MP4,
        has_audio=False,
    )


@pytest.mark.parametrize(
    "container",
    [{"brand": "isom"}, {"movflags": "frag_keyframe+empty_moov"}],
    ids=["tables last", "fragmented"],
)
def test_other_layouts_of_a_whole_clip_are_accepted(tmp_path, container):
    info = inspect(write_clip(tmp_path / "clip.mp4", container=container))
    assert (info.frames, info.codec) == (20, "h264")
    assert info.seconds == pytest.approx(2.0, abs=0.01)


@pytest.mark.parametrize("layout", ["tables first", "tables last", "fragmented"])
def test_a_clip_cut_off_anywhere_is_refused(tmp_path, body, file, layout):
    if layout == "tables last":
        body = write_clip(tmp_path / "last.mp4", container={"brand": "isom"}).read_bytes()
    if layout == "fragmented":
        options = {"movflags": "frag_keyframe+empty_moov"}
        body = write_clip(tmp_path / "fragmented.mp4", container=options).read_bytes()
    cuts = {*range(64), *range(64, len(body), len(body) // 60), len(body) - 8, len(body) - 1}
    # Between two fragments nothing tells that more should follow; and titles and the index for
    # seeking, which stand last, are nothing that a player needs.
    cuts -= {body.find(kind) - 4 for kind in (b"moof", b"mfra")}
    spare = {"tables first": len(body), "tables last": body.rfind(b"udta")}
    cuts -= set(range(spare.get(layout, body.find(b"mfra")), len(body)))
    whole = [cut for cut in sorted(cuts) if _accepted(file(body[:cut]))]
    assert whole == []


def _accepted(path):
    try:
        inspect(path)
    except MediaError:
        return False
    return True


def test_an_open_ended_clip_is_checked_by_its_frames(body, file):
    at = body.index(b"mdat") - 4
    open_ended = body[:at] + b"\0\0\0\0" + body[at + 4 :]
    assert inspect(file(open_ended)).frames == 20
    with pytest.raises(CutOff, match="cut off inside a frame"):
        inspect(file(open_ended[:-200]))


@pytest.mark.parametrize(
    ("content", "error", "reason"),
    [
        (b"", NotVideo, "an empty file"),
        (b"<!doctype html><html><body>Not here", NotVideo, "it is text"),
        (b'{"error": {"message": "expired"}}', NotVideo, "it is text"),
        (b"\0" * 4096, Unreadable, "doesn't start like a video"),
        (bytes(range(256)) * 20, Unreadable, "doesn't start like a video"),
        (box(b"ftyp", b"isom"), CutOff, "tables are missing"),
        (box(b"ftyp", b"isom") + box(b"mdat", b"x" * 64), CutOff, "tables are missing"),
        (box(b"ftyp", b"isom") + box(b"moov"), CutOff, "frames are missing"),
        (box(b"ftyp", b"isom") + b"\0\0\0", CutOff, "tables are missing"),
        (box(b"ftyp", b"isom") + struct.pack(">I4s", 4, b"moov"), CutOff, "tables are missing"),
        (box(b"ftyp", b"isom") + struct.pack(">I4sQ", 1, b"mdat", 2**63), CutOff, "cut off"),
    ],
    ids=lambda value: None if isinstance(value, type) else repr(value)[:30],
)
def test_what_is_not_a_whole_clip_is_refused_with_a_reason(file, content, error, reason):
    with pytest.raises(error, match=reason):
        inspect(file(content))


def test_a_file_with_boxes_but_without_video_is_refused(file):
    with pytest.raises(MediaError):
        inspect(file(box(b"ftyp", b"isom") + box(b"moov") + box(b"mdat", b"x" * 64)))


def test_tables_that_claim_millions_of_frames_are_refused_before_they_are_built(body, file):
    at = body.index(b"stsz") + 12
    bomb = body[:at] + struct.pack(">I", 4_000_000_000) + body[at + 4 :]
    with pytest.raises(Unreadable, match="claim 4,000,000,000 entries"):
        inspect(file(bomb))


def test_a_file_of_a_million_empty_boxes_is_refused(body, file):
    with pytest.raises(MediaError, match="too many parts"):
        inspect(file(body + box(b"free") * 1_000_000))


def test_names_in_another_encoding_do_no_harm(body, file):
    at = body.index(b"Lavf")
    assert inspect(file(body[:at] + b"\xb0\xff" + body[at + 2 :])).frames == 20


def test_damaged_tables_never_surface_as_another_error(body, file):
    random = np.random.default_rng(7)
    tables = body.index(b"mdat")
    for _ in range(60):
        damaged = bytearray(body)
        for at in random.integers(0, tables, 4):
            damaged[at] = random.integers(256)
        path = file(bytes(damaged))
        if _accepted(path):
            with suppress(MediaError):
                preview.stills(path)


def test_five_megabytes_are_inspected_by_decoding_one_frame(tmp_path, decoded_frames):
    random = np.random.default_rng(1)
    noise = [random.integers(0, 255, (360, 640, 3), dtype=np.uint8) for _ in range(4)]
    path = write_clip(
        tmp_path / "noise.mp4",
        size=(640, 360),
        paint=lambda number: noise[number % 4],
        codec={"preset": "ultrafast", "qp": "10"},
    )
    assert path.stat().st_size > 5_000_000
    inspect(path)
    assert len(decoded_frames) == 1


@pytest.fixture
def decoded_frames(monkeypatch):
    """Every frame that is decoded while the test runs."""
    frames = []

    def counted(*args):
        for frame in decode(*args):
            frames.append(frame.pts)
            yield frame

    decode = measure.decoded
    monkeypatch.setattr(measure, "decoded", counted)
    monkeypatch.setattr(preview, "decoded", counted)
    return frames


# --- stills ---


def test_the_sheet_shows_ten_moments_in_one_row_in_order(tmp_path):
    path = write_clip(
        tmp_path / "ramp.mp4", size=(640, 360), seconds=4, paint=lambda number: (number * 6,) * 3
    )
    stills = preview.stills(path)
    sheet = picture(stills.sheet)
    assert (stills.frames, stills.sheet_size, sheet.size) == (10, (3200, 180), (3200, 180))
    light = [sheet.getpixel((cell * 320 + 160, 90))[0] for cell in range(10)]
    assert light == sorted(light)
    expected = [6 * (cell * 4 + 2) for cell in range(10)]
    assert light == pytest.approx(expected, abs=14)


@pytest.mark.parametrize(
    ("size", "poster", "small", "sheet"),
    [
        ((1280, 720), (960, 540), (480, 270), (3200, 180)),
        ((720, 1280), (540, 960), (270, 480), (1800, 320)),
        ((480, 480), (480, 480), (480, 480), (3200, 320)),
        ((64, 36), (64, 36), (64, 36), (640, 36)),
    ],
)
def test_pictures_keep_the_shape_of_the_clip_and_never_grow(tmp_path, size, poster, small, sheet):
    stills = preview.stills(write_clip(tmp_path / "clip.mp4", size=size, seconds=1))
    assert (stills.poster_size, stills.small_size, stills.sheet_size) == (poster, small, sheet)
    assert picture(stills.poster).size == poster
    assert picture(stills.small).size == small
    assert picture(stills.sheet).size == sheet


def test_the_poster_is_not_the_black_beginning(tmp_path):
    def paint(number):
        scene = np.zeros((64, 96, 3), np.uint8)
        if number >= 6:  # fades in after the first third of the clip
            scene[:, ::2] = (250, 180, 40)
        return scene

    stills = preview.stills(write_clip(tmp_path / "fade.mp4", paint=paint))
    assert np.asarray(picture(stills.poster)).mean() > 50


def test_a_clip_that_is_dark_where_the_poster_is_taken_shows_another_moment(tmp_path):
    def paint(number):
        scene = np.zeros((64, 96, 3), np.uint8)
        if number > 15:
            scene[:32] = 240
        return scene

    stills = preview.stills(write_clip(tmp_path / "dark.mp4", paint=paint))
    assert np.asarray(picture(stills.poster)).mean() > 50


def test_a_single_frame_fills_all_ten_cells(tmp_path):
    path = write_clip(tmp_path / "one.mp4", seconds=0.1, paint=lambda _: (200, 60, 60))
    assert inspect(path).frames == 1
    sheet = picture(preview.stills(path).sheet)
    assert [sheet.getpixel((cell * 96 + 48, 32))[0] > 150 for cell in range(10)] == [True] * 10


@pytest.mark.parametrize("matrix", [1, 5], ids=["BT.709", "BT.601"])
def test_colours_follow_the_matrix_that_the_file_names(tmp_path, matrix):
    path = write_clip(tmp_path / "red.mp4", matrix=matrix, paint=lambda _: (210, 40, 30))
    red = picture(preview.stills(path).poster).getpixel((48, 32))
    assert red == pytest.approx((210, 40, 30), abs=8)


def test_one_damaged_frame_does_not_cost_the_pictures(body, file):
    at = body.index(b"mdat") + len(body) // 2
    damaged = bytearray(body)
    damaged[at : at + 40] = b"\xff" * 40
    assert preview.stills(file(bytes(damaged))).sheet_size == (960, 64)


def test_stills_decode_a_clip_once_at_most(tmp_path, decoded_frames):
    random = np.random.default_rng(3)
    noise = random.integers(0, 60, (720, 1280, 3), dtype=np.uint8)

    def paint(number):
        scene = noise.copy()
        scene[:, number * 20 : number * 20 + 90] = 230
        return scene

    path = write_clip(tmp_path / "hd.mp4", size=(1280, 720), seconds=9.6, paint=paint)
    assert inspect(path).frames == 96
    decoded_frames.clear()
    # Not read once for each of its ten pictures.
    preview.stills(path)
    assert 10 <= len(decoded_frames) <= 96


def test_stills_of_a_broken_file_are_refused(file, body):
    with pytest.raises(MediaError):
        preview.stills(file(body[: len(body) // 2]))
