"""Commands that ran in a session, paired with what they returned."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from distillers.record.events import Event
from distillers.record.units import Unit

SHELLS = frozenset(
    {"bash", "shell", "exec_command", "local_shell", "local_shell_call", "run_shell_command", "shell_command"}
)
_SETUP = re.compile(r"^\s*(?:cd\s+\S+|export\s+\S+|source\s+\S+|set\s+-\w+)\s*(?:&&|;|\n)\s*")
_ASSIGNED = re.compile(r"^(?:[A-Za-z_]\w*=(?:'[^']*'|\"[^\"]*\"|\S*)\s+)+")
_ERROR = re.compile(
    r"error|fail|fatal|not found|no such|cannot|can't|unable|denied|invalid|illegal|unknown|unrecognized|undefined"
    r"|missing|panic"
    r"|unexpected|refused|exit(?:ed)? (?:with |code|status)|usage:|exception",
    re.IGNORECASE,
)
_WORD = re.compile(r"\"[^\"]*\"|'[^']*'|[^\s\"']+")
_NO_ERROR = re.compile(r"usage:\W*$|(?:Exit code|exit) \d+$|[$>+] \S", re.IGNORECASE)
_VARIABLE = re.compile(r"0x[0-9a-f]+|[0-9a-f]{7,40}\b|\d+(?:\.\d+)*|(?:/[\w.@~-]+)+/|'[^']*'|\"[^\"]*\"|\x1b\[[\d;]*m")


@dataclass(frozen=True, slots=True)
class Ran:
    """One command with its result. ``place`` is where the result stands among the unit's events."""

    call: Event
    result: Event
    place: int
    command: str
    family: str
    """Program and task, such as ``go test`` or ``bun run lint``; "" if it is not a plain command."""

    @property
    def failed(self) -> bool:
        """The tool reported an error."""
        return self.result.failed


def runs(unit: Unit) -> Iterator[Ran]:
    """The shell commands of a session in the order in which they returned.

    Formats without call ids are read in their order: a result belongs to the call before it.
    """
    calls: dict[str, Event] = {}
    for place, event in enumerate(unit.events):
        if event.kind == "call":
            calls[event.call] = event
        elif event.kind == "result":
            call = calls.get(event.call) if event.call else calls.pop("", None)
            if call is not None and (call.tool or event.tool).lower() in SHELLS:
                command = plain(call.text)
                yield Ran(call, event, place, command, family(command))


def plain(text: str) -> str:
    """A command without the folder changes and settings in front of it."""
    command = text.strip().removeprefix("command:").strip()
    while _SETUP.match(command):
        command = _SETUP.sub("", command, count=1)
    return command


def family(command: str) -> str:
    """Program and subcommand of a command line, without flags, files and what follows a pipe."""
    first = re.split(r"\s*(?:\||&&|;|\n)\s*", _ASSIGNED.sub("", command), maxsplit=1)[0]
    named = [word for word in _WORD.findall(first) if re.fullmatch(r"[A-Za-z][\w:.-]*", word)]
    return " ".join(named[: 3 if named[1:2] == ["run"] else 2])


def error_line(result: Event) -> str:
    """The line of a result that says best what went wrong; "" if none does."""
    lines = [line.strip() for line in result.text.split("\n") if re.search(r"[A-Za-z]{3}", line)]
    telling = [line for line in lines[:60] if _ERROR.search(line) and not _NO_ERROR.match(line)]
    return min(telling, key=lambda line: (len(line) > 240, lines.index(line)), default="")


def signature(line: str) -> str:
    """An error line without what varies between two occurrences: numbers, hashes, folders, quoted names."""
    return re.sub(r"\s+", " ", _VARIABLE.sub("_", line)).strip().lower()[:160]
