"""Commands that failed and the related command that then worked.

Only failures of usage or environment count: an unknown option, a missing program, a wrong name. A failing test that
later passes says nothing about the command. Ways past an obstacle (``--no-verify``) are never taken for a fix.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from distillers.claims import alike, clean, quote_of
from distillers.cues import BAD_WORKAROUND, cue
from distillers.findings import Candidate, Quote
from distillers.record.units import Unit
from distillers.rules.base import Rule, normal
from distillers.rules.runs import Ran, error_line, runs, signature
from distillers.rules.topics import topics_of

SOON = 4
"""How many commands later the one that works may come."""
RELATED = 0.4
"""Cosine of their words from which two commands of one program are tries at the same thing …"""
MOSTLY = 0.5
"""… and two of different programs, unless they name the same file."""

USAGE = cue(
    r"illegal option, unknown (?:option|flag|command|subcommand|argument"
    r"|shorthand flag), unrecognized \w+, invalid option,",
    r"no such (?:option|command|file or directory|module), command not found, script not found, usage:,",
    r"unexpected argument,",
    r"parse error, syntax error, permission denied, is not recognized, requires an argument, not installed,",
    r"cannot find (?:module|package), no module named, missing (?:script|argument|required \w+), not a git repository,",
    r"not supported, unsupported, no matches found, ambiguous",
)
_WORK = cue(
    r"\d+ (?:failed|failing|errors?|problems?), assertion\w*, expect(?:ed)?\(, --- FAIL, test(?:s)? failed, FAIL,",
    r"TS\d{4}",
)
_TRIVIAL = frozenset(
    {"cd", "ls", "cat", "head", "tail", "echo", "pwd", "find", "grep", "rg", "sed", "awk", "wc", "sleep"}
)
_FIXERS = cue(r"fix, lint:fix, format, fmt, --write, --fix")


def find(unit: Unit) -> Iterator[Candidate]:
    """Each failure of usage with the first related command that worked soon after."""
    ran = list(runs(unit))
    for place, failure in enumerate(ran):
        if failure.failed and not BAD_WORKAROUND.search(failure.command):
            fixed = _fixed(failure, ran[place + 1 : place + 1 + SOON])
            if fixed is not None:
                yield from _candidate(unit, failure, fixed)


def _fixed(failure: Ran, later: Sequence[Ran]) -> Ran | None:
    line = error_line(failure.result)
    if not line or (_WORK.search(failure.result.text[:4000]) and not USAGE.search(line)):
        return _repaired(failure, later)
    for run in later:
        if not run.failed and _related(failure, run) and not BAD_WORKAROUND.search(run.command):
            return run if USAGE.search(line) else None
    return None


def _repaired(failure: Ran, later: Sequence[Ran]) -> Ran | None:
    """A check that fails and passes again after its own repair command, such as ``lint`` and ``lint:fix``."""
    for run in later:
        if not run.failed and _FIXERS.search(run.command) and failure.family[:6] == run.family[:6]:
            return run if run.command != failure.command else None
    return None


def _related(failure: Ran, later: Ran) -> bool:
    one, other = _words(failure.command), _words(later.command)
    if one == other or len(failure.command) > 400 or len(later.command) > 400:
        return False
    if failure.family.split(" ")[:1] == later.family.split(" ")[:1]:
        return alike(one, other) >= RELATED
    return alike(one, other) >= MOSTLY or any(re.search(r"[./]\w", word) for word in one & other)


def _words(command: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\s'\"|;&<>]+", command))


def _candidate(unit: Unit, failure: Ran, fixed: Ran) -> Iterator[Candidate]:
    line = error_line(failure.result)
    evidence = _evidence(failure, fixed, line)
    if len(evidence) < 2 or (failure.family.split(" ")[0] in _TRIVIAL and not re.search("option", line)):
        return
    wrong, right = _shown(failure.command), _shown(fixed.command)
    said = f": {clean(line, 160)}" if line else ""
    yield Candidate(
        domain=unit.domain,
        kind="gotcha",
        claim=f"`{wrong}` fails{said}. What worked instead: `{right}`.",
        key=f"fix:{normal(failure.family)}:{normal(signature(line), 80)}",
        page="",
        rule="failed-then-fixed",
        tier="high",
        evidence=evidence,
        topics=(failure.family.split(" ")[0], *topics_of(unit, failure.command)),
    )


def _evidence(failure: Ran, fixed: Ran, line: str) -> tuple[Quote, ...]:
    found = (
        quote_of(failure.result, line) if line else None,
        quote_of(failure.call, failure.command.split("\n")[0]),
        quote_of(fixed.call, fixed.command.split("\n")[0]),
    )
    return tuple(quote for quote in found if quote)


def _shown(command: str) -> str:
    return clean(command.split("\n", maxsplit=1)[0].replace("`", "'"), 110)


RULE = Rule("failed-then-fixed", "gotcha", "high", find)
