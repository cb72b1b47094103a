"""A picture that is uploaded while the disk is full."""

import io
import random
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from tests.full_disk_site import MB, half_files, running_site
from tests.small_disk import small_disks

__all__ = ["small_disks"]
pytestmark = pytest.mark.usefixtures("small_disks")


def _noise(width: int, height: int) -> bytes:
    """A PNG that doesn't get smaller."""
    out = io.BytesIO()
    data = random.Random(1).randbytes(width * height * 3)
    Image.frombytes("RGB", (width, height), data).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("room", [3_500_000, 6_000_000])
def test_a_picture_that_finds_no_room_is_a_503_in_words_and_leaves_nothing(
    tmp_path: Path, team: SimpleNamespace, room: int
) -> None:
    # The upload is more than 2.5 MB, so it goes through a file of its own first.
    place, picture = tmp_path / "small", _noise(1280, 720)
    with running_site(tmp_path, place, 20 * MB) as site:
        assert site.post("before", "key-before")[0] == 303
        before = set(half_files(site.disk))
        site.disk.fill(leave=room)
        status, headers, page = site.post("a boat", "key-1", picture)
        assert (status, headers["retry-after"]) == (503, "5")
        assert "disk is full" in page
        assert set(half_files(site.disk)) == before
        assert site.ask("SELECT count(*) FROM videos_videojob") == "1"
        site.disk.make_room()
        assert site.post("a boat", "key-1", picture)[0] == 303
