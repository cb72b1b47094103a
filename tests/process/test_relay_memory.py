"""A clip on its way through from its provider does not collect in memory."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.content import unarchived_job
from tests.upstream.control import Upstream
from tests.web_fixtures import Site
from videos.models import VideoJob

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("web"),
]
CLIP = bytes(60_000_000)
MB = 1024 * 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
def test_memory_stays_flat_for_a_reader_who_keeps_up(
    upstream: Upstream, site: Site, make_job: Callable[..., VideoJob]
) -> None:
    job = unarchived_job(upstream, make_job, CLIP)
    before = peak_mb(site)
    with closing(site.web.connect()) as reader:
        headers = {"Host": "localhost", "Cookie": site.cookie}
        reader.request("GET", f"/videos/{job.public_id}/content", headers=headers)
        answer, taken = reader.getresponse(), 0
        while piece := answer.read(MB):
            taken += len(piece)
    assert taken == len(CLIP)
    assert peak_mb(site) - before < 40


def peak_mb(site: Site) -> float:
    """The most memory that any of the server's processes has held so far."""
    parent = site.web.process.pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return max(_peak(pid) for pid in children)


def _peak(pid: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
