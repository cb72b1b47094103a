"""No number that a provider sends can break us: what is out of range is left out."""

from typing import Any

import pytest

from videos import wire

FAR = [
    253_402_300_799,
    "9999-12-31T23:59:59+14:00",
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00",
    "1999-12-31T23:59:59Z",
    4_102_444_800,
    1e300,
    -1,
    0,
    10**400,
    "9" * 5000,
    "nan",
    True,
    [],
]


def read(**fields: Any) -> wire.RemoteVideo:
    return wire.read_video({"id": "v", "status": "completed"} | fields)


@pytest.mark.parametrize("value", FAR)
@pytest.mark.parametrize("name", ["created_at", "completed_at", "expires_at"])
def test_a_time_before_2000_or_after_2100_is_left_out(name: str, value: Any) -> None:
    assert getattr(read(**{name: value}), name) is None


@pytest.mark.parametrize(
    "value", [1_795_428_000, "1795428000", 1_795_428_000_000, "2026-11-23T10:00:00Z", 1795428000.9]
)
def test_a_time_of_our_century_is_read_in_any_form(value: Any) -> None:
    assert read(expires_at=value).expires_at == 1_795_428_000
    assert read(expiresAt=value, createdAt=value).expires_at == 1_795_428_000
    assert read(expires_at=None, expire_time=value).expires_at == 1_795_428_000


@pytest.mark.parametrize("value", [0, -4, 1e-9, 0.0123456, 86_401, 1e12, "1e999", "9" * 9999, None])
def test_a_length_that_no_clip_has_is_left_out(value: Any) -> None:
    assert read(seconds=value).seconds is None


@pytest.mark.parametrize("value", [0.1234567, 86_400, 12.3456789, "4", 8.0])
def test_a_length_fits_its_column(value: Any) -> None:
    assert 1 <= len(read(seconds=value).seconds or "") <= 8


@pytest.mark.parametrize(
    ("width", "height"), [(0, 10), (-1, 10), (10_000, 10), (1e300, 1e300), ("nan", 5), (True, 5)]
)
def test_a_size_that_no_screen_has_is_left_out(width: Any, height: Any) -> None:
    assert read(width=width, height=height).size is None


@pytest.mark.parametrize(
    ("said", "percent"),
    [
        (0.42, 42),
        ("0.42", 42),
        (0.29, 29),
        (0.999, 99),
        ("0.5%", 0),
        (42, 42),
        ("42%", 42),
        (42.9, 42),
        (0, 0),
        (0.0, 0),
        (1, 1),
        (1e300, 100),
        (-3, 0),
    ],
)
def test_progress_is_percent_or_a_fraction_of_the_whole(said: Any, percent: int) -> None:
    assert read(progress=said).progress == percent
