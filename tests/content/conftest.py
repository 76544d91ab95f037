import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pyotp.totp import TOTP
from sqlalchemy import update

from content import publish
from content.brief import Brief, PageRef, prepare
from content.drafting import Drafted, Material, draft
from content.pillars import default_pillars
from distillers.findings import Finding, Quote, finding_id
from scheduling import approvals
from scheduling.approvals import Decision, Ruling
from scheduling.base.workspace import Workspace
from scheduling.editors import editor_rows
from scheduling.ledger.store import Ledger
from scheduling.runs import Run, bury_dead, running

CASES = Path(__file__).parent / "cases"


def finding(line: dict[str, Any], domain: str = "tidewatch") -> Finding:
    claim = str(line["claim"])
    said = claim.rsplit(": ", 1)[-1] if line["origin"] == "ticket" and ": " in claim else claim
    said = claim.split(": ", 2)[-1] if claim.startswith("fix(") else said
    quote = Quote(
        event=f"e{line['line']:015d}",
        origin=line["origin"],
        unit=line["unit"],
        at=line["at"],
        file=f"/logs/{domain}/{line['unit']}.jsonl",
        line=line["line"],
        text=said,
    )
    return Finding(
        id=finding_id(domain, claim, said),
        domain=domain,
        kind=line["kind"],
        claim=claim,
        key=claim[:40],
        page=line["page"],
        confidence=line.get("confidence", "high"),
        status=line.get("status", "written"),
        valid_from=str(line["at"])[:10],
        superseded_by=line.get("superseded_by", ""),
        rule="case",
        seen=line.get("seen", 1),
        warnings=tuple(line.get("warnings", ())),
        evidence=(quote,),
    )


def load_findings() -> list[Finding]:
    return [finding(json.loads(line)) for line in (CASES / "findings.jsonl").read_text("utf-8").splitlines()]


def refs(findings: list[Finding]) -> dict[str, PageRef]:
    return {
        f"{f.domain}/{f.page}": PageRef(f.page.replace("-", " ").capitalize(), f"{f.domain}/{f.page}.md", "3f2a" * 10)
        for f in findings
    }


@pytest.fixture
def findings() -> list[Finding]:
    return load_findings()


@pytest.fixture
def page_refs() -> Callable[[list[Finding]], dict[str, PageRef]]:
    return refs


@pytest.fixture
def brief(findings: list[Finding]) -> Brief:
    made = prepare(default_pillars(["tidewatch"])[0], findings, refs(findings))
    assert isinstance(made, Brief)
    return made


@dataclass(frozen=True)
class House:
    """A workspace with an enrolled editor, and what the tests do in it."""

    workspace: Workspace
    ledger: Ledger
    secret: str
    findings: list[Finding]

    @contextmanager
    def run(self, seat: str = "writer") -> Iterator[Run]:
        with running(self.ledger, seat, "test") as run:
            bury_dead(run)
            yield run

    def material(self, findings: list[Finding] | None = None) -> Material:
        used = self.findings if findings is None else findings
        return Material(used, refs(used), lambda text: text.replace("hunter2", "[REDACTED:password]"))

    def draft(self, findings: list[Finding] | None = None, name: str | None = None) -> Drafted:
        with self.run() as run:
            return draft(run, self.workspace, default_pillars(["tidewatch"]), self.material(findings), name)

    def code(self) -> str:
        """A fresh code; earlier ones may be used again."""
        with self.ledger.write() as rows:
            rows.execute(update(editor_rows).values(last_step=0))
        return TOTP(self.secret).now()

    def rule(self, request: str, decision: Decision = "approve", notes: str = "reads well") -> Ruling:
        asked = approvals.get_request(self.ledger, request)
        with self.run("editor") as run:
            return approvals.rule(
                run, request, decision, editor="Ada", code=self.code(), body_sha256=asked.body_sha256, notes=notes
            )

    def publish(self, slug: str, ruling: Ruling) -> Path:
        with self.run("editor") as run:
            return publish.publish(run, self.workspace, slug, ruling)

    def finish(self) -> list[str]:
        with self.run("editor") as run:
            return publish.finish(run, self.workspace)

    def file(self, slug: str) -> Path:
        return self.workspace.drafts / f"{slug}.md"

    def files(self) -> dict[str, bytes]:
        folder = self.workspace.root / "content"
        return {
            str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
        }


@pytest.fixture
def house(tmp_path: Path, findings: list[Finding]) -> House:
    workspace = Workspace(tmp_path / "ws")
    ledger = Ledger(workspace.ledger)
    with running(ledger, "editor", "enrol") as run:
        secret = approvals.enrol(run, "Ada").secret
    return House(workspace, ledger, secret, findings)
