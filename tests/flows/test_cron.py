"""Schedules are checked where they are written: what the settings take, Prefect takes."""

from __future__ import annotations

import pytest
from prefect.client.schemas.schedules import CronSchedule

from flows.cron import cron_line, time_zone


@pytest.mark.parametrize(
    "line",
    [
        "0 2 * * *",
        "*/15 1-3,8 * jan-mar mon-fri",
        "0 7 1,15 * *",
        "0 2 * * sat,SUN",
        "0 2 * * 7",
        "0 22-2 * * fri-mon",
        "@daily",
    ],
)
def test_a_cron_line_that_is_taken_makes_a_schedule(line: str) -> None:
    assert cron_line(line) == line
    assert CronSchedule(cron=line, timezone=time_zone("Europe/London")).cron == line


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("0 99 * * *", "99 is no hour (0 to 23, or *)"),
        ("60 * * * *", "60 is no minute"),
        ("0 2 0 * *", "0 is no day of the month"),
        ("0 2 * 13 *", "13 is no month"),
        ("0 2 * * moon", "moon is no day of the week"),
        ("0 2 * *", "write five fields"),
        ("@dayly", "write five fields"),
        ("", "write five fields"),
    ],
)
def test_another_is_refused_and_would_make_none(line: str, says: str) -> None:
    with pytest.raises(ValueError, match="is no cron line") as told:
        cron_line(line)
    assert says in str(told.value)
    with pytest.raises(ValueError, match="cron"):
        CronSchedule(cron=line, timezone="UTC")


@pytest.mark.parametrize("name", ["Europe/Lodnon", "", "../etc/passwd"])
def test_a_time_zone_that_nobody_knows_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no time zone"):
        time_zone(name)
