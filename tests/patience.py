"""How long tests wait for other processes. Long: no test may fail because a machine is slow."""

import time
from collections.abc import Callable
from typing import TypeVar

# In seconds. A machine with much to do may stand still for many of them.
PATIENCE = 240.0

Found = TypeVar("Found")


def wait_until(true: Callable[[], Found], seconds: float = PATIENCE) -> Found:
    """What the condition returned when it came true."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, f"it did not come true in {seconds} seconds"
        time.sleep(0.02)
    return found
