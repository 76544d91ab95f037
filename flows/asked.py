"""How asking an agent reads in a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from distillers.agents.base import MILLION

if TYPE_CHECKING:
    from distillers.asking import Asked


def dollars(micros: int) -> str:
    """An amount of money for people."""
    return f"${micros / MILLION:.2f}" if micros >= 10_000 or not micros else f"${micros / MILLION:.4f}"


def asked_json(asked: Asked) -> dict[str, Any]:
    """The part of ``nightly --json`` that tells of the agent; there is none if no agent is set up."""
    return {
        "name": asked.agent,
        "sessions": asked.sessions,
        "calls": asked.spent.calls,
        "tokens": asked.spent.tokens,
        "usd": asked.spent.micros / MILLION,
        "usd_per_session": asked.spent.micros / MILLION / max(1, _about(asked)),
        "proposed": asked.proposed,
        "dropped": dict(asked.dropped),
        "parked": asked.parked,
        "queued": asked.queued,
        "too_short": asked.short,
        "problem": asked.problem,
    }


def idle_json(agent: str) -> dict[str, Any]:
    """The same of an agent that was not to be asked anything."""
    counts = dict.fromkeys(("sessions", "calls", "tokens", "usd", "usd_per_session", "proposed"), 0)
    return {"name": agent, **counts, "dropped": {}, "parked": 0, "queued": 0, "too_short": 0, "problem": ""}


def asked_lines(asked: Asked) -> list[str]:
    """The lines of the report that tell of the agent; none if there was nothing to ask."""
    if asked == type(asked)(asked.agent):
        return []
    each = asked.spent.micros // max(1, _about(asked))
    said = (
        f"asked     {asked.agent} about {asked.sessions} sessions: {asked.spent.calls} calls,"
        f" {asked.spent.tokens} tokens, {dollars(asked.spent.micros)} ({dollars(each)} a session);"
        f" {asked.proposed} proposals, {sum(asked.dropped.values())} not believed"
    )
    left = f"; {asked.queued} sessions wait for another night" if asked.queued else ""
    parked = f"; {asked.parked} failed and are parked" if asked.parked else ""
    short = f"; {asked.short} are too short to be asked about" if asked.short else ""
    problem = [f"agent     {asked.problem}; the rules worked alone where it was not asked"] if asked.problem else []
    return [said + left + parked + short, *problem]


def _about(asked: Asked) -> int:
    """Sessions that were asked about, answered or not."""
    return asked.sessions + asked.parked
