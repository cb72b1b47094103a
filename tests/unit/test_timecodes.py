"""A moment is typed as people write it; anything else is refused."""

from decimal import Decimal

import pytest

from videos.models.timecode import read_timecode

READ = [
    ("62.5", "62.500"),
    ("1:02.5", "62.500"),
    ("00:01:02.5", "62.500"),
    ("1:00:00", "3600.000"),
    ("0:02", "2.000"),
    ("0", "0.000"),
    (".5", "0.500"),
    ("2.", "2.000"),
    ("  4.2 ", "4.200"),
    ("1:75", "135.000"),
    ("90:00", "5400.000"),
    ("12.345678901234567", "12.346"),
    ("99999.999", "99999.999"),
]
REFUSED = [
    "",
    " ",
    "-1",
    "-0",
    "+2",
    "1:-2",
    "-1:02",
    "nan",
    "NaN",
    "sNaN",
    "inf",
    "-Infinity",
    "1:nan",
    "1e3",
    "1E-2",
    "1_0",
    "100000",
    "99999.9999999",
    "27:46:40",
    "9" * 400,
    "1" * 30 + ":00",
    "0." + "0" * 400,
    "\u0661:\u0660\u0662",
    "\uff12.5",
    "\u00b2",
    "1:2:3:4",
    "1::2",
    ":5",
    "1:",
    ":",
    ".",
    "2,5",
    "0x10",
    "last",
    "1:02.5\0",
    "1:02.5\n1",
]


@pytest.mark.parametrize(("text", "seconds"), READ)
def test_a_moment_is_read_to_the_millisecond(text: str, seconds: str) -> None:
    assert str(read_timecode(text)) == seconds
    assert read_timecode(text) == Decimal(seconds)


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_a_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"timecode|too late"):
        read_timecode(text)
