"""Simplified Chinese: `2026年3月5日 14:30 UTC`. The short form leaves the year out."""

DATE_FORMAT = "Y年n月j日"
DATETIME_FORMAT = "Y年n月j日 H:i T"
SHORT_DATETIME_FORMAT = "n月j日 H:i T"
