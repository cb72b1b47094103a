"""What the tests of notices share."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.receivers import HookServer, serving


@pytest.fixture
def receiver(settings: Any) -> Iterator[HookServer]:
    """A server on this machine that notes what it is sent; private addresses are allowed."""
    settings.ALLOW_PRIVATE_RECEIVERS = True
    with serving(HookServer()) as server:
        yield server
