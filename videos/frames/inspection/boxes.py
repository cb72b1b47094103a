"""Is an MP4 or QuickTime file whole, and are its tables safe to open?

The boxes are read by hand because no library says "truncated": libav opens a file whose last half
is missing without complaint. The same walk refuses sample tables that would make libav allocate
gigabytes, since the files come from strangers.

Players forgive a lot, and so does this: bytes after the last box, sizes of 0, and a last box that
claims more than there is. Whether all samples are there is then asked of the opened file.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

from videos.frames.inspection.errors import CutOff, Unreadable, missing
from videos.wire.text import gettext_noop

MAX_BOXES = 20_000
MAX_DEPTH = 8
# libav keeps 24 bytes for each sample.
MAX_FRAMES = 2_000_000
MAX_SOUND_SAMPLES = 4_000_000

CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf"}
# Without any of these, something of the clip is missing, or its order.
NEEDED = CONTAINERS | {b"stsd", b"stsz", b"stz2", b"stco", b"co64", b"stsc", b"stts", b"ctts"}
NEEDED |= {b"trun", b"tfhd", b"tkhd", b"mdhd", b"hdlr"}
# Tables: where the number of entries stands in the body, and the bytes of one entry.
TABLES = {
    b"stts": (4, 8),
    b"ctts": (4, 8),
    b"stsc": (4, 12),
    b"stco": (4, 4),
    b"co64": (4, 8),
    b"stss": (4, 4),
}
# The flags of `trun` that add a number of four bytes to each sample.
RUN_FIELDS = 0x100, 0x200, 0x400, 0x800


class _Box(NamedTuple):
    kind: bytes
    start: int  # of the body
    end: int
    missing: int  # bytes that it claims beyond its surroundings
    at_end: bool  # it reaches the end of the file


@dataclass
class _Track:
    """What the tables of one track claim. Each may come twice, and the worst counts."""

    handlers: set[bytes] = field(default_factory=set)
    samples: int = 0
    equal_sizes: bool = True
    equal_times: bool = True

    @property
    def is_video(self) -> bool:
        return b"vide" in self.handlers

    @property
    def index_entries(self) -> int:
        """What libav keeps. Of plain PCM these are the chunks alone, however many samples."""
        is_pcm = not self.is_video and self.equal_sizes and self.equal_times
        return 0 if is_pcm else self.samples


def check_boxes(path: Path) -> None:
    """Raise CutOff or Unreadable unless the boxes have tables and frames that are safe to open."""
    with path.open("rb") as file:
        _Walk(file, path.stat().st_size).check()


class _Walk:
    """One pass over all boxes of a file."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._size = file, size
        self._boxes = 0
        self._kinds: set[bytes] = set()
        self._track = _Track()
        # Of all tracks so far: frames, and samples of everything else.
        self._frames = self._others = self._in_fragments = 0

    def check(self) -> None:
        for depth, box in self._boxes_in(0, self._size, 0):
            if depth == 0:
                self._kinds.add(box.kind)
            self._look_at(box)
        self._finish_track()
        if b"moov" not in self._kinds:
            raise CutOff(gettext_noop("the file is cut off: the tables are missing"))
        if b"mdat" not in self._kinds:
            raise CutOff(gettext_noop("the file is cut off: the frames are missing"))

    def _boxes_in(self, at: int, end: int, depth: int) -> Iterator[tuple[int, _Box]]:
        """Every box from `at` to `end` and, where it holds boxes, those inside it."""
        while (box := self._read_box(at, end, depth)) is not None:
            self._boxes += 1
            if self._boxes > MAX_BOXES:
                raise Unreadable(gettext_noop("the file has too many parts"))
            yield depth, box
            last: _Box | None = None
            if box.kind in CONTAINERS and depth < MAX_DEPTH:
                for inner_depth, last in self._boxes_in(box.start, box.end, depth + 1):
                    yield inner_depth, last
            # Only the last part of the tables may be missing, which isn't needed to play the clip.
            is_spared = box.kind == b"moov" and last is not None and last.missing
            if box.missing and box.at_end and box.kind in NEEDED and not is_spared:
                raise missing(box.missing)
            at = box.end

    def _read_box(self, at: int, end: int, depth: int) -> _Box | None:
        """The box at `at`; None at the end, and where what follows is not a box."""
        self._file.seek(at)
        head = self._file.read(min(16, max(0, end - at)))
        if len(head) < 8:
            return None
        size, kind = struct.unpack(">I4s", head[:8])
        start = at + 8
        if size == 1 and len(head) == 16:  # too large for 32 bits
            size, start = struct.unpack(">Q", head[8:])[0], at + 16
        elif size == 0:  # "to the end"
            size = end - at
        if at + size < start:
            return None
        stop = min(at + size, end)
        return _Box(kind, start, stop, at + size - stop, stop == self._size)

    def _look_at(self, box: _Box) -> None:
        if box.kind == b"trak":
            self._finish_track()
        elif box.kind == b"hdlr":
            self._track.handlers.add(self._bytes(box, 8, 4))
        elif box.kind in (b"stsz", b"stz2"):
            self._read_sizes(box)
        elif box.kind == b"trun":
            self._read_run(box)
        elif box.kind in TABLES:
            self._read_table(box)

    def _finish_track(self) -> None:
        """Unreadable where opening the file would allocate for absurdly many samples."""
        if self._track.is_video:
            self._frames += self._track.index_entries
        else:
            self._others += self._track.index_entries
        self._track = _Track()
        if self._frames > MAX_FRAMES:
            raise Unreadable(
                gettext_noop("the file claims %(count)s frames", count=f"{self._frames:,}")
            )
        if self._others > MAX_SOUND_SAMPLES:
            raise Unreadable(
                gettext_noop(
                    "the file claims %(count)s samples of sound", count=f"{self._others:,}"
                )
            )

    def _read_sizes(self, box: _Box) -> None:
        size, count = self._number(box, 4), self._number(box, 8)
        self._track.samples = max(count, self._track.samples)
        if box.kind == b"stsz" and size:
            return
        self._track.equal_sizes = False
        bits = 32 if box.kind == b"stsz" else size & 0xFF
        self._check_entries_fit(box, 12, count, bits)

    def _read_run(self, box: _Box) -> None:
        flags, count = self._number(box, 0) & 0xFFFFFF, self._number(box, 4)
        self._in_fragments += count
        if self._in_fragments > MAX_SOUND_SAMPLES:
            raise Unreadable(
                gettext_noop("the file claims %(count)s samples", count=f"{self._in_fragments:,}")
            )
        fields = sum(bool(flags & flag) for flag in RUN_FIELDS)
        self._check_entries_fit(box, 8, count, 32 * fields)

    def _read_table(self, box: _Box) -> None:
        at, entry = TABLES[box.kind]
        count = self._number(box, at)
        self._check_entries_fit(box, at + 4, count, 8 * entry)
        if box.kind == b"stts":
            self._track.equal_times &= count == 1 and self._number(box, at + 8) == 1

    def _check_entries_fit(self, box: _Box, at: int, count: int, bits: int) -> None:
        """Whether `count` entries of so many bits fit into the box."""
        beyond = (count * bits + 7) // 8 - (box.end - box.start - at)
        if beyond > 0:
            if box.at_end and box.missing:
                raise missing(box.missing)
            raise Unreadable(
                gettext_noop(
                    "its tables claim %(count)s entries that are not there", count=f"{count:,}"
                )
            )

    def _number(self, box: _Box, at: int) -> int:
        return int.from_bytes(self._bytes(box, at, 4), "big")

    def _bytes(self, box: _Box, at: int, count: int) -> bytes:
        self._file.seek(box.start + at)
        return self._file.read(max(0, min(count, box.end - box.start - at)))
