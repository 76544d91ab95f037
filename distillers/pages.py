"""Target pages: few pages, named in the domain's own words, none of them long.

Every candidate brings topics (labels, commit scopes, components, commands, words of its title). Each topic is worth a
page if enough claims share it and not too many; a claim goes to the most shared of its topics that still fits.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

FULL = 40
"""Claims on one page: a screenful or two."""
FEW = 4
"""A topic with fewer claims has no page of its own."""
REST = "general"


def slug(text: str) -> str:
    """A word or phrase as page name, ``[a-z0-9-]+``; "" if nothing is left of it."""
    return re.sub(r"-{2,}", "-", re.sub(r"[^a-z0-9]+", "-", text.lower())).strip("-")[:40].strip("-")


def assign(topics: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The page of each claim id, from the topics of all claims of a domain; the same whatever their order."""
    wanted = {claim: _slugs(words) for claim, words in sorted(topics.items())}
    placed: dict[str, str] = {}
    for topic in _by_weight(wanted):
        claims = [claim for claim, words in wanted.items() if topic in words and claim not in placed]
        if len(claims) >= FEW:
            placed.update((claim, topic) for claim in claims)
    placed.update((claim, REST) for claim in wanted if claim not in placed)
    return _split(placed, wanted)


def _slugs(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in map(slug, words) if name))


def _by_weight(wanted: Mapping[str, Sequence[str]]) -> list[str]:
    shared = Counter(topic for words in wanted.values() for topic in words)
    first = Counter(words[0] for words in wanted.values() if words)
    fitting = [topic for topic, count in shared.items() if count >= FEW]
    return sorted(fitting, key=lambda topic: (shared[topic] > FULL, -first[topic], -shared[topic], topic))


def _split(placed: Mapping[str, str], wanted: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Pages that grew too long are cut along their next most shared topic."""
    pages = dict(placed)
    for page in sorted(set(placed.values())):
        claims = [claim for claim, name in placed.items() if name == page]
        if len(claims) > FULL:
            pages.update(_cut(page, claims, wanted))
    return pages


def _cut(page: str, claims: Sequence[str], wanted: Mapping[str, Sequence[str]]) -> dict[str, str]:
    inner = Counter(topic for claim in claims for topic in wanted[claim] if topic != page)
    left, pages = list(claims), dict[str, str]()
    for topic, _ in sorted(inner.items(), key=lambda pair: (-pair[1], pair[0])):
        part = [claim for claim in left if topic in wanted[claim]][:FULL]
        if len(left) <= FULL or len(part) < FEW:
            break
        pages.update((claim, topic if page == REST else f"{page}-{topic}"[:60].strip("-")) for claim in part)
        left = [claim for claim in left if claim not in pages]
    for number, claim in enumerate(left):
        pages[claim] = page if number < FULL else f"{page}-{number // FULL + 1}"
    return pages
