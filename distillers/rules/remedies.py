"""What made a command pass that had failed, read off what ran between its failure and its next success.

terraform init ✗  ─→  AWS_PROFILE=stg terraform init ✓            the same with something before or behind it
terraform init ✗  ─→  aws sso login ✓  ─→  terraform init ✓       what ran before it passed
terraform init ✗  ─→  an edit  ─→  terraform init ✓               the work went on: no remedy
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from distillers.record.archive import Archive
from distillers.rules.mended import EDITORS
from distillers.rules.runs import SHELLS, family, plain, signature
from distillers.rules.speech import BAD_WORKAROUND, evades

SOON = 8
"""How many steps after its failure a command may pass."""
LONGEST = 200
"""Characters of a command that can be told."""

SQL = """
SELECT c.unit, c.id, replace(lower(c.tool), '_', '') AS tool, left(c.text, 2000) AS text, r.failed
FROM events AS c LEFT JOIN events AS r ON r.unit = c.unit AND r.call = c.call AND r.kind = 'result'
WHERE c.kind = 'call' AND c.call <> '' AND c.unit IN (SELECT unnest(?))
  AND list_contains(?, replace(lower(c.tool), '_', ''))
ORDER BY c.unit, c."at", c.file, c.line, c.part, c.id, r.id
"""

_WRITES = re.compile(r"\bapply_patch\b|\bsed\s+-\w*i|<<|(?<![\d&])>{1,2}\s*(?!/dev/|&)[\w./~$\"']|\btee\b")
_LOOKS = re.compile(
    r"^(?:cd|ls|cat|head|tail|echo|pwd|find|grep|rg|sed|awk|wc|sleep|which|type|ps|lsof|env|printenv|date|whoami|test|tree"
    r"|stat|file|man)\b|^git (?:status|log|diff|show|branch|remote|blame|grep|ls-files)\b|--help\b|--version\b|\s-h\b"
)
"""Commands that change nothing."""
_OFF = re.compile(
    r"^-{1,2}D?(?:no(?:-|[A-Z])|(?:skip|ignore|disable|insecure|unsafe|allow|force|break|privileged|deselect|exclude))"
    r"|^-[xfk]$|[=:](?:false|no|off|none|0|root|/dev/null)$|^(?:sudo|doas|root)$",
    re.IGNORECASE,
)
"""Words that switch something off, or a step up to root."""
_END = re.compile(r"\s*(?:2>&1|2>\s*/dev/null|\|(?!\|)).*$", re.DOTALL)
"""What only shows less of what a command prints."""


@dataclass(frozen=True, slots=True)
class Step:
    """A call of a session that ran a command or changed a file; ``failed`` is None if nothing was returned."""

    id: str
    command: str
    """Its first line as it was called; "" for an edit, or if it has more lines."""
    edits: bool
    failed: bool | None


@dataclass(frozen=True, slots=True)
class Remedy:
    """The ``call`` whose ``command`` mended a failure; ``before``: it ran before the same command passed."""

    call: str
    command: str
    before: bool

    @property
    def key(self) -> tuple[bool, str]:
        """The same for one remedy with other numbers and folders."""
        return self.before, signature(self.command)


def remedies(archive: Archive, domain: str, failures: Iterable[tuple[str, str]]) -> dict[str, Remedy]:
    """What mended each of the ``failures``, given as unit and id of the call that failed; those that nothing did left
    out."""
    wanted = dict.fromkeys(failures)
    if not wanted:
        return {}
    units = sorted({unit for unit, _ in wanted})
    tools = sorted({name.replace("_", "") for name in SHELLS} | EDITORS)
    steps: dict[str, list[Step]] = {unit: [] for unit in units}
    for row in archive.query(SQL, (units, tools), domain=domain).to_pylist():
        steps[row["unit"]].append(_step(row))
    found = ((call, _remedy(steps[unit], call)) for unit, call in wanted)
    return {call: remedy for call, remedy in found if remedy is not None}


def _step(row: Mapping[str, Any]) -> Step:
    text = row["text"].strip().removeprefix("command:").strip()
    edits = row["tool"] in EDITORS or bool(_WRITES.search(text))
    told = "\n" not in text and len(text) <= LONGEST and not edits
    return Step(row["id"], text if told else "", edits, row["failed"])


def _remedy(steps: Sequence[Step], call: str) -> Remedy | None:
    place = next((at for at, step in enumerate(steps) if step.id == call), len(steps))
    if place == len(steps) or not steps[place].command:
        return None
    failed = _shown(steps[place].command)
    soon = list(takewhile(lambda step: not step.edits, steps[place + 1 : place + 1 + SOON]))
    for at, step in enumerate(soon):
        if step.failed is False and family(failed) and family(failed) in _families(step.command):
            if _shown(step.command) != failed:
                return Remedy(step.id, step.command, before=False) if _mends(failed, step.command) else None
            done = next((one for one in reversed(soon[:at]) if _acts(one)), None)
            return Remedy(done.id, done.command, before=True) if done else None
    return None


def _shown(command: str) -> str:
    return _END.sub("", plain(command)).strip()


def _families(command: str) -> Iterator[str]:
    """What the commands of a chain are, one by one."""
    for part in re.split(r"\s*(?:&&|;)\s*", command):
        yield family(part)


def _acts(step: Step) -> bool:
    command = plain(step.command)
    return step.failed is False and bool(command) and not _LOOKS.search(command) and _mends("", command)


def _mends(failed: str, command: str) -> bool:
    """Whether a command does all that the failed one was to do, and switches nothing off for it."""
    words, own = command.split(), failed.split()
    added = [word.strip("'\"") for word in words if word not in own]
    whole = {word for word in own if not word.startswith("-")} <= set(words)
    past = BAD_WORKAROUND.search(command) or evades(command) or any(_OFF.search(word) for word in added)
    return bool(added) and whole and not past
