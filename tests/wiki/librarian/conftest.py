"""A small workspace with a wiki, and findings to file in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import pytest
from sqlalchemy import select

from distillers.findings import Finding, Quote, finding_id, findings
from distillers.findings_store import load
from distillers.findings_store import replace as put
from scheduling.base.process import run as start
from scheduling.ledger.store import Ledger
from scheduling.runs import bury_dead, running
from wiki import blocks
from wiki.filed import Filed
from wiki.librarian import file
from wiki.tree import Tree
from wiki.verifier import Senses


def finding(claim: str, **values: Any) -> Finding:
    """A high rule of domain ``shop`` on page ``testing`` that one person said once."""
    domain, key = values.get("domain", "shop"), values.get("key", claim)
    made = Finding(
        id=finding_id(domain, key, claim),
        domain=domain,
        kind="rule",
        claim=claim,
        key=key,
        page="testing",
        confidence="high",
        status="accepted",
        valid_from="2026-11-19",
        superseded_by="",
        rule="orders",
        seen=1,
        warnings=(),
        evidence=(quote(claim),),
    )
    return replace(made, **values)


def quote(text: str, **values: Any) -> Quote:
    """What a person typed at line 207 of a session."""
    said = Quote("e" * 16, "human", "5a71c0de-1111-2222", "2026-11-19T10:00:00.000Z", "session.jsonl", 207, text)
    return replace(said, **values)


@dataclass(frozen=True)
class Shop:
    """A workspace whose wiki is filed night by night."""

    root: Path

    @property
    def wiki(self) -> Path:
        return self.root / "wiki"

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.root / "ledger.db")

    def night(
        self, found: Sequence[Finding] | None = None, domain: str = "shop", senses: Senses | None = None
    ) -> Filed:
        """Distils ``found`` (None: what the ledger holds) and files it."""
        ledger = self.ledger
        with running(ledger, "librarian", "nightly") as run:
            bury_dead(run)
            if found is not None:
                with run.change("settle", domain) as rows:
                    put(rows, domain, list(found), run.id)
            return file(run, ledger, self.wiki, domain, load(ledger, domain), senses=senses)

    def git(self, *argv: str, stdin: bytes = b"") -> str:
        """What a person does in the wiki with git."""
        me = ["-c", "user.name=Ana", "-c", "user.email=ana@example.invalid"]
        return start(["git", *me, *argv], cwd=self.wiki, stdin=stdin).text

    def commit(self, message: str = "By hand") -> None:
        """A person commits everything that they edited."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)

    def tree_hash(self) -> str:
        return self.git("rev-parse", "main^{tree}").strip()

    def is_clean(self) -> bool:
        return not self.git("status", "--porcelain")

    def page(self, slug: str = "testing", domain: str = "shop") -> str:
        return Tree(self.wiki).read(domain, slug).text

    def path(self, slug: str = "testing", domain: str = "shop") -> Path:
        return self.wiki / domain / f"{slug}.md"

    def edit(self, old: str, new: str, slug: str = "testing") -> None:
        """A person replaces text on a page, and saves it."""
        text = self.path(slug).read_bytes().decode()
        assert old in text
        self.path(slug).write_bytes(text.replace(old, new).encode())

    def statuses(self) -> dict[str, str]:
        with self.ledger.read() as rows:
            return {str(key): str(status) for key, status in rows.execute(select(findings.c.id, findings.c.status))}

    def states(self, domain: str = "shop") -> dict[str, str]:
        with self.ledger.read() as rows:
            return {key: row.state for key, row in blocks.load(rows, domain).items()}


class Makes(Protocol):
    """Makes a finding or a quote; keyword arguments replace its fields."""

    def __call__(self, text: str, **values: Any) -> Any: ...


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A workspace before its first night, some folders deep, so that a test sees what is written around it."""
    return Shop(tmp_path / "home" / "shop")


@pytest.fixture
def another(tmp_path: Path) -> Shop:
    """A second workspace, to compare with."""
    return Shop(tmp_path / "another")


@pytest.fixture(name="finding")
def finding_fixture() -> Makes:
    return finding


@pytest.fixture(name="quote")
def quote_fixture() -> Makes:
    return quote
