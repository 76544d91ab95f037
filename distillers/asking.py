"""Asking an agent about what is new, and storing what it proposes beside what the rules found.

    question ──→ agent ──answer──→ proposals judged ──→ candidates, task done
                   ├─ hung, flooded, garbage ──→ task parked with the masked end of what was said
                   ├─ rate-limited ──→ task as it was, the rest of the batch waits, as long as it was told to
                   └─ not there ──→ nobody is asked, the report says why

Whatever goes wrong with an agent concerns its own tasks only; the night goes on with what the rules found.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

from distillers import editions, findings_store, prompt, proposals, rests
from distillers.agents.base import Agent, AgentError, DeferredError, FailedError, MissingError, Reply
from distillers.claims import public
from distillers.digest import Digest
from distillers.findings import AGENT
from distillers.questions import GIVEN_UP, Question, pages_of, questions, queued, waiting
from distillers.record.archive import Archive
from distillers.record.units import UnitInfo
from scheduling import budget
from scheduling.budget import Amount, Limits
from scheduling.room import room
from scheduling.runs import Run

TRIES = 3
"""How often the same question is put to an agent that fails to answer it."""
IN_A_ROW = 3
"""Failures in a row after which an agent is left alone for the night."""
PAUSE = 0.2
"""Seconds between two looks whether another run has settled a call."""
NOTE = 300
"""Characters of what an agent said in the note of a parked task."""

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")


@dataclass(frozen=True, slots=True)
class Asking:
    """An agent, what it may cost, and how its words are masked before any of them is stored."""

    agent: Agent
    limits: Limits
    mask: Callable[[str], str]
    parallel: int = 1
    on_progress: Callable[[str, int, int], None] | None = None
    """Told (domain, sessions asked about, sessions that waited) whenever answers came in."""
    barred: str = ""
    """Why nobody is to be asked any more tonight."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What asking came to."""

    agent: str = ""
    sessions: int = 0
    """Sessions that were answered."""
    spent: Amount = field(default_factory=lambda: Amount(0))
    proposed: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict[str, int])
    """Proposals that were not believed, by reason."""
    parked: int = 0
    queued: int = 0
    problem: str = ""
    """Why nobody more was asked, "" if nothing but the budget stood in the way."""
    short: int = 0
    """Sessions of which too little may be shown to ask about them."""

    def __add__(self, other: Asked) -> Asked:
        """Both together."""
        return Asked(
            self.agent or other.agent,
            self.sessions + other.sessions,
            self.spent + other.spent,
            self.proposed + other.proposed,
            dict(sorted((Counter(self.dropped) + Counter(other.dropped)).items())),
            self.parked + other.parked,
            self.queued + other.queued,
            self.problem or other.problem,
            self.short + other.short,
        )


def ask(run: Run, archive: Archive, domain: str, infos: Sequence[UnitInfo], asking: Asking) -> Asked:
    """Asks about the sessions of ``domain`` that are new or changed, newest first."""
    units = waiting(run, domain, infos, asking.agent)
    problem = asking.barred or _barred(run, asking.agent) if units else ""
    if problem or not units:
        return Asked(asking.agent.name, queued=len(units), problem=problem)
    editions.note(run, f"{AGENT}{asking.agent.name}", prompt.EDITION, asking.agent.model)
    return _Batch(run, domain, asking, pages_of(run, domain), len(units)).work(archive, units)


def _barred(run: Run, agent: Agent) -> str:
    """Why the agent is not to be asked now, "" if it is."""
    until = rests.until(run.ledger, agent.model)
    return f"{agent.name} wants to be left alone until {until}" if until else agent.ready()


@dataclass(slots=True)
class _Batch:
    """One domain's questions of one night."""

    run: Run
    domain: str
    asking: Asking
    pages: tuple[str, ...]
    wanted: int
    """Sessions to ask about."""
    done: Asked = Asked()
    flying: dict[Future[Reply | AgentError], Question] = field(default_factory=dict[Any, Question])
    """The calls that run now."""
    failed: int = 0
    problem: str = ""

    def work(self, archive: Archive, units: Sequence[str]) -> Asked:
        agent = self.asking.agent
        with ThreadPoolExecutor(self.asking.parallel) as pool:
            try:
                for question in questions(self.run, archive, self.domain, units, agent, self.asking.limits, self):
                    self.flying[pool.submit(self._answer, question)] = question
                    while len(self.flying) >= self.asking.parallel:
                        self._land()
                while self.flying:
                    self._land()
            except BaseException:
                agent.stop()
                raise
        return self.done + Asked(agent.name, queued=queued(self.run, self.domain), problem=self.problem)

    @property
    def over(self) -> bool:
        return bool(self.problem)

    def most(self, shown: Digest) -> Amount:
        return self.asking.agent.most(prompt.ask(shown, self.pages), prompt.schema(self.pages))

    def too_short(self) -> None:
        self.done += Asked(short=1)

    def await_room(self, amount: Amount, *, critical: bool) -> bool:
        if self.flying:
            self._land()
            return not self.over
        while (found := room(self.run, amount, critical=critical)) == "later":
            time.sleep(PAUSE)
        return found == "now"

    def _answer(self, question: Question) -> Reply | AgentError:
        try:
            return self.asking.agent.run(prompt.ask(question.shown, self.pages), prompt.schema(self.pages))
        except AgentError as error:
            return error

    def _land(self) -> None:
        """Stores the answers of the calls that ended, in the order in which they were made; waits for one at least."""
        ended, _ = wait(self.flying, return_when=FIRST_COMPLETED)
        for call in [one for one in self.flying if one in ended]:
            self.done += self._store(self.flying.pop(call), call.result())
        if self.asking.on_progress:
            self.asking.on_progress(self.domain, self.done.sessions + self.done.parked, self.wanted)

    def _store(self, question: Question, outcome: Reply | AgentError) -> Asked:
        if isinstance(outcome, Reply):
            findings = proposals.understood(outcome.data)
            if findings is not None:
                return self._keep(question, outcome, findings)
            agent = self.asking.agent.name
            outcome = FailedError(f"{agent} answered in another form than was asked for", output=str(outcome.data))
        if isinstance(outcome, (MissingError, DeferredError)):
            return self._defer(question, outcome)
        return self._park(question, outcome)

    def _keep(self, question: Question, reply: Reply, findings: Sequence[Any]) -> Asked:
        self.failed = 0
        agent = self.asking.agent
        spent = agent.cost(reply.usage)
        kept, dropped = proposals.candidates(findings, question.shown, self.domain, self.pages, agent.name)
        counts = {"candidates": len(kept), "dropped": dropped.total(), "tokens": spent.tokens, "micros": spent.micros}
        with self.run.change("ask", question.subject, agent=agent.name, outcome="answered", **counts) as rows:
            findings_store.propose(rows, {question.taken.task: kept}, self.domain, self.run.id)
            budget.settle(rows, question.held, spent)
            question.taken.finish(rows)
        return Asked(sessions=1, spent=spent, proposed=len(kept), dropped=dropped)

    def _defer(self, question: Question, error: AgentError) -> Asked:
        """Nothing was spent, and nothing more is tried tonight."""
        self.problem = self._told(error.message)
        with self.run.change("ask", question.subject, agent=self.asking.agent.name, outcome="deferred") as rows:
            budget.release(rows, question.held)
            rests.note(rows, self.asking.agent.model, error.after if isinstance(error, DeferredError) else 0.0)
            question.taken.defer(rows, self._note(error))
        return Asked()

    def _park(self, question: Question, error: AgentError) -> Asked:
        """The call counts as if it had taken all that it might: nobody knows what it took."""
        self.failed += 1
        if self.failed >= IN_A_ROW:
            what = self._told(error.message)
            self.problem = f"{self.asking.agent.name} failed {self.failed} times in a row, at last: {what}"
        with self.run.change("ask", question.subject, agent=self.asking.agent.name, outcome="parked") as rows:
            budget.settle(rows, question.held, question.held.amount, failed=True)
            tries = budget.failures(rows, question.key)
            state = f"{GIVEN_UP} after {tries} tries" if tries >= TRIES else f"try {tries} of {TRIES}"
            question.taken.block(rows, f"{state}: {self._note(error)}")
        return Asked(spent=question.held.amount, parked=1)

    def _note(self, error: AgentError) -> str:
        """What happened, and the end of what the agent said."""
        what, said = self._told(error.message), self._told(error.output)[-NOTE:]
        return f"{what}; it said: {said}" if said else what

    def _told(self, text: str) -> str:
        """Words that an agent may have chosen: masked, on one line."""
        return _UNSEEN.sub(" ", public(self.asking.mask(text))).strip()
