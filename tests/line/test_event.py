"""One event of the record, by its id, as a person or a program asks for it."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_an_event_is_shown_with_its_file_and_line(stillhouse: Run, after_a_night: Path) -> None:
    rows = stillhouse("findings", "--workspace", after_a_night, "--json").stdout.splitlines()
    quote = json.loads(rows[0])["evidence"][0]
    place = f"{quote['file']}:{quote['line']}"
    told = json.loads(stillhouse("event", place, "--workspace", after_a_night, "--json").stdout)
    assert (told["file"], told["line"], told["origin"]) == (quote["file"], quote["line"], quote["origin"])
    assert quote["quote"].split("…")[0].strip() in told["text"]
    assert json.loads(stillhouse("event", told["id"], "--workspace", after_a_night, "--json").stdout) == told
    shown = stillhouse("event", told["id"], "--workspace", after_a_night).stdout
    assert f"{told['id']}  {place}\n" in shown
    assert told["text"] in shown
    assert f" · {told['origin']} · " in shown


def test_an_event_that_nobody_knows_is_told_in_one_line(stillhouse: Run, after_a_night: Path) -> None:
    done = stillhouse("event", "0000000000000000", "--workspace", after_a_night, code=2)
    assert done.stderr.startswith("stillhouse: there is no event 0000000000000000")
    done = stillhouse("event", "0000000000000000", "--domain", "nowhere", "--workspace", after_a_night, code=2)
    assert "there is no domain 'nowhere'" in done.stderr
