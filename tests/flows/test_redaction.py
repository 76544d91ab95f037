"""Patterns, allowed values and a gitleaks file in the settings: checked when read, used wherever text comes in."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows import founding, stages
from flows.commands import cli
from flows.doctor import examine
from flows.purge_search import search
from flows.settings import Settings, load
from scheduling.base.errors import UsageError

BADGE = "badge 481516"
OWN = """
[redaction]
allow = ["ghp_thisOneStandsInOurDocs00000000000000"]
gitleaks = "rules.toml"
patterns = [{ kind = "badge", regex = 'badge (?P<secret>\\d{6})' }]
"""
RULES = """
[[rules]]
id = "ticket-code"
regex = '''TC-([0-9]{4}-[a-f]{4})'''
keywords = ["tc-"]
"""


def add(settings: Settings, text: str) -> Settings:
    with settings.workspace.settings.open("a") as file:
        file.write(text)
    return load(settings.root)


def night(settings: Settings) -> int:
    with stages.opened(settings, "nightly") as opened:
        return stages.nightly(opened).events


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    logs = tmp_path / "logs"
    logs.mkdir()
    rows = [
        {
            "type": "user",
            "message": {"role": "user", "content": f"remember: always show {BADGE} and code TC-1234-abcd"},
        },
        {"type": "user", "message": {"role": "user", "content": "and ghp_thisOneStandsInOurDocs00000000000000 stays"}},
    ]
    head = {"sessionId": "0b5f1c1e-5d1f-4c55-9d52-3c1f6f0a7d11", "cwd": "/x", "version": "2.0.1", "isSidechain": False}
    told = [
        json.dumps(
            {**head, "uuid": f"{n:08x}-0000-4000-8000-000000000000", "timestamp": f"2026-11-02T09:00:0{n}Z", **row}
        )
        for n, row in enumerate(rows)
    ]
    (logs / "one.jsonl").write_text("\n".join(told) + "\n")
    founding.found(tmp_path / "workspace", founding.Plan({"shop": [logs]}))
    return load(tmp_path / "workspace")


def test_new_patterns_are_used_on_what_the_sources_still_hold(house: Settings) -> None:
    night(house)
    assert any(place.endswith("(rows)") for place in search(house.workspace, ["481516"]))
    (house.root / "rules.toml").write_text(RULES)
    again = add(house, OWN)
    assert night(again) == 2
    assert night(again) == 0
    with stages.opened(again, "look") as opened:
        texts = opened.archive.query("SELECT text FROM events ORDER BY line", domain=None).column("text").to_pylist()
    assert "481516" not in texts[0]
    assert "1234-abcd" not in texts[0]
    assert "show badge [REDACTED:badge:" in texts[0]
    assert "code TC-[REDACTED:ticket-code:" in texts[0]
    assert texts[1] == "and ghp_thisOneStandsInOurDocs00000000000000 stays"


def test_the_filter_uses_them(house: Settings) -> None:
    (house.root / "rules.toml").write_text(RULES)
    add(house, OWN)
    done = CliRunner().invoke(cli, ["redact", "--workspace", str(house.root)], input=f"{BADGE} TC-9876-fedc\n")
    assert done.output.startswith("badge [REDACTED:badge:")
    assert "9876" not in done.output


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("patterns = [{ kind = 'Big', regex = 'abc' }]", "redaction.patterns.0.kind: 'Big' is no kind of secret"),
        ("patterns = [{ kind = 'a', regex = 'a(' }]", "redaction.patterns.0.regex: 'a(' is no regular expression"),
        ("patterns = [{ kind = 'a', regex = 'a*' }]", "redaction.patterns.0.regex: 'a*' matches where nothing stands"),
        ("patterns = [{ kind = 'a' }]", "the key redaction.patterns.0.regex is missing"),
        ("allow = ['ab']", "redaction.allow.0: 'ab' is too short"),
        ("pattern = []", "the key redaction.pattern is not known; did you mean patterns?"),
    ],
)
def test_a_mistake_is_told_with_the_file_and_the_key(house: Settings, text: str, says: str) -> None:
    with pytest.raises(UsageError) as told:
        add(house, f"\n[redaction]\n{text}\n")
    assert told.value.message == f"{house.workspace.settings}: {told.value.message.partition(': ')[2]}"
    assert says in told.value.message


def test_a_gitleaks_file_that_cannot_be_used_stops_the_night_and_is_a_finding_of_the_doctor(
    house: Settings, tmp_path: Path
) -> None:
    again = add(house, "\n[redaction]\ngitleaks = 'rules.toml'\n")
    with pytest.raises(UsageError, match=r"redaction\.gitleaks: .*rules\.toml cannot be read"):
        night(again)
    (house.root / "rules.toml").write_text("[[rules]]\nid = 'mine'\nregex = '\\p{L}'\n")
    with pytest.raises(UsageError, match=r"rules\.toml: mine: .* is not supported"):
        night(again)
    check = next(check for check in examine(house.root).checks if check.name == "redaction")
    assert not check.ok
    assert "mine" in check.said


def test_without_any_the_patterns_that_come_along_are_at_work(house: Settings) -> None:
    check = next(check for check in examine(house.root).checks if check.name == "redaction")
    assert check.ok
    assert check.said == "the patterns that come along"
