"""How git is called here: a fixed argument list, no hook, no configuration but the repository's own, never a question.

What in a repository's own configuration could start a program is overruled. Callers add what they need beyond that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from scheduling.base.process import Completed, run, stream

ENV = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
"""What every git sees, whoever calls it."""

CONFIG = (
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.fsmonitor=false",
    "gc.auto=0",
)
"""Settings that overrule a repository's own in every call."""


def git(
    folder: Path,
    *argv: str,
    config: Iterable[str] = (),
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    timeout: float = 60.0,
    check: bool = True,
) -> Completed:
    """What ``git argv`` leaves in the repository whose git directory is ``folder``.

    ``argv`` must hold constants and ids; ``config`` are settings (``name=value``) beside :data:`CONFIG`. It runs from
    the root folder, so that git sees neither another repository nor a part of this one as its place. Raises
    :class:`~scheduling.base.process.ProgramError` as :func:`~scheduling.base.process.run` does.
    """
    return run(
        _command(argv, config), cwd=_anchor(folder), env=_env(folder, env), stdin=stdin, timeout=timeout, check=check
    )


def streamed(
    folder: Path,
    *argv: str,
    config: Iterable[str] = (),
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    timeout: float = 60.0,
) -> Iterator[bytes]:
    """As :func:`git`, with what it says in pieces, as :func:`~scheduling.base.process.stream` gives them."""
    return stream(_command(argv, config), cwd=_anchor(folder), env=_env(folder, env), stdin=stdin, timeout=timeout)


def _command(argv: Iterable[str], config: Iterable[str]) -> list[str]:
    return ["git", *(word for setting in (*CONFIG, *config) for word in ("-c", setting)), *argv]


def _anchor(folder: Path) -> Path:
    return Path(folder.absolute().anchor)


def _env(folder: Path, more: Mapping[str, str] | None) -> dict[str, str]:
    return ENV | {"GIT_DIR": str(folder)} | dict(more or {})
