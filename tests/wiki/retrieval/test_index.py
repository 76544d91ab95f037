from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from scheduling import runs
from scheduling.base.errors import BusyError
from scheduling.base.locks import hold
from wiki import index, manifest, tables
from wiki.calls import connect
from wiki.slices import mark
from wiki.tree import Tree


def rows(house: Any, table: str) -> list[dict[str, Any]]:
    named = manifest.load(house.workspace.index)
    assert named
    opened = connect(house.workspace.index / named.folder).open_table(table)
    return opened.search().limit(10_000).to_list()


def test_a_build_names_the_commit_and_an_unchanged_one_touches_nothing(house: Any) -> None:
    first = house.index()
    assert first.rebuilt
    assert first.commit == house.repo.head()
    before = {path: path.stat().st_mtime_ns for path in house.workspace.index.rglob("*") if path.name != "lock"}
    again = house.index()
    assert (again.changed, again.rebuilt, again.chunks) == (0, False, first.chunks)
    assert {path: path.stat().st_mtime_ns for path in house.workspace.index.rglob("*") if path.name != "lock"} == before


def test_a_changed_page_replaces_its_own_slice_alone(house: Any) -> None:
    house.index()
    kept = {row["id"] for row in rows(house, "shop.record")}
    commit = house.commit(shop__testing="# Testing\n\nOnly this sentence about turbines is left.\n")
    assert house.index().changed == 1
    assert [row["text"] for row in rows(house, "shop.wiki")] == ["Only this sentence about turbines is left."]
    assert {row["id"] for row in rows(house, "shop.record")} == kept
    answer = house.searcher().search("turbines", "shop")
    assert (answer.commit, answer.results[0].page) == (commit, "shop/testing")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE findings SET status = 'superseded' WHERE id = 'f-aaaaaaaa'",
        "UPDATE findings SET confidence = 'medium' WHERE id = 'f-aaaaaaaa'",
        "UPDATE evidence SET text = 'never all of them' WHERE finding = 'f-aaaaaaaa'",
    ],
)
def test_whatever_a_slice_rests_on_changes_the_mark_of_its_domain_alone(house: Any, sql: str) -> None:
    def marks() -> dict[str, str]:
        return {one: mark(house.ledger, Tree(house.workspace.wiki), house.archive, one) for one in ("bakery", "shop")}

    before = marks()
    assert marks() == before
    with runs.running(house.ledger, "operator", "test") as run, run.change("test", "shop") as rows:
        rows.execute(text(sql))
    told = marks()
    house.commit(shop__testing="# Testing\n\nOnly this sentence about turbines is left.\n")
    edited = marks()
    house.record("shop", "# session new 2026-11-20\nhuman message: The turbines are loud.")
    assert len({before["shop"], told["shop"], edited["shop"], marks()["shop"]}) == 4
    assert marks()["bakery"] == before["bakery"]


def test_a_domain_in_which_nothing_changed_keeps_its_tables_when_another_changes(house: Any) -> None:
    house.index()
    before = manifest.load(house.workspace.index)
    house.commit(shop__testing="# Testing\n\nOnly this sentence about turbines is left.\n")
    assert house.index().changed == 1
    after = manifest.load(house.workspace.index)
    assert before
    assert after
    assert after.marks["bakery"] == before.marks["bakery"]
    assert {name for name, some in after.slices.items() if some != before.slices[name]} == {"shop.wiki"}


def test_a_new_night_adds_its_units_and_an_incremental_index_equals_a_new_one(house: Any) -> None:
    house.index()
    house.record(
        "shop", "# session late 2026-11-20\nhuman message: the turbine spins\nhuman message: We keep stock levels"
    )
    assert house.index().changed == 1
    grown = sorted((row["id"], row["terms"]) for row in rows(house, "shop.record"))
    stats = manifest.load_stats(house.workspace.index / manifest.load(house.workspace.index).folder, "shop.record")
    assert house.index(rebuild=True).rebuilt
    assert sorted((row["id"], row["terms"]) for row in rows(house, "shop.record")) == grown
    named = manifest.load(house.workspace.index)
    assert manifest.load_stats(house.workspace.index / named.folder, "shop.record") == stats


def test_one_text_in_several_sessions_is_found_once_whichever_came_first(house: Any) -> None:
    said = "The migration runs at night. Canary SHOPCANARY1 stays in this domain."
    house.record("shop", f"# session copy 2026-11-20\npasted message: {said}")
    house.index()
    twins = [row for row in rows(house, "shop.record") if row["text"] == said]
    assert len(twins) == 2
    assert sum(bool(row["terms"]) for row in twins) == 1
    leader = next(row["source"] for row in twins if row["terms"])
    for number in range(40):  # some of these ids are smaller than the leader's, so the lead changes hands
        house.record("shop", f"# session twin{number} 2026-11-20\npasted message: {said}")
    house.index()
    twins = [row for row in rows(house, "shop.record") if row["text"] == said]
    assert len(twins) == 42
    assert sum(bool(row["terms"]) for row in twins) == 1
    assert next(row["source"] for row in twins if row["terms"]) != leader


def test_what_is_gone_from_the_wiki_is_gone_from_the_index(house: Any) -> None:
    house.index()
    house.remove("bakery/ovens.md")
    assert house.index().changed == 1
    assert rows(house, "bakery.wiki") == []
    assert all(result.layer == "record" for result in house.searcher().search("OvenClock", "bakery").results)


def test_a_domain_that_is_no_longer_asked_for_is_dropped(house: Any) -> None:
    house.index()
    house.index("shop")
    named = manifest.load(house.workspace.index)
    assert named
    assert not list((house.workspace.index / named.folder).glob("bakery*"))


@pytest.mark.parametrize("harm", ["table", "stats", "data", "manifest", "format"])
def test_a_broken_index_is_built_anew(house: Any, harm: str) -> None:
    house.index()
    named = manifest.load(house.workspace.index)
    assert named
    folder = house.workspace.index / named.folder
    _harm(house.workspace.index, folder, harm)
    house.record("shop", "# session late 2026-11-20\nhuman message: the turbine spins")
    assert house.index().changed
    assert house.searcher().search("turbine", "shop").results[0].text == "the turbine spins"
    assert len(list(house.workspace.index.glob("g-*"))) == 1


def _harm(base: Path, folder: Path, harm: str) -> None:
    if harm == "table":
        (folder / "shop.wiki.lance").rename(folder / "away")
    elif harm == "stats":
        (folder / "shop.record.json").write_text("{")
    elif harm == "data":
        for path in (folder / "shop.record.lance").rglob("*.lance"):
            path.write_bytes(b"")
    elif harm == "manifest":
        (base / "manifest.json").write_bytes(b"\x00\x01")
    else:
        raw = json.loads((base / "manifest.json").read_text())
        (base / "manifest.json").write_text(json.dumps({**raw, "format": 99}))


def test_a_page_with_broken_front_matter_does_not_stop_the_build(house: Any) -> None:
    house.commit(shop__broken="---\na: &x 1\nb: *x\n---\n# Broken\n\nturbine\n")
    house.index()
    assert all(row["source"] != "broken" for row in rows(house, "shop.wiki"))


def test_there_is_one_writer(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_WAIT", 0.05)
    with hold(house.workspace.index / "lock", "another build"), pytest.raises(BusyError, match="another build"):
        house.index()


def test_many_small_changes_are_found_at_once_and_end_as_a_new_index_would(
    house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "SCATTERED", 4)
    house.index()
    for number in range(9):
        house.commit(shop__news=f"# News\n\nThe turbine {number} spins.\n\nIt is the same every day.\n")
        house.index()
        assert [one.text for one in house.searcher().search("turbine", "shop").results] == [
            f"The turbine {number} spins."
        ]
    grown = sorted((row["id"], row["terms"]) for row in rows(house, "shop.wiki"))
    stats = manifest.load_stats(house.workspace.index / manifest.load(house.workspace.index).folder, "shop.wiki")
    assert house.index(rebuild=True).rebuilt
    named = manifest.load(house.workspace.index)
    assert sorted((row["id"], row["terms"]) for row in rows(house, "shop.wiki")) == grown
    assert manifest.load_stats(house.workspace.index / named.folder, "shop.wiki") == stats


def test_a_text_that_stands_elsewhere_too_is_found_there_when_the_first_place_is_gone(house: Any) -> None:
    house.commit(shop__a="# One\n\nThe turbine spins.\n", shop__b="# Two\n\nThe turbine spins.\n")
    house.index()
    (found,) = house.searcher().search("turbine", "shop").results
    house.remove(f"{found.page}.md")
    house.index()
    (again,) = house.searcher().search("turbine", "shop").results
    assert {found.page, again.page} == {"shop/a", "shop/b"}
