"""From what the settings say to an agent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec

from distillers.agents import dialects
from distillers.agents.base import Agent, AgentSpec
from distillers.agents.program import Dialect, ProgramAgent
from scheduling.base.errors import UsageError

DIALECTS: Mapping[str, Dialect] = {
    "claude": dialects.CLAUDE,
    "codex": dialects.CODEX,
    "gemini": dialects.GEMINI,
    "command": dialects.COMMAND,
    "api": dialects.API,
}
LIBRARY = "pydantic_ai"

KEYS: Mapping[str, tuple[str, ...]] = {
    "openai": ("OPENAI_API_KEY", "OPENAI_BASE_URL"),
    "anthropic": ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"),
    "google": ("GOOGLE_API_KEY", "GEMINI_API_KEY", "GOOGLE_GEMINI_BASE_URL"),
    "groq": ("GROQ_API_KEY",),
    "mistral": ("MISTRAL_API_KEY",),
    "openrouter": ("OPENROUTER_API_KEY",),
    "ollama": ("OLLAMA_BASE_URL", "OLLAMA_API_KEY"),
}
"""The variables that the providers document for their keys and addresses."""


@dataclass(frozen=True, slots=True)
class ApiAgent(ProgramAgent):
    """A hosted or local model: our own worker, a process like any other agent's, speaks to it through pydantic-ai."""

    def ready(self) -> str:
        """Why it cannot be asked, "" if it can."""
        if find_spec(LIBRARY) is None:
            return f"agents.{self.name} needs the extra agents: make agents, or .venv/bin/pip install -e '.[agents]'"
        return ProgramAgent.ready(self)


def keys(model: str) -> tuple[str, ...]:
    """The variables that pass to the worker for a model such as ``openai:gpt-5-mini``, if they are set."""
    return KEYS.get(model.partition(":")[0].partition("-")[0], ())


def build(spec: AgentSpec) -> Agent:
    """The agent that ``spec`` describes. Raises UsageError if it lacks what its kind needs."""
    dialect = DIALECTS.get(spec.kind)
    if dialect is None:
        raise UsageError(f"agents.{spec.name}: there is no kind {spec.kind}", hint=f"kinds: {', '.join(DIALECTS)}")
    if spec.kind == "command" and not spec.command:
        raise UsageError(f"agents.{spec.name}: a command agent needs its command", hint='command = ["my-agent"]')
    if spec.kind == "api" and not spec.model:
        raise UsageError(f"agents.{spec.name}: a model is missing", hint='model = "provider:model"')
    return ApiAgent(spec, dialect) if spec.kind == "api" else ProgramAgent(spec, dialect)
