"""What an agent is to be asked: one question a session, put once for each state of it.

session changed? ──→ task to do ──→ digest changed? ──→ room in the budget? ──→ question
                                    └─ no: done         ├─ once calls that run now are settled: waits
                                                        └─ no: stays queued
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from distillers import findings_store, prompt
from distillers.agents.base import Agent
from distillers.digest import Digest, digest
from distillers.evidence import relocated
from distillers.pages import REST
from distillers.record.archive import Archive
from distillers.record.units import Unit, UnitInfo
from scheduling import budget, tasks
from scheduling.budget import Amount, Limits, Reservation
from scheduling.runs import Run
from scheduling.tasks import Checkout, Offer, checkout, offer_many, task_id

KIND = "ask"
GIVEN_UP = "given up"
"""Begins the note of a task that is not tried again until its session changes."""
SCANNED = 200
"""Sessions looked at for critical ones once the budget admits no others."""
PAGES = 40


@dataclass(frozen=True, slots=True)
class Question:
    """One session, ready to be asked about: room is reserved and its task is taken."""

    subject: str
    shown: Digest
    key: str
    """Hash of what is shown, of the prompt and of the model: the same key has the same answer."""
    held: Reservation
    taken: Checkout


def task(domain: str, unit: str) -> str:
    """The id of the task of asking about one session."""
    return task_id(KIND, f"{domain}/{unit}")


def pages_of(run: Run, domain: str) -> tuple[str, ...]:
    """The pages that an agent may choose from: the general ones, and those that the domain's knowledge lies on."""
    known = Counter(f.page for f in findings_store.load(run.ledger, domain) if f.confidence != "low")
    shared = [page for page, _ in sorted(known.items(), key=lambda pair: (-pair[1], pair[0]))]
    return tuple(dict.fromkeys((*sorted(set(REST.values())), *shared)))[:PAGES]


def waiting(run: Run, domain: str, infos: Sequence[UnitInfo], agent: Agent) -> list[str]:
    """The sessions to ask about, newest first; those that were done or given up wait for a change."""
    sessions = sorted((i for i in infos if i.medium == "session"), key=lambda i: (i.last, i.unit), reverse=True)
    blocked = [row for row in tasks.listed(run.ledger, "blocked") if row["kind"] == KIND]
    lost = {(row["id"], row["input"]) for row in blocked if row["note"].startswith(GIVEN_UP)}
    inputs = {info.unit: f"{info.digest} {prompt.EDITION} {agent.model}" for info in sessions}
    offers = [Offer(f"{domain}/{unit}", on) for unit, on in inputs.items() if (task(domain, unit), on) not in lost]
    to_do = set(offer_many(run, KIND, domain, offers)) if offers else set[str]()
    return [unit for unit in inputs if task(domain, unit) in to_do]


def queued(run: Run, domain: str) -> int:
    """How many sessions of the domain wait to be asked about."""
    return sum(row["kind"] == KIND and row["domain"] == domain for row in tasks.listed(run.ledger, "todo"))


class Desk(Protocol):
    """Whoever puts the questions."""

    @property
    def over(self) -> bool:
        """Whether nobody more is to be asked."""
        ...

    def most(self, shown: Digest) -> Amount:
        """The most that asking about this may take."""
        ...

    def too_short(self) -> None:
        """Is told of each session of which so little may be shown that nobody is asked about it."""
        ...

    def await_room(self, amount: Amount, *, critical: bool) -> bool:
        """Waits until calls that run now leave room for this one; False if there will be none."""
        ...


def questions(
    run: Run, archive: Archive, domain: str, units: Sequence[str], agent: Agent, limits: Limits, desk: Desk
) -> Iterator[Question]:
    """A question for each of ``units`` that needs one and for which there is room, or comes to be while others run."""
    refused = 0
    for unit in units:
        found = None if desk.over else archive.unit(domain, unit)
        if found is None:
            continue
        subject, shown = f"{domain}/{unit}", digest(found)
        key = key_of(subject, shown, agent)
        if not shown.events or budget.answered(run.ledger, key):
            _unchanged(run, found, "nothing new to show" if shown.events else "too short to be shown")
            if not shown.events:
                desk.too_short()
            continue
        most = desk.most(shown) + budget.overrun(run)
        held = _reserved(run, limits, most, subject, key, shown, desk)
        if held is not None:
            yield from _taken(run, domain, unit, shown, key, held)
            continue
        refused += 1
        if shown.critical or refused >= SCANNED:
            return


def _reserved(
    run: Run, limits: Limits, most: Amount, subject: str, key: str, shown: Digest, desk: Desk
) -> Reservation | None:
    """Room for a call; None if what is spent leaves none."""
    critical = shown.critical
    while not desk.over:
        held = budget.admit(run, limits, most, subject=subject, key=key, critical=critical)
        if held is not None or not desk.await_room(most, critical=critical):
            return held
    return None


def key_of(subject: str, shown: Digest, agent: Agent) -> str:
    """The key of a question: of which session, what is shown of it, in which words, to whom."""
    asked = "\0".join((subject, shown.hash, prompt.EDITION, agent.model))
    return hashlib.blake2b(asked.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _taken(run: Run, domain: str, unit: str, shown: Digest, key: str, held: Reservation) -> Iterator[Question]:
    taken = checkout(run, task(domain, unit))
    if taken is not None:
        yield Question(f"{domain}/{unit}", shown, key, held, taken)
        return
    with run.change("release", f"{domain}/{unit}") as rows:
        budget.release(rows, held)


def _unchanged(run: Run, unit: Unit, why: str) -> None:
    """What the agent would be shown is nothing, or what it was shown before: its proposals stand where they are now."""
    taken = checkout(run, task(unit.domain, unit.unit))
    if taken is None:
        return
    events = {event.id: event for event in unit.events}
    with run.change("ask", f"{unit.domain}/{unit.unit}", outcome=why) as rows:
        moved = [relocated(one, events) for one in findings_store.of_task(rows, taken.task)]
        findings_store.propose(rows, {taken.task: [one for one in moved if one]}, unit.domain, run.id)
        taken.finish(rows)
