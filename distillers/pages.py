"""Target pages: few pages, named in the domain's own words, none of them long.

Every candidate brings topics (labels, commit scopes, components, commands; weak ones: other words it uses). Each topic
is worth a page if enough claims share it; the most shared topic that still fits on a page is filled first. What is left
goes to a page of its kind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from distillers.findings import AGENT, Finding, Kind

_SUFFIX = re.compile(r"-(?:ui|specific|related|support|tool|module|commands?|files?)$")
_BRITISH = re.compile(r"is(e|ed|ing|ation)$")
_PLURAL = re.compile(r"(?<=\w{3})(?<!s)s$")
WEAK = "~"
"""Marks a topic that counts only if it is an unmarked topic of enough other claims."""
FULL = 24
"""Claims on one page: a screenful or two, as a browser shows them."""
FEW = 6
"""A topic with fewer claims has no page of its own."""
PIECE = 3
"""Claims of a page that is cut off one that grew too long, if no larger piece is left to cut."""
KNOWN = 3
"""So many claims must have a word as an unmarked topic for it to be one of the domain's own."""
REST: Mapping[Kind, str] = {
    "rule": "working-here",
    "correction": "working-here",
    "decision": "decisions",
    "choice": "decisions",
    "gotcha": "troubleshooting",
    "fix": "troubleshooting",
    "cause": "troubleshooting",
    "fact": "notes",
}
"""The page of a claim that none of the domain's topics holds."""


@dataclass(frozen=True, slots=True)
class Filing:
    """What decides a claim's page: its topics, best first, and the page it goes to if none of them has one."""

    topics: Sequence[str]
    rest: str


def slug(text: str) -> str:
    """A word or phrase as page name, ``[a-z0-9-]+``; "" if nothing is left of it."""
    return re.sub(r"-{2,}", "-", re.sub(r"[^a-z0-9]+", "-", text.lower())).strip("-")[:40].strip("-")


def assign(filings: Mapping[str, Filing]) -> dict[str, str]:
    """The page of each claim id, from the topics of all claims of a domain; the same whatever their order."""
    wanted = _wanted(filings)
    placed: dict[str, str] = {}
    for topic, members in _by_weight(wanted):
        claims = [claim for claim in members if claim not in placed]
        if len(claims) >= FEW:
            placed.update((claim, topic) for claim in claims)
    placed.update((claim, filings[claim].rest) for claim in wanted if claim not in placed)
    return _split(placed, wanted, filings)


def paged(findings: Sequence[Finding], topics: Mapping[str, Sequence[str]]) -> list[Finding]:
    """Every finding on its page, by the ``topics`` of each id; only what is or was believed counts when pages are laid
    out. What agents proposed is laid out last: it moves nothing that a rule found.
    """
    filed = {f.id: Filing(topics[f.id], REST[f.kind]) for f in findings if f.confidence != "low" and not f.page}
    agents = {f.id for f in findings if f.rule.startswith(AGENT)}
    pages = assign({key: filing for key, filing in filed.items() if key not in agents})
    joined = _joining({key: filing for key, filing in sorted(filed.items()) if key in agents}, Counter(pages.values()))
    pages |= joined | assign({key: filed[key] for key in filed if key in agents and key not in joined})
    return [replace(f, page=f.page or pages.get(f.id, REST[f.kind])) for f in findings]


def _joining(filed: Mapping[str, Filing], on: Counter[str]) -> dict[str, str]:
    """Those that go to the page that they name, because it is there, with ``on`` so many claims, and has room."""
    pages: dict[str, str] = {}
    for key, filing in filed.items():
        page = next((topic for topic in filing.topics if 0 < on[topic] < FULL), "")
        if page:
            pages[key] = page
            on[page] += 1
    return pages


def _wanted(filings: Mapping[str, Filing]) -> dict[str, tuple[str, ...]]:
    """The topics of each claim that are the domain's own words, as slugs, the unmarked ones first."""
    strong = {claim: _slugs(t for t in one.topics if not t.startswith(WEAK)) for claim, one in filings.items()}
    own = {word for word, count in Counter(w for words in strong.values() for w in words).items() if count >= KNOWN}
    weak = {claim: _slugs(t[1:] for t in one.topics if t.startswith(WEAK)) for claim, one in filings.items()}
    every = {claim: (*strong[claim], *(w for w in weak[claim] if w in own)) for claim in sorted(filings)}
    names = _named(every.values())
    return {claim: tuple(dict.fromkeys(names[family(word)] for word in words)) for claim, words in every.items()}


def _named(every: Iterable[Sequence[str]]) -> dict[str, str]:
    """The name of each family of topics that differ in form only: its most frequent one, the shortest of equals."""
    count = Counter(word for words in every for word in words)
    ranked = sorted(count, key=lambda word: (-count[word], len(word), word))
    return {family(word): word for word in reversed(ranked)}


def family(topic: str) -> str:
    """What topics have in common that differ in form only: ``web-ui`` and ``web``, ``draft`` and ``drafts``."""
    parts = (_BRITISH.sub(r"iz\1", part) for part in (_SUFFIX.sub("", topic) or topic).split("-"))
    return "".join(_PLURAL.sub("", part) for part in parts)


def _slugs(topics: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in map(slug, topics) if name))


def _by_weight(wanted: Mapping[str, Sequence[str]]) -> list[tuple[str, list[str]]]:
    """Topics with the claims that share them: those that fit on one page first, the most shared first."""
    shared: dict[str, list[str]] = {}
    for claim, topics in wanted.items():
        for topic in topics:
            shared.setdefault(topic, []).append(claim)
    fitting = [(topic, claims) for topic, claims in shared.items() if len(claims) >= FEW]
    return sorted(fitting, key=lambda pair: (len(pair[1]) > FULL, -len(pair[1]), pair[0]))


def _split(
    placed: Mapping[str, str], wanted: Mapping[str, Sequence[str]], filings: Mapping[str, Filing]
) -> dict[str, str]:
    """Pages that grew too long give claims to other pages of theirs, then are cut along their next shared topics."""
    pages = dict(placed)
    for page in sorted(set(placed.values())):
        claims = [claim for claim, name in placed.items() if name == page]
        if len(claims) > FULL:
            left = _moved(page, claims, pages, wanted)
            every = {claim: _slugs(topic.removeprefix(WEAK) for topic in filings[claim].topics) for claim in left}
            pages.update(_cut(page, left, wanted, every))
    return pages


def _moved(page: str, claims: Sequence[str], pages: dict[str, str], wanted: Mapping[str, Sequence[str]]) -> list[str]:
    """What is left after claims went, in ``pages``, to another page of one of their topics that has room."""
    room = Counter(pages.values())
    left: list[str] = []
    over = len(claims) - FULL
    for claim in reversed(claims):
        other = next((t for t in wanted[claim] if t != page and 0 < room[t] < FULL), None)
        if over > 0 and other is not None:
            pages[claim] = other
            room[other] += 1
            over -= 1
        else:
            left.append(claim)
    return left[::-1]


def _cut(
    page: str, claims: Sequence[str], wanted: Mapping[str, Sequence[str]], every: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Pieces by the domain's own topics, then by any word that enough claims share, then by number."""
    left, pages = list(claims), dict[str, str]()
    for least, topics in ((FEW, wanted), (PIECE, wanted), (FEW, every)):
        for topic in _inner(page, left, topics):
            part = [claim for claim in left if topic in topics[claim]][:FULL]
            if len(left) > FULL and len(part) >= least:
                pages.update((claim, f"{page}-{topic}"[:60].strip("-")) for claim in part)
                left = [claim for claim in left if claim not in pages]
    for number, claim in enumerate(left):
        pages[claim] = page if number < FULL else f"{page}-{number // FULL + 1}"
    return pages


def _inner(page: str, claims: Sequence[str], topics: Mapping[str, Sequence[str]]) -> list[str]:
    count = Counter(topic for claim in claims for topic in topics[claim] if topic not in page.split("-"))
    return sorted(count, key=lambda topic: (-count[topic], topic))
