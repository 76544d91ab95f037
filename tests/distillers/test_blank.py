"""A fetched ticket that was purged is blanked when its source tells of it again; nothing else of the file moves."""

import json
from pathlib import Path

from distillers.blank import blank_barred
from distillers.tombstones import bar, load
from scheduling.ledger.store import Ledger
from scheduling.runs import Run

KEY = b"k" * 32


def test_purged_tickets_and_texts_are_blanked_in_place(tmp_path: Path, ledger: Ledger, run: Run) -> None:
    rows = [{"fetched": "github", "key": f"#{n}", "version": "1", "title": title} for n, title in enumerate("abcd")]
    rows[3]["title"] = "for Acme Ltd"
    file = tmp_path / "fetched" / "shop.jsonl"
    file.parent.mkdir()
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    before = file.read_bytes().split(b"\n")
    with ledger.read() as read:
        assert blank_barred(file.parent, load(read, KEY)) == 0
    with run.change("bar", "test") as change:
        bar(change, run.id, KEY, sessions=["#1"], texts=["Acme Ltd"])
    with ledger.read() as read:
        barred = load(read, KEY)
    assert blank_barred(file.parent, barred) == 2
    after = file.read_bytes().split(b"\n")
    assert [len(line) for line in after] == [len(line) for line in before]
    assert [line.strip() for line in after] == [before[0], b"", before[2], b"", b""]
    assert blank_barred(file.parent, barred) == 0
