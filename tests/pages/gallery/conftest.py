"""What several tests of the gallery start from."""

from collections.abc import Callable

import pytest

from videos.models import Stack, VideoJob


@pytest.fixture
def stack(make_job: Callable[..., VideoJob]) -> list[VideoJob]:
    """Three clips of one stack, oldest first; the newest is the cover."""
    new_stack = Stack.objects.create()
    return [make_job(stack=new_stack, is_cover=place == 2) for place in range(3)]
