"""Which rule is tried at which anchor."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from distillers.record.redaction import arguments, calls, commands, manifests, names, naming, shapes, tokens
from distillers.record.redaction.anchors import Anchors
from distillers.record.redaction.signs import looks_random
from distillers.record.redaction.values import is_placeholder

Hit = tuple[int, int, str]
"""Start, end and kind of a secret."""
Rule = Callable[[str, int], Iterable[Hit]]


def _token_rule(token: tokens.Token) -> Rule:
    def find(text: str, at: int) -> Iterator[Hit]:
        match = shapes.match_around(token.pattern, text, at, token.back)
        if match and not _drawn(match.group()):
            yield match.start(), match.end(), token.kind
        elif match is None and (end := _BROKEN.match(text, at)):
            yield from _across(token, text, at, end)

    return find


_BROKEN: Final = re.compile(
    r"[\w+/=.:~-]{2,200}"
    r"([ \t]{0,3}\\?\r?\n[ \t]{0,8}|([\"'`])(?:[ \t]{1,4}|[ \t]{0,4}\+\s{0,24}|\}\$\{)\2)(?=[\w+/=.~-]{4})"
)
"""A piece, and the gap that others follow behind: a line end, or between quoted texts."""
_REACH: Final = 400


def _across(token: tokens.Token, text: str, at: int, end: re.Match[str]) -> Iterator[Hit]:
    """The token that begins at ``at`` and goes on behind the line end ``end``, on lines of whatever width."""
    first = max(0, at - token.back)
    flat = text[first : end.start(1)] + text[end.end() : end.end() + _REACH]
    match = shapes.match_around(token.pattern, flat, at - first, token.back)
    over = match.end() - (end.start(1) - first) if match else 0
    if match and over >= 4 and _is_made(match.group()) and not _drawn(match.group()):
        yield first + match.start(), end.end() + over, token.kind


def _is_made(token: str) -> bool:
    """Whether ``token``, which a gap breaks, is no word that goes on in another."""
    return any(c.isdigit() for c in token[4:]) or looks_random(token[4:])


def _drawn(token: str) -> bool:
    """A token format filled with ``xxxx`` or dots: somebody shows what one looks like."""
    return len(set(token[8:])) < 6 or (is_placeholder(token))


NAMES_ONLY: Final[list[Rule]] = [names.find]
"""What is tried where nothing but the name of a value stands."""

_TOKENS: Final = [(_token_rule(token), token.anchors) for token in tokens.TOKENS]
TOKEN_RULES: Final = frozenset(rule for rule, _ in _TOKENS)
"""Those that know a secret by its own form."""


def _rules() -> dict[str, list[tuple[str, Rule]]]:
    """The rules by the first two signs of their anchors; by one, those whose anchor has no more."""
    rows: list[tuple[str, Rule]] = [(anchor, rule) for rule, anchors in _TOKENS for anchor in anchors]
    rows += [
        (anchor, shape.find) for shape in (*shapes.SHAPES, *commands.COMMANDS, *calls.CALLS) for anchor in shape.anchors
    ]
    rows += [*manifests.ANCHORED, ("cookie", shapes.cookies)]
    rows += [(anchor, arguments.find) for anchor in arguments.ANCHORS]
    rows += [(keyword, names.find) for keyword in naming.KEYWORDS]
    by_first: dict[str, list[tuple[str, Rule]]] = {}
    for row in rows:
        by_first.setdefault(row[0][0], []).append(row)
    heads = {anchor[:2] for anchor, _ in rows}
    return {
        head: [row for row in by_first[head[0]] if row[0][:2] in (head, head[0]) or len(head) == 1] for head in heads
    }


RULES: Final = _rules()
_LONGEST: Final = {head: max(len(anchor) for anchor, _ in rows) for head, rows in RULES.items()}
"""Signs that an anchor has at most, by the signs that it begins with."""
_MOST: Final = max(_LONGEST.values())


def rules_at(text: str, at: int) -> Sequence[Rule]:
    """What is tried at the anchor that begins at ``at``."""
    low = text[at : at + _MOST].lower()
    return _tried(low[: _LONGEST.get(low[:2]) or _LONGEST.get(low[:1], 0)])


@lru_cache(maxsize=4096)
def _tried(low: str) -> Sequence[Rule]:
    return [rule for literal, rule in RULES.get(low[:2]) or RULES.get(low[:1], ()) if low.startswith(literal)]


_AFTER: Final = (
    arguments.ONLY_BEFORE | tokens.ONLY_BEFORE | shapes.ONLY_BEFORE | commands.ONLY_BEFORE | manifests.ONLY_BEFORE
)
_SPELLED: Final = (":\\/", "%3a%2f", *(f"%3a{port}%3a" for port in shapes.PORTS))
"""Anchors in escaped spelling: they open a window, and the rules find the plain one in its decoded view."""

ANCHORS: Final = Anchors(
    [*(anchor for rows in RULES.values() for anchor, _ in rows), *_SPELLED],
    _AFTER,
    naming.NEVER_BEFORE | shapes.NEVER_BEFORE | commands.NEVER_BEFORE | tokens.NEVER_BEFORE,
    naming.SCANNED,
)
