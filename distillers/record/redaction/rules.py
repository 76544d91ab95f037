"""Which rule is tried at which anchor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from distillers.record.redaction import names, shapes, tokens
from distillers.record.redaction.anchors import Anchors
from distillers.record.redaction.values import is_placeholder

Hit = tuple[int, int, str]
"""Start, end and kind of a secret."""
Rule = Callable[[str, int], Iterable[Hit]]


def _token_rule(token: tokens.Token) -> Rule:
    def find(text: str, at: int) -> Iterator[Hit]:
        match = shapes.match_around(token.pattern, text, at, token.back)
        if match and not _drawn(match.group()):
            yield match.start(), match.end(), token.kind

    return find


def _drawn(token: str) -> bool:
    """A token format filled with ``xxxx`` or dots: somebody shows what one looks like."""
    return len(set(token[8:])) < 6 or (is_placeholder(token))


def _name_rule(text: str, at: int) -> Iterator[Hit]:
    if hit := names.find(text, at):
        yield hit


def _rules() -> dict[str, list[tuple[str, Rule]]]:
    """The rules by the first two signs of their anchors; by one, those whose anchor has no more."""
    rows: list[tuple[str, Rule]] = []
    rows += [(anchor, _token_rule(token)) for token in tokens.TOKENS for anchor in token.anchors]
    rows += [(anchor, shape.find) for shape in shapes.SHAPES for anchor in shape.anchors]
    rows += [("kind", shapes.manifest), ("cookie", shapes.cookies)]
    rows += [(keyword, _name_rule) for keyword in names.KEYWORDS]
    heads = {anchor[:2] for anchor, _ in rows}
    return {head: [row for row in rows if row[0].startswith(head) or head.startswith(row[0])] for head in heads}


RULES: Final = _rules()
_AFTER: Final = tokens.ONLY_BEFORE | shapes.ONLY_BEFORE
_SPELLED: Final = (":\\/", "%3a%2f")
"""Anchors in escaped spelling: they open a window, and the rules find the plain one in its decoded view."""

ANCHORS: Final = Anchors(
    [*(anchor for rows in RULES.values() for anchor, _ in rows), *_SPELLED],
    _AFTER,
    names.NEVER_BEFORE | shapes.NEVER_BEFORE | tokens.NEVER_BEFORE,
)
