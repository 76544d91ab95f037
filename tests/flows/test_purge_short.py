"""A purged session's words are gone where stores show them cut short, or keep them in a result of a task, too."""

import base64
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.purge_short import beginnings
from flows.settings import Settings, load
from scheduling.base.process import run as start
from tests.flows.purging import night, purged

SESSION = "77777777-aaaa-4bbb-8ccc-000000000007"
ORDER = "From now on always oil the numbat-gate before the tide comes in, since the hinge of it rusts in a week."
CUT = "From now on always oil the numbat-gate before the…"


def test_a_beginning_is_known_by_the_sign_that_it_was_cut() -> None:
    values = [
        f"- {CUT} and more",
        json.dumps({"a": f"see {CUT}"}),
        "From now on always oil the numbat-gate by hand",
        "From now on always oil the numbat-…",
        "From now on alw…",
        f"{ORDER} …",
    ]
    escaped = CUT.replace("…", "\\u2026")
    assert beginnings([ORDER], values) == tuple(sorted(["From now on always oil the numbat-…", CUT, escaped]))
    assert beginnings([ORDER], values, ["From now on always oil the numbat-gate twice"]) == (escaped, CUT)
    assert beginnings(["short"], ["short…"]) == ()


def log(folder: Path) -> None:
    row = {
        "type": "user",
        "sessionId": SESSION,
        "uuid": "u1",
        "timestamp": "2026-11-02T09:00:00Z",
        "message": {"role": "user", "content": ORDER},
    }
    folder.mkdir()
    (folder / f"{SESSION}.jsonl").write_text(json.dumps(row) + "\n")


@pytest.mark.parametrize("words", [("--session", SESSION), ("--match", "the numbat-gate before the tide comes in")])
def test_words_are_gone_where_they_were_cut_short_or_packed(
    after_a_night: Callable[[Path], Settings], tmp_path: Path, words: tuple[str, str]
) -> None:
    first = after_a_night(tmp_path / "space")
    log(tmp_path / "logs")
    text = first.workspace.settings.read_text()
    first.workspace.settings.write_text(text.replace("sources = [", f'sources = [\n  "{tmp_path}/logs",', 1))
    settings = load(first.root)
    night(settings)
    prefect = settings.workspace.prefect
    (prefect / "storage").mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(prefect / "prefect.db") as base:
        base.execute("CREATE TABLE artifact (data TEXT)")
        base.execute("INSERT INTO artifact VALUES (?)", (json.dumps(f"learned {CUT}"),))
    base.close()
    packed = base64.encodebytes(b"\x80\x04\xff" * 40 + ORDER.encode() + b"\xfe" * 9).decode()
    (prefect / "storage" / "result").write_text(json.dumps({"result": packed}))
    wiki = settings.workspace.wiki
    assert "numbat-gate before the tide…" in (wiki / "tidewatch" / "index.md").read_text()

    told = purged(settings, *words, "--rewrite-history")
    assert told["found"]["entries of Prefect"] == 1
    assert told["left"] == []
    assert not (prefect / "storage" / "result").exists()
    assert b"numbat" not in (prefect / "prefect.db").read_bytes()
    objects = start(["git", "cat-file", "--batch", "--batch-all-objects"], cwd=wiki).out
    assert b"numbat" not in objects
