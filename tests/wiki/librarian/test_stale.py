"""What is in doubt on a page is worked out when it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from distillers.findings_store import set_status
from distillers.record.archive import Archive
from distillers.record.events import Event
from scheduling.base.process import run as start
from scheduling.ledger.store import Ledger
from scheduling.runs import running
from wiki.stale import (
    Touched,
    commits_of,
    newest,
    remembered,
    staleness,
    touched_in_git,
    touched_in_record,
)
from wiki.tree import Tree

TODAY = date(2026, 11, 30)


def never(names: Sequence[str]) -> Mapping[str, str]:
    return {}


def doubts(shop: Any, touched: Touched = never, today: date = TODAY) -> list[str]:
    page = Tree(shop.wiki).read("shop", "testing").page
    return [doubt.why for doubt in staleness(shop.ledger, "shop", page, touched, today).doubts]


def test_a_page_whose_findings_stand_is_not_in_doubt(shop: Any, finding: Any) -> None:
    shop.night([finding("Test `src/cart.py`."), finding("Perhaps.", confidence="medium")])
    assert doubts(shop, lambda names: dict.fromkeys(names, "2026-11-19")) == []


def test_a_file_that_changed_since_puts_what_names_it_in_doubt(shop: Any, finding: Any) -> None:
    shop.night([finding("Test `src/cart.py`."), finding("Be kind.")])
    seen = doubts(shop, lambda names: dict.fromkeys(names, "2026-11-20"))
    assert seen == ["src/cart.py changed 2026-11-20, after this was last confirmed 2026-11-19"]


def test_what_nobody_confirmed_for_long_is_in_doubt_and_nothing_is_written(shop: Any, finding: Any) -> None:
    shop.night([finding("Be kind."), finding("Undated.", valid_from="")])
    tree = shop.tree_hash()
    assert doubts(shop, today=date(2027, 6, 1)) == ["not confirmed since 2026-11-19"]
    assert shop.tree_hash() == tree
    assert shop.is_clean()


@pytest.mark.parametrize(
    ("status", "why"),
    [("rejected", "it was rejected"), ("superseded", "a newer finding took its place")],
)
def test_evidence_that_fell_puts_a_block_in_doubt(shop: Any, finding: Any, status: Any, why: str) -> None:
    one = finding("Be kind.")
    shop.night([one])
    with running(shop.ledger, "operator", "test") as run, run.change("set", one.id) as rows:
        set_status(rows, [one.id], status)
    assert doubts(shop) == [why]


def test_the_note_counts_findings_and_names_the_first_reason(shop: Any, finding: Any) -> None:
    shop.night([finding("Test `a/b.py`."), finding("Test `a/c.py`.", valid_from="2026-11-18"), finding("Third.")])
    page = Tree(shop.wiki).read("shop", "testing").page
    seen = staleness(shop.ledger, "shop", page, lambda names: dict.fromkeys(names, "2026-11-29"), TODAY)
    assert seen.note.startswith("2 of 3 findings in doubt: a/")
    assert seen.note.endswith(" and 1 more")
    assert {doubt["finding"] for doubt in seen.to_json()["doubts"]} == {one.finding for one in seen.doubts}


def test_repositories_tell_when_a_file_last_changed(tmp_path: Path) -> None:
    repo = tmp_path / "shop"
    (repo / "src").mkdir(parents=True)
    me = {"GIT_CONFIG_GLOBAL": "/dev/null", "HOME": str(tmp_path)}
    me |= {f"GIT_{who}_{what}": "a@b.invalid" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}

    def git(*argv: str, day: str = "2026-11-01") -> None:
        when = {"GIT_AUTHOR_DATE": f"{day}T10:00:00Z", "GIT_COMMITTER_DATE": f"{day}T10:00:00Z"}
        start(["git", *argv], cwd=repo, env=me | when)

    git("init", "-q")
    for day, name in (("2026-11-01", "src/a.py"), ("2026-11-02", "src/b.py"), ("2026-11-03", "src/a.py")):
        (repo / name).write_text(day)
        git("add", "-A")
        git("commit", "-q", "-m", day, day=day)
    touched = touched_in_git([repo, tmp_path / "nowhere"])
    assert touched(["src/a.py", "src/b.py", "src/*.py", ":!x"]) == {"src/a.py": "2026-11-03", "src/b.py": "2026-11-02"}
    assert newest(touched, lambda names: {"src/b.py": "2026-12-01"})(["src/b.py"]) == {"src/b.py": "2026-12-01"}
    before = commits_of([repo, tmp_path / "nowhere"])
    assert commits_of([repo, tmp_path / "nowhere"]) == before
    git("commit", "-q", "--allow-empty", "-m", "more")
    assert commits_of([repo, tmp_path / "nowhere"]) != before
    git("checkout", "-q", "--detach", "HEAD~1")
    assert commits_of([repo]) != before[:1]


def test_what_was_told_of_files_is_remembered_until_something_changes() -> None:
    asked: list[Sequence[str]] = []
    state = ["one"]

    def ask(names: Sequence[str]) -> Mapping[str, str]:
        asked.append(names)
        return {name: "2026-11-05" for name in names if name != "b.py"}

    touched = remembered(ask, lambda: state[0])
    assert touched(["a.py", "b.py"]) == touched(["a.py", "b.py"]) == {"a.py": "2026-11-05"}
    assert touched(["b.py", "c.py"]) == {"c.py": "2026-11-05"}
    assert asked == [["a.py", "b.py"], ["c.py"]]
    state[0] = "two"
    touched(["c.py"])
    assert asked[2:] == [["c.py"]]


def test_the_record_tells_when_an_agent_edited_a_file(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    archive = Archive(tmp_path / "archive", ledger)
    call = Event("1" * 16, "s", "session", "2026-11-05T10:00:00Z", "agent", "call", "path: src/a.py", "/log", 1)
    edit = replace(call, tool="Edit")
    events = [
        edit,
        replace(edit, id="2" * 16, at="2026-11-09T10:00:00Z", failed=True),
        replace(call, id="3" * 16, at="2026-11-10T10:00:00Z", tool="Read"),
        replace(edit, id="4" * 16, at="2026-11-11T10:00:00Z", kind="message"),
    ]
    with running(ledger, "operator", "collect") as run:
        archive.append("shop", events, run=run)
    assert touched_in_record(archive, "shop")(["src/a.py", "src/b.py"]) == {"src/a.py": "2026-11-05"}
