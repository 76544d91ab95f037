"""Times as logs write them; what no clock can have shown is none."""

import pytest

from distillers.sources.base import when


@pytest.mark.parametrize(
    ("told", "at"),
    [
        ("2026-11-02T09:00:00.123Z", "2026-11-02T09:00:00.123Z"),
        ("2026-11-02T10:00:00+01:00", "2026-11-02T09:00:00.000Z"),
        ("2026-11-02 09:00", "2026-11-02T09:00:00.000Z"),
        (1_793_610_000_000, "2026-11-02T09:00:00.000Z"),
        ("1991-08-25T20:57:08Z", "1991-08-25T20:57:08.000Z"),
        ("2999-01-01T00:00:00.000Z", ""),
        ("2999-01-01T00:00:00+00:00", ""),
        ("9999-12-31T23:59:59-14:00", ""),
        ("0001-01-01T00:00:00+14:00", ""),
        ("1601-01-01T00:00:00.000Z", ""),
        ("yesterday at noon, T 12:0.Z", ""),
        (12.5, ""),
        (True, ""),
        (None, ""),
    ],
)
def test_a_time_is_utc_with_milliseconds_or_none(told: object, at: str) -> None:
    assert when(told) == at
