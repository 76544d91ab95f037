"""The seam: an agent gets a prompt and a JSON schema, and returns data with what it used. It gets nothing else.

AgentError              the call failed; ``output`` is what the agent had said
├── MissingError        the program, a library or a variable is not there: nothing was spent, nothing more is tried
├── DeferredError       it is rate-limited or overloaded: the rest of the batch waits for another night
└── FailedError         it hung, flooded, failed, or answered what is no answer: this item is parked
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from scheduling.base.errors import StillhouseError
from scheduling.budget import Amount

MILLION = 1_000_000


class AgentError(StillhouseError):
    """A call of an agent failed. ``output`` is the end of what it had said, as it said it."""

    def __init__(self, message: str, *, hint: str = "", output: str = "") -> None:
        super().__init__(message, hint=hint)
        self.output = output


class MissingError(AgentError):
    """What the agent needs is not on this machine; it was never asked."""


class DeferredError(AgentError):
    """The service behind the agent takes no more for now. ``after`` are the seconds it wants to be left alone, 0 if it
    does not say.
    """

    def __init__(self, message: str, *, hint: str = "", output: str = "", after: float = 0.0) -> None:
        super().__init__(message, hint=hint, output=output)
        self.after = after


class FailedError(AgentError):
    """The agent was asked and gave no answer of use."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one call used. ``micros`` are millionths of a US dollar; None if the agent does not tell."""

    tokens_in: int
    tokens_out: int
    micros: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What an agent returned: ``data`` is parsed JSON and nothing more is known of it."""

    data: Any
    usage: Usage


@dataclass(frozen=True, slots=True)
class Price:
    """Millionths of a US dollar for a million tokens; what is assumed where nothing is known is on the dear side."""

    tokens_in: int = 5 * MILLION
    tokens_out: int = 25 * MILLION

    def of(self, usage: Usage) -> int:
        """What a usage costs, as the agent tells or by this price, rounded up."""
        if usage.micros is not None:
            return usage.micros
        return -(-(usage.tokens_in * self.tokens_in + usage.tokens_out * self.tokens_out) // MILLION)


@dataclass(frozen=True, slots=True)
class AgentSpec:
    """What the settings say about one agent."""

    name: str
    kind: str
    """``claude``, ``codex``, ``gemini``, ``command`` or ``api``."""
    command: tuple[str, ...] = ()
    """The program and its arguments; for a command-line agent, in place of its usual program."""
    model: str = ""
    env: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """The only variables that pass, beside those that any program needs to start."""
    unset: tuple[str, ...] = ()
    """Variables that should pass and are not set."""
    seconds: float = 300.0
    """How long one call may take."""
    price: Price = Price()
    parallel: int = 1
    """Calls at once."""


class Agent(Protocol):
    """One agent. ``model`` is part of what an answer depends on."""

    @property
    def name(self) -> str:
        """As the settings call it."""
        ...

    @property
    def model(self) -> str:
        """Kind, program and model in one word."""
        ...

    def ready(self) -> str:
        """Why it cannot be asked, "" if it can; asks nobody and costs nothing."""
        ...

    def most(self, prompt: str, schema: Mapping[str, Any]) -> Amount:
        """The most that asking this may take."""
        ...

    def cost(self, usage: Usage) -> Amount:
        """What a call took."""
        ...

    def run(self, prompt: str, schema: Mapping[str, Any]) -> Reply:
        """The answer to one prompt. Raises an :class:`AgentError`."""
        ...

    def stop(self) -> None:
        """Ends the calls that run, from another thread; there are no more after that."""
        ...
