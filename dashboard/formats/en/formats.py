"""English: `5 Mar 2026, 14:30 UTC`. The short form leaves the year out."""

DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j M Y, H:i T"
SHORT_DATETIME_FORMAT = "j M, H:i T"
