"""Nights, people's edits, renames, deletions and reverts in any order, beside a model of what must hold of the wiki."""

from __future__ import annotations

import re
import sys
import tempfile
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from pyotp.totp import TOTP

from scheduling import approvals, editors
from scheduling.runs import running
from wiki import changesets, conflicts, reverts
from wiki.git import open_repo
from wiki.page import parse

ANCHOR = re.compile(r"\^(f-[0-9a-f]{8})$", re.MULTILINE)
KINDS = ("rule", "decision", "gotcha", "fact")
PAGES = ("one", "two")
FOUND = 9
NUMBER = st.integers(0, 999)
VARIED = st.lists(st.integers(0, 47), min_size=FOUND, max_size=FOUND)


def tools() -> Any:
    """The fixtures' module: a state machine gets no fixtures, and needs a new shop for each of its runs."""
    spec = spec_from_file_location("shops", Path(__file__).with_name("conftest.py"))
    assert spec
    assert spec.loader
    made = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


SHOPS = tools()


def varied(number: int, code: int) -> Any | None:
    """Finding ``number`` as one night finds it: not at all, on another page, seen more often, anew, or superseded."""
    code, page = divmod(code, 2)
    code, seen = divmod(code, 3)
    if code == 7:
        return None
    confidence = ("high", "high", "medium", "high", "medium", "high", "low")[code]
    status = "superseded" if code == 5 else "accepted"
    made = SHOPS.finding(f"Claim {number}.", kind=KINDS[number % 4])
    made = replace(made, claim=f"Claim {number}, said anew.") if seen == 2 else made
    if number % 3:  # all that one ticket says: lines that stand together
        told = SHOPS.quote(made.claim, unit=f"T-{number % 3}", origin="ticket")
        made = replace(
            made, claim=f"Mend bell no. {number % 3}: {made.claim}", kind=KINDS[number % 2], evidence=(told,)
        )
    return replace(made, page=PAGES[page], seen=1 + seen, confidence=confidence, status=status)


class Wiki(RuleBasedStateMachine):
    """``written``: people's lines by page; ``dead``: blocks that they took away; ``rejected``: what was reverted;
    ``given_up``: lines of theirs that go on the night on which what was found instead is found again.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.shop = SHOPS.Shop(Path(self.folder.name))
        self.written: dict[str, str] = {}
        self.dead: set[str] = set()
        self.rejected: set[str] = set()
        self.given_up: set[str] = set()
        self.ruled = 0

    def teardown(self) -> None:
        self.folder.cleanup()

    def pages(self) -> list[Path]:
        return sorted(path for path in self.shop.wiki.glob("shop/*.md") if path.name != "index.md")

    def page(self, number: int) -> Path:
        return self.pages()[number % len(self.pages())]

    def some_line(self, page: Path, number: int) -> str:
        lines = [line for line in page.read_bytes().decode().splitlines() if ANCHOR.search(line)]
        return lines[number % len(lines)] if lines else ""

    def put(self, page: Path, old: str, new: str, then: int) -> None:
        page.write_bytes(page.read_bytes().replace(old.encode(), new.encode(), 1))
        self.saved(then)

    def saved(self, then: int) -> None:
        """A person commits at once, or only after a night that came upon the edit lying about."""
        if then % 3 == 0:
            self.night_again()
        self.shop.commit()

    def filed(self, found: list[Any]) -> None:
        self.shop.night([replace(one, status="rejected") if one.id in self.rejected else one for one in found])

    @initialize(codes=VARIED)
    def first_night(self, codes: list[int]) -> None:
        self.filed([SHOPS.finding("Always.", page="one")])
        self.night(codes)

    @rule(codes=VARIED)
    def night(self, codes: list[int]) -> None:
        self.last = [one for number, code in enumerate(codes) if (one := varied(number, code))]
        self.night_again()

    def night_again(self) -> None:
        self.filed([SHOPS.finding("Always.", page="one"), *getattr(self, "last", [])])

    @precondition(lambda self: self.pages())
    @rule(page=NUMBER, line=NUMBER, then=NUMBER)
    def change_a_line(self, page: int, line: int, then: int) -> None:
        path = self.page(page)
        old = self.some_line(path, line)
        if old and not old.strip().startswith("- Ours"):
            mine = old.replace("- ", f"- Ours {len(self.written)}: ", 1)
            self.written.pop(old, None)  # a line that a person had chosen words for is theirs to change
            self.written[mine] = path.name
            self.put(path, old, mine, then)

    @precondition(lambda self: self.pages())
    @rule(page=NUMBER, line=NUMBER, then=NUMBER)
    def take_a_block_away(self, page: int, line: int, then: int) -> None:
        path = self.page(page)
        old = self.some_line(path, line)
        if old:
            self.written.pop(old, None)
            self.dead |= set(ANCHOR.findall(old))
            self.put(path, old + "\n", "", then)

    @precondition(lambda self: self.pages())
    @rule(page=NUMBER, spot=NUMBER, then=NUMBER)
    def write_text(self, page: int, spot: int, then: int) -> None:
        path = self.page(page)
        text, mine = path.read_bytes().decode(), f"Our remark {len(self.written)}, {spot}."
        spots = [found.end() for found in re.finditer(r"\n\n", text)] or [len(text)]
        at = spots[spot % len(spots)]
        path.write_bytes(f"{text[:at]}{mine}\n\n{text[at:]}".encode())
        self.written[mine] = path.name
        self.saved(then)

    @precondition(lambda self: self.pages())
    @rule(page=NUMBER, then=NUMBER)
    def rename_a_page(self, page: int, then: int) -> None:
        path = self.page(page)
        new = path.with_name(f"renamed-{then}-{path.name}"[-40:].lstrip("-"))
        if new.exists():
            return
        path.rename(new)
        self.written = {line: new.name if name == path.name else name for line, name in self.written.items()}
        self.saved(then)

    @precondition(lambda self: len(self.pages()) > 1)
    @rule(page=NUMBER, then=NUMBER)
    def delete_a_page(self, page: int, then: int) -> None:
        path = self.page(page)
        self.dead |= {key for key in parse("x", path.read_bytes()).anchors if key.startswith("f-")}
        path.unlink()
        self.written = {line: name for line, name in self.written.items() if name != path.name}
        self.saved(then)

    @rule(which=NUMBER)
    def revert_a_change_set(self, which: int) -> None:
        merged = changesets.listed(self.shop.ledger, states=("merged",))
        with running(self.shop.ledger, "operator", "revert") as run:
            taken = reverts.look(open_repo(self.shop.wiki), merged[which % len(merged)].commit)
            reverts.revert(run, taken, "it was a trial", "Ana")
        self.rejected |= {key for keys in taken.findings.values() for key in keys}
        self.night_again()

    @precondition(lambda self: self.open_lines())
    @rule(which=NUMBER, word=st.sampled_from(["theirs", "ours", "merged"]))
    def decide_about_a_line(self, which: int, word: str) -> None:
        """Of two versions of a line a person chooses one, or words of their own; the night does it."""
        requests = self.open_lines()
        request = requests[which % len(requests)]
        line, key = conflicts.of(request).theirs, conflicts.of(request).block
        name = self.written.get(line, "")
        if line not in self.lines_of(name):
            return
        self.ruled += 1
        self.rule_on(request, conflicts.notes_of(word, f"Joint {self.ruled}." if word == "merged" else ""))
        self.night_again()
        if line in self.lines_of(name):
            self.given_up |= set() if word == "theirs" else {line}
            return
        assert word != "theirs", f"lost: {line}"
        del self.written[line]
        there = {row: path.name for path in self.pages() for row in self.lines_of(path.name) if row.endswith(f"^{key}")}
        assert len(there) == 1
        if word == "merged":
            assert f"- Joint {self.ruled}. " in next(iter(there))
            self.written |= there

    def open_lines(self) -> list[approvals.Request]:
        return approvals.open_requests(self.shop.ledger, conflicts.KIND)

    def lines_of(self, name: str) -> list[str]:
        path = self.shop.wiki / "shop" / name
        return path.read_bytes().decode().splitlines() if path.is_file() else []

    def rule_on(self, request: approvals.Request, notes: str) -> None:
        """A person rules, each time another one: a code counts once."""
        with running(self.shop.ledger, "operator", "enrol") as run:
            code = TOTP(editors.enrol(run, f"Ana {self.ruled}").secret).now()
        signed = {"editor": f"Ana {self.ruled}", "code": code, "body_sha256": request.body_sha256}
        with running(self.shop.ledger, "editor", "decide") as run:
            approvals.rule(run, request.id, "approve", notes=notes, **signed)

    @invariant()
    def nothing_is_lost_doubled_or_back(self) -> None:
        texts = {page.name: page.read_bytes().decode() for page in self.pages()}
        gone = {line for line in self.given_up if line not in texts.get(self.written.get(line, ""), "").splitlines()}
        self.written = {line: name for line, name in self.written.items() if line not in gone}
        for line, name in self.written.items():
            assert line in texts.get(name, "").splitlines(), f"lost: {line}"
        standing = [key for text in texts.values() for key in ANCHOR.findall(text)]
        assert len(standing) == len(set(standing)), "a block stands twice"
        assert not self.dead.intersection(standing), "what a person took away is back"
        ours = {key for line in self.written for key in ANCHOR.findall(line)}
        assert not self.rejected.intersection(standing) - ours, "what was reverted stands"
        if (self.shop.wiki / ".git").exists():
            assert self.shop.is_clean()

    @invariant()
    def main_holds_only_what_passed_the_gate(self) -> None:
        for change in changesets.listed(self.shop.ledger):
            assert change.state in {"merged", "blocked"}
            assert change.state != "merged" or (change.verdict, change.lint, change.health) == (
                "pass",
                "clean",
                "green",
            )


TestNightsAndPeopleInAnyOrder = Wiki.TestCase
TestNightsAndPeopleInAnyOrder.settings = settings(
    max_examples=6,
    stateful_step_count=10,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
