"""The mirror is killed while it processes a bulk run."""

import signal

import pytest

from tests.mirror_process import running_mirror
from tests.patience import PATIENCE, wait_until
from videos.models import BulkAction, BulkRun, BulkState, Decision, Notice, NoticeKind, VideoJob
from videos.review.bulk import begin as begin_module
from videos.review.bulk.begin import begin

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
]


@pytest.mark.parametrize(("failpoint", "decided"), [("bulk_part_done", 0), ("bulk_part_kept", 2)])
def test_a_killed_mirror_repeats_nothing_and_loses_nothing(
    failpoint, decided, team, make_job, monkeypatch
):
    monkeypatch.setattr(begin_module, "CHUNK", 2)
    for _ in range(5):
        make_job()
    rows = VideoJob.objects.all()
    run = begin(team.teammate, BulkAction.DECIDE, {"verdict": "approved"}, rows)
    assert run is not None
    with running_mirror(FAILPOINTS=failpoint, LEASE_SECONDS=1) as mirror:
        assert mirror.wait(timeout=PATIENCE) == -signal.SIGKILL
    run.refresh_from_db()
    assert (run.state, run.changed, Decision.objects.count()) == (
        BulkState.RUNNING,
        decided,
        decided,
    )
    with running_mirror(LEASE_SECONDS=1):
        wait_until(lambda: not BulkRun.objects.get().is_running)
    run.refresh_from_db()
    assert (run.state, run.changed, run.failed) == (BulkState.DONE, 5, 0)
    assert Decision.objects.count() == 5
    assert Notice.objects.filter(kind=NoticeKind.BULK).count() == 1
