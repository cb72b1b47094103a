"""Which bytes does a Range header ask for?

Hand-written: Django reads no Range, and Werkzeug refuses a suffix longer than the file.
"""

import re
from dataclasses import dataclass
from typing import Self

ONE_RANGE = re.compile(r"bytes=([0-9]{0,4000})-([0-9]{0,4000})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Range:
    """One range. `first` None: the last `last` bytes. `last` None: all from `first` on."""

    first: int | None
    last: int | None

    @classmethod
    def parse(cls, header: str | None) -> Self | None:
        """None where the header is absent, malformed or names several: all of them mean 200."""
        match = ONE_RANGE.fullmatch((header or "").strip())
        if match is None or match[0].endswith("=-"):
            return None
        first, last = (int(digits) if digits else None for digits in match.groups())
        backwards = first is not None and last is not None and last < first
        return None if backwards else cls(first, last)

    def __str__(self) -> str:
        ends = ("" if end is None else end for end in (self.first, self.last))
        return "bytes={}-{}".format(*ends)

    @property
    def is_open(self) -> bool:
        """Does it ask for all the rest, as players do?"""
        return self.last is None

    def within(self, size: int) -> tuple[int, int] | None:
        """Start and stop in a file of `size` bytes; None where it cannot be satisfied: 416."""
        if self.first is None:
            start, stop = max(0, size - (self.last or 0)), size
        else:
            start, stop = self.first, size if self.last is None else min(self.last + 1, size)
        return (start, stop) if start < stop else None

    def capped(self, room: int) -> Self:
        """The same with an end: at most `room` bytes where it was open."""
        if self.first is None or self.last is not None:
            return self
        return type(self)(self.first, self.first + room - 1)
