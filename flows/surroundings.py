"""Where a command runs, as the environment tells. Apart from the settings, which cost more to load."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from scheduling.base.errors import UsageError
from scheduling.base.workspace import SETTINGS


def find(start: Path | None) -> Path:
    """The workspace to use: ``start`` if given, else $STILLHOUSE_WORKSPACE, else the nearest parent that is one."""
    named = start or _from_environment()
    if named is not None:
        root = absolute(named)
        if not (root / SETTINGS).is_file():
            raise UsageError(
                f"{root} is no workspace: it has no {SETTINGS}", hint=f"make one with: stillhouse init {named}"
            )
        return root
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / SETTINGS).is_file():
            return folder
    raise UsageError(
        f"no {SETTINGS} in this folder or above it",
        hint="name a workspace with --workspace, or make one with: stillhouse init DIR",
    )


def absolute(path: Path) -> Path:
    """``path`` from the root, with ``~`` filled in and links left as they are."""
    return Path(os.path.abspath(path.expanduser()))  # noqa: PTH100 (Path.resolve would follow symlinks)


def home() -> Path:
    """The home folder of whoever runs this."""
    return Path.home()


def agent_homes() -> dict[str, Path]:
    """Where agents keep their logs if environment variables say so, by the names that ``find_stores`` has for them."""
    names = {"claude": "CLAUDE_CONFIG_DIR", "codex": "CODEX_HOME", "copilot": "COPILOT_HOME", "data": "XDG_DATA_HOME"}
    return {agent: Path(os.environ[name]) for agent, name in names.items() if os.environ.get(name)}


def variables(names: Iterable[str]) -> dict[str, str]:
    """Those environment variables that are set: what an agent's ``pass_env`` lets through, and nothing else."""
    return {name: os.environ[name] for name in names if os.environ.get(name)}


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _from_environment() -> Path | None:
    named = os.environ.get("STILLHOUSE_WORKSPACE")
    return Path(named) if named else None
