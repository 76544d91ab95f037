"""Options that several commands share, and how they print."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from shutil import which
from typing import Any, ParamSpec, TypeVar

import click

P = ParamSpec("P")
R = TypeVar("R")

Command = Callable[P, R]


def workspace(command: Command[P, R]) -> Command[P, R]:
    """``--workspace DIR``."""
    return click.option(
        "--workspace",
        metavar="DIR",
        type=click.Path(path_type=Path),
        help="The workspace (default: the nearest parent that is one).",
    )(command)


def as_json(command: Command[P, R]) -> Command[P, R]:
    """``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")(command)


def domain(command: Command[P, R]) -> Command[P, R]:
    """``--domain D``."""
    return click.option("--domain", metavar="D", help="The domain; needed as soon as there is more than one.")(command)


def one_domain(command: Command[P, R]) -> Command[P, R]:
    """``--domain D`` of a command that otherwise speaks of all."""
    return click.option("--domain", metavar="D", help="Only this domain (default: all).")(command)


def program() -> str:
    """How to call this program from here: its name if the shell finds it, else its path."""
    called = Path(sys.argv[0])
    if which(called.name) and called.name == "stillhouse":
        return called.name
    with suppress(ValueError):
        return str(called.relative_to(Path.cwd()))
    return str(called)


def echo_json(value: Any) -> None:
    """Prints ``value`` as one line of JSON."""
    click.echo(json.dumps(value, ensure_ascii=False))


def say(text: str) -> None:
    """Prints progress for a person, on standard error so that data on standard output stays clean."""
    click.echo(text, err=True)
