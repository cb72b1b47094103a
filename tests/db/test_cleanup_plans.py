"""The lists of the Cleanup page are read from an index, however many clips there are."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import connection

from videos.gallery.clips.cleanup_lists import AT_RISK, LISTS, CleanupList
from videos.models import VideoJob, visible_jobs


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by statistics")
@pytest.mark.parametrize("shown", LISTS, ids=lambda each: each.key)
def test_a_list_and_its_count_read_an_index(
    shown: CleanupList, team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    make_job()
    rows = shown.rows(visible_jobs(team.admin))
    indexes = {"at_risk": "live_unarchived", "lost": "live_unarchived", "trash": "purge"}
    index = indexes.get(shown.key, "live_expiring")
    count = rows.order_by().values("pk")[:1001].explain()
    assert f"USING INDEX {index}" in count or f"USING COVERING INDEX {index}" in count, count
    column = "purge_at" if shown.key == "trash" else "expires_at"
    page = rows.order_by(f"-{column}", "-id")[:25].explain()
    assert f"INDEX {index}" in page, page
    # What is at risk is few, and may be sorted.
    assert shown == AT_RISK or "TEMP B-TREE FOR ORDER BY" not in page, page
