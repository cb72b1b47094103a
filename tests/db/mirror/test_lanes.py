"""Does every kind of work get a thread, however many there are?"""

from typing import Any

import pytest

from videos.mirror import Mirror


@pytest.mark.parametrize("threads", [1, 2, 3, 6, 12, 40])
def test_every_lane_has_room_while_nothing_runs(settings: Any, threads: int) -> None:
    settings.MIRROR_THREADS = threads
    mirror = Mirror()
    assert [lane.name for lane in mirror.lanes if mirror.free_slots(lane) <= 0] == []
    mirror.stop()
