"""How git is called here: a fixed argument list, no hook, no configuration but the repository's own, never a question.

What in a repository's own configuration could start a program is overruled. Callers add what they need beyond that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from scheduling.base.process import Completed, run

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
    settings = tuple(word for setting in (*CONFIG, *config) for word in ("-c", setting))
    where = {"GIT_DIR": str(folder)}
    return run(
        ["git", *settings, *argv],
        cwd=Path(folder.absolute().anchor),
        env=ENV | where | dict(env or {}),
        stdin=stdin,
        timeout=timeout,
        check=check,
    )
