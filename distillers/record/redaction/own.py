"""Patterns of one's own: from the settings, or rules of a gitleaks file. They see the text, and it without its escapes.

A rule with keywords is tried only on texts that hold one of them; one pass of Hyperscan finds out which do.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

from distillers.record.redaction.engine import CASELESS, ONCE, Engine
from distillers.record.redaction.spans import CustomPattern, Span, back
from distillers.record.redaction.views import MASKED, decoded

KIND: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
"""What a kind of secret may be called: it stands in the mask."""


class Own:
    """Some patterns, ready to be looked for."""

    def __init__(self, rules: Sequence[CustomPattern] = ()) -> None:
        self.rules = tuple(rules)

    def __bool__(self) -> bool:
        return bool(self.rules)

    def __reduce__(self) -> tuple[type[Own], tuple[tuple[CustomPattern, ...]]]:
        return Own, (self.rules,)  # the database of words is made anew where this is sent

    def find(self, text: str) -> Iterator[Span]:
        """The secrets that the rules find in ``text``, in which masks are taken out."""
        present = self._words.present(text) if self._words else frozenset[str]()
        chosen = [rule for rule in self.rules if not rule.keywords or not present.isdisjoint(rule.keywords)]
        if not chosen:
            return
        yield from _found(text, chosen)
        plain = decoded(text)
        if plain.text != text:
            yield from (back(plain, span) for span in _found(plain.text, chosen))

    @cached_property
    def _words(self) -> _Words | None:
        words = sorted({word for rule in self.rules for word in rule.keywords})
        return _Words(words) if words else None


NONE: Final = Own()


def _found(text: str, rules: Sequence[CustomPattern]) -> Iterator[Span]:
    for rule in rules:
        for match in rule.regex.finditer(text):
            start, end = _span(rule, match)
            value = text[start:end]
            # A mask is no secret, and neither is a blank: so each round of masking leaves less to be masked.
            if (
                MASKED not in value
                and value.strip()
                and entropy(value) >= rule.entropy
                and not _allowed(rule, match, value)
            ):
                yield Span(start, end, rule.kind)


def _span(rule: CustomPattern, match: re.Match[str]) -> tuple[int, int]:
    if "secret" in match.re.groupindex:
        return match.span("secret")
    if rule.group:
        return match.span(rule.group)
    if rule.first_group:
        spans = (match.span(number) for number in range(1, match.re.groups + 1))
        return next((span for span in spans if span[1] > span[0]), match.span())
    return match.span()


def _allowed(rule: CustomPattern, match: re.Match[str], value: str) -> bool:
    return any(one.allows(match, value) for one in rule.allow)


def entropy(value: str) -> float:
    """The Shannon entropy of the signs of ``value`` in bits per sign."""
    size = len(value)
    return -sum(n / size * math.log2(n / size) for n in Counter(value).values()) if size else 0.0


class _Words:
    """Which of some words stand in a text, upper or lower case."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._engine = Engine([re.escape(word) for word in words], CASELESS | ONCE)

    def present(self, text: str) -> frozenset[str]:
        return frozenset(self._words[kind] for kind, _, _ in self._engine.scan(text.encode("utf-8", "surrogatepass")))
