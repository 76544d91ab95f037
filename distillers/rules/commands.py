"""Commands that failed and the related command that then worked.

Only failures of usage or environment count: an unknown option, a missing program, a wrong name. A failing test that
later passes says nothing about the command. Ways past an obstacle (``--no-verify``) are never taken for a fix.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from distillers.claims import alike, clean, first_line, quote_of
from distillers.cues import cue
from distillers.findings import Candidate, Quote
from distillers.record.units import Unit
from distillers.rules.base import Rule, normal
from distillers.rules.runs import Ran, error_line, runs, signature
from distillers.rules.speech import BAD_WORKAROUND
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
_NO_FIX = re.compile(rf"--help|\s-h\b|\bhelp\b|\bwhich\b|--version|{BAD_WORKAROUND.pattern}")
_TRIVIAL = frozenset(
    {"cd", "ls", "cat", "head", "tail", "echo", "pwd", "find", "grep", "rg", "sed", "awk", "wc", "sleep"}
)
_ADHOC = re.compile(r"\$\(|^\w+=")
"""A command made up for one look at something."""
_FIXERS = cue(r"fix, lint:fix, format, fmt, --write, --fix")


@dataclass(frozen=True, slots=True)
class Fix:
    """A command that failed and one that worked; ``mends``: it repaired what the failed one complained about."""

    failure: Ran
    fixed: Ran
    line: str
    mends: bool


def find(unit: Unit) -> Iterator[Candidate]:
    """Each failure of usage with the first related command that worked soon after."""
    ran = list(runs(unit))
    for place, failure in enumerate(ran):
        if failure.failed and not BAD_WORKAROUND.search(failure.command):
            fix = _fix(failure, ran[place + 1 : place + 1 + SOON])
            if fix is not None:
                yield from _candidate(unit, fix)


def _fix(failure: Ran, later: Sequence[Ran]) -> Fix | None:
    line = error_line(failure.result)
    if not line or (_WORK.search(failure.result.text[:4000]) and not USAGE.search(line)):
        return _repair(failure, later, line)
    for run in later:
        if not run.failed and _related(failure, run) and not _NO_FIX.search(run.command) and not _still(run, line):
            return Fix(failure, run, line, mends=False) if USAGE.search(line) else _repair(failure, later, line)
    return _repair(failure, later, line)


def _repair(failure: Ran, later: Sequence[Ran], line: str) -> Fix | None:
    """A check that has a repair command of its own, such as ``lint`` and ``lint:fix``, and passes after it."""
    for place, run in enumerate(later):
        if not run.failed and _FIXERS.search(run.command) and run.family.startswith(failure.family[:6]):
            mends = run.command != failure.command and failure.family != run.family
            passes = any(not again.failed and again.family == failure.family for again in later[place + 1 :])
            return Fix(failure, run, line, mends=True) if mends and passes else None
    return None


def _related(failure: Ran, later: Ran) -> bool:
    one, other = _words(failure.command), _words(later.command)
    if one == other or len(failure.command) > 400 or len(later.command) > 400:
        return False
    if failure.family.split(" ")[:1] == later.family.split(" ")[:1]:
        return alike(one, other) >= RELATED
    shared = any(re.search(r"[./]\w", word) for word in one & other)
    program = failure.family.split(" ")[0]
    return alike(one, other) >= MOSTLY or (shared and any(program and program in word for word in other))


def _still(run: Ran, line: str) -> bool:
    """Whether the command uses the very program that was missing: then something else than the command changed."""
    missing = re.search(r"command not found: (\S+)", line) or re.search(r"(\S+): command not found", line)
    program = missing.group(1) if missing else ""
    return bool(program) and re.search(rf"(?:^|[\s;&|]){re.escape(program)}\b", run.command) is not None


def _words(command: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\s'\"|;&<>]+", command))


def _candidate(unit: Unit, fix: Fix) -> Iterator[Candidate]:
    failure, program = fix.failure, fix.failure.family.split(" ")[0]
    evidence = _evidence(fix)
    if len(evidence) < 2 or program in _TRIVIAL or _ADHOC.search(failure.command):
        return
    yield Candidate(
        domain=unit.domain,
        kind="gotcha",
        claim=_claim(fix),
        key=f"fix:{normal(failure.family)}:{normal(fix.fixed.family if fix.mends else signature(fix.line), 80)}",
        page="",
        rule="failed-then-fixed",
        tier="high" if not fix.mends and failure.family == fix.fixed.family else "medium",
        evidence=evidence,
        topics=(program, *topics_of(unit, failure.command)),
    )


def _claim(fix: Fix) -> str:
    if fix.mends:
        return f"When `{fix.failure.family}` fails, `{fix.fixed.family}` mends what it can; then run it again."
    wrong, right = _shown(fix.failure.command), _shown(fix.fixed.command)
    return f"`{wrong}` fails: {clean(fix.line, 160)}. What worked instead: `{right}`."


def _evidence(fix: Fix) -> tuple[Quote, ...]:
    found = (
        quote_of(fix.failure.result, fix.line) if fix.line else first_line(fix.failure.result),
        quote_of(fix.failure.call, fix.failure.command.split("\n")[0]),
        quote_of(fix.fixed.call, fix.fixed.command.split("\n")[0]),
    )
    return tuple(quote for quote in found if quote)


def _shown(command: str) -> str:
    return clean(command.split("\n", maxsplit=1)[0].replace("`", "'"), 110)


RULE = Rule("failed-then-fixed", "gotcha", "high", find)
