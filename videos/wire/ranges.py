"""Which bytes does a Range header ask for? Werkzeug parses it."""

import re
import sys

from werkzeug.datastructures import Range
from werkzeug.http import parse_range_header

# The last zero bytes: well formed, but no file can satisfy it (RFC 9110). Werkzeug drops it.
NO_BYTES = re.compile(r"bytes=-0+", re.IGNORECASE)


def read_range(header: str | None) -> Range | None:
    """The requested range of bytes. None if the header is missing, malformed or has several ranges;
    all of these are answered with the whole file."""
    text = (header or "").strip()
    if NO_BYTES.fullmatch(text):
        return Range("bytes", [(sys.maxsize, None)])
    parsed = parse_range_header(text)
    return parsed if parsed and parsed.units == "bytes" and len(parsed.ranges) == 1 else None


def span_in(requested: Range, size: int) -> tuple[int, int] | None:
    """Start and stop in a file of `size` bytes; None if the range can't be satisfied (416)."""
    [(start, stop)] = requested.ranges
    # Werkzeug refuses a suffix that is longer than the file.
    return Range("bytes", [(max(start, -size), stop)]).range_for_length(size)
