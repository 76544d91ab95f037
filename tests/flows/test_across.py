"""Knowledge that two silos found on their own is filed where all read it, and neither is named there."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from distillers.findings import GLOBAL
from distillers.findings_store import load as load_findings
from flows import founding, stages
from flows.settings import Settings, load
from flows.stages.filing import file
from scheduling.ledger.store import Ledger
from scheduling.runs import runs
from wiki import changesets
from wiki.search import Searcher
from wiki.tree import Tree

CANARIES = {"tide-watch": "tidecanary77", "bakery": "ovencanary42"}
CLAIM = "`wrap npm run test …` fails: error: unrecognized subcommand 'npm'. What worked instead: `npm run test …`."


@dataclass(frozen=True)
class Two:
    """A workspace with two domains in which the same command failed and the same one worked, each with its canary."""

    settings: Settings

    def night(self) -> None:
        with stages.opened(self.settings, "nightly") as night:
            stages.nightly(night)

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.settings.workspace.ledger)

    @property
    def tree(self) -> Tree:
        return Tree(self.settings.workspace.wiki)


def session(folder: Path, name: str, canary: str) -> None:
    """Twice a wrapped command that fails, and after it the bare one that works."""
    folder.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = [{"message": {"role": "user", "content": f"please test the {canary} part"}}]
    for number, (command, said, failed) in enumerate(
        [
            (f"wrap npm run test {canary}", "error: unrecognized subcommand 'npm'", True),
            (f"npm run test {canary}", "12 passed", False),
        ]
    ):
        use = {"type": "tool_use", "id": f"toolu_{name}{number}", "name": "Bash", "input": {"command": command}}
        result = {"type": "tool_result", "tool_use_id": use["id"], "content": said, "is_error": failed}
        rows += [
            {"message": {"role": "assistant", "content": [use]}},
            {"message": {"role": "user", "content": [result]}},
        ]
    head = {"sessionId": name, "version": "2.0.1", "cwd": f"/home/mara/{canary}", "isSidechain": False}
    lines = [
        {
            **head,
            "type": row["message"]["role"],
            "uuid": f"{name}-{n}",
            "timestamp": f"2026-11-02T09:00:{n:02}.000Z",
            **row,
        }
        for n, row in enumerate(rows)
    ]
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Two:
    """It after a night, to be looked at."""
    place = tmp_path_factory.mktemp("across")
    for domain, canary in CANARIES.items():
        session(place / "logs" / domain, f"5a71c0de-{domain}", canary)
    sources = {domain: (place / "logs" / domain,) for domain in CANARIES}
    founding.found(place / "workspace", founding.Plan(sources))
    made = Two(load(place / "workspace"))
    made.night()
    return made


def test_what_two_silos_found_is_on_a_page_that_names_neither(two: Two) -> None:
    [one] = load_findings(two.ledger, domain=GLOBAL)
    assert (one.claim, one.status, one.confidence, one.page) == (CLAIM, "written", "medium", "wrap")
    page = two.tree.read(GLOBAL, "wrap").text
    assert f"- {CLAIM} (seen in 2 sessions, last confirmed 2026-11-02) ^{one.id}" in page.splitlines()
    told = page + two.tree.read(GLOBAL, "index").text
    for domain, canary in CANARIES.items():
        assert domain not in told
        assert canary not in told
        assert "[^" not in told


def test_only_operator_global_wrote_it_and_the_verifier_read_it(two: Two) -> None:
    [change] = changesets.listed(two.ledger, domain=GLOBAL)
    with two.ledger.read() as rows:
        seats = dict(rows.execute(select(runs.c.id, runs.c.seat)).tuples().all())
    assert (change.state, seats[change.run], seats[change.verifier]) == ("merged", "operator-global", "verifier")


@pytest.mark.parametrize("domain", CANARIES)
def test_who_asks_sees_file_and_quote_of_their_own_domain_alone(two: Two, domain: str) -> None:
    searcher = Searcher(two.settings.workspace.index, two.ledger)
    answer = searcher.search("wrap npm run test unrecognized subcommand", domain, layer="wiki").to_json()
    [shared] = [one for one in answer["results"] if one["page"] == f"{GLOBAL}/wrap"]
    assert {Path(cited["file"]).parent.name for cited in shared["citations"]} == {domain}
    [other] = set(CANARIES) - {domain}
    assert CANARIES[other] not in json.dumps(answer)
    assert other not in json.dumps(answer)


def test_a_second_night_changes_no_byte_and_a_domain_that_keeps_to_itself_takes_it_back(
    two: Two, tmp_path: Path
) -> None:
    shutil.copytree(two.settings.root, tmp_path / "workspace", symlinks=True)
    copy = Two(load(tmp_path / "workspace"))
    commit = copy.tree.commit
    with stages.opened(copy.settings, "again") as night:
        assert [one.commit for one in file(night)] == [None, None, None]
    assert copy.tree.commit == commit
    path = copy.settings.workspace.settings
    path.write_text(path.read_text("utf-8").replace("[domains.bakery]", "[domains.bakery]\nshare = false"), "utf-8")
    alone = Two(load(copy.settings.root))
    alone.night()
    assert alone.tree.pages(GLOBAL) == ()
    assert [one.status for one in load_findings(alone.ledger, domain=GLOBAL)] == ["retired"]
