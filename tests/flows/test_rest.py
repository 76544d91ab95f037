"""A stage of a night rests only while nothing changed that it rests on: whatever a change, the stage is done again."""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from sqlalchemy import delete

from distillers.findings_store import load as load_findings
from flows import desk, ended, founding, purge, purge_look, stages
from flows.report import Report
from flows.settings import Settings, load
from flows.stages import keys, rest
from scheduling import editors
from scheduling.base.clock import now
from scheduling.ledger.store import Ledger
from scheduling.runs import running
from scheduling.standing import standing
from wiki import disputes
from wiki.git import open_repo

QUIET = frozenset({"collect", "distil", "file", "index", "brief", "ask a person"})
PERSON = ("-c", "user.name=Ann", "-c", "user.email=ann@example.com")
PATTERN = '\n[[redaction.patterns]]\nkind = "badge"\nregex = "BADGE-[0-9]{6}"\n'
FAKE = '\n[agents.try]\ncommand = ["true"]\n[seats.distiller]\nagent = "try"\n'


@dataclass
class House:
    """A workspace over a source of its own, and an editor."""

    root: Path
    source: Path
    secret: str

    @property
    def settings(self) -> Settings:
        return load(self.root)

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.settings.workspace.ledger)

    def night(self) -> tuple[Report, set[str]]:
        """A night, and the stages that rested in it."""
        said: list[str] = []
        with stages.opened(self.settings, "nightly", say=said.append) as night:
            report = stages.nightly(night)
        return report, {line.partition(":")[0] for line in said if line.endswith(": nothing changed")}

    def settle(self) -> None:
        """Nights until nothing is left to do; edits that nobody saved are taken back."""
        if open_repo(self.settings.workspace.wiki).head():
            self.git("checkout", "-q", ".")
        assert any(self.night()[1] == QUIET for _ in range(3))

    def forget(self) -> None:
        """Lets the next night do everything."""
        with running(self.ledger, "operator", "forget") as run, run.change("forget", "") as rows:
            rows.execute(delete(standing))

    def state(self) -> dict[str, Any]:
        """All that a night leaves behind."""
        space = self.settings.workspace
        requests = sorted(one.request for one in desk.listed(self.settings))
        return {
            "wiki": open_repo(space.wiki).head(),
            "findings": load_findings(self.ledger),
            "index": json.loads((space.index / "manifest.json").read_bytes()) | {"folder": ""},
            "asked": requests,
        }

    def add_log(self, name: str, text: str) -> None:
        row = {"type": "user", "message": {"role": "user", "content": text}, "uuid": name, "sessionId": name}
        row |= {"timestamp": "2026-11-19T08:00:00.000Z", "cwd": "/shop"}
        (self.source / f"{name}.jsonl").write_text(json.dumps(row) + "\n", "utf-8")

    def git(self, *words: str) -> None:
        subprocess.run(["git", *PERSON, *words], cwd=self.settings.workspace.wiki, check=True, capture_output=True)

    def page(self) -> Path:
        wiki = self.settings.workspace.wiki
        return next(path for path in sorted(wiki.glob("*/*.md")) if path.name != "index.md")

    def labelled(self) -> None:
        request = desk.asked_now(self.settings)
        code = pyotp.TOTP(self.secret).now()
        desk.answer(self.settings, request.id, "1 accept", editor="Ann", code=code, body_sha256=request.body_sha256)

    def disputed(self) -> None:
        finding = next(one for one in load_findings(self.ledger) if one.confidence == "high")
        with running(self.ledger, "operator", "dispute") as run:
            disputes.dispute(run, finding.id, "shop", "agent", "it is wrong since Friday")

    def purged(self) -> None:
        with stages.opened(self.settings, "purge") as night:
            what = purge_look.wanted(night, "", "deploy script")
            purge.carry_out(night, what, purge_look.look(night, what))

    def configured(self, text: str) -> None:
        with self.settings.workspace.settings.open("a") as file:
            file.write(text)


def log(house: House) -> None:
    house.add_log("fresh", "From now on never push to main without a review by a second person.")


def grown(house: House) -> None:
    path = sorted(house.source.rglob("*.jsonl"))[0]
    row = json.loads(path.read_text("utf-8").splitlines()[-1])
    row |= {"uuid": "a-new-line", "message": {"role": "user", "content": "Always run the linter before you commit."}}
    with path.open("a") as file:
        file.write(json.dumps(row) + "\n")


def edit_page(house: House) -> None:
    page = house.page()
    page.write_text(page.read_text("utf-8") + "\nA person's own line.\n", "utf-8")


def commit_page(house: House) -> None:
    edit_page(house)
    house.git("commit", "-qam", "A person's edit")


def lose_page(house: House) -> None:
    house.git("rm", "-q", str(house.page()))
    house.git("commit", "-qm", "A person takes a page away")


def lose_index(house: House) -> None:
    shutil.rmtree(house.settings.workspace.index)


def lose_table(house: House) -> None:
    shutil.rmtree(next(house.settings.workspace.index.glob("g-*/*.lance")))


def lose_hook(house: House) -> None:
    for hook in (house.settings.workspace.wiki / ".git" / "hooks").iterdir():
        hook.unlink()


def queued(house: House) -> None:
    ended.queue(house.ledger, "shop", house.source / "nowhere.jsonl")


CHANGES: list[tuple[str, Callable[[House], None], set[str]]] = [
    ("a new log", log, {"collect", "distil", "file", "index", "brief", "ask a person"}),
    ("a log that grew", grown, {"collect", "distil"}),
    ("a label", House.labelled, {"distil", "file", "index", "brief", "ask a person"}),
    ("a dispute", House.disputed, {"brief", "ask a person"}),
    ("a session that ended", queued, {"collect"}),
    ("a person's unsaved edit", edit_page, {"file", "index"}),
    ("a person's commit", commit_page, {"file", "index", "brief"}),
    ("a page that a person deleted", lose_page, {"file", "index", "brief"}),
    ("a deleted index", lose_index, {"index"}),
    ("a deleted table", lose_table, {"index"}),
    ("a deleted hook", lose_hook, {"file"}),
    ("a setting", lambda house: house.configured("\n[wiki]\nstale_days = 9\n"), set(QUIET)),
    ("a pattern of one's own", lambda house: house.configured(PATTERN), set(QUIET)),
    ("a domain", lambda house: house.configured("\n[domains.other]\nsources = []\n"), set(QUIET)),
    ("an agent", lambda house: house.configured(FAKE), set(QUIET)),
    ("a purge", House.purged, {"collect", "distil", "file", "index", "brief", "ask a person"}),
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A workspace after the night in which all was new."""
    place = tmp_path_factory.mktemp("rest")
    source = place / "logs"
    shutil.copytree(founding.SAMPLE, source)
    founding.found(place / "space", founding.Plan({"shop": [source]}))
    with running(Ledger(load(place / "space").workspace.ledger), "operator", "enrol") as run:
        secret = editors.enrol(run, "Ann").secret
    made = House(place / "space", source, secret)
    assert made.night()[1] == set()
    return made


def test_after_the_first_night_every_stage_rests_and_the_counts_are_told_as_ever(house: House) -> None:
    report, rested = house.night()
    assert rested == QUIET
    assert (report.pages, report.commits, report.held, report.events) == (0, {}, (), 0)
    house.forget()
    full, rested = house.night()
    assert rested == set()
    same = ("files", "sessions", "tickets", "events", "bad_lines", "findings", "notes", "learned", "notices", "fetched")
    assert {name: getattr(report, name) for name in same} == {name: getattr(full, name) for name in same}


@pytest.mark.parametrize(("change", "awake"), [each[1:] for each in CHANGES], ids=[each[0] for each in CHANGES])
def test_what_changes_wakes_the_stages_that_rest_on_it(
    house: House, change: Callable[[House], None], awake: set[str]
) -> None:
    house.settle()
    change(house)
    _, rested = house.night()
    assert rested & awake == set()
    left = house.state()
    house.forget()
    report, rested = house.night()
    assert rested == set()
    assert (report.commits, report.events, house.state()) == ({}, 0, left), "a night that does all finds nothing more"


def test_a_day_more_asks_people_anew_and_nothing_else(house: House) -> None:
    house.settle()
    with stages.opened(house.settings, "nightly") as night:
        assert rest.turn(night, "ask a person", now().date().isoformat()).told is not None
        assert rest.turn(night, "ask a person", (now() + timedelta(days=1)).date().isoformat()).told is None


def test_a_state_that_comes_again_after_another_one_is_done_again(house: House) -> None:
    house.settle()
    with stages.opened(house.settings, "nightly") as night:
        assert rest.turn(night, "distil", "with other settings, and ended in the middle").told is None
    assert house.night()[1] == QUIET - {"distil"}
    assert house.night()[1] == QUIET


def test_a_mark_comes_and_goes_under_a_domain_that_was_named_otherwise_for_a_night(house: House) -> None:
    log(house)
    house.settle()
    settings = house.settings.workspace.settings
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("domains.shop", "domains.store"), "utf-8")
    house.night()
    settings.write_text(text, "utf-8")
    house.settle()
    house.configured('\n[consent]\nsessions = ["fresh"]\n')
    assert house.night()[0].files["skipped"] == 1
    house.settle()
    settings.write_text(text, "utf-8")
    assert house.night()[0].files["skipped"] == 0


def test_a_night_for_one_domain_says_nothing_of_the_others(house: House) -> None:
    house.settle()
    with stages.opened(house.settings, "nightly", only="shop") as night:
        assert rest.turn(night, "distil", keys.record(house.settings)).told is None


def test_only_a_nightly_rests_and_only_its_work_stands(house: House) -> None:
    house.settle()
    with stages.opened(house.settings, "mend") as night:
        assert stages.distil(night) is not None
        assert stages.index(night) is not None
    assert house.night()[1] == QUIET, "it found nothing to do"
    with stages.opened(house.settings, "mend") as night, night.run.change("mend", "whatever"):
        pass
    assert house.night()[1] == set(), "whatever another kind of run did is a change"


def test_a_changed_rule_or_reader_is_another_program(tmp_path: Path) -> None:
    shutil.copytree(keys.HERE / "distillers" / "rules", tmp_path / "a" / "distillers" / "rules")
    shutil.copytree(tmp_path / "a", tmp_path / "b", copy_function=shutil.copy2)
    before = keys.code(tmp_path / "a")
    rule = tmp_path / "a" / "distillers" / "rules" / "orders.py"
    rule.write_text(rule.read_text("utf-8") + "\n", "utf-8")
    keys.code.cache_clear()
    assert keys.code(tmp_path / "a") != before
    assert keys.common(load_settings(tmp_path)) == keys.digest(keys.code(keys.HERE), repr(load_settings(tmp_path)))


def load_settings(root: Path) -> Settings:
    (root / "stillhouse.toml").write_text("[domains.shop]\nsources = []\n", "utf-8")
    return load(root)
