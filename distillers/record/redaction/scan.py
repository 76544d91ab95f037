"""A text in, spans out: views of each window, the rules at each anchor, and one list of spans of the original."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from distillers.record.redaction import blocks, names, shapes, tokens
from distillers.record.redaction.anchors import Anchors, lower
from distillers.record.redaction.values import is_placeholder
from distillers.record.redaction.views import WIDTH, View, clean, decoded, joined, joints

Hit = tuple[int, int, str]
Rule = Callable[[str, int], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class Span:
    """A secret: ``text[start:end]``, and what it is."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class CustomPattern:
    """A pattern of one's own: the group ``secret`` is masked if the pattern has one, else the whole match."""

    kind: str
    regex: re.Pattern[str]


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
    rows: list[tuple[str, Rule]] = []
    rows += [(anchor, _token_rule(token)) for token in tokens.TOKENS for anchor in token.anchors]
    rows += [(anchor, shape.find) for shape in shapes.SHAPES for anchor in shape.anchors]
    rows += [("kind", shapes.manifest), ("cookie", shapes.cookies)]
    rows += [(keyword, _name_rule) for keyword in names.KEYWORDS]
    by_first: dict[str, list[tuple[str, Rule]]] = {}
    for anchor, rule in rows:
        by_first.setdefault(anchor[0], []).append((anchor, rule))
    return by_first


RULES: Final = _rules()
_AFTER: Final = tokens.ONLY_BEFORE | shapes.ONLY_BEFORE
_SPELLED: Final = (":\\/", "%3a%2f")
"""Anchors in escaped spelling: they open a window, and the rules find the plain one in its decoded view."""

ANCHORS: Final = Anchors(
    [*(anchor for rows in RULES.values() for anchor, _ in rows), *_SPELLED],
    {anchor: f"(?={after})" for anchor, after in _AFTER.items()} | names.ONLY_BEFORE,
)


_EDGE: Final = 12
"""Characters looked at on each side of a line end."""


def find(text: str, custom: Iterable[CustomPattern] = ()) -> list[Span]:
    """All secrets of ``text`` as spans of it, apart from each other, in order."""
    own = tuple(custom)
    seen = clean(text)
    plain = seen.text
    found = [span for start, end in ANCHORS.windows(lower(plain)) for span in _window(plain, start, end)]
    found += [span for start, end in _broken(plain) for span in _window(plain, start, end)]
    found += (Span(*block, "base64-block") for block in blocks.find(plain, lambda inner: bool(find(inner, own))))
    found += (span for pattern in own for span in _own(pattern, plain))
    return merge(_back(seen, span) for span in found) if found else found


def _broken(text: str) -> Iterator[tuple[int, int]]:
    """Windows where a line end runs through an anchor itself, so that no scan of the lines finds it."""
    at = joints(text)
    edges = (
        (text[start - _EDGE : start] + text[end : end + _EDGE].ljust(_EDGE)).replace("\n", " ") for start, end in at
    )
    for anchor in ANCHORS.pattern.finditer(lower("\n".join(edges))) if at else ():
        line, column = divmod(anchor.start(), 2 * _EDGE + 1)
        if column < _EDGE < anchor.end() - line * (2 * _EDGE + 1):
            yield max(0, at[line][0] - 4 * _EDGE), min(len(text), at[line][1] + 30 * _EDGE)


def _own(pattern: CustomPattern, text: str) -> Iterator[Span]:
    group = "secret" if "secret" in pattern.regex.groupindex else 0
    for match in pattern.regex.finditer(text):
        if match[group]:
            yield Span(*match.span(group), pattern.kind)


def _window(text: str, start: int, end: int) -> list[Span]:
    part = text[start:end]
    views = [View(part)]
    plain = decoded(part)
    if plain.text != part:
        views.append(plain)
    spans = [_back(view, Span(*hit)) for view in views for hit in _hits(view.text)]
    spans += _wrapped(plain)
    if end < len(text) and any(span.end >= end - start - 2 for span in spans) and end - start < 65_536:
        return _window(text, start, min(len(text), start + 2 * (end - start)))
    return [Span(start + span.start, start + span.end, span.kind) for span in spans]


def _wrapped(plain: View) -> list[Span]:
    """Secrets that a line end runs through: found where the lines are joined, kept if they cross one."""
    flat = joined(plain.text)
    if flat.text == plain.text:
        return []
    spans = (_back(flat, Span(*hit)) for hit in _hits(flat.text))
    return [_back(plain, span) for span in spans if _wraps(plain.text, span)]


def _wraps(text: str, span: Span) -> bool:
    """Whether the line ends inside look like a terminal's: no line shorter than the first, each long."""
    first = text.find("\n", max(0, span.start - 3), span.end)
    if first < 0 or span.kind == "private-key":
        return False
    width = first - text.rfind("\n", 0, first) - 1
    rest = text[first + 1 : span.end].split("\n")
    return width >= WIDTH and all(len(line) >= width - 9 for line in rest[:-1]) and len(rest[-1].strip()) >= 1


def _hits(text: str) -> Iterator[Hit]:
    low = lower(text)
    done = -1
    for anchor in ANCHORS.pattern.finditer(low):
        at = anchor.start()
        if at < done:
            continue
        for literal, rule in RULES.get(low[at], ()):
            if low.startswith(literal, at):
                for hit in rule(text, at):
                    done = max(done, hit[1])
                    yield hit


def _back(view: View, span: Span) -> Span:
    return Span(*view.original(span.start, span.end), span.kind)


def merge(spans: Iterable[Span]) -> list[Span]:
    """Overlapping spans as one, of the kind that begins first (the longest of those)."""
    out: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if out and span.start < out[-1].end:
            out[-1] = Span(out[-1].start, max(out[-1].end, span.end), out[-1].kind)
        else:
            out.append(span)
    return out
