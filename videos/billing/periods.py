"""When does a budget's day, week or month start? In the team's time zone (TIME_ZONE)."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.utils import timezone

from videos.models.budget import Per

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def start_of(per: Per, now: datetime, zone: tzinfo | None = None) -> datetime:
    """When the day, week or month began that `now` is in. Weeks begin on Monday."""
    if per == Per.ALL:
        return BEGINNING
    zone = zone or timezone.get_default_timezone()
    return _midnight(_first_day(per, now.astimezone(zone).date()), zone)


def end_of(per: Per, now: datetime, zone: tzinfo | None = None) -> datetime | None:
    """When the next day, week or month begins; None for a budget in all."""
    if per == Per.ALL:
        return None
    zone = zone or timezone.get_default_timezone()
    first = _first_day(per, now.astimezone(zone).date())
    # Longer than each, and shorter than two of them.
    far = {Per.DAY: 1, Per.WEEK: 7, Per.MONTH: 31}[per]
    return _midnight(_first_day(per, first + timedelta(days=far)), zone)


def _first_day(per: Per, day: date) -> date:
    if per == Per.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if per == Per.MONTH else day


def _midnight(day: date, zone: tzinfo) -> datetime:
    """The first moment of a day: where clocks skip or repeat midnight, too."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)
