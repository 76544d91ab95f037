"""The doctor warns before an agent deletes what was not collected; what was collected may go."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows import founding, stages
from flows.doctor import Check, examine
from flows.retention import keeper_of, risks
from flows.settings import Settings, load

NOW = datetime(2026, 11, 20, tzinfo=UTC)
DAY = 86_400


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "home" / ".claude" / "projects" / "-x"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def house(tmp_path: Path, store: Path) -> Settings:
    founding.found(tmp_path / "workspace", founding.Plan({"shop": [store]}))
    return load(tmp_path / "workspace")


def log(store: Path, name: str, age: float, moment: datetime = NOW) -> Path:
    row = {
        "type": "user",
        "sessionId": name,
        "uuid": name,
        "timestamp": "2026-11-02T09:00:00Z",
        "message": {"role": "user", "content": "from now on always run make lint"},
    }
    path = store / f"{name}.jsonl"
    path.write_text(json.dumps(row) + "\n")
    when = moment.timestamp() - age * DAY
    os.utime(path, (when, when))
    return path


def keep(store: Path, text: str) -> None:
    (store.parents[1] / "settings.json").write_text(text)


def test_a_file_that_rested_nearly_as_long_as_the_agent_keeps_it_is_at_risk(house: Settings, store: Path) -> None:
    log(store, "old", 27.5)
    log(store, "older", 31)
    log(store, "new", 3)
    [risk] = risks(house, NOW)
    assert (risk.keeper.agent, risk.keeper.days, risk.files, round(risk.left)) == ("Claude Code", 30, 2, -1)


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ('{"cleanupPeriodDays": 365}', 0),
        ('{"cleanupPeriodDays": 5}', 3),
        ('{"cleanupPeriodDays": "x"}', 2),
        ("{", 2),
        ("[]", 2),
        ("", 2),
    ],
)
def test_the_agents_own_settings_say_how_long(house: Settings, store: Path, text: str, files: int) -> None:
    keep(store, text)
    for name, age in (("old", 27.5), ("older", 31), ("new", 3)):
        log(store, name, age)
    assert sum(risk.files for risk in risks(house, NOW)) == files


def test_what_was_collected_may_go(house: Settings, store: Path) -> None:
    moment = datetime.now(UTC)
    log(store, "old", 29, moment)
    check = retention(house)
    assert not check.ok
    assert (
        "Claude Code deletes logs after 30 days: one file is not collected, the first goes within 1 days" in check.said
    )
    assert f"raise cleanupPeriodDays in {store.parents[1] / 'settings.json'}" in check.mend
    with stages.opened(house, "nightly") as night:
        stages.collect(night)
    assert retention(house).ok
    log(store, "later", 29, moment)
    assert not retention(house).ok


def retention(house: Settings) -> Check:
    return next(check for check in examine(house.root).checks if check.name == "retention")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("{}", 30),
        ('{"general": {"sessionRetention": {"maxAge": "12h"}}}', 0.5),
        ('{"general": {"sessionRetention": {"maxAge": "2w"}}}', 14),
        ('{"general": {"sessionRetention": {"enabled": false}}}', None),
        ('{"general": 3}', 30),
    ],
)
def test_gemini_says_it_in_words_of_its_own(tmp_path: Path, text: str, days: float | None) -> None:
    folder = tmp_path / ".gemini"
    folder.mkdir()
    (folder / "settings.json").write_text(text)
    keeper = keeper_of(folder / "tmp" / "x" / "chats")
    assert (keeper.days if keeper else None) == days


def test_other_folders_are_kept_by_nobody(tmp_path: Path, make: Callable[[Path], Settings]) -> None:
    assert keeper_of(tmp_path / "projects" / "x") is None
    assert risks(make(tmp_path / "workspace"), NOW) == []
