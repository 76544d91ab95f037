"""A file that another one must explain waits for it, and two nights bring what one brings."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny import events

from distillers.collect import Collected
from distillers.record.archive import Archive
from distillers.sources.registry import recognise_file

OWN = "5b1f0c3e-0000-4000-8000-000000000002"
Night = Callable[..., Collected]


def line(role: str, **block: object) -> str:
    told = {"type": role, "sessionId": OWN, "uuid": role, "timestamp": "2026-03-01T10:00:00.000Z"}
    return json.dumps(told | {"message": {"role": role, "content": [block]}}) + "\n"


CALL = line("assistant", type="tool_use", id="toolu_1", name="Bash", input={"command": "make fire"})
RESULT = line("user", type="tool_result", tool_use_id="toolu_1", content="line 1")


@pytest.mark.parametrize("begun", ["", CALL])
def test_a_result_waits_for_the_log_that_names_it(tmp_path: Path, night: Night, archive: Archive, begun: str) -> None:
    kept = tmp_path / "logs" / OWN / "tool-results" / "toolu_1.txt"
    kept.parent.mkdir(parents=True)
    kept.write_text("line 1\nzebrafish\n")
    log = tmp_path / "logs" / f"{OWN}.jsonl"
    if begun:
        log.write_text(begun)
    for _ in range(3):
        got = night(recognise=recognise_file)
        assert [note.reason for note in got.notes] == ["a tool's output: no log tells yet which call it answers"]
    log.write_text(CALL + RESULT)
    got = night(recognise=recognise_file)
    assert (got.files.skipped, got.notes) == (0, [])
    assert "line 1\nzebrafish\n" in [event.text for event in events(archive, "shop", OWN)]
