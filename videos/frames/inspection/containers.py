"""Which kind of file is this, by its first bytes?

Headers and file names of strangers are often wrong; the first bytes are not. Only what is listed
here is opened: libav also reads playlists, which may name other files and addresses.
"""

from dataclasses import dataclass
from enum import StrEnum

# As much of a file as `sniff` and `is_text` look at, in bytes.
HEAD = 1024


class Container(StrEnum):
    """A file format that holds video. The value is its usual file extension."""

    MP4 = "mp4"
    MOV = "mov"
    THREE_GP = "3gp"
    WEBM = "webm"
    MATROSKA = "mkv"
    AVI = "avi"
    GIF = "gif"
    OGG = "ogv"
    MPEG_TS = "ts"
    MPEG_PS = "mpg"
    FLV = "flv"
    ASF = "wmv"
    # Pictures that move. Browsers show them, but not as video.
    ANIMATED_WEBP = "webp"
    ANIMATED_AVIF = "avif"

    @property
    def media_type(self) -> str:
        """As browsers and registries name it."""
        return _FORMATS[self].media_type

    @property
    def libav_name(self) -> str:
        """The demuxer that reads it; "" where none does, so that it can only be kept."""
        return _FORMATS[self].demuxer


@dataclass(frozen=True, slots=True)
class _Format:
    media_type: str
    demuxer: str


_FORMATS = {
    Container.MP4: _Format("video/mp4", "mp4"),
    Container.MOV: _Format("video/quicktime", "mov"),
    Container.THREE_GP: _Format("video/3gpp", "mov"),
    Container.WEBM: _Format("video/webm", "matroska"),
    Container.MATROSKA: _Format("video/x-matroska", "matroska"),
    Container.AVI: _Format("video/x-msvideo", "avi"),
    Container.GIF: _Format("image/gif", "gif"),
    Container.OGG: _Format("video/ogg", "ogg"),
    Container.MPEG_TS: _Format("video/mp2t", "mpegts"),
    Container.MPEG_PS: _Format("video/mpeg", "mpeg"),
    Container.FLV: _Format("video/x-flv", "flv"),
    Container.ASF: _Format("video/x-ms-wmv", "asf"),
    Container.ANIMATED_WEBP: _Format("image/webp", ""),
    # libav takes the still picture in it for the video.
    Container.ANIMATED_AVIF: _Format("image/avif", "mov"),
}
# Boxes that begin an MP4 or a QuickTime file without `ftyp`.
_FIRST_BOXES = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"moof", b"styp", b"sidx"}
_STILL_BRANDS = {b"avif", b"heic", b"heix", b"mif1", b"jpeg"}
_SOUND_BRANDS = {b"M4A ", b"M4B ", b"M4P "}
_TS_PACKET = 188
# The flag in the header of an extended WebP.
ANIMATION = 0x02
_STARTS = (
    (b"GIF87a", Container.GIF),
    (b"GIF89a", Container.GIF),
    (b"OggS", Container.OGG),
    (b"FLV\x01", Container.FLV),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Container.ASF),
    (b"\0\0\x01\xba", Container.MPEG_PS),
    (b"\0\0\x01\xb3", Container.MPEG_PS),
)
# Descriptions of files that certainly aren't video.
_OTHER_FILES = (
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"BM", "a BMP picture"),
    (b"ID3", "an MP3 sound file"),
    (b"fLaC", "a FLAC sound file"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
)
_RIFF_FILES = {b"WEBP": "a WebP picture", b"WAVE": "a WAV sound file"}


def sniff(head: bytes) -> Container | None:
    """The container that a file with this beginning is, or None."""
    for start, container in _STARTS:
        if head.startswith(start):
            return container
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head[4:8] in _FIRST_BOXES:
        return Container.MOV
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return Container.WEBM if b"webm" in head[:64] else Container.MATROSKA
    if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
        return Container.AVI
    if head.startswith(b"RIFF") and _is_animated_webp(head):
        return Container.ANIMATED_WEBP
    if head[:1] == b"G" and head[_TS_PACKET : _TS_PACKET + 1] == b"G":
        return Container.MPEG_TS
    return None


def describe_other(head: bytes) -> str:
    """What a file is that certainly isn't video, in words ("text", "a PNG picture"); "" if
    unknown."""
    if not head:
        return "an empty file"
    if head[4:8] == b"ftyp" and head[8:12] in _STILL_BRANDS:
        return "a still picture"
    if head[4:8] == b"ftyp" and head[8:12] in _SOUND_BRANDS:
        return "a sound file"
    if head.startswith(b"RIFF") and head[8:12] in _RIFF_FILES:
        return _RIFF_FILES[head[8:12]]
    for start, name in _OTHER_FILES:
        if head.startswith(start):
            return name
    return "text" if is_text(head) else ""


def is_text(head: bytes) -> bool:
    """Whether these first bytes are text: UTF-8 without control characters, maybe cut off."""
    try:
        text = head[:HEAD].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The last character may have been cut in two.
        if error.start < len(head[:HEAD]) - 3:
            return False
        text = head[: error.start].decode("utf-8-sig")
    return all(character.isprintable() or character in "\t\r\n\f\x1b" for character in text)


def _is_animated_webp(head: bytes) -> bool:
    flags = head[20:21]
    return head[8:16] == b"WEBPVP8X" and bool(flags) and bool(flags[0] & ANIMATION)


def _by_brand(head: bytes) -> Container | None:
    brand = head[8:12]
    brands = head[8 : min(HEAD, int.from_bytes(head[:4]))]
    if brand in (b"avis", b"avif") and b"avis" in brands:
        return Container.ANIMATED_AVIF
    if brand in _STILL_BRANDS or brand in _SOUND_BRANDS:
        return None
    if brand == b"qt  ":
        return Container.MOV
    return Container.THREE_GP if brand[:2] == b"3g" else Container.MP4
