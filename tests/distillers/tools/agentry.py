"""Agents for the tests: the fake in each mode, and small programs made on the spot."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from distillers.agents.base import AgentSpec
from distillers.agents.registry import build

FAKE = (sys.executable, "-m", "distillers.agents.fake")


def fake(mode: str, *words: str, **more: Any) -> Any:
    """The fake agent in one mode."""
    return build(AgentSpec("try", "command", (*FAKE, mode, *words), **({"seconds": 20.0} | more)))


def program(folder: Path, text: str, name: str = "agent") -> Path:
    """A Python program that can be called by its path."""
    path = folder / name
    path.write_text(f"#!{sys.executable}\n{text}", "utf-8")
    path.chmod(0o755)
    return path


def command(folder: Path, text: str, **more: Any) -> Any:
    """An agent that is a program with this text."""
    return build(AgentSpec("try", "command", (str(program(folder, text)),), **({"seconds": 20.0} | more)))


COUNTING = """
import json, os, sys, time
sys.path[:0] = {path!r}
from distillers.agents import fake
with open({log!r}, "a") as log:
    log.write("called\\n")
while {gate!r} and not os.path.exists({gate!r}):
    time.sleep(0.02)
json.dump({{"findings": fake.MODES and getattr(fake, {mode!r})(fake.read(sys.stdin.read()))}}, sys.stdout)
"""


def counting(folder: Path, mode: str = "helpful", gate: str = "", **more: Any) -> tuple[Any, Path]:
    """An agent that leaves a line in a file each time that it is called, and the file.

    It answers once there is a file ``gate``, if one is named.
    """
    log = folder / "calls.log"
    root = str(Path(__file__).resolve().parents[3])
    return command(folder, COUNTING.format(path=[root], log=str(log), mode=mode, gate=gate), **more), log
