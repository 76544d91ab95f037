"""The tables of the settings that speak of agents, of the seats that ask them, and of what that may cost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from distillers.agents.base import MILLION, Price
from scheduling import seats
from scheduling.budget import Caps

VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
AGENT_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


def _variable(name: str) -> str:
    if not VARIABLE.fullmatch(name):
        raise ValueError(f"{name!r} is no name of an environment variable: write the name alone, never a value")
    return name


def _agent(name: str) -> str:
    if not AGENT_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for an agent: use lower-case letters, digits and dashes")
    return name


def _seat(name: str) -> str:
    if name not in seats.DEFAULT:
        raise ValueError(f"there is no seat {name!r}; seats: {', '.join(sorted(seats.DEFAULT))}")
    return name


Variable = Annotated[str, AfterValidator(_variable)]
AgentName = Annotated[str, AfterValidator(_agent)]
SeatName = Annotated[str, AfterValidator(_seat)]
Dollars = Annotated[float, Field(ge=0, le=1_000_000)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class PriceTable(_Table):
    """US dollars for a million tokens."""

    input: Dollars = 5.0
    output: Dollars = 25.0

    def price(self) -> Price:
        """In millionths of a dollar."""
        return Price(round(self.input * MILLION), round(self.output * MILLION))


class AgentTable(_Table):
    """One agent. ``kind`` may be left out where ``model`` or ``command`` says it."""

    kind: Literal["claude", "codex", "gemini", "command", "api", ""] = ""
    command: tuple[str, ...] = ()
    model: str = ""
    pass_env: tuple[Variable, ...] = ()
    seconds: Annotated[float, Field(gt=0, le=840)] = 300.0
    """How long a call may take; less than a task's lease."""
    parallel: Annotated[int, Field(ge=1, le=16)] = 1
    price: PriceTable = PriceTable()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        kind = self.kind_of()
        if kind == "command" and not self.command:
            raise ValueError('an agent of kind command needs its command, such as ["my-agent", "--json"]')
        if kind == "api" and not self.model:
            raise ValueError('an agent needs a kind, a command, or a model such as "openai:gpt-5-mini"')
        return self

    def kind_of(self) -> str:
        """The kind, said or meant."""
        return self.kind or ("command" if self.command else "api")

    def program(self, root: Path) -> tuple[str, ...]:
        """The command; a program given by a relative path lies below ``root``, as agents have a folder of their own."""
        if not self.command:
            return ()
        first = Path(self.command[0]).expanduser()
        return (str(root / first) if "/" in self.command[0] else self.command[0], *self.command[1:])


class BudgetTable(_Table):
    """The most that may be used; what is left out has no cap."""

    calls: Annotated[int, Field(ge=0)] | None = None
    tokens: Annotated[int, Field(ge=0)] | None = None
    usd: Dollars | None = None

    def caps(self) -> Caps:
        """As the budget counts."""
        return Caps(self.calls, self.tokens, None if self.usd is None else round(self.usd * MILLION))


class SeatTable(_Table):
    """A seat: the agent that it asks, what that may cost in a night and in a month, and whom it answers to.

    ``may`` takes rights away from it; none can be given.
    """

    role: str = ""
    reports_to: SeatName | Literal[""] | None = None
    may: tuple[str, ...] | None = None
    agent: str = ""
    monthly_budget: BudgetTable = BudgetTable()
    nightly_budget: BudgetTable = BudgetTable()


class HouseTable(_Table):
    """What all seats together may cost in a month."""

    monthly: BudgetTable = BudgetTable()


def organised(tables: Mapping[str, SeatTable]) -> dict[str, seats.Seat]:
    """The seats as these tables describe them, by name. Raises ValueError naming the key that cannot be."""
    made: dict[str, seats.Seat] = {}
    for name, table in tables.items():
        try:
            made[name] = seats.described(name, table.role, table.reports_to, table.may)
        except ValueError as error:
            raise ValueError(f"seats.{name}.may: {error}") from error
    round_about = seats.circle(made)
    if round_about:
        raise ValueError(f"seats.{round_about}.reports_to: the {round_about} would answer to itself")
    return made
