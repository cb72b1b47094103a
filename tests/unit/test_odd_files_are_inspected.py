"""Whatever players play is measured; what is not video, cut off or hostile is told apart."""

import random
import tracemalloc
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from tests.media import (
    animated_picture,
    box,
    make_video,
    of_unknown_codec,
    only_sound,
    patched,
    size_of,
    with_cover,
)
from videos.frames.inspection import (
    Container,
    CutOff,
    MediaError,
    NotVideo,
    Unreadable,
    container_of,
    inspect,
    sniff,
)

File = Callable[[bytes], Path]
MP4 = make_video(flags="+faststart")
FRAGMENTED = make_video(flags="frag_keyframe+empty_moov")
# The tables stand before the frames, and the last box is that of the frames.
WITH_SOUND = make_video(sound="aac", flags="+faststart")


@pytest.fixture
def file(tmp_path: Path) -> File:
    def write(content: bytes) -> Path:
        path = tmp_path / "file"
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize(
    ("kind", "codec", "container"),
    [
        ("mp4", "libx264", Container.MP4),
        ("mp4", "mpeg4", Container.MP4),
        ("mov", "libx264", Container.MOV),
        ("3gp", "mpeg4", Container.THREE_GP),
        ("webm", "libvpx-vp9", Container.WEBM),
        ("webm", "libvpx", Container.WEBM),
        ("matroska", "libx264", Container.MATROSKA),
        ("avi", "mpeg4", Container.AVI),
        ("avi", "mjpeg", Container.AVI),
        ("gif", "gif", Container.GIF),
        ("mpegts", "libx264", Container.MPEG_TS),
        ("flv", "libx264", Container.FLV),
    ],
)
def test_many_kinds_of_files_are_measured(
    file: File, kind: str, codec: str, container: Container
) -> None:
    info = inspect(file(make_video(kind, codec)))
    assert (info.container, info.width, info.height) == (container, 96, 64)
    assert info.frames == 20
    assert info.seconds == pytest.approx(2, abs=0.11)
    assert info.frame_rate == pytest.approx(10, abs=0.6)
    assert not info.has_audio


ODD_AND_WHOLE = {
    "zeros behind": MP4 + bytes(4096),
    "text behind": MP4 + b"<!-- served by a proxy -->" * 4,
    "three bytes behind": MP4 + b"\r\n\0",
    "a box behind that claims too much": MP4 + box(b"free")[:4] + b"\xff\xff\0\0free" + b"x" * 9,
    "frames claim too much": patched(MP4, b"mdat", size_of(MP4, b"mdat") + 5000),
    "frames to the end": patched(MP4, b"mdat", 0),
    "frames claim too much, with sound": patched(
        WITH_SOUND, b"mdat", size_of(WITH_SOUND, b"mdat") + 5000
    ),
    "fragmented": FRAGMENTED,
    "fragmented, without its index": FRAGMENTED[: FRAGMENTED.rindex(b"mfra") - 4],
    "a part of size 0 in the titles": patched(make_video(), b"udta", 0),
    "empty boxes between": MP4 + box(b"free") * 300,
}


@pytest.mark.parametrize("name", ODD_AND_WHOLE)
def test_odd_files_that_play_are_whole(file: File, name: str) -> None:
    assert inspect(file(ODD_AND_WHOLE[name])).frames == 20


@pytest.mark.parametrize(
    "data",
    [
        MP4[:-200],
        patched(MP4, b"mdat", 0)[:-200],
        patched(MP4, b"mdat", size_of(MP4, b"mdat") + 5000)[:-1],
        WITH_SOUND[:-10],
        patched(WITH_SOUND, b"mdat", 0)[:-10],
        make_video()[:-600],
        FRAGMENTED[:1200],
        make_video("webm", "libvpx-vp9")[:-300],
        make_video("matroska")[:600],
        make_video("avi", "mpeg4")[:-900],
        make_video("gif", "gif")[:-40],
    ],
    ids=range(11),
)
def test_missing_samples_are_noticed(file: File, data: bytes) -> None:
    with pytest.raises(CutOff, match="cut off"):
        inspect(file(data))


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "an empty file"),
        (b"  <html><title>Sign in</title>", "text"),
        (b'\xef\xbb\xbf{"error": "gone"}', "text"),
        ("夜景".encode() * 400, "text"),
        (b"#EXTM3U\n#EXTINF:4,\nhttp://127.0.0.1/secret.ts\n", "text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "a PNG picture"),
        (b"\xff\xd8\xff\xe0" + bytes(99), "a JPEG picture"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a WebP picture"),
        (b"PK\x03\x04" + bytes(99), "a ZIP archive"),
        (box(b"ftyp", b"avif\0\0\0\0"), "a still picture"),
        (only_sound(), "sound and no pictures"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else value,
)
def test_what_is_not_video_is_named(file: File, data: bytes, what: str) -> None:
    with pytest.raises(NotVideo, match=what):
        inspect(file(data))


@pytest.mark.parametrize("kind", ["mp4", "mov", "matroska"])
def test_the_picture_of_a_cover_is_not_taken_for_the_video(file: File, kind: str) -> None:
    info = inspect(file(with_cover(kind)))
    assert (info.width, info.height, info.frames) == (96, 64, 20)


@pytest.mark.parametrize("kind", ["mp4", "mov"])
def test_sound_behind_the_picture_of_a_cover_is_not_video(file: File, kind: str) -> None:
    with pytest.raises(NotVideo, match="sound and no pictures"):
        inspect(file(with_cover(kind, "aac")))


@pytest.mark.parametrize("kind", ["webp", "avif"])
def test_an_animated_picture_is_no_video_that_can_be_checked(file: File, kind: str) -> None:
    data = animated_picture(kind)
    assert container_of(file(data)) == kind
    with pytest.raises(Unreadable, match="animated picture"):
        inspect(file(data))
    with pytest.raises(CutOff):
        inspect(file(data[:-20]))


@pytest.mark.parametrize("kind", ["webp", "avif"])
def test_a_still_picture_is_refused(file: File, kind: str) -> None:
    with pytest.raises(NotVideo, match="picture"):
        inspect(file(animated_picture(kind, frames=1)))


def test_the_head_of_an_animated_picture_may_be_short() -> None:
    whole = animated_picture("webp")
    assert [sniff(whole[:length]) for length in (12, 16, 20)] == [None, None, None]
    assert sniff(whole[:21]) == Container.ANIMATED_WEBP


def test_a_codec_that_cannot_be_decoded_is_no_verdict(file: File) -> None:
    with pytest.raises(Unreadable):
        inspect(file(of_unknown_codec()))


@pytest.mark.parametrize("sound", ["pcm_s16le", "aac"])
def test_sound_of_any_length_is_no_reason_to_refuse(file: File, sound: str) -> None:
    # More than two million moments of sound, which PCM counts one by one.
    data = make_video("mov", sound=sound, seconds=45, rate=1)
    info = inspect(file(data))
    assert (info.frames, info.has_audio) == (45, True)


@pytest.mark.parametrize(("turned", "shown"), [(90, (64, 96)), (180, (96, 64)), (270, (64, 96))])
def test_turned_clips_are_measured_as_they_are_shown(
    file: File, turned: int, shown: tuple[int, int]
) -> None:
    info = inspect(file(make_video(turned=turned)))
    assert (info.width, info.height, info.rotation) == (*shown, turned)


@pytest.mark.parametrize(
    ("aspect", "turned", "shown"),
    [
        (Fraction(32, 27), 0, (853, 480)),
        (Fraction(8, 9), 0, (720, 540)),
        (Fraction(32, 27), 90, (480, 853)),
    ],
)
def test_stretched_pixels_are_measured_as_they_are_shown(
    file: File, aspect: Fraction, turned: int, shown: tuple[int, int]
) -> None:
    data = make_video(size=(720, 480), seconds=0.3, aspect=aspect, turned=turned)
    info = inspect(file(data))
    assert (info.width, info.height) == shown
    assert info.pixel_aspect == pytest.approx(float(aspect), abs=1e-4)


def _claiming(kind: bytes, at: int, count: int) -> bytes:
    """An MP4 in which a table claims so many entries."""
    start = MP4.index(kind) + 4 + at
    return MP4[:start] + count.to_bytes(4, "big") + MP4[start + 4 :]


@pytest.mark.parametrize(
    "data",
    [
        _claiming(b"stsz", 8, 2**32 - 1),
        _claiming(b"stsz", 8, 3_000_000)[:-1],
        _claiming(b"stts", 4, 2**31),
        _claiming(b"stsc", 4, 2**30),
        _claiming(b"stco", 4, 2**32 - 1),
        # All frames of one size: the count needs no bytes at all.
        _claiming(b"stsz", 8, 2**32 - 1).replace(b"stsz\0\0\0\0\0\0\0\0", b"stsz\0\0\0\0\0\0\0\1"),
        MP4 + box(b"free") * 30_000,
    ],
    ids=["sizes", "sizes beyond the box", "times", "chunks", "places", "equal sizes", "boxes"],
)
def test_huge_claims_allocate_nothing(file: File, data: bytes) -> None:
    path = file(data)
    tracemalloc.start()
    try:
        with pytest.raises(MediaError):
            inspect(path)
        assert tracemalloc.get_traced_memory()[1] < 20 * 1024 * 1024
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "data",
    [make_video("webm", "libvpx-vp9"), make_video("avi", "mpeg4"), make_video("mov")],
    ids=["webm", "avi", "mov"],
)
def test_damage_anywhere_is_one_of_our_errors_or_none(file: File, data: bytes) -> None:
    chance = random.Random(11)
    for _ in range(25):
        damaged = bytearray(data)
        for at in chance.choices(range(len(data)), k=5):
            damaged[at] = chance.randrange(256)
        try:
            info = inspect(file(bytes(damaged)))
        except MediaError:
            continue
        assert 0 <= info.seconds <= 7 * 24 * 3600
        assert 0 < info.width <= 1_000_000 and 0 < info.height <= 1_000_000
        assert 0 <= info.frame_rate <= 1000
