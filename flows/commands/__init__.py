"""The command line: one lazy group, so that ``--help`` and ``search`` never pay for what another command imports."""

from __future__ import annotations

import errno
import gc
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType
from typing import Any, NoReturn

import click

from scheduling.base.errors import StillhouseError

COMMANDS = {
    "init": ("setup", "Make a workspace from folders of logs and tickets."),
    "nightly": ("night", "Collect, distil, file and index what is new."),
    "daily": ("night", "Draft an article and open its review."),
    "serve": ("night", "Prefect server and UI, schedules and reviews."),
    "search": ("ask", "Ask what is known."),
    "findings": ("found", "List what was found, with its evidence."),
    "show": ("ask", "Print a page of the wiki."),
    "wiki": ("wiki", "Look at pages and their past; take a change set back."),
    "trace": ("ask", "From a sentence or block to its quote, file and line."),
    "questions": ("ask", "List what agents ask, and what nothing answered."),
    "event": ("record", "Print one event of the record, with its file and line."),
    "links": ("record", "List which sessions, commits and tickets belong together."),
    "brief": ("agents", "What a session should know before it starts."),
    "dispute": ("agents", "Say why a finding is wrong, or list what is disputed."),
    "note": ("agents", "Hand the distiller something to look into."),
    "mcp": ("ask", "Serve retrieval to an agent over standard input and output."),
    "api": ("agents", "Serve retrieval over HTTP and MCP."),
    "tokens": ("agents", "Who may ask over HTTP, and about what."),
    "hooks": ("harnessing", "Brief coding agents when they start, queue what they did."),
    "review": ("desk", "Read drafts and decide about them."),
    "eval": ("measure", "How often each rule is right, and what questions get."),
    "editors": ("desk", "Enrol the people who may decide."),
    "tasks": ("office", "List units of work and who holds them."),
    "budget": ("office", "Show what was spent on agents, and the caps."),
    "audit": ("office", "Tell what a run did."),
    "doctor": ("setup", "Check the health of a workspace."),
    "rebuild": ("rebuilding", "Make ledger and index anew from the wiki's git and the logs."),
    "purge": ("purging", "Remove a session or text from every store."),
    "redact": ("setup", "Mask secrets from standard input to standard output."),
}
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says when a file has no room to grow."""
SHUT = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
"""What the system says when somebody may not write, or not look, there."""
READING = frozenset({"search", "findings", "show", "trace", "event", "links", "tasks", "audit"})
"""Commands that leave nothing behind."""
COLLECTING = (50_000, 20, 50)
"""How much is made before Python looks for garbage: importing a library makes tens of thousands of objects to keep."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called; the list of them costs nothing."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """The names of all commands, in the order of a day's work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (as above)
        """The command ``cmd_name``, imported now; None if there is none."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"flows.commands.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 (as above)
        """Writes the list of commands without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="stillhouse", message="stillhouse %(version)s")
def cli() -> None:
    """Turns what coding agents did today into what every agent and editor knows tomorrow."""


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """SIGTERM unwinds what runs, so that programs that were started end with us; by default we would just be gone."""
    sys.exit(128 + signal.SIGTERM)


def main() -> None:
    """Entry point of the console script."""
    signal.signal(signal.SIGTERM, _leave)
    gc.set_threshold(*COLLECTING)
    code = run(sys.argv[1:])
    if not code and READING.intersection(sys.argv[1:2]):
        _end()
    sys.exit(code)


def run(words: Sequence[str]) -> int:
    """Does what ``words`` say; returns the exit code. Errors we raise become one line and their documented code."""
    try:
        code: Any = cli.main(list(words), standalone_mode=False)
    except StillhouseError as error:
        click.echo(f"stillhouse: {error}", err=True)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("stillhouse: stopped; what was finished is kept, and the next run goes on from there", err=True)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as error:
        told = _told(error)
        if not told:
            raise
        click.echo(f"stillhouse: {told}", err=True)
        return 1
    return code if isinstance(code, int) else 0


def _told(error: BaseException | None) -> str:
    """What the disk is to blame for, and the way out; "" if it is not behind ``error``."""
    while error is not None:
        # LanceDB tells of a full disk in words alone.
        if getattr(error, "errno", 0) in FULL or any(os.strerror(code) in str(error) for code in FULL):
            return "no space left on the disk (make room, then run it again: it goes on)"
        if isinstance(error, OSError) and error.errno in SHUT and error.filename:
            return f"{error.filename}: {error.strerror} (see who may read and write there, then run it again)"
        error = error.__cause__ or error.__context__
    return ""


def _end() -> NoReturn:
    """Ends at once: a command that only reads has printed all there is, and taking libraries down takes a tenth of a
    second for nothing.
    """
    with suppress(BrokenPipeError):
        sys.stdout.flush()
    os._exit(0)
