"""Sessions to ask an agent about, and nights in which it is asked."""

from pathlib import Path
from typing import Any

import proposals as made
import told

from distillers import findings_store
from distillers.asking import Asking
from distillers.distil import Distilled, distil
from distillers.findings import AGENT, Finding
from distillers.record.archive import Archive
from scheduling import tasks
from scheduling.budget import Limits
from scheduling.ledger.store import Ledger
from scheduling.runs import Run, running

CASES = Path(__file__).parents[1] / "cases"
FREE = Limits()
SECRET = "sk-live-0123456789abcdefghijklmnop"


def masked(text: str) -> str:
    return text.replace(SECRET, "[REDACTED:api-key:00000000]")


def session(run: Run, archive: Archive, name: str, *texts: str, domain: str = "shop") -> None:
    """A session in which these things were said, by a person, the agent and a tool in turn."""
    shapes: list[dict[str, Any]] = [{}, {"origin": "agent"}, {"origin": "tool", "kind": "result", "failed": True}]
    events = [
        made.event(name, number, text, at=f"2026-03-01T10:{int(name[1:]):02}:{number:02}.000Z", **shapes[number % 3])
        for number, text in enumerate(texts)
    ]
    archive.append(domain, [*events, made.bulk(name)], run=run)


def ordered(run: Run, archive: Archive) -> None:
    """A session in which a person gave a standing order."""
    for unit in told.read(CASES / "standing-order.case").units:
        archive.append("shop", [*unit.events, made.bulk(unit.unit)], run=run)


def sessions(run: Run, archive: Archive, count: int, start: int = 0) -> None:
    for n in range(start, start + count):
        why = f"The bank pads export {n} with empty rows because its pages hold 50."
        session(run, archive, f"s{n}", f"why did import {n} stop?", why)


def night(ledger: Ledger, archive: Archive, agent: Any, limits: Limits = FREE, *domains: str, **more: Any) -> Distilled:
    with running(ledger, "distiller", "nightly") as run:
        return distil(run, archive, domains or ["shop"], asking=Asking(agent, limits, masked, **more))


def filed(ledger: Ledger) -> list[Finding]:
    return [f for f in findings_store.load(ledger) if f.rule.startswith(AGENT)]


def calls(log: Path) -> int:
    return len(log.read_text().splitlines()) if log.exists() else 0


def asks(ledger: Ledger, state: str) -> list[dict[str, Any]]:
    return [row for row in tasks.listed(ledger, state) if row["kind"] == "ask"]


def same(found: list[Finding]) -> list[tuple[Any, ...]]:
    return [(f.id, f.page, f.confidence, f.status, f.claim, f.evidence) for f in found]
