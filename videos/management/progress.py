"""A progress bar for terminals and logs."""

import sys
from typing import TextIO

WIDTH = 30


class Progress:
    """A bar that redraws itself on a terminal; elsewhere, one line for each new text."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._live = self._out.isatty()
        self._last = ""

    def show(self, percent: int, status: str) -> None:
        """Draw the progress, if it has changed."""
        line = status
        if self._live:
            done = WIDTH * max(0, min(100, percent)) // 100
            line = f"[{'#' * done}{'.' * (WIDTH - done)}] {percent:3d} %  {status}"
        if line == self._last:
            return
        self._last = line
        # \x1b[K clears the rest of a longer previous line.
        self._out.write(f"\r{line}\x1b[K" if self._live else f"{line}\n")
        self._out.flush()

    def end(self) -> None:
        """End the line."""
        if self._live and self._last:
            self._out.write("\n")
            self._out.flush()
