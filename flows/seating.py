"""Which agent sits on which seat, and whether it can be asked."""

from __future__ import annotations

from collections.abc import Callable

from distillers.agents.base import Agent, AgentSpec
from distillers.agents.registry import build, keys
from distillers.asking import Asking
from flows.settings import Settings
from flows.surroundings import variables
from scheduling.budget import Limits

DISTILLER = "distiller"


def agent(settings: Settings, name: str) -> Agent:
    """The agent of that name, with the variables that it may see. Raises UsageError if it lacks what its kind needs."""
    table = settings.agents[name]
    kind = table.kind_of()
    known = variables(table.pass_env)
    return build(
        AgentSpec(
            name=name,
            kind=kind,
            command=table.program(settings.root),
            model=table.model,
            env=(variables(keys(table.model)) if kind == "api" else {}) | known,
            unset=tuple(one for one in table.pass_env if one not in known),
            seconds=table.seconds,
            price=table.price.price(),
            parallel=table.parallel,
        )
    )


def limits(settings: Settings, seat: str) -> Limits:
    """The caps of a seat's calls."""
    table = settings.seats[seat]
    return Limits(table.nightly_budget.caps(), table.monthly_budget.caps(), settings.budget.monthly.caps())


def asking(
    settings: Settings, mask: Callable[[str], str], on_progress: Callable[[str, int, int], None]
) -> Asking | None:
    """What the distiller asks about each session beside the rules; None if no agent sits on its seat."""
    table = settings.seats.get(DISTILLER)
    if table is None or not table.agent:
        return None
    parallel = settings.agents[table.agent].parallel
    return Asking(agent(settings, table.agent), limits(settings, DISTILLER), mask, parallel, on_progress)


def unready(settings: Settings) -> list[str]:
    """Why agents that sit on a seat cannot be asked; asks nobody."""
    seated = sorted({table.agent for table in settings.seats.values() if table.agent})
    return [problem for name in seated if (problem := agent(settings, name).ready())]
