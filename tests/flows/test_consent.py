"""A mark "do not use" through whole nights: what rests on a marked session leaves the wiki, and comes back with it."""

import json
from pathlib import Path

import pytest

from flows import founding, stages
from flows.purge_search import search
from flows.settings import Settings, load
from scheduling.base.forms import forms
from tests.flows.purging import purge

RULE = "Always keep the temperatures in celsius, because the cones differ."
HEAD = {"sessionId": "7c1f9a52-3f0e-4a57-8a43-90a3b1f6d2e4", "cwd": "/kiln", "version": "2.0.1", "isSidechain": False}


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    logs = tmp_path / "logs" / "shut"
    logs.mkdir(parents=True)
    said = {"role": "user", "content": f"From now on: {RULE}"}
    row = {**HEAD, "uuid": "0" * 8 + "-0000-4000-8000-000000000000", "timestamp": "2026-11-02T09:00:00Z"}
    (logs / "one.jsonl").write_text(json.dumps({**row, "type": "user", "message": said}) + "\n")
    founding.found(tmp_path / "workspace", founding.Plan({"kiln": [tmp_path / "logs"]}))
    return load(tmp_path / "workspace")


def pages(settings: Settings) -> str:
    """All pages of the wiki after a night."""
    with stages.opened(settings, "nightly") as opened:
        stages.nightly(opened)
    return "".join(page.read_text() for page in sorted(settings.workspace.wiki.rglob("*.md")))


@pytest.mark.parametrize("how", ["marker", "settings"])
def test_what_a_mark_took_away_is_known_again_when_the_mark_goes(house: Settings, tmp_path: Path, how: str) -> None:
    told = house.workspace.settings.read_text()
    marker = tmp_path / "logs" / "shut" / ".stillhouse-ignore"
    assert "celsius" in pages(house)
    if how == "marker":
        marker.touch()
    else:
        house.workspace.settings.write_text(f'{told}\n[consent]\nsessions = ["{HEAD["sessionId"]}"]\n')
    assert "celsius" not in pages(load(house.root))
    marker.unlink(missing_ok=True)
    house.workspace.settings.write_text(told)
    assert "celsius" in pages(load(house.root))


def test_what_a_mark_takes_away_is_in_no_byte_also_if_the_id_of_the_session_holds_a_token(
    house: Settings, tmp_path: Path
) -> None:
    token = "ghs_" + "aB3dE5fG7hJ9" * 3
    log = tmp_path / "logs" / "shut" / "one.jsonl"
    told = log.read_text()
    log.write_text(told.replace(str(HEAD["sessionId"]), f"sess-{token}"))
    said = "Never open the door above eighty degrees, because the glaze cracks."
    log.with_name("two.jsonl").write_text(told.replace(RULE, said))
    assert "session sess-github-token-" in pages(house)
    assert search(house.workspace, forms("temperatures in celsius"))
    assert search(house.workspace, forms(token)) == []
    assert "1  findings" in purge(house, "--session", f"sess-{token}").output
    with house.workspace.settings.open("a") as settings:
        settings.write(f'\n[consent]\nsessions = ["sess-{token}"]\n')
    assert "glaze cracks" in pages(load(house.root))
    assert search(house.workspace, forms("temperatures in celsius")) == []
    assert search(house.workspace, forms("the glaze cracks"))
