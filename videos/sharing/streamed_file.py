"""How is a file sent that exists nowhere, in pieces made as they are taken?"""

import io
import os
from collections.abc import Iterator


class StreamedFile(io.RawIOBase):
    """A file of known size that is read once, from its beginning to its end.

    The web server sends files from its event loop, so a slow reader keeps no thread and no
    temporary file. It reads a piece, goes back, and then moves on by what it could send. So `seek`
    only notes a place, and what was read is kept until a later piece is read.
    """

    def __init__(self, chunks: Iterator[bytes], size: int) -> None:
        super().__init__()
        self._chunks, self.size = chunks, size
        # The bytes from `_start` on that were made already; the place of the next read.
        self._kept, self._start, self._at = b"", 0, 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Within what is kept, and ahead."""
        return True

    def tell(self) -> int:
        """Where the next read begins."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """As every file."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        self._at = base + offset
        return self._at

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes. Raises OSError if the position is no longer buffered, or if there
        are fewer bytes than announced, so that the connection breaks."""
        stop = self.size if size < 0 else min(self.size, self._at + size)
        if stop > self._start + len(self._kept):
            self._pull(stop)
        first = self._at - self._start
        if not 0 <= first <= len(self._kept):
            raise OSError("these bytes are no longer kept")
        piece = self._kept[first : first + stop - self._at]
        self._at += len(piece)
        return piece

    def _pull(self, stop: int) -> None:
        """Make the bytes up to `stop`, and forget those before the place of this read."""
        pieces = [self._kept[max(0, self._at - self._start) :]]
        self._start = end = min(self._at, self._start + len(self._kept))
        end += len(pieces[0])
        while end < stop:
            if (chunk := next(self._chunks, None)) is None:
                raise OSError("the file ended early")
            pieces.append(chunk)
            end += len(chunk)
        self._kept = b"".join(pieces)

    def close(self) -> None:
        """Close what makes the pieces, too."""
        close = getattr(self._chunks, "close", None)
        if close is not None and not self.closed:
            close()
        super().close()
