"""What does the log keep of a request that was refused?"""

import logging


class OneLine(logging.Filter):
    """What strangers send wrongly is no fault of ours: a line, without the stack of our code."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True."""
        record.exc_info = record.exc_text = None
        return True
