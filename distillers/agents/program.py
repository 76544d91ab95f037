"""An agent that is a program: started for one prompt in an empty folder, and ended with all that it started.

    folder/work    its working folder, empty
    folder/home    HOME, TMPDIR and the rest point here
    folder/given   files that its dialect hands it (a schema, settings that take its tools away)

The folder is new for each call and gone after it. Only ``pass_env`` passes from our environment.
"""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from distillers.agents.base import AgentSpec, DeferredError, FailedError, MissingError, Reply, Usage
from distillers.agents.words import BusyAnswerError, LockedAnswerError, UnreadableError, busy, later, locked
from distillers.digest import tokens
from scheduling.base.process import Completed, ProgramError
from scheduling.base.untrusted import OutrunError, run_capped
from scheduling.budget import Amount

LIMIT = 2_000_000
"""Bytes of output that a program may print with and around an answer of which it tells what it took."""
ANSWER = 4000
"""Tokens set aside for an answer, with what is thought before it."""
TAIL = 4000
"""Characters of output kept of a call that failed."""
HELP_SECONDS = 30.0
_KEYS = "does its pass_env name the variable of its key or login, and is that valid?"
TEMPORARY = 75
"""Exit code of a program that asks to be tried again later (``EX_TEMPFAIL``)."""
UNKNOWN = frozenset({126, 127})
"""Exit codes of a shell or launcher that did not find its program."""

PATIENCE = 30.0
"""Seconds that a call waits, once, because it was asked to; what is to wait longer is left for another night."""
ASKED = "Answer with one JSON object that fits this schema, and with nothing else:\n"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one program is called without tools, and how its answer is read."""

    program: str
    arguments: Callable[[AgentSpec, Path, Mapping[str, Any]], list[str]]
    """The arguments, given the folder of handed files and the schema."""
    unwrap: Callable[[str], tuple[Any, Usage | None]]
    """The data and the usage in what was printed. Raises UnreadableError or BusyAnswerError."""
    files: Callable[[Mapping[str, Any]], Mapping[str, str]] = lambda _schema: {}
    env: Callable[[Path], Mapping[str, str]] = lambda _given: {}
    flags: tuple[str, ...] = ()
    """What its ``--help`` must know, or its tools cannot be taken away."""
    help: tuple[str, ...] = ("--help",)
    overhead: int = 0
    """Tokens that the program sends of its own accord."""
    answer: int = ANSWER
    """Tokens that an answer may take."""
    limit: int = LIMIT
    """Bytes of standard output after which the program is ended."""


@dataclass(frozen=True, slots=True)
class ProgramAgent:
    """A program behind the seam."""

    spec: AgentSpec
    dialect: Dialect
    stopped: threading.Event = field(default_factory=threading.Event, compare=False)

    @property
    def name(self) -> str:
        """As the settings call it."""
        return self.spec.name

    @property
    def model(self) -> str:
        """Kind, program and model in one word."""
        return " ".join((self.spec.kind, *self.spec.command, self.spec.model)).strip()

    def ready(self) -> str:
        """Why it cannot be asked, "" if it can: program, variables and the flags that take its tools away."""
        if self.spec.unset:
            return f"{self.spec.unset[0]}, which pass_env of agents.{self.name} names, is not set"
        program = self._command()[0]
        if shutil.which(program) is None:
            return f"cannot find the program {program} of agents.{self.name}: is it installed and on PATH?"
        return self._without_tools() if self.dialect.flags else ""

    def most(self, prompt: str, schema: Mapping[str, Any]) -> Amount:
        """The most that asking this may take."""
        return self.cost(Usage(tokens(len(_asked(prompt, schema))) + self.dialect.overhead, self.dialect.answer))

    def cost(self, usage: Usage) -> Amount:
        """What a call took."""
        return Amount(1, usage.tokens_in + usage.tokens_out, self.spec.price.of(usage))

    def run(self, prompt: str, schema: Mapping[str, Any]) -> Reply:
        """The answer to one prompt. Raises an :class:`distillers.agents.base.AgentError`.

        Asked to come back in a moment, it does so once.
        """
        try:
            return self._answer(prompt, schema)
        except DeferredError as error:
            if not 0 < error.after <= PATIENCE or self.stopped.wait(error.after):
                raise
        return self._answer(prompt, schema)

    def _answer(self, prompt: str, schema: Mapping[str, Any]) -> Reply:
        asked = _asked(prompt, schema)
        done = self._call(asked, schema)
        said = done.out.decode("utf-8", "replace")
        try:
            data, usage = self.dialect.unwrap(said)
        except BusyAnswerError as error:
            told = f"{self.name} takes no more for now: {error}"
            raise DeferredError(told, output=_tail(said), after=later(_tail(said))) from error
        except LockedAnswerError as error:
            raise MissingError(f"{self.name} is not let in: {error}", hint=_KEYS, output=_tail(said)) from error
        except (UnreadableError, RecursionError) as error:
            raise FailedError(f"{self.name} answered what is no answer: {error}", output=_tail(said)) from error
        return Reply(data, usage or Usage(tokens(len(asked)) + self.dialect.overhead, tokens(len(said))))

    def stop(self) -> None:
        """Ends the calls that run, from another thread; there are no more after that."""
        self.stopped.set()

    def _call(self, asked: str, schema: Mapping[str, Any]) -> Completed:
        with TemporaryDirectory(prefix="stillhouse-agent-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            env = self._settle_in(folder, schema)
            argv = [*self._command(), *self.dialect.arguments(self.spec, folder / "given", schema)]
            return self._checked(self._started(argv, folder, env, asked.encode("utf-8", "replace"), self.spec.seconds))

    def _settle_in(self, folder: Path, schema: Mapping[str, Any]) -> dict[str, str]:
        """Makes the folder's parts; returns the environment that points into it."""
        for part in ("work", "home", "given"):
            (folder / part).mkdir()
        for file, text in self.dialect.files(schema).items():
            (folder / "given" / file).write_text(text, "utf-8")
        home = str(folder / "home")
        places = dict.fromkeys(("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"), home)
        return places | dict(self.dialect.env(folder / "given")) | dict(self.spec.env)

    def _started(
        self, argv: list[str], folder: Path, env: Mapping[str, str], stdin: bytes, seconds: float
    ) -> Completed:
        try:
            limits = (self.dialect.limit, LIMIT)
            return run_capped(
                argv, cwd=folder / "work", env=env, stdin=stdin, timeout=seconds, limits=limits, stop=self.stopped
            )
        except OutrunError as error:
            raise FailedError(f"{self.name}: {error.message}", output=_said(error.left)) from error
        except ProgramError as error:
            raise MissingError(f"{self.name}: {error.message}", hint=error.hint) from error

    def _checked(self, done: Completed) -> Completed:
        if done.code == 0:
            return done
        said = _said(done)
        if done.code in UNKNOWN:
            raise MissingError(f"{self.name}: {self._command()[0]} exited {done.code}", output=said)
        if done.code == TEMPORARY or busy(said):
            raise DeferredError(f"{self.name} takes no more for now", output=said, after=later(said))
        if locked(_tail(done.err.decode("utf-8", "replace"))) or self._shuts_out(done):
            raise MissingError(f"{self.name} is not let in", hint=_KEYS, output=said)
        raise FailedError(f"{self.name}: {self._command()[0]} exited {done.code}", output=said)

    def _shuts_out(self, done: Completed) -> bool:
        """Whether the answer itself, not what a model may have said around it, refuses whoever asks."""
        try:
            self.dialect.unwrap(done.out.decode("utf-8", "replace"))
        except LockedAnswerError:
            return True
        except (ValueError, RecursionError):
            return False
        return False

    def _without_tools(self) -> str:
        """Whether the program as installed knows the flags that take its tools away."""
        with TemporaryDirectory(prefix="stillhouse-agent-", ignore_cleanup_errors=True) as name:
            env = self._settle_in(Path(name), {})
            try:
                shown = self._started([*self._command(), *self.dialect.help], Path(name), env, b"", HELP_SECONDS)
            except (FailedError, MissingError) as error:
                return error.message
        told = shown.out.decode("utf-8", "replace") + shown.err.decode("utf-8", "replace")
        unknown = [flag for flag in self.dialect.flags if not re.search(rf"(?<!\S){flag}(?![\w-])", told)]
        if not unknown:
            return ""
        return f"{self._command()[0]} does not know {', '.join(unknown)}, so it is not asked: upgrade it"

    def _command(self) -> tuple[str, ...]:
        return self.spec.command or (self.dialect.program,)


def _asked(prompt: str, schema: Mapping[str, Any]) -> str:
    return f"{prompt}\n{ASKED}{json.dumps(schema, ensure_ascii=False)}\n"


def _said(done: Completed) -> str:
    return _tail(done.out.decode("utf-8", "replace") + "\n" + done.err.decode("utf-8", "replace"))


def _tail(text: str) -> str:
    return text.strip()[-TAIL:]
