"""Is a WebM, Matroska, AVI, WebP or GIF file whole? Their parts say how long they are.

Live recordings leave sizes open; their contents are checked instead.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from videos.frames.inspection.containers import Container
from videos.frames.inspection.errors import CutOff, missing
from videos.wire.text import gettext_noop

# Parts beyond this many aren't checked.
MAX_PARTS = 20_000
EBML_HEADER, SEGMENT, CLUSTER = 0x1A45DFA3, 0x18538067, 0x1F43B675
OPEN_RIFF = {0, 0xFFFFFFFF, 0x7FFFFFFF}
GIF_END = b";"
# How many of a GIF's last bytes are searched for its end.
GIF_TAIL = 256


def check_chunks(path: Path, container: Container) -> None:
    """Raise CutOff if a part claims to be longer than the file."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if container in (Container.WEBM, Container.MATROSKA):
            _check_ebml(file, size)
        elif container in (Container.AVI, Container.ANIMATED_WEBP):
            _check_riff(file, size)
        elif container == Container.GIF:
            file.seek(max(0, size - GIF_TAIL))
            if not file.read().rstrip(b"\0\r\n").endswith(GIF_END):
                raise CutOff(gettext_noop("the file is cut off: its end is missing"))


def _check_ebml(file: BinaryIO, size: int) -> None:
    for number, (ident, start, length) in enumerate(_elements(file, 0, size)):
        if length is not None and start + length > size and ident != EBML_HEADER:
            raise missing(start + length - size)
        if number > MAX_PARTS:
            return


def _elements(file: BinaryIO, at: int, size: int) -> Iterator[tuple[int, int, int | None]]:
    """(id, start, length) of each element; None for an open length. Looks into the segment and
    into clusters of open length."""
    while at < size:
        file.seek(at)
        ident, width = _variable(file, write_marker=True)
        if ident == 0:
            return
        length, length_width = _variable(file, write_marker=False)
        if length_width == 0:
            return
        start = at + width + length_width
        is_open = length == (1 << (7 * length_width)) - 1
        looks_inside = ident == SEGMENT or (ident == CLUSTER and is_open)
        yield ident, start, None if is_open or looks_inside else length
        at = start if looks_inside else start + length


def _variable(file: BinaryIO, *, write_marker: bool) -> tuple[int, int]:
    """(value, bytes) of one number of EBML; (0, 0) where there is none."""
    first = file.read(1)
    if not first or not first[0]:
        return 0, 0
    width = 9 - first[0].bit_length()
    rest = file.read(width - 1)
    if len(rest) < width - 1:
        return 0, 0
    value = first[0] if write_marker else first[0] & ((1 << (8 - width)) - 1)
    return int.from_bytes(bytes([value]) + rest, "big"), width


def _check_riff(file: BinaryIO, size: int) -> None:
    at = parts = 0
    while at + 12 <= size and parts < MAX_PARTS:
        file.seek(at)
        head = file.read(12)
        length = int.from_bytes(head[4:8], "little")
        if head[:4] != b"RIFF" or length in OPEN_RIFF:
            return
        end = at + 8 + length
        if end > size:
            raise missing(end - size)
        at, parts = end + (end & 1), parts + 1
