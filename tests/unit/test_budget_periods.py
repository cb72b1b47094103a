"""A budget's day, week and month are those of the team's time zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from videos.billing.periods import end_of, start_of
from videos.models.budget import Per


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "now", "per", "start", "end"),
    [
        ("UTC", "2026-11-29 12:00", Per.DAY, "2026-11-29 00:00", "2026-11-30 00:00"),
        ("UTC", "2026-11-29 12:00", Per.WEEK, "2026-11-23 00:00", "2026-11-30 00:00"),
        ("UTC", "2026-12-31 23:59", Per.MONTH, "2026-12-01 00:00", "2027-01-01 00:00"),
        ("UTC", "2028-02-29 01:00", Per.MONTH, "2028-02-01 00:00", "2028-03-01 00:00"),
        # Still the 30th in New York, already December in Auckland.
        ("America/New_York", "2026-12-01 04:00", Per.MONTH, "2026-11-01 04:00", "2026-12-01 05:00"),
        ("Pacific/Auckland", "2026-11-30 12:00", Per.MONTH, "2026-11-30 11:00", "2026-12-31 11:00"),
        # The clocks go forward (23 hours) and back (25 hours).
        ("Europe/Berlin", "2026-03-29 12:00", Per.DAY, "2026-03-28 23:00", "2026-03-29 22:00"),
        ("Europe/Berlin", "2026-10-25 12:00", Per.DAY, "2026-10-24 22:00", "2026-10-25 23:00"),
        ("Europe/Berlin", "2026-10-25 12:00", Per.MONTH, "2026-09-30 22:00", "2026-10-31 23:00"),
        # Midnight is skipped, and comes twice.
        ("Africa/Cairo", "2026-04-24 12:00", Per.DAY, "2026-04-23 22:00", "2026-04-24 21:00"),
        ("America/Havana", "2026-11-01 12:00", Per.DAY, "2026-11-01 04:00", "2026-11-02 05:00"),
    ],
)  # fmt: skip
def test_a_period_starts_and_ends_at_midnight_in_the_team_s_time_zone(
    zone: str, now: str, per: Per, start: str, end: str
) -> None:
    moment, zone_info = _utc(now), ZoneInfo(zone)
    assert start_of(per, moment, zone_info) == _utc(start)
    assert end_of(per, moment, zone_info) == _utc(end)
