"""Rules of a gitleaks file (TOML): its regular expressions are Go's, which Python spells a little differently.

What cannot be translated is refused by the rule's name; rules that only name files are no rules for texts and are
passed over. Documented at https://github.com/gitleaks/gitleaks, version 8.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from distillers.record.redaction.own import KIND
from distillers.record.redaction.spans import Allowance, CustomPattern
from scheduling.base.errors import UsageError

_CLASSES: Final = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": "\\x00-\\x7F",
    "blank": "\\t ",
    "cntrl": "\\x00-\\x1F\\x7F",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-/:-@\\[-`{-~",
    "space": "\\t\\n\\v\\f\\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}
_PIECE: Final = re.compile(
    r"""\\Q(?P<quoted>.*?)(?:\\E|$)
    | \\x\{(?P<code>[0-9A-Fa-f]{1,6})\}
    | (?P<unknown>\\[pPC])
    | (?P<end>\\z)
    | (?P<escape>\\.)
    | \(\?(?P<flags>[a-zA-Z]*(?:-[a-zA-Z]+)?)\)
    | (?P<named>\(\?<(?![=!]))
    | (?P<group>\()
    | (?P<close>\))
    | (?P<class>\[\^?\]?)
    | (?P<dollar>\$)
    | (?P<other>.)""",
    re.X | re.S,
)
_MEMBER: Final = re.compile(
    r"\[:(?P<not>\^?)(?P<name>[a-z]+):\]|\\x\{(?P<code>[0-9A-Fa-f]{1,6})\}|(?P<escape>\\.)|(?P<end>\])|(?P<sign>.)",
    re.S,
)


def parse(text: str, name: str) -> tuple[CustomPattern, ...]:
    """The rules of the gitleaks file ``name`` with this ``text``. Raises UsageError naming the file and the rule."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{name} is not valid TOML: {error}") from error
    if "path" in _table(table.get("extend", {})):
        raise UsageError(f"{name}: extend.path is not followed", hint="put the rules of both files into one")
    shared = tuple(_allowances(table, name, "the file"))
    rules = table.get("rules", [])
    if not isinstance(rules, list):
        raise UsageError(f"{name}: rules is no list of tables", hint="write [[rules]]")
    return tuple(
        _rule(_table(rule), shared, name, number)
        for number, rule in enumerate(cast("list[object]", rules), 1)
        if _table(rule).get("regex") or not _table(rule).get("path")
    )


def _rule(rule: Mapping[str, Any], shared: tuple[Allowance, ...], name: str, number: int) -> CustomPattern:
    told = str(rule.get("id") or f"number {number}")
    kind = re.sub(r"[^a-z0-9]+", "-", told.lower()).strip("-")[:40].rstrip("-")
    group, least = rule.get("secretGroup", 0), rule.get("entropy", 0)
    regex = _compiled(rule.get("regex"), name, told)
    if not isinstance(group, int) or not 0 <= group <= regex.groups:
        raise UsageError(f"{name}: rule {told}: there is no group {group}", hint="mend secretGroup")
    if not isinstance(least, int | float) or not KIND.fullmatch(kind):
        raise UsageError(f"{name}: rule {told}: its id must hold letters, and its entropy must be a number")
    words = tuple(str(word).lower() for word in rule.get("keywords", ()) if word)
    allow = (*shared, *_allowances(rule, name, f"rule {told}"))
    return CustomPattern(kind, regex, words, float(least), group, first_group=True, allow=allow)


def _allowances(table: Mapping[str, Any], name: str, where: str) -> Iterator[Allowance]:
    rows = [table["allowlist"]] if "allowlist" in table else []
    rows += cast("Sequence[object]", table.get("allowlists", ()))
    for row in map(_table, rows):
        regexes = tuple(_compiled(one, name, f"{where}, allowlist") for one in row.get("regexes", ()))
        words = tuple(str(word).lower() for word in row.get("stopwords", ()))
        files = "paths" in row or "commits" in row
        # Which file or commit a text came from is not asked here: what is allowed only there is masked.
        if (regexes or words) and not (files and str(row.get("condition", "")).upper() == "AND"):
            yield Allowance(regexes, words, str(row.get("regexTarget", "secret")))


def _table(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _compiled(regex: object, name: str, told: str) -> re.Pattern[str]:
    try:
        if not isinstance(regex, str) or not regex:
            raise ValueError("it has no regex")
        return re.compile(translated(regex), re.ASCII)
    except (re.error, ValueError, OverflowError) as error:
        raise UsageError(f"{name}: {told}: {error}", hint="mend the rule, or leave it out") from error


def translated(regex: str) -> str:
    """The Go regular expression ``regex`` as Python's. Raises ValueError for what Python cannot say."""
    out: list[str] = []
    open_flags = [0]
    """For each group that is open: how many groups were opened in it to hold flags set in its middle."""
    at, lines = 0, bool(re.search(r"\(\?[a-z]*m", regex))
    while at < len(regex):
        if not (piece := _PIECE.match(regex, at)):
            raise ValueError(f"it cannot be read from {regex[at : at + 20]!r} on")
        at = piece.end()
        match piece.lastgroup:
            case "unknown":
                raise ValueError(f"{regex[piece.start() : at + 4]} is not supported")
            case "flags":
                out.append(_flags(piece["flags"]))
                open_flags[-1] += 1
            case "class":
                text, at = _class(regex, at, piece["class"])
                out.append(text)
            case "close":
                out.append(")" * open_flags.pop() + ")")
                if not open_flags:
                    raise ValueError("a bracket is closed that was not opened")
            case "group" | "named":
                open_flags.append(0)
                out.append("(?P<" if piece.lastgroup == "named" else "(")
            case _:
                out.append(_plain(piece, lines=lines))
    return "".join(out) + ")" * open_flags[0]


def _plain(piece: re.Match[str], *, lines: bool) -> str:
    match piece.lastgroup:
        case "quoted":
            return re.escape(piece["quoted"])
        case "code":
            return re.escape(chr(int(piece["code"], 16)))
        case "end":
            return r"\Z"
        case "dollar":
            return "$" if lines else r"\Z"  # Go's means the very end
        case _:
            return piece.group()


def _flags(flags: str) -> str:
    on, _, off = flags.partition("-")
    if "U" in flags:
        raise ValueError("the flag U is not supported")
    return f"(?{on}{'-' + off if off else ''}:"


def _class(regex: str, at: int, begun: str) -> tuple[str, int]:
    """The class of signs that begins with ``begun`` before ``at``, and where it ends."""
    out = [begun.replace("]", r"\]")]
    ranged = False  # a dash behind this stands for itself
    while at < len(regex):
        if not (member := _MEMBER.match(regex, at)):
            break
        at = member.end()
        if member["end"]:
            return "".join(out) + "]", at
        out.append(_member(member, ranged=ranged))
        ranged = bool(member["name"] or (member["escape"] and member["escape"][1] in "dDsSwW"))
    raise ValueError("a class of signs does not end")


def _member(member: re.Match[str], *, ranged: bool) -> str:
    if member["name"]:
        if member["not"] or member["name"] not in _CLASSES:
            raise ValueError(f"{member.group()} is not supported")
        return _CLASSES[member["name"]]
    if member["code"]:
        return re.escape(chr(int(member["code"], 16)))
    if member["escape"]:
        if member["escape"][1] in "pPQ":
            raise ValueError(f"{member['escape']} in a class of signs is not supported")
        return member["escape"]
    sign = member["sign"]
    return f"\\{sign}" if sign == "[" or (sign == "-" and ranged) or sign in "&~|" else sign
